"""Saved views: kept, renamed, ordered, shared as text, removed; each can be undone, and no text breaks reading one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.email_list import Chip, EmailOrder
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import ViewId
from desktop.domain.saved_view import SavedView, ViewContent, content_of, from_shared_text, shared_text
from desktop.services.saved_views import move_view, paste_view, remove_view, rename_view, save_view
from desktop.services.undo import undo
from desktop.store.store import Store
from tests.helpers.mails import FixedClock

CLOCK = FixedClock()
VIP = ViewContent("tag:vip from:ann", Chip.PENDING, "support@shop.example", EmailOrder.SENDER, {"emails.columns": {}})


def names(store: Store) -> list[str]:
    with store.read() as read:
        return [view.name for view in read.saved_views.every()]


def save(store: Store, *wanted: str) -> list[ViewId]:
    made = []
    for name in wanted:
        with store.write() as uow:
            made.append(save_view(uow, name, VIP, CLOCK)[0])
    return made


def take_back(store: Store) -> None:
    with store.write() as uow:
        undo(uow, CLOCK)


def test_a_view_is_kept_as_it_is_and_one_of_the_same_name_becomes_it(store: Store) -> None:
    (first,) = save(store, "VIP, unanswered")
    with store.read() as read:
        assert read.saved_views.every() == [SavedView(first, "VIP, unanswered", VIP)]
    with store.write() as uow:
        again, change = save_view(uow, "vip, Unanswered", ViewContent("other"), CLOCK)
    assert (again, change.words) == (first, "Changed the view vip, Unanswered")
    take_back(store)
    with store.read() as read:
        assert read.saved_views.every() == [SavedView(first, "VIP, unanswered", VIP)]


def test_views_are_ordered_renamed_and_removed_each_with_its_undo(store: Store) -> None:
    one, two, three = save(store, "One", "Two", "Three")
    with store.write() as uow:
        move_view(uow, three, 0, CLOCK)
    assert names(store) == ["Three", "One", "Two"]
    with store.write() as uow:
        rename_view(uow, two, "Zwei", CLOCK)
    with store.write() as uow:
        assert remove_view(uow, one, CLOCK).words == "Removed the view One"
    assert names(store) == ["Three", "Zwei"]
    for wanted in (["Three", "One", "Zwei"], ["Three", "One", "Two"], ["One", "Two", "Three"]):
        take_back(store)
        assert names(store) == wanted


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "Two"])
def test_a_name_that_will_not_do_is_refused(store: Store, name: str) -> None:
    one, _ = save(store, "One", "Two")
    with store.write() as uow, pytest.raises(CommandRefused):
        rename_view(uow, one, name, CLOCK)
    assert names(store) == ["One", "Two"]


def test_a_view_goes_to_somebody_else_as_text(store: Store) -> None:
    (number,) = save(store, "VIP ü 客")
    with store.read() as read:
        view = read.saved_views.get(number)
    assert view is not None
    text = shared_text(view)
    assert "\n" not in text
    for _ in range(2):
        with store.write() as uow:
            paste_view(uow, f"  {text}\n", CLOCK)
    assert names(store) == ["VIP ü 客", "VIP ü 客 2", "VIP ü 客 3"]
    with store.read() as read:
        assert [view.content for view in read.saved_views.every()] == [VIP] * 3
    with store.write() as uow, pytest.raises(CommandRefused, match="no view"):
        paste_view(uow, "hello", CLOCK)


def test_a_view_that_is_gone_is_told(store: Store) -> None:
    with store.write() as uow, pytest.raises(CommandRefused, match="gone"):
        remove_view(uow, ViewId(7), CLOCK)


@given(st.text(), st.sampled_from(Chip), st.sampled_from(EmailOrder), st.text())
def test_what_is_written_is_read(search: str, chip: Chip, order: EmailOrder, mailbox: str) -> None:
    content = ViewContent(search, chip, mailbox, order, {"a": [1, "x"]})
    assert content_of(content.as_json()) == content
    named = SavedView(ViewId(1), f"n{search}", content)
    if len(shared_text(named)) <= 20_000:
        assert from_shared_text(shared_text(named)) == (named.name, content)


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_text_breaks_reading(text: str) -> None:
    content_of(text)
    from_shared_text(text)
    from_shared_text(f"postroom-view 1 {text}")

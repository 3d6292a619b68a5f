"""Filters by hand: what can be stored, in which order, with its undo; and the rehearsal on mail that is here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import CommandRefused
from desktop.domain.filters import Comparison, DomainRole, Effect, Field, FilterRow
from desktop.domain.ids import FilterId
from desktop.services import filters
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from tests.helpers.mails import FixedClock, new_store

CLOCK = FixedClock()


def row(effect: str, field: str, comparison: str, *values: str, number: int = 0) -> FilterRow:
    return FilterRow(FilterId(number), Effect(effect), Field(field), Comparison(comparison), values)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def sentences(store: Store) -> list[str]:
    with store.read() as read:
        return [one.sentence() for one in read.filters.rows()]


def test_rows_keep_their_order_and_every_step_is_undone(store: Store) -> None:
    with store.write() as uow:
        first, told = filters.add_row(uow, row("exclude", "subject", "contains", " newsletter ", "newsletter"), CLOCK)
    with store.write() as uow:
        filters.add_row(uow, row("include", "to", "is", "support@shop.example"), CLOCK)
    assert told.words == "Added a filter: Leaves out mail whose subject contains “newsletter”"
    with store.write() as uow:
        filters.add_row(uow, row("keep", "from", "is", "mia@lumen.example"), CLOCK, at=1)
    with store.write() as uow:
        filters.move_row(uow, first, 3, CLOCK)
    kept, asked, left = "Always keeps", "Brings in only", "Leaves out"
    assert [one.split(" mail")[0] for one in sentences(store)] == [kept, asked, left]
    with store.write() as uow:
        undo(uow, CLOCK)
    assert [one.split(" mail")[0] for one in sentences(store)] == [kept, left, asked]
    with store.write() as uow:
        filters.remove_row(uow, first, CLOCK)
    with store.write() as uow:
        undo(uow, CLOCK)
    with store.write() as uow:
        redo(uow, CLOCK)
    assert [one.split(" mail")[0] for one in sentences(store)] == [kept, asked]


def test_a_whole_new_list_is_one_command(store: Store) -> None:
    with store.write() as uow:
        first, _ = filters.add_row(uow, row("exclude", "subject", "contains", "offer"), CLOCK)
    with store.write() as uow:
        filters.add_row(uow, row("exclude", "subject", "contains", "news"), CLOCK)
    before = sentences(store)
    with store.write() as uow:
        changed = row("exclude", "subject", "contains", "offer", "sale", number=first)
        told = filters.replace_rows(uow, [row("exclude", "kind", "is", "newsletter"), changed], CLOCK)
    assert told.words == "Changed the filters: 2 filters now"
    assert sentences(store) == [
        "Leaves out newsletters and mailing lists.",
        "Leaves out mail whose subject contains “offer” or “sale”.",
    ]
    with store.write() as uow:
        undo(uow, CLOCK)
    assert sentences(store) == before


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (row("exclude", "subject", "contains", " ", ""), "A filter needs something to look for."),
        (row("exclude", "subject", "pattern", "*?*"), "“*?*” fits everything."),
        (row("exclude", "from", "is", "noreply@"), None),
        (row("exclude", "from", "is", "acme"), "“acme” is no address."),
        (row("exclude", "kind", "is", "boring"), "There is no kind of mail boring."),
        (row("exclude", "kind", "contains", "spam"), "A kind of mail is only compared by 'is'."),
        (row("exclude", "subject", "domain", "a.example"), "A subject has no domain."),
        (row("exclude", "subject", "contains", "x" * 321), "A value has at most 320 characters."),
        (
            row("exclude", "subject", "contains", *map(str, range(501))),
            "A filter has at most 500 values; this has 501.",
        ),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_in_words(store: Store, made: FilterRow, said: str | None) -> None:
    with store.write() as uow:
        if said is None:
            filters.add_row(uow, made, CLOCK)
            return
        with pytest.raises(CommandRefused) as refused:
            filters.add_row(uow, made, CLOCK)
    assert str(refused.value).startswith(said)
    assert sentences(store) == []


def test_domains_are_blocked_with_undo_and_shared_providers_never(store: Store) -> None:
    with store.write() as uow:
        told = filters.block_domain(uow, "news@MÜLLER.example", CLOCK)
        assert told.words == "Blocked the domain xn--mller-kva.example"
        assert "so already" in filters.block_domain(uow, "müller.example", CLOCK).words
    with store.write() as uow:
        filters.let_internal_in(uow, "shop.example", CLOCK, allowed=True)
    with store.read() as read:
        policy = filters.policy_for(read, None)
    assert policy.blocked == {"xn--mller-kva.example"}
    assert policy.internal_allowed == {"shop.example"}
    with store.write() as uow:
        undo(uow, CLOCK)
    with store.write() as uow:
        filters.unblock_domain(uow, "müller.example", CLOCK)
        for wrong in ("gmail.com", "localhost", "a b.example"):
            with pytest.raises(CommandRefused):
                filters.block_domain(uow, wrong, CLOCK)
        assert uow.read.filters.domains(DomainRole.BLOCKED) == uow.read.filters.domains(DomainRole.INTERNAL) == set()


def test_a_filter_that_is_gone_is_said_to_be(store: Store) -> None:
    gone = row("exclude", "subject", "contains", "x", number=7)
    asked: list[Callable[..., object]] = [
        lambda uow: filters.change_row(uow, gone, CLOCK),
        lambda uow: filters.remove_row(uow, gone.id, CLOCK),
        lambda uow: filters.move_row(uow, gone.id, 1, CLOCK),
    ]
    for ask in asked:
        with store.write() as uow, pytest.raises(CommandRefused, match="There is no filter 7"):
            ask(uow)

"""Tags: given and taken by hand as one command, given by rules as mail comes in, and never half done."""

import pytest

from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.ids import EmailId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import TagRow
from desktop.services.match_rules import add_rule
from desktop.services.tags import add_tag, remove_tag
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from tests.gui.mailroom import Mailroom, letter
from tests.helpers.mails import FixedClock

CLOCK = FixedClock()


@pytest.fixture
def emails(store: Store) -> list[EmailId]:
    room = Mailroom(store)
    return [room.keep(letter(subject=f"Order {at}")) for at in range(3)]


def tags(store: Store) -> list[TagRow]:
    with store.read() as read:
        return read.tags.every()


def test_a_tag_is_one_however_it_is_written_and_goes_back_and_forth(store: Store, emails: list[EmailId]) -> None:
    with store.write() as uow:
        assert add_tag(uow, emails[:2], "Größe", CLOCK).words == "Tagged 2 emails Größe"
    with store.write() as uow:
        assert add_tag(uow, emails, "GROSSE", CLOCK).words == "Tagged 1 email GROSSE"
    assert tags(store) == [TagRow("Größe", 3)]
    with store.write() as uow:
        assert remove_tag(uow, emails, "größe", CLOCK).words == "Took the tag größe from 3 emails"
    assert tags(store) == []
    for step, count in ((undo, 3), (undo, 2), (redo, 3), (undo, 2), (undo, 0)):
        with store.write() as uow:
            step(uow, CLOCK)
        assert [row.emails for row in tags(store)] == ([count] if count else [])


def test_what_is_so_already_is_no_command(store: Store, emails: list[EmailId]) -> None:
    with store.write() as uow:
        assert remove_tag(uow, emails, "none", CLOCK).words == "The tags were so already."
    with store.write() as uow, pytest.raises(CommandRefused, match="nothing to undo"):
        undo(uow, CLOCK)


@pytest.mark.parametrize("name", ["", " ", "a,b", "x" * 81])
def test_a_name_that_will_not_do_is_refused(store: Store, emails: list[EmailId], name: str) -> None:
    with store.write() as uow, pytest.raises(CommandRefused):
        add_tag(uow, emails, name, CLOCK)
    assert tags(store) == []


def test_an_unknown_email_is_refused_and_nothing_is_changed(store: Store, emails: list[EmailId]) -> None:
    with pytest.raises(CommandRefused, match="no email 99"), store.write() as uow:
        add_tag(uow, [*emails, EmailId(99)], "vip", CLOCK)
    assert tags(store) == []


def test_what_is_cancelled_leaves_nothing(store: Store, emails: list[EmailId]) -> None:
    def stop(_done: int) -> None:
        raise AppError(ReasonCode.STOPPED, "Cancelled.")

    with pytest.raises(AppError), store.write() as uow:
        add_tag(uow, emails, "vip", CLOCK, step=stop)
    assert tags(store) == []


def test_a_rule_gives_its_tag_to_mail_that_comes_in(store: Store) -> None:
    condition = Condition(Where.SUBJECT, "pallet")
    with store.write() as uow:
        add_rule(uow, MatchRule(RuleId(0), "Freight", (condition,), Action.TAG, None, "freight"), CLOCK)
    room = Mailroom(store)
    tagged = room.keep(letter(subject="Two pallets"))
    room.keep(letter(subject="Invoice"))
    assert tags(store) == [TagRow("freight", 1)]
    with store.read() as read:
        assert list(read.email_list.ids(EmailFilter(tags=frozenset({"Freight"})))) == [tagged]
        row = read.emails.get(tagged)
    assert row is not None
    assert row.tags == ("freight",)

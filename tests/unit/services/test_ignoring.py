"""Ignoring from the queue: this mail, or a sender from now on; what that hides is said first, one undo for all."""

from typing import Any

import pytest
import sqlalchemy as sa

from desktop.domain.changes import Changed
from desktop.domain.errors import CommandRefused
from desktop.domain.filters import Comparison, Effect, Facts, Field, FilterRow, Kind
from desktop.domain.ids import EmailId, FilterId
from desktop.domain.reasons import ReasonCode
from desktop.filtering.judging import Judge
from desktop.services.filters import ROWS_MOST, add_row, policy_for
from desktop.services.ignoring import ignore_emails, ignore_sender, preview_sender, sender_rule
from desktop.services.review import assign
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from desktop.store.tables import email, filter_row
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()
DEALS = "deals@weekly.example"


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def dump(store: Store) -> list[tuple[Any, ...]]:
    with store._reading.connect() as connection:
        tables = (email, filter_row)
        return [tuple(row) for table in tables for row in connection.execute(sa.select(table).order_by(table.c.id))]


def three(office: Office) -> list[EmailId]:
    """Two waiting mails of one sender, one of another."""
    mails = [letter("Deals", DEALS, "1"), letter("Deals", DEALS, "2"), letter("Wei", "wei@acme.example", "3")]
    return [office.mail(one, waits()) for one in mails]


def test_an_ignored_email_waits_no_more_stays_here_and_comes_back_by_undo(office: Office) -> None:
    first, *_ = three(office)
    before = dump(office.store)
    with office.store.write() as uow:
        done = ignore_emails(uow, [first, first], CLOCK)
    assert (done.change.words, done.taken) == ("Ignored 1 email", ())
    assert done.change.changed == Changed.EMAILS | Changed.REVIEW
    with office.store.read() as read:
        row = read.emails.get(first)
        assert row is not None
        assert (row.code, row.customer, row.needs_review, row.decided_by) == ("IGNORED_BY_PERSON", "", False, "person")
        assert row.reason == "Ignored by hand."
        assert read.review.count() == 2
        assert [made.code for made in read.emails.decisions(first)][-1] == "IGNORED_BY_PERSON"
    with office.store.write() as uow:
        assert undo(uow, CLOCK).words == "Undone: Ignored 1 email"
    assert dump(office.store) == before


def test_a_sender_is_left_out_from_now_on_as_one_command(office: Office) -> None:
    first, second, other = three(office)
    before = dump(office.store)
    with office.store.write() as uow:
        change = ignore_sender(uow, f" {DEALS.upper()} ", CLOCK)
    assert change.words == f"Left out {DEALS} from now on and ignored 2 emails"
    assert change.changed == Changed.EMAILS | Changed.REVIEW | Changed.FILTERS
    with office.store.read() as read:
        judge = Judge(policy_for(read, None))
        assert not judge.verdict(Facts(DEALS, (), "")).kept
        assert judge.verdict(Facts("wei@acme.example", (), "")).kept
        assert [mail.id for mail in read.review.waiting()] == [other]
        rows = read.emails.by_ids([first, second])
        assert {row.reason for row in rows.values()} == {f"Ignored by hand, with everything from {DEALS}."}
        assert len(read.records.journal(limit=10)) == 1
    after = dump(office.store)
    with office.store.write() as uow:
        undo(uow, CLOCK)
    assert dump(office.store) == before
    with office.store.write() as uow:
        redo(uow, CLOCK)
    assert dump(office.store) == after


def test_a_sender_who_is_left_out_already_gets_no_second_filter(office: Office) -> None:
    three(office)
    with office.store.write() as uow:
        add_row(uow, sender_rule(DEALS), CLOCK)
    for words in (
        f"Left out {DEALS} from now on and ignored 2 emails",
        f"Left out {DEALS} from now on: it was so already.",
    ):
        with office.store.write() as uow:
            assert ignore_sender(uow, DEALS, CLOCK).words == words
    with office.store.read() as read:
        assert len(read.filters.rows()) == 1


def test_the_preview_says_what_else_it_would_hide(office: Office) -> None:
    waiting = three(office)[:2]
    acme = office.customer("Acme Parts", DEALS)
    office.mail(letter("Deals", DEALS, "4"), filed_with(acme))
    ignored = office.mail(letter("Deals", DEALS, "5"), waits())
    with office.store.write() as uow:
        ignore_emails(uow, [ignored], CLOCK)
    before = dump(office.store)
    with office.store.read() as read:
        found = preview_sender(read, DEALS)
    assert found.mail.waiting == tuple(waiting)
    assert (found.mail.filed, found.mail.filed_with, found.mail.rest) == (1, ("Acme Parts",), 1)
    assert (found.customers, found.why_not) == (("Acme Parts",), "")
    assert dump(office.store) == before


def test_a_filter_that_keeps_the_sender_stands_in_the_way(office: Office) -> None:
    three(office)
    kept = FilterRow(FilterId(0), Effect.KEEP, Field.SENDER, Comparison.DOMAIN, ("weekly.example",))
    with office.store.write() as uow:
        add_row(uow, kept, CLOCK)
    before = dump(office.store)
    with office.store.read() as read:
        assert kept.sentence() in preview_sender(read, DEALS).why_not
    with pytest.raises(CommandRefused, match="Change that one first") as refused, office.store.write() as uow:
        ignore_sender(uow, DEALS, CLOCK)
    assert refused.value.code is ReasonCode.BAD_INPUT
    assert dump(office.store) == before


def test_known_customers_may_be_kept_by_a_filter_too(office: Office) -> None:
    office.customer("Acme Parts", DEALS)
    row = FilterRow(FilterId(0), Effect.KEEP, Field.KIND, Comparison.IS, (Kind.CUSTOMER.value,))
    with office.store.write() as uow:
        add_row(uow, row, CLOCK)
    with office.store.read() as read:
        assert row.sentence() in preview_sender(read, DEALS).why_not
        assert preview_sender(read, "other@weekly.example").why_not == ""


def test_there_is_no_rule_without_an_address_nor_beyond_the_most(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.store.read() as read:
        assert "no address" in preview_sender(read, "Undisclosed").why_not
        monkeypatch.setattr("desktop.services.ignoring.ROWS_MOST", 0)
        assert f"{0} filters" in preview_sender(read, DEALS).why_not
    assert ROWS_MOST > 0


def test_what_somebody_decided_meanwhile_is_not_ignored(office: Office) -> None:
    first, second, _ = three(office)
    acme = office.customer("Acme Parts")
    with office.store.write() as uow:
        assign(uow, [first], acme, remember=False, clock=CLOCK)
    with office.store.write() as uow:
        done = ignore_emails(uow, [first, second], CLOCK)
    assert done.change.words == "Ignored 1 email. Taken by somebody else: filed with Acme Parts"
    assert [one.id for one in done.taken] == [first]
    with office.store.read() as read:
        held = read.emails.by_ids([first, second])
    assert [(held[one].customer, held[one].code) for one in (first, second)] == [
        ("Acme Parts", "SYNCED"),
        ("", "IGNORED_BY_PERSON"),
    ]

"""Assigning by hand: one act, one line in the journal, one undo that leaves nothing behind."""

from typing import Any

import pytest
import sqlalchemy as sa

from desktop.domain.changes import Changed
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details
from desktop.services.review import assign, assign_to_new
from desktop.services.undo import redo, undo
from desktop.store.store import Store
from desktop.store.tables import customer, customer_address, email
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def dump(store: Store) -> list[tuple[Any, ...]]:
    with store._reading.connect() as connection:
        return [
            tuple(row)
            for table in (customer, customer_address, email)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]


def two_mails(office: Office) -> list[EmailId]:
    wei, tom = letter("Wei Zhang", "wei@acme.example", "1"), letter("Tom", "tom@acme.example", "2")
    return [office.mail(wei, waits()), office.mail(tom, waits())]


def test_a_new_customer_from_mail_is_one_command_with_one_undo(office: Office) -> None:
    mails, before = two_mails(office), dump(office.store)
    with office.store.write() as uow:
        number, change = assign_to_new(
            uow,
            mails,
            Details("Acme Parts", owner="Kim"),
            addresses=["office@acme.example"],
            remember=True,
            clock=CLOCK,
        )
    assert change.words == "Added the customer Acme Parts and assigned 2 emails"
    assert change.changed == Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS
    with office.store.read() as read:
        detail = read.customer_list.detail(number)
        assert detail is not None
        assert [(one.address, one.learned) for one in detail.addresses] == [
            ("office@acme.example", False),
            ("wei@acme.example", True),
            ("tom@acme.example", True),
        ]
        assert list(read.email_list.ids(EmailFilter(customer_id=number))) == mails[::-1]
        assert (read.review.count(), len(read.records.journal(limit=10))) == (0, 1)
    after = dump(office.store)
    with office.store.write() as uow:
        assert undo(uow, CLOCK).words == f"Undone: {change.words}"
    assert dump(office.store) == before
    with office.store.write() as uow:
        redo(uow, CLOCK)
    assert dump(office.store) == after


def test_without_remembering_no_address_is_learned(office: Office) -> None:
    mails = two_mails(office)
    with office.store.write() as uow:
        number, _ = assign_to_new(uow, mails[:1], Details("Acme"), remember=False, clock=CLOCK)
        made = uow.read.customers.get(number)
        assert made is not None
        assert made.emails == ()


def test_an_address_given_and_remembered_is_theirs_once(office: Office) -> None:
    mails = two_mails(office)
    with office.store.write() as uow:
        number, change = assign_to_new(
            uow, mails[:1], Details("Acme"), addresses=["Wei@ACME.example"], remember=True, clock=CLOCK
        )
        made = uow.read.customers.get(number)
        assert made is not None
        assert made.emails == ("wei@acme.example",)
    assert change.words == "Added the customer Acme and assigned 1 email"


@pytest.mark.parametrize(
    ("details", "addresses", "mails", "said"),
    [
        (Details(" "), (), [1], "A customer needs a name"),
        (Details("Acme"), ("no address",), [1], "is not a mail address"),
        (Details("Acme"), (), [1, 99], "There is no email 99"),
        (Details("acme parts"), ("lena@acme.example",), [1], "is here already"),
    ],
)
def test_what_is_refused_changes_nothing(
    office: Office, details: Details, addresses: tuple[str, ...], mails: list[EmailId], said: str
) -> None:
    office.customer("Acme Parts", "lena@acme.example")
    two_mails(office)
    before = dump(office.store)
    with pytest.raises(CommandRefused, match=said), office.store.write() as uow:
        assign_to_new(uow, mails, details, addresses=addresses, remember=True, clock=CLOCK)
    assert dump(office.store) == before
    with office.store.read() as read:
        assert len(read.records.journal(limit=10)) == 1


def test_an_address_that_others_have_is_said(office: Office) -> None:
    office.customer("Other", "front@shared.example")
    mails = two_mails(office)
    with office.store.write() as uow:
        _, change = assign_to_new(
            uow, mails, Details("Acme"), addresses=["front@shared.example"], remember=False, clock=CLOCK
        )
    assert "also that of Other" in change.words


def test_the_same_email_named_twice_is_assigned_once(office: Office) -> None:
    acme, mails = office.customer("Acme"), two_mails(office)
    with office.store.write() as uow:
        change = assign(uow, [mails[0], mails[0]], acme, remember=False, clock=CLOCK)
    assert (change.words, change.changed) == ("Assigned 1 email to Acme", Changed.EMAILS | Changed.REVIEW)


def test_learning_an_address_already_known_changes_no_customer(office: Office) -> None:
    acme, mails = office.customer("Acme", "wei@acme.example"), two_mails(office)
    with office.store.write() as uow:
        assert assign(uow, mails[:1], acme, remember=True, clock=CLOCK).changed == Changed.EMAILS | Changed.REVIEW
    with office.store.write() as uow:
        again = assign(uow, mails[:1], acme, remember=True, clock=CLOCK)
    assert (again.changed, again.words) == (Changed.NOTHING, "Assigned 1 email to Acme: it was so already.")


def test_a_customer_or_an_email_that_is_not_there(office: Office) -> None:
    acme = office.customer("Acme")
    for mails, number in (([EmailId(5)], acme), ([], CustomerId(9))):
        with pytest.raises(CommandRefused) as refused, office.store.write() as uow:
            assign(uow, mails, number, remember=False, clock=CLOCK)
        assert refused.value.code is ReasonCode.NOT_FOUND


def test_what_undo_and_redo_would_take_next(office: Office) -> None:
    with office.store.read() as read:
        assert (read.records.undoable(), read.records.redoable()) == (None, None)
    acme, mails = office.customer("Acme"), two_mails(office)
    with office.store.write() as uow:
        assign(uow, mails, acme, remember=False, clock=CLOCK)

    def labels() -> tuple[str, str]:
        with office.store.read() as read:
            entries = (read.records.undoable(), read.records.redoable())
        return tuple(entry.words if entry else "" for entry in entries)  # type: ignore[return-value]

    seen = [labels()]
    for turn in (undo, undo, redo):
        with office.store.write() as uow:
            turn(uow, CLOCK)
        seen.append(labels())
    assert seen == [
        ("Assigned 2 emails to Acme", ""),
        ("Added Acme", "Assigned 2 emails to Acme"),
        ("", "Added Acme"),
        ("Added Acme", "Assigned 2 emails to Acme"),
    ]

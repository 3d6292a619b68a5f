"""Deciding by hand where mail belongs: what a person decides stays decided."""

from collections.abc import Sequence

from desktop.domain.addresses import looks_like_address
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON, Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailRow
from desktop.store.writing.unit_of_work import UnitOfWork


def assign(
    uow: UnitOfWork, emails: Sequence[EmailId], customer_id: CustomerId, *, remember: bool, clock: Clock
) -> ChangeSet:
    """File *emails* with a customer, by hand; with *remember*, the senders' addresses become the customer's too.

    Raises CommandRefused when an email or the customer does not exist. Assigning where it already is changes nothing.
    """
    customer = _customer(uow, customer_id)
    rows = [_email(uow, email_id) for email_id in emails]
    now = clock.now()
    decision = Decision(ReasonCode.SYNCED, f"Assigned to {customer.name} by hand.", PERSON, customer_id, confidence=100)
    moved = [row.id for row in rows if row.id is not None and not _is_there(row, customer_id)]
    uow.decisions.decide_by_hand(moved, decision, now)
    learned = _senders(rows) if remember else []
    uow.customers.add_addresses(customer_id, learned, origin="learned")
    noun = "email" if len(rows) == 1 else "emails"
    words = f"Assigned {len(rows)} {noun} to {customer.name}"
    if not uow.journal.record("review.assign", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    changed = Changed.EMAILS | Changed.REVIEW | (Changed.CUSTOMERS if learned else Changed.NOTHING)
    return ChangeSet(changed, words)


def _is_there(row: EmailRow, customer_id: CustomerId) -> bool:
    return row.decided_by == PERSON and row.customer_id == customer_id and not row.needs_review


def _senders(rows: Sequence[EmailRow]) -> list[str]:
    """Addresses worth remembering: a sender that is in doubt teaches nothing."""
    certain = (row.from_address for row in rows if row.code != ReasonCode.SENDER_AMBIGUOUS.value)
    return [address for address in dict.fromkeys(certain) if looks_like_address(address)]


def _customer(uow: UnitOfWork, customer_id: CustomerId) -> Customer:
    customer = uow.read.customers.get(customer_id)
    if customer is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no customer {customer_id}.",
            meaning="Nothing was changed.",
            action="'postroom customers list' shows the customers and their ids.",
        )
    return customer


def _email(uow: UnitOfWork, email_id: EmailId) -> EmailRow:
    row = uow.read.emails.get(email_id)
    if row is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            f"There is no email {email_id}.",
            meaning="Nothing was changed.",
            action="'postroom review list' shows what waits, with its ids.",
        )
    return row

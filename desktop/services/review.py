"""Deciding by hand where mail belongs: what a person decides stays decided."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from desktop.domain.addresses import looks_like_address
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON, Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.review_item import TEACH_NOTHING
from desktop.domain.rows import VerdictRow
from desktop.matching.asked import NOT_TOLD
from desktop.matching.unwrapping import ask
from desktop.services.bulk import Step, counted, in_parts, no_step
from desktop.services.customers import Details, find_customer, make_customer
from desktop.services.ours import ours_at
from desktop.services.taking import Outcome, outcome, still_waiting, too_late
from desktop.store.writing.unit_of_work import UnitOfWork


def assign(
    uow: UnitOfWork,
    emails: Sequence[EmailId],
    customer_id: CustomerId,
    *,
    remember: bool,
    clock: Clock,
    step: Step = no_step,
) -> ChangeSet:
    """File *emails* with a customer, by hand; with *remember*, the senders' addresses become the customer's too.

    However many there are, it is one command with one undo. Raises CommandRefused when an email or the customer does
    not exist. Assigning where it already is changes nothing.
    """
    customer, now = find_customer(uow, customer_id), clock.now()
    learned, count = list[str](), 0
    for part in in_parts(emails, step):
        known = replace(customer, emails=(*customer.emails, *learned))
        learned += _file(uow, _verdicts(uow, part), known, now, remember=remember)
        count += len(part)
    words = f"Assigned {counted(count)} to {customer.name}"
    if not uow.journal.record("review.assign", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    changed = Changed.EMAILS | Changed.REVIEW | (Changed.CUSTOMERS if learned else Changed.NOTHING)
    return ChangeSet(changed, words)


def assign_waiting(
    uow: UnitOfWork, emails: Sequence[EmailId], customer_id: CustomerId, *, remember: bool, clock: Clock
) -> Outcome:
    """File those of *emails* that still wait, as :func:`assign` does; those taken meanwhile stay as they were decided.

    Raises CommandRefused when the customer does not exist.
    """
    waiting, taken = still_waiting(uow.read, emails)
    if not waiting:
        return too_late(taken)
    return outcome(assign(uow, waiting, customer_id, remember=remember, clock=clock), taken)


def assign_seen(
    uow: UnitOfWork, emails: Sequence[EmailId], waiting: Sequence[EmailId], customer_id: CustomerId, *, clock: Clock
) -> Outcome:
    """File *emails*, filed ones too, as :func:`assign` does, and learn nothing.

    Those of them that a person saw *waiting* and that were taken meanwhile stay as they were decided. Raises
    CommandRefused when an email or the customer does not exist.
    """
    _, taken = still_waiting(uow.read, waiting)
    late = {one.id for one in taken}
    left = [number for number in emails if number not in late]
    if not left:
        return too_late(taken)
    return outcome(assign(uow, left, customer_id, remember=False, clock=clock), taken)


def accept_all(uow: UnitOfWork, picks: Mapping[EmailId, CustomerId], clock: Clock) -> Outcome:
    """File each email that still waits with the customer picked for it, all as one command with one undo.

    Raises CommandRefused when a customer does not exist, and then changes nothing.
    """
    waiting, taken = still_waiting(uow.read, list(picks))
    if not waiting:
        return too_late(taken)
    now = clock.now()
    each: dict[CustomerId, list[EmailId]] = {}
    for number in waiting:
        each.setdefault(picks[number], []).append(number)
    for customer_id, theirs in each.items():
        _file(uow, _verdicts(uow, theirs), find_customer(uow, customer_id), now, remember=False)
    words = f"Accepted {len(waiting):,} suggestion{'' if len(waiting) == 1 else 's'}"
    uow.journal.record("review.accept_all", words, PERSON, now)
    return outcome(ChangeSet(Changed.EMAILS | Changed.REVIEW, words), taken)


def assign_waiting_to_new(
    uow: UnitOfWork, emails: Sequence[EmailId], details: Details, *, addresses: Sequence[str], clock: Clock
) -> tuple[CustomerId | None, Outcome]:
    """Make a new customer of those of *emails* that still wait, as :func:`assign_to_new` does.

    When none does, no customer is made. Raises as that does.
    """
    waiting, taken = still_waiting(uow.read, emails)
    if not waiting:
        return None, too_late(taken)
    number, change = assign_to_new(uow, waiting, details, addresses=addresses, remember=False, clock=clock)
    return number, outcome(change, taken)


def assign_to_new(
    uow: UnitOfWork,
    emails: Sequence[EmailId],
    details: Details,
    *,
    addresses: Sequence[str] = (),
    remember: bool,
    clock: Clock,
    step: Step = no_step,
) -> tuple[CustomerId, ChangeSet]:
    """Make a new customer and file *emails* with them, as one command with one undo.

    *addresses* are theirs from the start; with *remember*, the senders' addresses become theirs too. Raises
    CommandRefused when an email does not exist, for a bad value, or for a customer who is here already.
    """
    now, count = clock.now(), 0
    customer_id, shared = make_customer(uow, details, addresses, now)
    for part in in_parts(emails, step):
        _file(uow, _verdicts(uow, part), find_customer(uow, customer_id), now, remember=remember)
        count += len(part)
    customer = find_customer(uow, customer_id)
    words = f"Added the customer {customer.name} and assigned {counted(count)}"
    uow.journal.record("review.assign_to_new", words, PERSON, now)
    return customer_id, ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS, words + shared)


def _file(
    uow: UnitOfWork, rows: Sequence[VerdictRow], customer: Customer, now: datetime, *, remember: bool
) -> list[str]:
    """File *rows*, and return the addresses that were learned from them."""
    decision = Decision(ReasonCode.SYNCED, f"Assigned to {customer.name} by hand.", PERSON, customer.id, confidence=100)
    moved = [row.id for row in rows if not _is_there(row, customer.id)]
    uow.decisions.decide_by_hand(moved, decision, now)
    learned = [address for address in _senders(uow, rows) if address not in customer.emails] if remember else []
    uow.customers.add_addresses(customer.id, learned, origin="learned")
    return learned


def _is_there(row: VerdictRow, customer_id: CustomerId) -> bool:
    return row.decided_by == PERSON and row.customer_id == customer_id and not row.needs_review


def _senders(uow: UnitOfWork, rows: Sequence[VerdictRow]) -> list[str]:
    """Addresses worth remembering.

    A sender that is in doubt teaches nothing, nor one that may be forged, nor what we sent ourselves. And who only
    handed a mail on is nobody's customer: to learn a form's or a colleague's address would file all they send. Nor is
    the server that reports on a delivery.
    """
    letters = uow.read.letters.get([row.id for row in rows], with_text=False)
    ours = ours_at(uow.read)
    found = []
    for row in rows:
        letter = letters.get(row.id)
        if letter is None or letter.outbound or row.code in TEACH_NOTHING:
            continue
        if letter.mail.report is not None:
            continue
        asked = ask(letter.mail, ours.get(letter.mailbox_id, NOT_TOLD))
        if asked.direct is not None and asked.sender is not None and not (asked.unproven or asked.is_ours):
            found.append(asked.sender.address)
    return [address for address in dict.fromkeys(found) if looks_like_address(address)]


def _verdicts(uow: UnitOfWork, wanted: Sequence[EmailId]) -> list[VerdictRow]:
    each, held = dict.fromkeys(wanted), uow.read.emails.verdicts(wanted)
    for email_id in each:
        if email_id not in held:
            raise CommandRefused(
                ReasonCode.NOT_FOUND,
                f"There is no email {email_id}.",
                meaning="Nothing was changed.",
                action="'postroom review list' shows what waits, with its ids.",
            )
    return [held[email_id] for email_id in each]

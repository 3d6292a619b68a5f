"""Ignoring from the queue (RV7): this email is nobody's; or a sender's mail is left out from now on, previewed.

What is ignored stays here, with its verdict, and an undo brings it back. The rule is a filter like any other: it stands
with them, can be changed there, and what it leaves out is counted and listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON, Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.filters import Comparison, Effect, Facts, Field, FilterRow, Kind
from desktop.domain.ids import EmailId, FilterId
from desktop.domain.reasons import ReasonCode
from desktop.domain.sender_mail import SenderMail
from desktop.filtering.judging import Judge, Policy
from desktop.services.bulk import Step, counted, in_parts, no_step
from desktop.services.filters import ROWS_MOST, checked_row
from desktop.services.taking import Outcome, outcome, still_waiting, too_late
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SenderRule:
    """What ignoring a sender would do. ``why_not`` says why it cannot be done, or would do nothing; else it is empty.

    ``mail`` is what is here of them: what waits would be ignored, what is filed stays filed. ``customers`` are those
    whose address it is. ``kept_by`` is the sentence of a filter above that would bring their mail in all the same.
    """

    address: str
    mail: SenderMail
    customers: tuple[str, ...] = ()
    kept_by: str = ""
    why_not: str = ""


def ignore_emails(uow: UnitOfWork, emails: Sequence[EmailId], clock: Clock) -> Outcome:
    """Decide that those of *emails* that still wait are nobody's, as one command with one undo."""
    waiting, taken = still_waiting(uow.read, emails)
    if not waiting:
        return too_late(taken)
    now = clock.now()
    _decide(uow, waiting, "Ignored by hand.", clock)
    words = f"Ignored {counted(len(waiting))}"
    uow.journal.record("review.ignore", words, PERSON, now)
    return outcome(ChangeSet(Changed.EMAILS | Changed.REVIEW, words), taken)


def ignore_waiting(uow: UnitOfWork, emails: Sequence[EmailId], clock: Clock, *, step: Step = no_step) -> ChangeSet:
    """Decide that those of very many *emails* that wait are nobody's, as one command with one undo.

    The others were chosen along with them, and stay as they are; the words say how many.
    """
    ignored = others = 0
    for part in in_parts(emails, step):
        waiting = [row.id for row in uow.read.emails.verdicts(part).values() if row.needs_review]
        _decide(uow, waiting, "Ignored by hand.", clock)
        ignored, others = ignored + len(waiting), others + len(part) - len(waiting)
    if not ignored:
        return ChangeSet(Changed.NOTHING, "None of them waits for anybody")
    words = f"Ignored {counted(ignored)}"
    uow.journal.record("review.ignore", words, PERSON, clock.now())
    more = f"; {counted(others)} did not wait and {'stays' if others == 1 else 'stay'} filed" if others else ""
    return ChangeSet(Changed.EMAILS | Changed.REVIEW, words + more)


def preview_sender(read: Reader, address: str) -> SenderRule:
    """Return what ignoring everything from *address* would do; nothing is changed."""
    sender = normalise_address(address)
    if not looks_like_address(sender):
        return SenderRule(sender, SenderMail(), why_not="The sender has no address that a rule could look for.")
    holders = read.customers.by_addresses([sender]).get(sender, ())
    names = tuple(one.name for one in read.customers.by_ids(set(holders)))
    rows = tuple(read.filters.rows())
    kept_by = _kept_by(rows, sender, is_customer=bool(names))
    if not kept_by and len(rows) >= ROWS_MOST and not _holds(rows, sender):
        why_not = f"There are {ROWS_MOST} filters already: put values of several into one."
    else:
        why_not = f"A filter keeps their mail: {kept_by} Change that one first." if kept_by else ""
    return SenderRule(sender, read.sender_mail.of(sender), names, kept_by, why_not)


def ignore_sender(uow: UnitOfWork, address: str, clock: Clock) -> ChangeSet:
    """Leave out what *address* sends from now on, and ignore what waits of them: one command with one undo.

    Raises CommandRefused for the reasons of :func:`preview_sender`.
    """
    found = preview_sender(uow.read, address)
    if found.why_not:
        raise CommandRefused(ReasonCode.BAD_INPUT, found.why_not, meaning="Nothing was changed.")
    now = clock.now()
    held = tuple(uow.read.filters.rows())
    if not _holds(held, found.address):
        uow.filters.add(checked_row(sender_rule(found.address)), len(held) + 1)
    _decide(uow, found.mail.waiting, f"Ignored by hand, with everything from {found.address}.", clock)
    also = f" and ignored {counted(len(found.mail.waiting))}" if found.mail.waiting else ""
    words = f"Left out {found.address} from now on{also}"
    if not uow.journal.record("review.ignore_sender", words, PERSON, now):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(Changed.EMAILS | Changed.REVIEW | Changed.FILTERS, words)


def sender_rule(address: str) -> FilterRow:
    """Return the row that leaves out everything *address* sends."""
    return FilterRow(FilterId(0), Effect.EXCLUDE, Field.SENDER, Comparison.IS, (address,))


def _holds(rows: Sequence[FilterRow], sender: str) -> bool:
    """Tell whether the rows leave the sender out already, whatever else is true of the mail."""
    verdict = Judge(Policy(tuple(row for row in rows if row.mailbox_id is None))).verdict(Facts(sender, (), ""))
    return verdict.row is not None and not verdict.kept


def _kept_by(rows: Sequence[FilterRow], sender: str, *, is_customer: bool) -> str:
    """Return the sentence of the row that keeps what the sender writes, before any rule at the end could decide."""
    kinds = ((Kind.CUSTOMER, ""),) if is_customer else ()
    keeping = tuple(row for row in rows if row.effect is not Effect.INCLUDE and row.mailbox_id is None)
    verdict = Judge(Policy(keeping)).verdict(Facts(sender, (), "", kinds))
    return next((row.sentence() for row in rows if verdict.kept and row.id == verdict.row), "")


def _decide(uow: UnitOfWork, emails: Sequence[EmailId], reason: str, clock: Clock) -> None:
    ignored = Decision(ReasonCode.IGNORED_BY_PERSON, reason, PERSON)
    uow.decisions.decide_by_hand(list(emails), ignored, clock.now())

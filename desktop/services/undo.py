"""Undo and redo of any command, many steps back and over restarts."""

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.store.writing.unit_of_work import UnitOfWork

_ALL = Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES

TAKEN_BACK = "The customer it was filed with was taken back by undo."


def undo(uow: UnitOfWork, clock: Clock) -> ChangeSet:
    """Take the newest command back. Raises CommandRefused when there is none or its object has changed since.

    Mail that was filed meanwhile with a customer that now disappears goes to review: it is not lost, and no customer is
    kept alive behind a person's back. A rule filed it, or a person whose command went with a backfill that was undone.
    """
    now = clock.now()
    decision = Decision(ReasonCode.NO_MATCH, TAKEN_BACK, "rule:undo", needs_review=True)
    filed = uow.read.emails.filed_with(uow.journal.customers_made_by_newest())
    own = uow.journal.emails_of_newest()
    uow.decisions.decide_by_hand([email_id for email_id in filed if email_id not in own], decision, now)
    entry = uow.journal.undo(now)
    if entry is None:
        raise CommandRefused(
            ReasonCode.NOTHING_TO_UNDO, "There is nothing to undo.", meaning="No command has been carried out yet."
        )
    return ChangeSet(_ALL, f"Undone: {entry.words}")


def redo(uow: UnitOfWork, clock: Clock) -> ChangeSet:
    """Do the last undone command again. Raises CommandRefused when there is none."""
    entry = uow.journal.redo(clock.now())
    if entry is None:
        raise CommandRefused(
            ReasonCode.NOTHING_TO_UNDO,
            "There is nothing to redo.",
            meaning="Nothing was undone, or a newer command came after it.",
        )
    return ChangeSet(_ALL, f"Done again: {entry.words}")

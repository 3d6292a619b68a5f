"""Undo and redo of any command, many steps back and over restarts."""

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import Decision
from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.services.turned_merges import finding_their_place, going_along
from desktop.store.writing.journal import Step, no_step
from desktop.store.writing.unit_of_work import UnitOfWork

_ALL = Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES | Changed.FILTERS | Changed.VIEWS

TAKEN_BACK = "The customer it was filed with was taken back by undo."


def undo(uow: UnitOfWork, clock: Clock, step: Step = no_step) -> ChangeSet:
    """Take the newest command back; *step* is told how many of how many rows are done, and ends it by raising.

    Raises CommandRefused when there is none or its object has changed since.

    Mail that a rule has filed meanwhile with a customer that now disappears goes to review: it is not lost, and no
    customer is kept alive behind a person's back. What a person filed there is theirs to move: refused until then.
    """
    now = clock.now()
    turn = uow.journal.merge_in_turn(backwards=True)
    going_along(uow, turn, now, backwards=True)
    made = uow.journal.customers_made_by_newest()
    own = uow.journal.emails_in_turn(backwards=True) if made else frozenset()
    for email_id in uow.read.emails.filed_with(made):
        if email_id in own:
            continue
        decision = Decision(ReasonCode.NO_MATCH, TAKEN_BACK, "rule:undo", needs_review=True)
        if not uow.decisions.decide_by_rule(email_id, decision, now):
            raise _filed_by_hand()
    entry = uow.journal.undo(now, step)
    finding_their_place(uow, turn, now)
    if entry is None:
        raise CommandRefused(
            ReasonCode.NOTHING_TO_UNDO, "There is nothing to undo.", meaning="No command has been carried out yet."
        )
    return ChangeSet(_ALL, f"Undone: {entry.words}")


def redo(uow: UnitOfWork, clock: Clock, step: Step = no_step) -> ChangeSet:
    """Do the last undone command again; *step* as for :func:`undo`. Raises CommandRefused when there is none."""
    now = clock.now()
    turn = uow.journal.merge_in_turn(backwards=False)
    going_along(uow, turn, now, backwards=False)
    entry = uow.journal.redo(now, step)
    finding_their_place(uow, turn, now)
    if entry is None:
        raise CommandRefused(
            ReasonCode.NOTHING_TO_UNDO,
            "There is nothing to redo.",
            meaning="Nothing was undone, or a newer command came after it.",
        )
    return ChangeSet(_ALL, f"Done again: {entry.words}")


def _filed_by_hand() -> CommandRefused:
    """Return the refusal to take a customer away with whom a person filed mail by a command that is gone."""
    return CommandRefused(
        ReasonCode.CHANGED_MEANWHILE,
        "Mail was filed by hand with a customer that undoing this would take away.",
        meaning="Nothing was changed: what a person decided is not undone with something else.",
        action="File that mail with another customer, then undo again.",
    )

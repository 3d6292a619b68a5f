"""Beginning, holding, ending and taking back backfills. Servers are never touched here."""

from desktop.domain.backfill import (
    MOST_DAYS,
    OPEN,
    Backfill,
    BackfillState,
    Obstacle,
    UndoPreview,
    obstacle,
    range_of,
)
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import BackfillId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

_TAKEN_BACK = Changed.EMAILS | Changed.REVIEW | Changed.CUSTOMERS | Changed.MAILBOXES | Changed.LOG | Changed.BACKFILLS


def check_days(days: int) -> None:
    """Raise CommandRefused unless *days* is a number of days that a backfill can go back."""
    if not 1 <= days <= MOST_DAYS:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"{days:,} days is no range for a backfill.",
            meaning="Nothing was begun.",
            action=f"Give a number of days from 1 to {MOST_DAYS:,}; the smallest that is of use is best.",
        )


def obstacle_of(read: Reader, mailbox: Mailbox) -> Obstacle | None:
    """Return why *mailbox* can have no backfill now, or None."""
    return obstacle(mailbox, read.mailboxes.condition(mailbox.id))


def check_may_run(read: Reader, mailbox: Mailbox) -> None:
    """Raise CommandRefused with the reason when *mailbox* can have no backfill now."""
    found = obstacle_of(read, mailbox)
    if found is not None:
        raise CommandRefused(found.code, found.what, meaning=found.meaning, action=found.action)


def open_one(read: Reader, mailbox: Mailbox) -> Backfill | None:
    """Return the backfill of *mailbox* that is not at an end."""
    return next((one for one in read.backfills.of(mailbox.id) if one.is_open), None)


def begin(
    uow: UnitOfWork, mailbox: Mailbox, days: int, clock: Clock, *, quiet_hours: bool = False
) -> tuple[Backfill, ChangeSet]:
    """Store a backfill of *days* that waits to be run.

    Raises CommandRefused while the mailbox has an open problem, was not synced since it was connected, or has another
    backfill that is not at an end (BACKFILL_OPEN).
    """
    check_days(days)
    check_may_run(uow.read, mailbox)
    held = open_one(uow.read, mailbox)
    if held is not None:
        raise CommandRefused(
            ReasonCode.BACKFILL_OPEN,
            f"A backfill of {_days(held.days)} for {mailbox.address} is {held.state.value}.",
            meaning="A mailbox has one at a time; nothing was begun.",
            action="Let it go on, or cancel it first.",
        )
    since, until = range_of(mailbox, days, clock.now())
    number = uow.backfills.begin(mailbox.id, days, since, until, clock.now(), quiet_hours=quiet_hours)
    words = f"Began a backfill of {_days(days)} for {mailbox.address}"
    return _stored(uow, number), _said(uow, mailbox, words, clock)


def pause(uow: UnitOfWork, one: Backfill, clock: Clock) -> ChangeSet:
    """Have it rest until it is resumed, over restarts."""
    return _turn(uow, one, BackfillState.PAUSED, "Paused", clock)


def resume(uow: UnitOfWork, one: Backfill, clock: Clock) -> ChangeSet:
    """Have it go on, where it was."""
    return _turn(uow, one, BackfillState.WAITING, "Resumed", clock)


def cancel(uow: UnitOfWork, one: Backfill, clock: Clock) -> ChangeSet:
    """End it; what it brought stays."""
    return _turn(uow, one, BackfillState.CANCELLED, "Stopped", clock)


def undo_preview(read: Reader, one: Backfill) -> UndoPreview:
    """Return what taking *one* back would take away, people's decisions with it; raises as :func:`undo`."""
    _check_newest(read, one)
    emails = read.backfills.emails(one.id)
    return UndoPreview(
        len(emails), read.backfills.decided(emails), len(read.backfills.commands_on(emails, one.created_at))
    )


def undo(uow: UnitOfWork, one: Backfill, clock: Clock) -> ChangeSet:
    """Take back exactly what it brought, from what is stored here alone; an open one ends with it.

    Raises CommandRefused when it was taken back already, or a later one of the same mailbox stands on it.
    """
    _check_newest(uow.read, one)
    count = uow.backfills.undo(one, clock.now())
    words = f"Undid the backfill of {_days(one.days)} for {one.address}: {count:,} emails went"
    uow.records.say("info", f"{words}.", clock.now(), mailbox_id=one.mailbox_id)
    return ChangeSet(_TAKEN_BACK, words)


def _check_newest(read: Reader, one: Backfill) -> None:
    standing = [held for held in read.backfills.of(one.mailbox_id) if held.state is not BackfillState.UNDONE]
    if one.id not in [held.id for held in standing]:
        raise CommandRefused(
            ReasonCode.NOTHING_TO_UNDO,
            f"The backfill of {_days(one.days)} for {one.address} was undone already.",
            meaning="Nothing was changed.",
            action="Begin it again if its mail is wanted after all.",
        )
    if standing[0].id != one.id:
        raise CommandRefused(
            ReasonCode.BACKFILL_OPEN,
            f"A later backfill of {_days(standing[0].days)} for {one.address} goes on from this one.",
            meaning="Nothing was changed.",
            action="Undo the later one first.",
        )


def _turn(uow: UnitOfWork, one: Backfill, state: BackfillState, verb: str, clock: Clock) -> ChangeSet:
    held = uow.read.backfills.one(one.id)
    if held is None or not held.is_open:
        raise CommandRefused(
            ReasonCode.CHANGED_MEANWHILE,
            f"The backfill of {_days(one.days)} for {one.address} is at an end already.",
            meaning="Nothing was changed.",
            action="Look at what it brought.",
        )
    words = f"{verb} the backfill of {_days(one.days)} for {one.address}"
    if held.state is state or (state is BackfillState.WAITING and held.state is BackfillState.RUNNING):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    ended = None if state in OPEN else clock.now()
    uow.backfills.set_state(one.id, state, ended=ended)
    kept = f"; its {held.figures.stored:,} emails stay" if state is BackfillState.CANCELLED else ""
    uow.records.say("info", f"{words}{kept}.", clock.now(), mailbox_id=one.mailbox_id)
    return ChangeSet(Changed.BACKFILLS | Changed.LOG, f"{words}{kept}")


def _stored(uow: UnitOfWork, number: BackfillId) -> Backfill:
    found = uow.read.backfills.one(number)
    if found is None:
        msg = f"backfill {number} is not there"
        raise LookupError(msg)
    return found


def _said(uow: UnitOfWork, mailbox: Mailbox, words: str, clock: Clock) -> ChangeSet:
    uow.records.say("info", f"{words}.", clock.now(), mailbox_id=mailbox.id)
    return ChangeSet(Changed.BACKFILLS | Changed.LOG, words)


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days:,} days"

"""The words of a backfill for a person."""

from datetime import datetime

from desktop.domain.backfill import Backfill, BackfillEstimate, BackfillState, UndoPreview
from desktop.ui.words import counted, day, number

_HEADS = {
    BackfillState.RUNNING: "Bringing in {}",
    BackfillState.WAITING: "{} wait to be brought in",
    BackfillState.PAUSED: "Paused: {}",
    BackfillState.DONE: "{} are brought in",
    BackfillState.CANCELLED: "Stopped: part of {}",
    BackfillState.UNDONE: "{} were taken back",
}


def head_words(one: Backfill) -> str:
    """Say where it is."""
    return _HEADS[one.state].format(counted(one.days, "day"))


def range_words(one: Backfill, now: datetime) -> str:
    """Say which days it is about, and how much there is."""
    total = f" {counted(one.total, 'email')} on the server." if one.total else ""
    return f"Newest first. {day(one.since, now)} to {day(one.until, now)}.{total}"


def percent(one: Backfill) -> int:
    """Return how far it is, of 100."""
    if one.state is BackfillState.DONE:
        return 100
    return min(99, 100 * one.figures.done // one.total) if one.total else 0


def left_words(seconds: float) -> str:
    """Say how long it still takes."""
    if seconds < 60:
        return "less than a minute left"
    return f"about {number(round(seconds / 60))} min left"


def minutes_words(seconds: float) -> str:
    """Say how long it would take."""
    return "Less than a minute" if seconds < 60 else f"About {counted(round(seconds / 60), 'minute')}"


def size_words(size: int) -> str:
    """Say how much room is taken."""
    megabytes = size / 1024 / 1024
    return "less than 1 MB" if megabytes < 1 else f"{number(round(megabytes))} MB"


def estimate_lead(found: BackfillEstimate, now: datetime) -> str:
    """Say what was found, and how exactly."""
    if not found.messages:
        return f"The server has nothing older than {day(found.until, now)} in this range. Choose a longer one."
    whole = found.looked_at + found.left_out >= found.messages
    exact = "" if whole else f" What they come to is estimated from {number(found.looked_at)} of them."
    days = f"{day(found.since, now)} to {day(found.until, now)}"
    return f"{counted(found.messages, 'older email')} on the server, {days}. Nothing is brought in yet.{exact}"


def undo_words(taken: UndoPreview) -> str:
    """Say what undoing takes away, before it does."""
    words = f"This takes {counted(taken.emails, 'email')} out of Postroom again. The mailbox itself is not touched."
    if taken.decided:
        words += f" People decided on {number(taken.decided)} of them; those decisions go too."
    if taken.commands:
        words += f" {counted(taken.commands, 'step')} of Undo with these emails go too."
    return words

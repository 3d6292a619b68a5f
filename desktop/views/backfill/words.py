"""The words of a backfill for a person."""

from collections.abc import Sequence
from datetime import datetime

from desktop.domain.backfill import Backfill, BackfillEstimate, BackfillState, QuietHours, UndoPreview
from desktop.domain.backfill_days import RangeCount
from desktop.ui.words import counted, day, number

_HEADS = {
    BackfillState.RUNNING: "Bringing in {}",
    BackfillState.WAITING: "{} wait to be brought in",
    BackfillState.PAUSED: "Paused: {}",
    BackfillState.DONE: "{} are brought in",
    BackfillState.CANCELLED: "Stopped: part of {}",
    BackfillState.UNDONE: "{} were taken back",
}


def hours_words(hours: QuietHours) -> str:
    """Say when the quiet hours are."""
    return f"{hours.begins:%H:%M} to {hours.ends:%H:%M}"


def about_words(one: RangeCount) -> tuple[str, str]:
    """Say how many emails a range has, and how long they would take; a count that still grows ends in dots."""
    if not one.is_whole:
        return f"{counted(one.messages, 'email')}…", ""
    if not one.messages:
        return "no older email", ""
    minutes = "< 1 min" if one.seconds < 60 else f"{number(round(one.seconds / 60))} min"
    return f"~ {counted(one.messages, 'email')}", minutes


def told_words(parts: Sequence[str]) -> str:
    """Return what :func:`about_words` gave as it is read out."""
    return ", ".join(part for part in parts if part).replace("~ ", "about ").replace("< ", "under ")


def last_words(one: Backfill) -> str:
    """Say which one was the last, and what it brought."""
    how = "" if one.state is BackfillState.DONE else ", stopped early"
    return f"Last backfill: {counted(one.days, 'day')}{how}, {counted(one.figures.stored, 'email')}."


def head_words(one: Backfill) -> str:
    """Say where it is."""
    return _HEADS[one.state].format(counted(one.days, "day"))


def days_words(since: datetime, until: datetime, now: datetime) -> str:
    """Say from which day to which, in a sentence."""
    first, last = day(since, now), day(until, now)
    return f"{first} to {last.lower() if last in ('Today', 'Yesterday') else last}"


def range_words(one: Backfill, now: datetime) -> str:
    """Say which days it is about, and how much there is."""
    total = f" {counted(one.total, 'email')} on the server." if one.total else ""
    return f"Newest first. {days_words(one.since, one.until, now)}.{total}"


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
    days = days_words(found.since, found.until, now)
    return f"{counted(found.messages, 'older email')} on the server, {days}. Nothing is brought in yet.{exact}"


def cost_words(found: BackfillEstimate) -> str:
    """Say how many would be filed, how long it would take and how much room."""
    filed = f"{number(found.matches)} would be filed with a customer."
    return f"{filed} {minutes_words(found.seconds)}, and {size_words(found.disk_bytes)} on this disk."


def smaller_words(days: int) -> str:
    """Say that less is easier."""
    return f"{counted(days, 'day')} may go through where more do not: the server is asked for less at a time."


def undo_words(taken: UndoPreview) -> str:
    """Say what undoing takes away, before it does."""
    words = f"This takes {counted(taken.emails, 'email')} out of Postroom again. The mailbox itself is not touched."
    if taken.decided:
        words += f" People decided on {number(taken.decided)} of them; those decisions go too."
    if taken.commands:
        words += f" {counted(taken.commands, 'step')} of Undo with these emails go too."
    return words

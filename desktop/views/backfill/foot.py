"""The buttons below a page of the dialog: what they say, and whether they can be pressed."""

import enum
from dataclasses import dataclass

from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.backfill_days import further_range
from desktop.ui.words import counted, number
from desktop.views.backfill.known import Known


class Page(enum.IntEnum):
    """The pages, in order."""

    RANGE = 0
    CHECK = 1
    RUN = 2
    REVIEW = 3


@dataclass(frozen=True, slots=True)
class Foot:
    """Of each button its words (none: it is not shown), and whether it can be pressed. ``cancels``: Cancel is there."""

    next: str
    first: str = ""
    second: str = ""
    icon: str = ""
    can_next: bool = True
    can_first: bool = True
    cancels: bool = False


def range_foot(known: Known | None, days: int) -> Foot:
    """Return the foot of the first page."""
    blocked = known is not None and known.obstacle is not None
    can = known is not None and (not blocked or known.can_mend)
    return Foot("Sync now" if blocked else f"Check {counted(days, 'day')}", can_next=can, cancels=True)


def check_foot(days: int, *, can_start: bool) -> Foot:
    """Return the foot of the second page."""
    return Foot(f"Start {counted(days, 'day')}", "Back", can_next=can_start, cancels=True)


def run_foot(one: Backfill) -> Foot:
    """Return the foot of the third page."""
    is_paused = one.state is BackfillState.PAUSED
    turn, icon = ("Resume", "play") if is_paused else ("Pause", "pause")
    return Foot("Continue in background", f"Stop, keep {number(one.figures.stored)}", turn, icon)


def review_foot(one: Backfill, *, can_undo: bool, is_asked: bool) -> Foot:
    """Return the foot of the last page."""
    goes_on = {
        BackfillState.CANCELLED: f"Go on: {counted(one.days, 'day')}",
        BackfillState.UNDONE: "Choose another range",
    }.get(one.state, f"Go further: {counted(further_range(one.days), 'day')}")
    undo = "Yes, take them back" if is_asked else "Undo this backfill"
    return Foot("Done", undo, goes_on, "history", can_first=can_undo)


def next_range(one: Backfill) -> int:
    """Return the range that is chosen when one goes on from *one*."""
    return further_range(one.days) if one.state is BackfillState.DONE else one.days

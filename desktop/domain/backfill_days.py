"""The days that a backfill is about: how many messages each has, here and on the server, and what to offer. Pure.

Days are those of this computer's clock, as people count them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.domain.backfill import CHOICES
from desktop.domain.reasons import ReasonCode

_DAY = timedelta(days=1)
EASED_BY_LESS = frozenset(
    {
        ReasonCode.ACCOUNT_THROTTLED,
        ReasonCode.SERVER_UNREACHABLE,
        ReasonCode.SERVER_MISBEHAVES,
        ReasonCode.STORE_FULL,
        ReasonCode.STORE_BUSY,
    }
)
"""Failures that a smaller range may not meet."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """Messages of one day: those that have their verdict ``here``, and those still ``there``, on the server."""

    day: date
    here: int
    there: int

    @property
    def total(self) -> int:
        """How many there are of that day."""
        return self.here + self.there


@dataclass(frozen=True, slots=True)
class RangeCount:
    """About how many messages a range of ``days`` has on the server, and how many seconds they would take.

    It grows folder by folder, and ``is_whole`` once all of them were asked.
    """

    days: int
    messages: int
    seconds: float
    is_whole: bool


def day_of(moment: datetime) -> date:
    """Return the day of *moment* (aware) by this computer's clock."""
    return moment.astimezone().date()


def filled(there: Mapping[date, int], here: Mapping[date, int], since: datetime, until: datetime) -> list[DayCount]:
    """Return each day from *since* to *until*, the oldest first, those without a message too."""
    first, end = day_of(since), day_of(until)
    days = [first + at * _DAY for at in range((end - first).days + 1)]
    return [DayCount(day, here.get(day, 0), there.get(day, 0)) for day in days]


def smaller_range(days: int, covered: int = 0) -> int | None:
    """Return a range that is easier on the server than one of *days* which failed; None when there is none.

    A mailbox that is synced for *covered* days already needs more than those.
    """
    offered = [choice for choice in CHOICES if covered < choice < days]
    if offered:
        return offered[-1]
    half = (covered + days) // 2
    return half if covered < half < days else None


def further_range(days: int) -> int:
    """Return the next larger range."""
    return next((choice for choice in CHOICES if choice > days), days * 2)


def easier_range(code: str, days: int, covered: int = 0) -> int | None:
    """Return a smaller range to try after a failure with *code*; None where less would fail the same way."""
    return smaller_range(days, covered) if code in EASED_BY_LESS else None

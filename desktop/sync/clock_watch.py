"""Notices that the computer's clock was set, or that the computer slept: what was planned by that clock is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from desktop.domain.clock import Clock

TOLERANCE = timedelta(minutes=1)
"""A clock that is corrected bit by bit is not set."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by both clocks: the one that only runs may rest while the computer sleeps."""

    wall: datetime
    running: float

    @classmethod
    def now(cls, clock: Clock) -> Self:
        """Return this moment."""
        return cls(clock.now(), clock.monotonic())

    def age_s(self, clock: Clock) -> float:
        """Return how many seconds ago it was, by whichever clock says more."""
        return max((clock.now() - self.wall).total_seconds(), clock.monotonic() - self.running)


class ClockWatch:
    """Compares the clock on the wall with the one that only runs; asked again and again by one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._before = clock.now(), clock.monotonic()

    def was_set(self) -> bool:
        """Tell whether, since the last question, another time has passed by the one than by the other."""
        wall, running = self._before
        now, runs = self._clock.now(), self._clock.monotonic()
        self._before = now, runs
        return abs((now - wall) - timedelta(seconds=runs - running)) > TOLERANCE

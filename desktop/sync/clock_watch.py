"""Notices that the computer's clock was set, or that the computer slept: what was planned by that clock is wrong."""

from datetime import timedelta

from desktop.domain.clock import Clock

TOLERANCE = timedelta(minutes=1)
"""A clock that is corrected bit by bit is not set."""


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

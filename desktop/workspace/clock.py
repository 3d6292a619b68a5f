"""The clocks: the real one, and one that stands still for pictures."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """Return the current instant, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


class FrozenClock:
    """Shows one instant until it is set to another; durations are real, so that waiting ends."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Show another instant from now on; *moment* is aware."""
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it is set to, aware UTC."""
        return self._moment

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

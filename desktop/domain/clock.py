"""Time comes in from outside, so that tests can say what time it is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current instant, aware UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for durations."""


def iso(moment: datetime | None) -> str | None:
    """Return *moment* as ISO 8601 UTC (``2026-03-01T12:00:00Z``), or None for None."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")

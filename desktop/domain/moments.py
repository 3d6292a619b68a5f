"""Moments and spans in words, for sentences that are made away from any screen: pure, in English, in a given zone."""

from datetime import datetime, timedelta

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def moment_words(moment: datetime, now: datetime, *, with_day: bool = False) -> str:
    """Return *moment* in the time zone of *now*: ``14:00`` today, else ``Friday 6 March 14:00``, with a strange year.

    With *with_day* the day is named today too.
    """
    local = moment.astimezone(now.tzinfo)
    clock = f"{local.hour:02}:{local.minute:02}"
    if local.date() == now.date() and not with_day:
        return clock
    year = "" if local.year == now.year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year} {clock}"


def span_words(span: timedelta) -> str:
    """Return *span* in its largest fitting unit, rounded down: ``34 minutes``, ``3 hours``, ``2 days``."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minute" + ("" if minutes == 1 else "s")
    if minutes < 48 * 60:
        return f"{minutes // 60} hours"
    return f"{minutes // (24 * 60)} days"

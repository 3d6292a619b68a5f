"""For how long a server asks us to stay away, in its own words: RFC 9110 has a header for it, IMAP and SMTP only text.

    Suggested Backoff Time: 299961 milliseconds       Exchange
    Retry-After: 120, retry after 2 minutes           a number, of seconds where no unit is given
    try again in an hour, come back in 1h 30m         words, and several units
    try again after Sun, 22 Nov 2026 15:30:00 GMT     a moment, where its zone is given too

What is not clear is no wish: then our own waits count. Nothing asks for more than a day.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 24 * 3600.0

_BACKOFF = re.compile(rb"backoff time:?\s*(\d{1,12})\s*(milliseconds|ms|seconds|s)?", re.IGNORECASE)
_ASKS = (
    rb"(?:(?:retry[- ]after|try again|retry|reconnect|come back|wait|unavailable until|blocked until|locked until)"
    rb"(?: (?:in|after|at|for|until|at least|about))*:?\s*)"
)
_WORDS = {
    b"a": 1, b"an": 1, b"one": 1, b"two": 2, b"three": 3, b"five": 5, b"ten": 10, b"fifteen": 15, b"twenty": 20,
    b"thirty": 30, b"half an": 0.5,
}  # fmt: skip
_UNIT = rb"(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\b"
_NUMBER = rb"\b(?:\d{1,9}[ -]*|(?:half an|" + rb"|".join(_WORDS) + rb")[ -]+)"
_SPAN = re.compile(rb"(" + _NUMBER + rb")(" + _UNIT + rb")", re.IGNORECASE)
_COME_BACK = re.compile(
    _ASKS + rb"(" + _NUMBER + _UNIT + rb"(?:(?:,| and)?\s*\d{1,9}\s*" + _UNIT + rb")*|\d{1,9}\b(?![-:./]))",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    _ASKS + rb"((?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)? ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))",
    re.IGNORECASE,
)
_UNITS_S = ((b"ms", 0.001), (b"mil", 0.001), (b"h", 3600.0), (b"m", 60.0), (b"s", 1.0), (b"d", 86400.0))


def seconds_asked_for(text: bytes, now: datetime | None = None) -> float | None:
    """Return for how many seconds the server asks us to stay away, at most a day; None when it does not say so.

    A moment counts from *now*, this computer's clock; one that is past asks for nothing.
    """
    if found := _BACKOFF.search(text):
        seconds = float(found[1]) / (1 if (found[2] or b"m").lower().startswith(b"s") else 1000)
    elif found := _MOMENT.search(text):
        until = _moment(found[1].decode("ascii"))
        seconds = -1.0 if until is None else (until - (now or datetime.now(UTC))).total_seconds()
    elif found := _COME_BACK.search(text):
        spans = _SPAN.findall(found[1])
        seconds = sum(_count(number) * _unit_s(unit) for number, unit in spans) if spans else float(found[1])
    else:
        return None
    return min(seconds, LONGEST_WAIT_S) if seconds >= 0 else None


def _count(number: bytes) -> float:
    word = number.strip(b" -").lower()
    return float(word) if word.isdigit() else _WORDS[word]


def _unit_s(unit: bytes) -> float:
    return next(factor for start, factor in _UNITS_S if unit.lower().startswith(start))


def _moment(text: str) -> datetime | None:
    """Read a moment of RFC 9110 (``HTTP-date``) or of RFC 3339, whose zone is known."""
    try:
        if not text[:4].isdigit():
            found = parsedate_to_datetime(text)
        else:
            named = re.sub(r" ?(UTC|GMT|Z)$", "+00:00", text, flags=re.IGNORECASE)
            found = datetime.fromisoformat(named.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

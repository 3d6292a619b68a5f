"""The Date header (RFC 5322 sections 3.3 and 4.3), as it is written in the wild and as it lies."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from desktop.parsing import clean
from desktop.parsing.words import header_text

TOLERANCE = timedelta(days=1)
"""A sender's clock may differ this much from the receiving server's before it is worth a word."""

_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTHS = {name: number for number, full in enumerate(_MONTH_NAMES, 1) for name in (full.lower(), full[:3].lower())}
_MONTHS["sept"] = 9
_ZONES = {
    name: minutes
    for minutes, names in {
        0: "ut utc gmt z wet",
        60: "west bst cet met mez",
        120: "cest mest mesz eet",
        180: "eest msk",
        480: "hkt",
        540: "jst kst",
        600: "aest",
        660: "aedt",
        720: "nzst",
        780: "nzdt",
        -180: "adt",
        -240: "ast edt",
        -300: "est cdt",
        -360: "cst mdt",
        -420: "mst pdt",
        -480: "pst",
        -540: "akst",
        -600: "hst",
    }.items()
    for name in names.split()
}
"""Minutes from UTC. RFC 5322 section 4.3 names the American ones; the others are those that mean one thing only."""
_DATE = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s*)?(\d{1,2})[\s.-]{1,3}([^\W\d]{3,9})\.?[\s.,-]{1,3}(\d{2,5}),?\s{1,3}"
    r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?\s{0,3}([AaPp][Mm]\b)?\s{0,3}"
    r"(?:([+-])\s?(\d{1,2}):?(\d{2})(?!\d)|([A-Za-z]{1,5})\b)?"
)


def read_date(value: bytes | None, received_at: datetime) -> tuple[datetime | None, str]:
    """Return the Date header as aware UTC, or None, and a sentence on what is odd about it (``""`` if nothing)."""
    if value is None:
        return None, "It has no Date line."
    text = clean.one_line(header_text(value[:1000]), 200)
    moment = _read(text)
    if moment is None:
        return None, "Its Date line cannot be read."
    return moment, _note(moment, received_at)


def _note(moment: datetime, received_at: datetime) -> str:
    if received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=UTC)
    gap = moment - received_at
    if abs(gap) <= TOLERANCE:
        return ""
    days = abs(gap) // timedelta(days=1)
    span = f"{days:,} days" if days != 1 else "a day"
    side = "after" if gap > timedelta(0) else "before"
    day = f"{moment.day} {_MONTH_NAMES[moment.month - 1]} {moment.year}"
    return f"The sender's clock says {day}, {span} {side} it arrived."


def _read(text: str) -> datetime | None:
    match = _DATE.search(text)
    try:
        moment = _from_match(match) if match else None
        return moment or _from_iso(text) or _from_stdlib(text)
    except (ValueError, OverflowError):
        return None


def _from_match(match: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, half, sign, zone_h, zone_m, zone = match.groups()
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    offset = _ZONES.get((zone or "").lower(), 0)
    if sign:
        offset = (int(zone_h) * 60 + int(zone_m)) * (-1 if sign == "-" else 1)
    if abs(offset) >= 24 * 60:
        offset = 0
    seconds = min(int(second or 0), 59)  # 60 is a leap second
    where = timezone(timedelta(minutes=offset))
    return datetime(_year(int(year), year), number, int(day), hours, int(minute), seconds, tzinfo=where).astimezone(UTC)


def _year(year: int, digits: str) -> int:
    """Return the year meant; RFC 5322 section 4.3: two digits are 1950 to 2049, three count from 1900."""
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _from_iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from_stdlib(text: str) -> datetime | None:
    """Leave the rest (ctime without a comma, and the like) to the standard library, which raises on some of it."""
    try:
        parts = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, AttributeError, OverflowError):
        return None
    if parts is None:
        return None
    moment = datetime(*parts[:6], tzinfo=UTC)
    return moment - timedelta(seconds=parts[9] or 0)

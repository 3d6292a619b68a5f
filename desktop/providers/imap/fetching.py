"""FETCH answers (RFC 3501 section 7.4.2): what a message is, and its bytes.

The shapes servers send nearly always are read by one regular expression each; everything else by the general reader
of ``answers``. An answer that cannot be read at all raises ValueError: behind it the bytes cannot be trusted.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from desktop.domain.source import RemoteMessage
from desktop.providers.imap.answers import Response, Value, values
from desktop.providers.imap.arguments import HIGHEST_UID

_IS_FETCH = re.compile(rb"\* \d{1,10} FETCH \(", re.IGNORECASE)
_DESCRIBED = re.compile(
    rb"\* \d{1,10} FETCH \((?: ?(?:UID (\d{1,10})|INTERNALDATE \"([ 0-9][0-9A-Za-z :+-]{24}\d)\""
    rb"|RFC822\.SIZE (\d{1,15})|X-GM-MSGID (\d{1,20})|EMAILID \(([!-'*-~]{1,255})\)|MODSEQ \(\d{1,20}\)))+\)"
)
_BODY_BEFORE = re.compile(rb"\* \d{1,10} FETCH \((?:UID (\d{1,10}) )?BODY\[(?:HEADER)?\] \{\d+\}")
_BODY_AFTER = re.compile(rb"(?: UID (\d{1,10}))?\)")
_DATE = re.compile(rb"([ 0-3]?\d)-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")
_MONTHS = {name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


def internal_date(text: bytes | None) -> datetime | None:
    """Return INTERNALDATE *text* as aware UTC, or None where it is no date."""
    found = _DATE.fullmatch(text.strip()) if text else None
    if not found:
        return None
    day, month, year, hour, minute, second, sign, zone_h, zone_m = found.groups()
    try:
        zone = timedelta(hours=int(zone_h), minutes=int(zone_m))
        local = datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second),
            tzinfo=timezone(-zone if sign == b"-" else zone),
        )  # fmt: skip
        return local.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


class Descriptions:
    """Gathers what UID FETCH tells about messages; *now* stands in for a receive time that cannot be read."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._found: dict[int, RemoteMessage] = {}

    def take(self, response: Response) -> None:
        """Take in one untagged answer; those that are no FETCH, or tell nothing that was asked, do nothing."""
        line = response.parts[0]
        found = _DESCRIBED.fullmatch(line)
        if found and found[1]:
            uid, date, size, gmail, emailid = found.groups()
        elif _IS_FETCH.match(line):
            items = fetch_items(response)
            uid, date, size, gmail = (
                _atom(items.get(key)) for key in (b"UID", b"INTERNALDATE", b"RFC822.SIZE", b"X-GM-MSGID")
            )
            emailid = _atom(items.get(b"EMAILID"))
        else:
            return
        number = _uid(uid)
        if number and (date is not None or size is not None):
            self._add(number, date, size, (emailid or gmail or b"").decode("ascii", "replace"))

    def _add(self, uid: int, date: bytes | None, size: bytes | None, provider_id: str) -> None:
        before = self._found.get(uid)
        received_at = internal_date(date) or (before.received_at if before else self._now())
        size_bytes = int(size) if size and size.isdigit() else (before.size_bytes if before else 0)
        self._found[uid] = RemoteMessage(
            uid, received_at, size_bytes, provider_id or (before.provider_id if before else "")
        )

    def get(self, uid: int) -> RemoteMessage | None:
        """Return what was told about *uid*."""
        return self._found.get(uid)


def _atom(value: Value) -> bytes | None:
    """Return *value* if it is text, or the text a list holds alone."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    return value if isinstance(value, bytes) else None


def _uid(text: bytes | None) -> int | None:
    """Return the UID *text* spells, or None where it spells none."""
    number = int(text) if text and text.isdigit() and len(text) <= 10 else 0
    return number if 0 < number <= HIGHEST_UID else None


def fetch_items(response: Response) -> dict[bytes, Value]:
    """Read a FETCH answer of any shape as item name -> value."""
    start = response.parts[0].find(b"(")
    tree = values(response.parts, skip=start)
    items = tree[0] if tree else None
    if not isinstance(items, list) or len(items) % 2 or len(tree) != 1:
        raise ValueError("not a FETCH answer")
    names = items[0::2]
    if not all(isinstance(name, bytes) for name in names):
        raise ValueError("not a FETCH answer")
    return {name.upper(): value for name, value in zip(names, items[1::2], strict=True) if isinstance(name, bytes)}


def body_of(response: Response) -> tuple[int, bytes] | None:
    """Return (UID, bytes) of a FETCH answer that carries a body, or None for any other answer."""
    parts = response.parts
    if len(parts) == 3:
        before, after = _BODY_BEFORE.fullmatch(parts[0]), _BODY_AFTER.fullmatch(parts[2])
        if before and after:
            uid = _uid(before[1] or after[1])
            return (uid, parts[1]) if uid else None
    if not _IS_FETCH.match(parts[0]):
        return None
    items = fetch_items(response)
    uid = _uid(_atom(items.get(b"UID")))
    body = items.get(b"BODY[]", items.get(b"BODY[HEADER]"))
    return (uid, body) if uid and isinstance(body, bytes) else None

"""The two answers that come in thousands, read at one glance: a mail's bytes, and a mail's time and size.

What is spelled in any other way is left to imapclient's reader, which takes ten times as long. For what is read here,
both come to the same; a test holds them to it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_BODY = re.compile(rb"([1-9]\d{0,9}) \(UID ([1-9]\d{0,9}) (BODY\[(?:HEADER)?\]) \{\d{1,12}\}")
_TOLD = re.compile(
    rb"([1-9]\d{0,9}) \(UID ([1-9]\d{0,9}) INTERNALDATE"
    rb' "([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d\d)([0-5]\d)" RFC822\.SIZE (0|[1-9]\d{0,11})\)'
)
_MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


def read(records: Sequence[bytes | tuple[bytes, bytes]]) -> dict[bytes, object] | None:
    """Return the items of a FETCH answer (RFC 3501 section 7.4.2) that is spelled as usual, else None."""
    first = records[0]
    if isinstance(first, bytes):
        told = _TOLD.fullmatch(first) if len(records) == 1 else None
        return _told(told) if told is not None else None
    body = _BODY.fullmatch(first[0]) if len(records) == 2 and records[1] == b")" else None
    if body is None:
        return None
    return {b"SEQ": int(body[1]), b"UID": int(body[2]), body[3]: first[1]}


def _told(found: re.Match[bytes]) -> dict[bytes, object] | None:
    number, uid, day, month, year, hour, minute, second, zone_h, zone_m, size = found.groups()
    try:
        moment = datetime(
            *(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second)), tzinfo=_zone(zone_h, zone_m)
        )
    except (ValueError, KeyError):
        return None
    return {b"SEQ": int(number), b"UID": int(uid), b"INTERNALDATE": moment, b"RFC822.SIZE": int(size)}


@lru_cache(maxsize=64)
def _zone(hours: bytes, minutes: bytes) -> timezone:
    offset = timedelta(hours=abs(int(hours)), minutes=int(minutes))
    if not offset:
        return UTC
    return timezone(-offset if hours.startswith(b"-") else offset)

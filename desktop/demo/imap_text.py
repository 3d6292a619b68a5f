"""IMAP's small notations (RFC 3501): number sets, dates, strings, folder names in modified UTF-7."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLAIN_ATOM = re.compile(rb"[A-Za-z0-9_.$/\-]+")
ONE_RANGE = re.compile(rb"(\d{1,10}|\*)(?::(\d{1,10}|\*))?")


class BadArgument(ValueError):
    """An argument is not what the grammar asks for; the sentence goes into the BAD answer."""


@dataclass(frozen=True, slots=True)
class NumberSet:
    """A sequence set such as `1:3,7,9:*`; None stands for `*`, the highest number in use."""

    ranges: tuple[tuple[int | None, int | None], ...]

    @classmethod
    def parse(cls, text: bytes) -> "NumberSet":
        """The set written in `text`, or BadArgument."""
        ranges = []
        for part in text.split(b","):
            found = ONE_RANGE.fullmatch(part)
            if found is None:
                raise BadArgument("Invalid number set")
            low = number_or_star(found[1])
            ranges.append((low, number_or_star(found[2]) if found[2] else low))
        return cls(tuple(ranges))

    def pick(self, numbers: Sequence[int]) -> list[int]:
        """Those of the ascending `numbers` that are in the set, ascending."""
        if not numbers:
            return []
        top = numbers[-1]
        bounds = [sorted((top if low is None else low, top if high is None else high)) for low, high in self.ranges]
        if len(bounds) == 1 and bounds[0] == [1, top]:
            return list(numbers)
        wanted: set[int] = set()
        for low, high in bounds:
            wanted.update(
                range(low, high + 1) if high - low < len(numbers) else (n for n in numbers if low <= n <= high)
            )
        return [number for number in numbers if number in wanted]

    def highest(self) -> int:
        """The highest number named, 0 when only `*` is."""
        return max((number or 0 for pair in self.ranges for number in pair), default=0)


def number_or_star(text: bytes) -> int | None:
    """A number greater than zero, or None for `*`."""
    if text == b"*":
        return None
    number = int(text)
    if not 0 < number < 2**32:
        raise BadArgument("Invalid number set")
    return number


def format_set(numbers: Iterable[int]) -> bytes:
    """Ascending numbers written the short way: `1:3,7`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return b",".join(b"%d" % low if low == high else b"%d:%d" % (low, high) for low, high in ranges)


def format_internal_date(moment: datetime) -> bytes:
    """`01-Jan-2026 00:00:00 +0000`, always in UTC."""
    there = moment.astimezone(UTC)
    return f"{there.day:02d}-{MONTHS[there.month - 1]}-{there.year:04d} {there:%H:%M:%S} +0000".encode()


def parse_date(text: bytes) -> date:
    """The day written as `1-Jan-2026`, or BadArgument."""
    try:
        day, month, year = text.decode("ascii").split("-")
        return date(int(year), MONTHS.index(month.title()) + 1, int(day))
    except ValueError:
        raise BadArgument("Invalid search date parameter") from None


def quoted(text: bytes) -> bytes:
    """A quoted string; what quotes cannot carry becomes a literal."""
    if any(byte in b"\r\n\0" or byte > 0x7E for byte in text):
        return literal(text)
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def astring(text: bytes) -> bytes:
    """An atom where one will do, else a quoted string."""
    return text if PLAIN_ATOM.fullmatch(text) else quoted(text)


def literal(data: bytes) -> bytes:
    """`{size}`, line end, bytes."""
    return b"{%d}\r\n%b" % (len(data), data)


def encode_folder(name: str) -> bytes:
    """A folder name in modified UTF-7 (RFC 3501 5.1.3)."""
    pieces = re.split(r"([^\x20-\x7e]+)", name.replace("&", "&-"))
    return b"".join(shifted(piece) if index % 2 else piece.encode("ascii") for index, piece in enumerate(pieces))


def shifted(text: str) -> bytes:
    """Text between `&` and `-`: UTF-16 in base64 with a comma for the slash."""
    return b"&" + base64.b64encode(text.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",") + b"-"


def decode_folder(name: bytes) -> str:
    """The folder name that modified UTF-7 spells, or BadArgument."""
    try:
        return re.sub(r"&([^-]*)-", unshifted, name.decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        raise BadArgument("Mailbox name is not valid mUTF-7") from None


def unshifted(found: re.Match[str]) -> str:
    """One shifted run back to text; `&-` is an ampersand."""
    if not found[1]:
        return "&"
    padded = found[1].replace(",", "/") + "=" * (-len(found[1]) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be")

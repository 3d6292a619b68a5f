"""The header block cut into fields (RFC 5322 section 2.2), by one function for reader, identity, parts and trace."""

import re
from collections.abc import Iterator

from desktop.parsing import limits

_FIELD_END = re.compile(rb"\n(?![ \t])")
_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,%d})[ \t]*:" % limits.FIELD_NAME_BYTES)
_MBOX_LINE = re.compile(rb">?From [^\n]*\n")
_FROM_AGAIN = re.compile(rb"[\r\n][ \t]*from[ \t]*:", re.IGNORECASE)
_JUNK_LINE = "Its header holds a line that is no header."
_NOT_LETTERS = bytes(byte for byte in range(256) if not chr(byte).isascii() or not chr(byte).isalpha())


class Headers:
    """The fields of one header block, in order.

    ``body`` is the offset at which the body begins. ``whole`` is False when caps left something unread. ``defects``
    are sentences. ``doubt`` is a sentence when programs may disagree on what the From line is, else ``""``.
    """

    __slots__ = ("_by_name", "body", "cut", "defects", "doubt", "fields", "whole")

    def __init__(self) -> None:
        self.fields: list[tuple[str, bytes]] = []
        self._by_name: dict[str, list[bytes]] = {}
        self.cut: list[tuple[str, int, int]] = []
        self.body = 0
        self.whole = True
        self.defects: list[str] = []
        self.doubt = ""

    def add(self, name: str, value: bytes) -> None:
        """Append a field; *name* is in lower case."""
        self.fields.append((name, value))
        self._by_name.setdefault(name, []).append(value)

    def first(self, name: str) -> bytes | None:
        """Return the topmost value of *name*, raw and still folded, or None."""
        values = self._by_name.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[bytes]:
        """Return every value of *name*, topmost first."""
        return self._by_name.get(name, [])


def field_spans(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the extent of each field of the header block at *start*, continuation lines included, line end not.

    Stops before the blank line. Splits lazily, so that a caller who stops early pays for what it saw only.
    """
    stop = header_end(raw, start, end)[0]
    at = start
    if at >= stop:
        return
    for match in _FIELD_END.finditer(raw, start, stop):
        yield at, match.start()
        at = match.end()
    if at < stop:
        yield at, stop


def header_end(raw: bytes, start: int, end: int) -> tuple[int, int, bool]:
    """Return where the header block ends, where the body begins, and whether a blank line parts them."""
    if raw.startswith(b"\n", start, end):
        return start, start + 1, True
    if raw.startswith(b"\r\n", start, end):
        return start, start + 2, True
    strict = raw.find(b"\n\r\n", start, end)
    bare = raw.find(b"\n\n", start, strict + 1 if strict >= 0 else end)
    if bare >= 0:
        return bare + 1, bare + 2, True
    if strict >= 0:
        return strict + 1, strict + 3, True
    return end, end, False


def split(raw: bytes, start: int, end: int) -> Headers:
    """Cut the header block that begins at *start* into its fields."""
    headers = Headers()
    stop, headers.body, separated = header_end(raw, start, end)
    room = limits.HEADER_BYTES
    for number, (first, last) in enumerate(field_spans(raw, start, end)):
        name = _NAME.match(raw, first, last)
        if name is None:
            if number == 0 and _MBOX_LINE.match(raw, first, min(last + 1, end)):
                continue
            if not _junk(headers, raw, (first, last, stop), separated=separated):
                break
            continue
        if number >= limits.HEADER_FIELDS:
            _leave_rest(headers, raw, first, stop)
            break
        room -= _keep(headers, raw, (name.start(), name.end(), last), room)
        if name.end() - name.end(1) > 1 and name[1].lower() == b"from":
            headers.doubt = "Its From line is written so that some programs do not see it."
    return headers


def _keep(headers: Headers, raw: bytes, span: tuple[int, int, int], room: int) -> int:
    """Add the field name[start:colon] with its value up to the field's end, cut to the caps; return the bytes kept."""
    start, value_at, last = span
    if raw.endswith(b"\r", value_at, last):
        last -= 1
    name = raw[start : value_at - 1].rstrip(b" \t").decode("ascii").lower()
    size = min(last - value_at, limits.FIELD_BYTES, max(room, 0))
    value = raw[value_at : value_at + size]
    if size < last - value_at:
        headers.whole = False
        headers.cut.append((name, value_at + size, last))
        headers.defects.append("Its header is longer than what is read of one.")
    if name == "from" and _JUNK_LINE in headers.defects:
        headers.doubt = "A line that is no header stands above its From line."
    elif name == "from" and b"\r" in value.replace(b"\r\n", b""):
        headers.doubt = "Its From line holds a bare line end."
    elif b"\r" in value and _FROM_AGAIN.search(value):
        headers.doubt = "Its header hides a second From line behind a bare line end."
    headers.add(name, value)
    return size


def _junk(headers: Headers, raw: bytes, span: tuple[int, int, int], *, separated: bool) -> bool:
    """Deal with a line that is no field; return True to go on with the next line, False if the body begins here."""
    first, last, stop = span
    label = raw[first : min(last, first + 100)].partition(b":")[0]
    if label.translate(None, _NOT_LETTERS).lower() == b"from":
        headers.doubt = "It has a line that only some programs read as its From line."
    headers.defects.append(_JUNK_LINE)
    if separated and _NAME.match(raw, last + 1, stop):
        return True
    headers.body = first
    if separated and _FROM_AGAIN.search(raw, last, stop):
        headers.doubt = "Its header is broken before another From line."
    return False


def _leave_rest(headers: Headers, raw: bytes, first: int, stop: int) -> None:
    """Stop reading fields at *first*; look only whether another From line follows."""
    headers.whole = False
    headers.defects.append("It has more header lines than are read.")
    if _FROM_AGAIN.search(raw, first - 1, stop):
        headers.doubt = "Its header is too long to be read whole, and a From line is in the rest."


def split_lines(block: bytes) -> list[bytes]:
    """Return the lines of a header block with LF line ends, each with its continuation lines, none dropped."""
    return _FIELD_END.split(block.removesuffix(b"\n")) if block else []


def is_field(line: bytes) -> bool:
    """Tell whether a line begins like a header field."""
    return _NAME.match(line) is not None

"""The header block cut into fields (RFC 5322 section 2.2), by one function for reader, identity, parts and trace."""

import re
from collections.abc import Iterator
from functools import lru_cache

from desktop.parsing import limits

_FIELD_END = re.compile(rb"\n(?![ \t])")
_FIELD = re.compile(
    rb"([\x21-\x39\x3b-\x7e]{1,%d}+)[ \t]*+:((?:[^\n]*+\n[ \t])*+[^\n]*+)(?=\n|\Z)" % limits.FIELD_NAME_BYTES
)
_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,%d})[ \t]*:" % limits.FIELD_NAME_BYTES)
_MBOX_LINE = re.compile(rb">?From (?![ \t]*:)[^\n]*(?:\n|\Z)")
_FROM_AGAIN = re.compile(rb"[\r\n][ \t]*from[ \t]*:", re.IGNORECASE)
RECIPIENT_FIELDS = frozenset(["to", "cc", "bcc"])
_JUNK_LINE = "Its header holds a line that is no header."
_NOT_LETTERS = bytes(byte for byte in range(256) if not chr(byte).isascii() or not chr(byte).isalpha())


class Headers:
    """The fields of one header block, in order.

    ``body`` is the offset at which the body begins. ``cut`` has name and unread extent of each value over the caps.
    ``defects`` are sentences, each once. ``doubt`` is a sentence when programs may disagree on what the From line is,
    else ``""``.
    """

    __slots__ = ("_by_name", "body", "cut", "defects", "doubt", "fields")

    def __init__(self) -> None:
        self.fields: list[tuple[str, bytes]] = []
        self._by_name: dict[str, list[bytes]] = {}
        self.cut: list[tuple[str, int, int]] = []
        self.body = 0
        self.defects: dict[str, None] = {}
        self.doubt = ""

    def add(self, name: str, value: bytes) -> None:
        """Append a field; *name* is in lower case."""
        self.fields.append((name, value))
        self._by_name.setdefault(name, []).append(value)

    def note(self, sentence: str) -> None:
        """Write down an oddity."""
        self.defects[sentence] = None

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
    at = start
    mbox_line = _MBOX_LINE.match(raw, start, end)
    if mbox_line is not None:
        at = mbox_line.end()
    room = limits.HEADER_BYTES
    for _ in range(limits.HEADER_FIELDS):
        if at >= stop:
            return headers
        field = _FIELD.match(raw, at, stop)
        if field is None:
            line_end = _FIELD_END.search(raw, at, stop)
            last = line_end.start() if line_end is not None else stop
            if not _junk(headers, raw, (at, last, stop), separated=separated):
                return headers
            at = last + 1
            continue
        room -= _keep(headers, raw, field, room)
        at = field.end() + 1
    _leave_rest(headers, raw, at, stop)
    return headers


def _keep(headers: Headers, raw: bytes, field: re.Match[bytes], room: int) -> int:
    """Add a field with its value, cut to the caps; return the bytes kept."""
    name = _name_of(field[1])
    first, last = field.span(2)
    size = last - first
    if size > limits.FIELD_BYTES or size > room:
        size = max(min(size, limits.FIELD_BYTES, room), 0)
        if name in RECIPIENT_FIELDS:  # half an address would be another one
            size = raw.rfind(b",", first, first + size) + 1 - first if b"," in raw[first : first + size] else 0
        headers.cut.append((name, first + size, last))
        headers.note("Its header is longer than what is read of one.")
    value = raw[first : first + size]
    if name == "from":
        _doubt_from(headers, field, value)
    if b"\r" in value:
        value = value.removesuffix(b"\r")
        if name != "from" and (b"\n" in value or b"\r" in value) and _FROM_AGAIN.search(value):
            headers.doubt = "Its header hides a second From line behind a bare line end."
    headers.add(name, value)
    return size


@lru_cache(maxsize=1024)
def _name_of(spelled: bytes) -> str:
    """Return a field's name in lower case; the same few names head every mail."""
    return spelled.lower().decode("ascii")


def _doubt_from(headers: Headers, field: re.Match[bytes], value: bytes) -> None:
    """Note what would make some programs read another From line, or none."""
    if field.end(1) + 1 != field.start(2):
        headers.doubt = "Its From line is written so that some programs do not see it."
    elif _JUNK_LINE in headers.defects:
        headers.doubt = "A line that is no header stands above its From line."
    elif b"\r" in value.removesuffix(b"\r").replace(b"\r\n", b""):
        headers.doubt = "Its From line holds a bare line end."


def _junk(headers: Headers, raw: bytes, span: tuple[int, int, int], *, separated: bool) -> bool:
    """Deal with a line that is no field; return True to go on with the next line, False if the body begins here."""
    first, last, stop = span
    label = raw[first : min(last, first + 100)].partition(b":")[0]
    if label.translate(None, _NOT_LETTERS).lower() == b"from":
        headers.doubt = "It has a line that only some programs read as its From line."
    headers.note(_JUNK_LINE)
    if separated and not label.startswith(b"--") and _NAME.match(raw, last + 1, stop):
        return True
    headers.body = first
    if separated and _FROM_AGAIN.search(raw, last, stop):
        headers.doubt = "Its header is broken before another From line."
    return False


def _leave_rest(headers: Headers, raw: bytes, first: int, stop: int) -> None:
    """Stop reading fields at *first*; look only whether another From line follows."""
    headers.note("It has more header lines than are read.")
    if _FROM_AGAIN.search(raw, first - 1, stop):
        headers.doubt = "Its header is too long to be read whole, and a From line is in the rest."


def split_lines(block: bytes) -> list[bytes]:
    """Return the lines of a header block with LF line ends, each with its continuation lines, none dropped."""
    return _FIELD_END.split(block.removesuffix(b"\n")) if block else []


def is_mbox_line(line: bytes) -> bool:
    """Tell whether a first line is the separator of an mbox file, which no sender wrote."""
    return _MBOX_LINE.match(line) is not None


def is_field(line: bytes) -> bool:
    """Tell whether a line begins like a header field."""
    return _NAME.match(line) is not None

"""The MIME structure of a message (RFC 2046) as a flat list of parts: offsets into the bytes, no copies, no recursion.

Part paths are IMAP's (RFC 3501 section 6.4.5), so a part that was not fetched can be asked for by its path. A
boundary of an outer multipart ends every inner one. Cost: each level of nesting is searched once, by ``bytes.find``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.parsing import headers as header_block
from desktop.parsing import limits, params, transfer
from desktop.parsing.headers import Headers
from desktop.parsing.params import Valued

_BOM = b"\xef\xbb\xbf"
_BLANK_LINES = re.compile(rb"(?:\r?\n)++")
_EMBEDDED = {"message/rfc822", "message/global", "message/news"}


@dataclass(slots=True)
class Part:
    """One entity. ``parent`` is its index in :attr:`Tree.parts` (-1 for the message itself).

    Its content is ``source[start:end]``, still transfer-encoded. ``kind`` is the media type in lower case.
    ``leaf`` is True when nothing was looked for inside. ``order`` is its number among its siblings, from 0; each of
    several alternatives is 0, the first.
    """

    path: str
    parent: int
    depth: int
    order: int
    headers: Headers
    source: bytes
    start: int
    end: int
    kind: str = "text/plain"
    content_type: Valued = params.EMPTY
    disposition: Valued = params.EMPTY
    leaf: bool = True
    children: list[int] = field(default_factory=list)

    def encoding(self) -> str:
        """Return the transfer encoding as named, in lower case."""
        raw = self.headers.first("content-transfer-encoding")
        return raw.decode("ascii", "replace").partition(";")[0].strip().lower() if raw else ""

    def content(self, limit: int | None = None) -> tuple[bytes, str]:
        """Return the decoded content and what was odd about it; with *limit*, decode about that many bytes only."""
        if limit is not None and self.end - self.start > 2 * limit:
            return transfer.decode(self.source[self.start : self.start + 2 * limit], self.encoding())[0], ""
        return transfer.decode(self.source[self.start : self.end], self.encoding())

    def size(self) -> tuple[int, str]:
        """Return the size of the decoded content, and what was odd about it."""
        if transfer.is_plain(self.encoding()):
            return self.end - self.start, ""
        data, oddity = self.content()
        return len(data), oddity


@dataclass(slots=True)
class Tree:
    """A message's parts in the order of reading, the message itself first, and the oddities met."""

    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Span:
    """An entity found and not yet looked into."""

    source: bytes
    start: int
    end: int
    path: str
    parent: int
    depth: int
    order: int = 0
    default_kind: str = "text/plain"
    opaque: bool = False
    embedded: bool = False


def parse(content: bytes, *, whole: bool = True) -> Tree:
    """Find the parts of a message; of one that is not *whole*, only the message itself with its headers."""
    return _Scanner(content).scan(inside=whole)


class _Scanner:
    def __init__(self, content: bytes) -> None:
        self.tree = Tree()
        self.doubt = ""
        self.candidates = limits.BOUNDARY_CANDIDATES
        self.seen = 1
        source, start = self._opening(content)
        self.open = [_Span(source, start, len(source), "", -1, 0, embedded=True)]

    def _opening(self, content: bytes) -> tuple[bytes, int]:
        """Return the bytes to read and where the header begins: behind a byte order mark and blank lines."""
        start = 3 if content.startswith(_BOM) else 0
        if b"\n" not in content[: limits.HEADER_BYTES] and b"\r" in content[: limits.HEADER_BYTES]:
            content = content.replace(b"\r", b"\n")
            self.doubt = "Its lines end in a way that no mail program writes today."
        blank = _BLANK_LINES.match(content, start)
        start = blank.end() if blank is not None else start
        if start:
            self.doubt = "It begins with blank lines or a byte order mark."
        if self.doubt:
            self.tree.defects.append(self.doubt)
        return content, start

    def scan(self, *, inside: bool) -> Tree:
        while self.open:
            span = self.open.pop()
            part = self._entity(span)
            alone = span.embedded and not part.kind.startswith("multipart/")
            if alone:
                part.path = _only_part(span.path)
            self.tree.parts.append(part)
            if span.parent < 0 and part.headers.first("from") is not None:
                part.headers.doubt = part.headers.doubt or self.doubt
            self.tree.defects.extend(part.headers.defects)
            if span.parent >= 0:
                self.tree.parts[span.parent].children.append(len(self.tree.parts) - 1)
            if inside and not span.opaque:
                self._look_inside(part, len(self.tree.parts) - 1)
            if span.embedded and part.leaf and not alone:
                part.path = _only_part(span.path)  # a multipart without parts
        return self.tree

    def _entity(self, span: _Span) -> Part:
        if span.opaque:
            empty = Headers()
            part = Part(span.path, span.parent, span.depth, span.order, empty, span.source, span.start, span.end)
            part.kind = "application/octet-stream"
            return part
        headers = header_block.split(span.source, span.start, span.end)
        start = min(headers.body, span.end)
        part = Part(span.path, span.parent, span.depth, span.order, headers, span.source, start, span.end)
        self._read_type(part, span.default_kind)
        return part

    def _read_type(self, part: Part, default_kind: str) -> None:
        values = part.headers.all("content-type")
        if len(values) > 1:
            self._note("A part has two Content-Type lines; the first counts.")
        part.content_type = params.parse(values[0] if values else None)
        part.disposition = params.parse(part.headers.first("content-disposition"))
        part.kind = part.content_type.value or default_kind
        if not params.is_media_type(part.kind):
            if part.kind != "text":  # as old mailers wrote it
                self._note("A part names a content type that cannot be one.")
            part.kind = "text/plain"
        if part.content_type.doubled or part.disposition.doubled:
            self._note("A part gives a parameter twice; the first counts.")

    def _look_inside(self, part: Part, index: int) -> None:
        """Queue what is inside of a multipart or an embedded message, in order."""
        multipart = part.kind.startswith("multipart/")
        if not multipart and part.kind not in _EMBEDDED:
            return
        if part.depth >= limits.MIME_DEPTH:
            self._note(f"It is nested more than {limits.MIME_DEPTH} deep; the rest is one attachment.")
            return
        if multipart:
            self._open_multipart(part, index)
        elif self.seen < limits.PARTS:
            part.leaf = False
            self._open_message(part, index)

    def _open_message(self, part: Part, index: int) -> None:
        self.seen += 1
        source, start, end = part.source, part.start, part.end
        if part.encoding() in {"base64", "quoted-printable"}:  # RFC 2046 section 5.2.1 forbids it
            source, oddity = part.content()
            start, end = 0, len(source)
            self._note(oddity or "A message inside is transfer-encoded.")
        self.open.append(_Span(source, start, end, part.path, index, part.depth + 1, embedded=True))

    def _open_multipart(self, part: Part, index: int) -> None:
        boundary = part.content_type.params.get("boundary", "")
        if not boundary:
            self._note("A multipart names no boundary; it is read as text.")
            part.kind = "text/plain"
            return
        prefix = f"{part.path}." if part.path else ""
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        spans: list[_Span] = []
        for start, end, rest in self._pieces(part, boundary.encode("utf-8", "replace")):
            span = _Span(part.source, start, end, f"{prefix}{len(spans) + 1}", index, part.depth + 1)
            span.order = 0 if part.kind == "multipart/alternative" else len(spans)
            span.default_kind, span.opaque = default, rest
            spans.append(span)
        if not spans:
            self._note("A multipart does not hold its boundary; it is read as text.")
            part.kind = "text/plain"
            return
        part.leaf = False
        self.open.extend(reversed(spans))

    def _pieces(self, part: Part, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
        """Yield (start, end, is the unread rest) of each piece between the boundary's lines."""
        begin = -1
        for line_at, next_at, closing in self._delimiters(part, b"--" + boundary):
            if begin >= 0:
                self.seen += 1
                if self.seen >= limits.PARTS:
                    self._note(f"It has more than {limits.PARTS} parts; the rest is one attachment.")
                    yield begin, part.end, True
                    return
                yield begin, max(begin, _before_line(part.source, line_at)), False
            begin = next_at
            if closing:
                return
        if begin >= 0:
            self._note("A multipart is not closed.")
            self.seen += 1
            yield begin, part.end, False

    def _delimiters(self, part: Part, mark: bytes) -> Iterator[tuple[int, int, bool]]:
        """Yield (start of the line, start of the next line, is it the closing one) for each line of the boundary."""
        source, end = part.source, part.end
        needle = b"\n" + mark
        at = part.start if source.startswith(mark, part.start, end) else self._next(source, needle, part.start, end)
        while at >= 0:
            after = at + len(mark)
            stop = source.find(b"\n", after, end)
            stop = end if stop < 0 else stop
            rest = source[after:stop].strip(b" \t\r") if stop - after < 1000 else b"?"
            if rest in {b"", b"--"}:
                yield at, min(stop + 1, end), rest == b"--"
            self.candidates -= 1
            if self.candidates < 0:
                self._note("It has too many lines that look like boundaries.")
                return
            at = self._next(source, needle, stop, end)

    @staticmethod
    def _next(source: bytes, needle: bytes, at: int, end: int) -> int:
        found = source.find(needle, at, end)
        return found + 1 if found >= 0 else -1

    def _note(self, sentence: str) -> None:
        self.tree.defects.append(sentence)


def _only_part(path: str) -> str:
    """Return the path of the one part of a message that is no multipart; *path* is the message's own."""
    return f"{path}.1" if path else "1"


def _before_line(source: bytes, line_at: int) -> int:
    """Return where the text before the line at *line_at* ends: the line end belongs to the boundary."""
    at = line_at - 1
    return at - 1 if at > 0 and source[at - 1] == 0x0D else at

"""The text of a large message first: everything but its attachments, so that it can be read, matched and searched.

The message is read as it lies on the server, from its first byte on. Where the server's outline names a long part that
is no text, its content is skipped - if what stands behind it is the boundary that has to stand there. So what is here
is the message to the byte, with stretches left out; nothing is believed that was not seen. A server that tells
nonsense, or a message that is made in a strange way, is fetched as any other.
"""

from dataclasses import replace

from desktop.domain.attachments import SIGN_BYTES, Stretch, sign_of
from desktop.domain.ids import Ref
from desktop.domain.mail import RawMail
from desktop.domain.source import Outline, RemoteMessage, Source

KILOBYTE = 1 << 10
CUT_FROM = 64 * KILOBYTE
"""A part that is no text and longer than this is left out; of a message with many short ones, already from 4 KB on."""

CUT_FROM_OF_MANY = 4 * KILOBYTE
MANY_BYTES = 2 << 20
TEXT_KEPT = 1 << 20
"""How much of one text comes at once."""

MOST_KEPT = 4 << 20
MOST_STRETCHES = 500
WINDOW = 64 * KILOBYTE
"""How much is asked for at once; each time twice as much, up to eight times."""

WINDOWS = (WINDOW, 2 * WINDOW, 4 * WINDOW, 8 * WINDOW)
DEPTH = 30
CANDIDATES = 10_000
"""Lines that begin like a boundary and are none: more is an attack."""

_BLANK_LINES = (b"\n\r\n", b"\n\n")


class _OtherwiseError(Exception):
    """The message is not as the server says, or not to be had in this way."""


def text_first(source: Source, message: RemoteMessage) -> RawMail | None:
    """Return *message*, of the open folder, without its long attachments; None when it must be fetched otherwise.

    Raises as the source does. One without long parts comes whole.
    """
    told = source.outline(message.ref)
    cut_from = _cut_from(told) if told is not None else None
    if told is None or cut_from is None:
        return None
    walk = _Walk(source, message, cut_from)
    try:
        walk.over(told)
    except _OtherwiseError:
        return None
    content, left = bytes(walk.kept), tuple(walk.left)
    mail = RawMail(Ref(str(message.ref)), message.received_at, message.size_bytes, content, left=left)
    return replace(mail, provider_id=message.provider_id, labels=message.labels, thread_id=message.thread_id)


def _cut_from(told: Outline) -> int | None:
    """Return from which size on parts are left out; None where that would be too many."""
    sizes, todo = [], [told]
    while todo:
        part = todo.pop()
        todo += part.parts
        if not part.parts:
            sizes.append(part.size_bytes)
    kept = sum(size for size in sizes if size <= CUT_FROM)
    cut_from = CUT_FROM_OF_MANY if kept > MANY_BYTES else CUT_FROM
    return cut_from if sum(size > cut_from for size in sizes) <= MOST_STRETCHES else None


class _Walk:
    """Reads on and leaves out. ``kept`` is what is here, ``left`` what was left out of it."""

    def __init__(self, source: Source, message: RemoteMessage, cut_from: int) -> None:
        self.kept = bytearray()
        self.left: list[Stretch] = []
        self._source = source
        self._message = message
        self._cut_from = cut_from
        self._skipped = 0
        self._next = 0
        self._reads = 0
        self._is_at_end = False
        self._candidates = CANDIDATES

    def over(self, told: Outline) -> None:
        """Go over the whole message."""
        self._part(told, self._header_end(0), (), 0)
        while self._more():
            pass

    # --- the parts ----------------------------------------------------------------------------------------------------

    def _part(self, told: Outline, at: int, around: tuple[bytes, ...], depth: int) -> int:
        """Go over a part whose content begins at *at*, inside multiparts with the boundaries *around*.

        Returns from where to look for what follows it.
        """
        if depth > DEPTH:
            raise _OtherwiseError
        if told.kind.startswith("multipart/"):
            return self._multipart(told, at, around, depth)
        if told.parts and not told.is_attached:  # one that is to be saved is one file, whatever is in it
            return self._part(told.parts[0], self._header_end(at), around, depth + 1)
        keep = TEXT_KEPT if told.kind.startswith("text/") and not told.is_attached else 0
        if told.size_bytes <= max(keep, self._cut_from):
            return at
        self._leave_out(at + keep, told.size_bytes - keep)
        self._check_end(at + keep, around)
        return at + keep

    def _multipart(self, told: Outline, at: int, around: tuple[bytes, ...], depth: int) -> int:
        if not told.boundary or not told.parts:
            raise _OtherwiseError
        mark = b"--" + told.boundary.encode("utf-8", "surrogateescape")
        for part in told.parts:
            line_end, is_closing = self._delimiter(mark, at)
            if is_closing:
                raise _OtherwiseError
            at = self._part(part, self._header_end(line_end), (mark, *around), depth + 1)
        line_end, is_closing = self._delimiter(mark, at)
        if not is_closing:
            raise _OtherwiseError
        return line_end

    def _leave_out(self, at: int, length: int) -> None:
        """Leave *length* bytes out that belong at *at*, whether they were read already or not."""
        if len(self.left) == MOST_STRETCHES:
            raise _OtherwiseError
        self._have(at + min(length, SIGN_BYTES))
        read_already = min(length, len(self.kept) - at)
        beginning = bytes(self.kept[at : at + read_already])
        del self.kept[at : at + read_already]
        missing = length - read_already
        seen = min(missing, SIGN_BYTES)
        self._next += missing - seen
        if missing:
            self._reads = 0
        self._have(at + seen)
        end = beginning + bytes(self.kept[at : at + seen])
        del self.kept[at : at + seen]
        self.left.append(Stretch(at, at + self._skipped, length, sign=sign_of(beginning, end)))
        self._skipped += length

    def _have(self, length: int) -> None:
        """Read on until so much is here."""
        while len(self.kept) < length:
            if not self._more():
                raise _OtherwiseError

    def _check_end(self, at: int, around: tuple[bytes, ...]) -> None:
        """See that what was left out before *at* ends there: with a boundary, or with the message."""
        longest = max((len(mark) for mark in around), default=0) + 4
        while len(self.kept) < at + longest and self._more():
            pass
        rest = bytes(self.kept[at : at + longest])
        is_end = any(rest.startswith(b"\r\n" + mark) for mark in around) if around else not rest.strip()
        if not is_end:
            raise _OtherwiseError

    # --- lines --------------------------------------------------------------------------------------------------------

    def _header_end(self, at: int) -> int:
        """Return where the body begins of the entity that begins at *at*: behind the first blank line."""
        while len(self.kept) < at + 2 and self._more():
            pass
        for blank in (b"\r\n", b"\n"):
            if self.kept.startswith(blank, at):
                return at + len(blank)
        looked = at
        while True:
            found = [place + len(blank) for blank in _BLANK_LINES if (place := self.kept.find(blank, looked)) >= 0]
            if found:
                return min(found)
            looked = max(at, len(self.kept) - 3)
            if not self._more():
                raise _OtherwiseError

    def _delimiter(self, mark: bytes, at: int) -> tuple[int, bool]:
        """Return where the next line of *mark* at or after *at* ends, and whether it closes the multipart."""
        while True:
            place = self._find(mark, at)
            end = self._find(b"\n", place, at_end=True)
            rest = bytes(self.kept[place + len(mark) : end]).strip(b" \t\r\n")
            begins_line = place == 0 or self.kept[place - 1] == 0x0A
            if begins_line and rest in {b"", b"--"}:
                return end, rest == b"--"
            self._candidates -= 1
            if self._candidates < 0:
                raise _OtherwiseError
            at = place + 1

    def _find(self, sign: bytes, at: int, *, at_end: bool = False) -> int:
        """Return where *sign* is next, or (*at_end*) where it is over; then the end of the message will do."""
        looked = at
        while True:
            place = self.kept.find(sign, looked)
            if place >= 0:
                return place + len(sign) if at_end else place
            looked = max(at, len(self.kept) - len(sign) + 1)
            if not self._more():
                if at_end:
                    return len(self.kept)
                raise _OtherwiseError

    # --- the server ---------------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        """Read on; False at the end of the message."""
        if self._is_at_end:
            return False
        if len(self.kept) >= MOST_KEPT:
            raise _OtherwiseError
        count = WINDOWS[min(self._reads, len(WINDOWS) - 1)]
        self._reads += 1
        piece = self._source.read(self._message.ref, self._next, count)
        if piece is None:
            raise _OtherwiseError
        self.kept += piece
        self._next += len(piece)
        self._is_at_end = not piece or self._next == self._message.size_bytes
        return bool(piece)

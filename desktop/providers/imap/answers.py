"""What a server's answers say: values out of the lines and blocks that ``connection`` hands over.

Strict where a mistake would lose or cut mail, lenient where servers are known to differ. Raises ValueError for what
cannot be right; whoever called knows the peer and makes a domain error of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from imapclient import imap_utf7

from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteFolder
from desktop.providers.imap.arguments import HIGHEST_UID

DEEPEST = 32

Value = bytes | None | list["Value"]
"""An atom, a string or a block; None is NIL."""


@dataclass(frozen=True, slots=True)
class Response:
    """One untagged answer (RFC 3501 section 7): texts and blocks by turns, text first and last."""

    parts: Sequence[bytes]

    @property
    def line(self) -> bytes:
        """The text before the first block, without the leading ``* ``."""
        return self.parts[0][2:]

    @property
    def words(self) -> list[bytes]:
        """The first three words, upper case."""
        return self.line[:200].upper().split(None, 3)[:3]


# --- values -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb'[ ]*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<literal>~?\{\d+\+?\})$'
    rb"|(?P<atom>[^\s()\"{\[]*\[[^\]]*\](?:<\d+>)?|[^\s()\"{]+))"
)
_ESCAPED = re.compile(rb"\\(.)")


def values(parts: Sequence[bytes], skip: int = 0) -> list[Value]:
    """Read *parts* from byte *skip* of the first text on; raises ValueError on anything but values."""
    top: list[Value] = []
    stack = [top]
    for number in range(0, len(parts), 2):
        text, at = parts[number].rstrip(), skip if number == 0 else 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found or found.end() == at:
                raise ValueError("not a value")
            at = found.end()
            _take(found, stack, parts, number)
    if len(stack) != 1:
        raise ValueError("an open list")
    return top


def _take(found: re.Match[bytes], stack: list[list[Value]], parts: Sequence[bytes], number: int) -> None:
    if found["open"]:
        if len(stack) > DEEPEST:
            raise ValueError("lists too deep")
        inner: list[Value] = []
        stack[-1].append(inner)
        stack.append(inner)
    elif found["close"]:
        if len(stack) == 1:
            raise ValueError("a list that was never opened")
        stack.pop()
    elif found["literal"]:
        if number + 1 >= len(parts):
            raise ValueError("a block that did not come")
        stack[-1].append(parts[number + 1])
    elif found["quoted"] is not None:
        stack[-1].append(_ESCAPED.sub(rb"\1", found["quoted"]))
    else:
        atom = found["atom"]
        stack[-1].append(None if atom.upper() == b"NIL" else atom)


# --- LIST -------------------------------------------------------------------------------------------------------------

_SPECIAL = {b"all", b"archive", b"drafts", b"flagged", b"junk", b"sent", b"trash", b"important"}
_NOT_OPEN = {b"noselect", b"nonexistent"}


def folder_of(response: Response) -> RemoteFolder:
    """Read one LIST answer (RFC 3501 section 7.2.2, RFC 6154)."""
    flags, _, name = values(response.parts, skip=len(b"* LIST "))[:3]
    if not isinstance(flags, list) or not isinstance(name, (bytes, type(None))):
        raise ValueError("not a folder")  # noqa: TRY004 - what was received is wrong, not a type of ours
    attributes = [flag.lstrip(b"\\").lower() for flag in flags if isinstance(flag, bytes)]
    special = next((flag.decode("ascii") for flag in attributes if flag in _SPECIAL), "")
    return RemoteFolder(decoded(name or b"NIL"), special, not _NOT_OPEN.intersection(attributes))


def decoded(name: bytes) -> str:
    """Return folder *name* in readable form; what is not modified UTF-7 stands as it came."""
    if name.upper() == b"INBOX":
        return "INBOX"
    try:
        text = name.decode("ascii")
        readable = imap_utf7.decode(name)
    except UnicodeDecodeError:
        return name.decode("utf-8", "replace")
    return str(readable) if imap_utf7.encode(readable) == name else text


# --- SEARCH -----------------------------------------------------------------------------------------------------------

_MODSEQ = re.compile(rb"\(MODSEQ \d+\)\s*$", re.IGNORECASE)
_ESEARCH_ALL = re.compile(rb"(?:^| )ALL ([0-9:,]+)(?: |$)", re.IGNORECASE)


def found_refs(response: Response) -> RefSet:
    """Read one SEARCH (RFC 3501 section 7.2.5) or ESEARCH (RFC 4731) answer."""
    if response.words[:1] == [b"ESEARCH"]:
        found = _ESEARCH_ALL.search(response.line)
        return _set(found[1]) if found else RefSet()
    numbers = _MODSEQ.sub(b"", response.line[len(b"SEARCH") :])
    if not numbers.strip():
        return RefSet()
    if not numbers.translate(None, b" ").isdigit():
        raise ValueError("not numbers")
    uids = set(map(int, numbers.split()))
    uids.discard(0)
    if uids and max(uids) > HIGHEST_UID:
        raise ValueError("a UID over 32 bits")
    return RefSet.of(uids)


def _set(text: bytes) -> RefSet:
    ranges = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        if high > HIGHEST_UID:
            raise ValueError("a UID over 32 bits")
        if high:
            ranges.append((max(low, 1), high))
    return RefSet(ranges)


# --- EXAMINE ----------------------------------------------------------------------------------------------------------

_OK_CODE = re.compile(rb"OK \[([A-Z-]+)(?: ([^\]]*))?\]", re.IGNORECASE)
_NUMBER = re.compile(rb"\d{1,19}")


def code_of(line: bytes) -> tuple[bytes, bytes]:
    """Return (code, argument) of ``OK [CODE argument] ...``, or empty ones."""
    found = _OK_CODE.match(line)
    return (found[1].upper(), found[2] or b"") if found else (b"", b"")


@dataclass(slots=True)
class Opened:
    """What an EXAMINE answered so far; every number may be missing."""

    exists: int | None = None
    numbers: dict[bytes, int] = field(default_factory=dict)

    def note(self, response: Response) -> None:
        """Take in one untagged answer."""
        words = response.words
        if len(words) >= 2 and words[1] == b"EXISTS" and words[0].isdigit():
            self.exists = int(words[0])
        code, value = code_of(response.line)
        if code and _NUMBER.fullmatch(value):
            self.numbers[code] = int(value)

    def number(self, code: bytes) -> int | None:
        """Return the number of *code*; 0 means the same as not said (RFC 7162 section 3.1.2.2)."""
        return self.numbers.get(code) or None

"""Address lists (RFC 5322 section 3.4, RFC 6854) cut by a tokenizer that notices what others may read otherwise.

The standard library's reader answers with the first address it can make out; a forger writes a line in which that is
not the one people see. Here every mailbox of a list comes with the oddities met while reading it.
"""

import enum
import re
from dataclasses import dataclass, field
from functools import lru_cache

from desktop.domain.addresses import normalise_address
from desktop.domain.mail import Address
from desktop.parsing import clean, limits
from desktop.parsing.words import decode_words


class Oddity(enum.Enum):
    """What is odd about one mailbox; the value ends the sentence "The From line ..."."""

    CONTROLS = "holds hidden control characters"
    UNTERMINATED = "has a quote, bracket or comment that is never closed"
    BEHIND = "names one address behind another"
    BEFORE = "names one address before another"
    TRAILING = "has text after the address"
    NO_ADDRESS = "holds no address"
    ROUTE = "holds a mail route from old times"
    ENCODED = "hides its address in an encoded word"
    SEVERAL_AT = "has more than one @ in its address"
    SPACED = "has blanks or comments inside its address"
    QUOTED = "has a quoted part inside its address"
    TOO_LONG = "holds an address that is too long to be one"
    STRAY = "has a stray bracket, colon or backslash"
    BARE = "has a name beside an address without angle brackets"


@dataclass(slots=True)
class Box:
    """One mailbox as written: decoded name, address text (``""`` if none), comments, and what is odd about it.

    ``address`` is the mailbox as a value, or None when it has no address.
    """

    name: str = ""
    spec: str = ""
    comments: list[str] = field(default_factory=list)
    oddities: set[Oddity] = field(default_factory=set)
    address: Address | None = None


@dataclass(slots=True)
class BoxList:
    """The mailboxes of one header value. ``total`` counts on where reading stopped; ``grouped``: a group is named."""

    boxes: list[Box] = field(default_factory=list)
    total: int = 0
    grouped: bool = False


_TOKEN = re.compile(
    r"""(?P<space>\s++)
    | (?P<atom>=\?[^?\s]++\?[bBqQ]\?[^?\s]*+\?= | [^\s"(),:;<>@\\\[\]]++)
    | (?P<quoted>"(?:[^"\\]|\\.)*+")
    | (?P<literal>\[[^\[\]\\]*+\])
    | (?P<special>.)""",
    re.VERBOSE | re.DOTALL,
)
KEPT_CHARS = 200
"""Of header values up to this length it is kept what they hold."""
_LITERAL = re.compile(r"\[[^\[\]\\]*\]")
_SPECIALS = frozenset("<>,;:\\[]")
_ANGLE = re.compile(r'<((?:[^<>"]|"(?:[^"\\]|\\.)*+")*+)>', re.DOTALL)
_ANGLE_CUT = re.compile(r"<([^<>,;]*)>?")
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SOUND = re.compile(r"[A-Za-z0-9_+.'#&-]+@[A-Za-z0-9.-]+")
"""An address with nothing odd about it."""
_PLAIN = re.compile(
    r"""(?: (?: "([^"\\=@<>()\x00-\x1f\x7f-\x9f]*)"[ ]*+ | ([A-Za-z0-9][A-Za-z0-9\ ._'-]*+) )?
            <([A-Za-z0-9_+=.'#&-]+@[A-Za-z0-9][A-Za-z0-9.-]*)>
          | ([A-Za-z0-9_+=.'-]+@[A-Za-z0-9][A-Za-z0-9.-]*) )
        [ ]*+ (?: ,[ \t]*+ | \Z )""",
    re.VERBOSE,
)
"""A mailbox in the form that nearly all have; everything else takes the way through the tokens."""


def comparable(spec: str) -> str:
    """Return an address in comparable form; never raises, whatever its domain is made of."""
    try:
        return clean.one_line(normalise_address(spec), limits.ADDRESS_CHARS)
    except ValueError:
        return clean.one_line(spec.lower(), limits.ADDRESS_CHARS)


def parse(text: str, limit: int) -> BoxList:
    """Read an unfolded header value (encoded words still encoded) into at most *limit* mailboxes.

    The same few lists head most mail of a mailbox, so what short ones hold is kept: leave the answer as it is.
    """
    return _parse(text, limit) if len(text) <= KEPT_CHARS else _parse.__wrapped__(text, limit)


@lru_cache(maxsize=2048)
def _parse(text: str, limit: int) -> BoxList:
    return _Reader(text, limit).read()


def _has_stray(spec: str) -> bool:
    """Tell whether an address holds a special; those of an address literal behind the ``@`` (``[IPv6:...]``) may be."""
    local, _, domain = spec.rpartition("@")
    return any(ch in _SPECIALS for ch in (local if _LITERAL.fullmatch(domain) else spec))


class _Reader:
    """One pass over an address list. Nothing recurses, and no character is looked at more than a few times."""

    def __init__(self, text: str, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.found = BoxList()
        self.in_group = False
        self._reset()

    def _reset(self) -> None:
        self.phrase: list[tuple[str, str]] = []
        self.has_at = False
        self.angle: str | None = None
        self.comments: list[str] = []
        self.oddities: set[Oddity] = set()

    def read(self) -> BoxList:
        pos, size = 0, len(self.text)
        while pos < size:
            if len(self.found.boxes) >= self.limit:
                self.found.total += self.text.count("@", pos)
                return self.found
            plain = _PLAIN.match(self.text, pos) if self._at_start() else None
            if plain is not None and self._add_plain(plain):
                pos = plain.end()
                continue
            match = _TOKEN.match(self.text, pos)
            if match is None:  # cannot happen: the last alternative takes any character
                break
            pos = self._take(match.lastgroup or "special", match[0], pos, match.end())
        self._finish()
        return self.found

    def _at_start(self) -> bool:
        return not (self.phrase or self.comments or self.oddities or self.in_group or self.angle is not None)

    def _add_plain(self, match: re.Match[str]) -> bool:
        """Take a mailbox in the form that nearly all have; False for one that is too long to be one."""
        quoted, words, angled, bare = match.groups()
        if match.end() - match.start() > limits.ADDRESS_CHARS:
            return False
        name = clean.one_line(quoted or (words or "").strip(), limits.NAME_CHARS) if angled else ""
        self._append(Box(name, angled or bare or ""))
        return True

    def _take(self, kind: str, piece: str, pos: int, end: int) -> int:
        """Deal with one piece that stands at *pos* and return where to go on."""
        if kind == "special":
            return self._special(piece, pos, end)
        if kind == "space" and not self.phrase:
            return end
        if kind != "space" and self.angle is not None:
            self.oddities.add(Oddity.TRAILING)
        if kind == "quoted":
            piece = _ESCAPED.sub(r"\1", piece[1:-1])
        if kind == "literal" and self._hides_specials(piece):
            self.oddities.add(Oddity.STRAY)
        self.phrase.append((kind, piece))
        return end

    def _hides_specials(self, literal: str) -> bool:
        """Tell whether others, to whom brackets in a name mean nothing, would cut the line inside of them."""
        is_domain = bool(self.phrase) and self.phrase[-1][0] == "at"
        return any(ch in '"(),;<>@' or (ch == ":" and not is_domain) for ch in literal)

    def _special(self, piece: str, pos: int, end: int) -> int:
        if piece == "(":
            return self._comment(end)
        if piece == "<":
            return self._open_angle(pos)
        if piece == '"':
            self.oddities.add(Oddity.UNTERMINATED)
            self.phrase.append(("quoted", self.text[end:]))
            return len(self.text)
        if piece in ",;":
            self._separator(piece)
        elif piece == ":" and self._may_name_group():
            self._reset()
            self.in_group = self.found.grouped = True
        elif piece == "@" and self.angle is not None:
            self.oddities.add(Oddity.BEHIND)
            self.phrase.append(("behind", piece))
        elif piece == "@":
            self.has_at = True
            self.phrase.append(("at", piece))
        else:
            self.oddities.add(Oddity.STRAY)
        return end

    def _may_name_group(self) -> bool:
        return bool(self.phrase) and not self.has_at and self.angle is None and not self.in_group

    def _separator(self, piece: str) -> None:
        self._finish()
        if piece == ";":
            self.in_group = False

    def _comment(self, pos: int) -> int:
        """Read a comment whose opening bracket is behind us; nested ones count, they do not recurse."""
        depth, start = 1, pos
        for mark in _COMMENT_MARK.finditer(self.text, pos):
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            if depth == 0:
                self.comments.append(self.text[start : mark.start()])
                if self.phrase:
                    self.phrase.append(("space", " "))  # a comment parts what stands around it
                return mark.end()
        self.oddities.add(Oddity.UNTERMINATED)
        self.comments.append(self.text[start:])
        return len(self.text)

    def _open_angle(self, pos: int) -> int:
        match = None if Oddity.UNTERMINATED in self.oddities else _ANGLE.match(self.text, pos)
        if match is None:
            self.oddities.add(Oddity.UNTERMINATED)
            match = _ANGLE_CUT.match(self.text, pos)
        if match is None:  # cannot happen: the pattern needs the one character that is there
            return pos + 1
        if self.angle is None:
            self.angle = match[1]
        else:
            self.oddities.add(Oddity.BEHIND)
            self.comments.append(match[1])
        return match.end()

    def _finish(self) -> None:
        """Make a mailbox of what was collected, if that is anything."""
        if self.angle is not None:
            self._finish_angle(self.angle)
        elif self.has_at:
            self._finish_bare()
        elif self.phrase or self.oddities or self.comments:
            name = self._shown(self.phrase)
            self._append(Box(name, "", self._decoded_comments(), self.oddities | {Oddity.NO_ADDRESS}))
        self._reset()

    def _finish_angle(self, angle: str) -> None:
        if self.has_at:
            self.oddities.add(Oddity.BEFORE)
        spec = self._spec(angle)
        name = self._shown(self.phrase)
        comments = self._decoded_comments()
        if not name and comments:
            name = comments[0]
        self._append(Box(name, spec, comments, self.oddities))

    def _finish_bare(self) -> None:
        """Read an address without angle brackets: the run without blanks around the last ``@``."""
        phrase = self.phrase
        while phrase and phrase[-1][0] == "space":
            phrase.pop()
        at = max(index for index, (kind, _) in enumerate(phrase) if kind == "at")
        start, stop = at, at + 1
        while start > 0 and phrase[start - 1][0] != "space":
            start -= 1
        while stop < len(phrase) and phrase[stop][0] != "space":
            stop += 1
        rest = [piece for piece in phrase[:start] + phrase[stop:] if piece[0] != "space"]
        if rest:
            self.oddities.add(Oddity.BEFORE if ("at", "@") in rest else Oddity.BARE)
        pieces = phrase[start:stop]
        spec = self._spec("".join(f'"{piece}"' if kind == "quoted" else piece for kind, piece in pieces))
        comments = self._decoded_comments()
        name = self._shown(phrase[:start] + phrase[stop:]) or (comments[0] if comments else "")
        self._append(Box(name, spec, comments, self.oddities))

    def _spec(self, text: str) -> str:
        """Return the address inside angle brackets and note what is odd about it."""
        text = text.strip()
        if text.startswith("@") and ":" in text:
            self.oddities.add(Oddity.ROUTE)
            text = text.rpartition(":")[2].strip()
        if _SOUND.fullmatch(text) and len(text) <= limits.ADDRESS_CHARS:
            return text
        found = {
            Oddity.CONTROLS: clean.has_controls(text) or clean.has_override(text),
            Oddity.ENCODED: "=?" in text,
            Oddity.SEVERAL_AT: text.count("@") > 1,
            Oddity.SPACED: any(ch.isspace() or ch in "()" for ch in text),
            Oddity.QUOTED: '"' in text,
            Oddity.STRAY: _has_stray(text),
            Oddity.TOO_LONG: len(text) > limits.ADDRESS_CHARS,
            Oddity.NO_ADDRESS: not text.partition("@")[0] or not text.partition("@")[2],
        }
        self.oddities.update(oddity for oddity, is_so in found.items() if is_so)
        return clean.one_line("".join(text[: limits.ADDRESS_CHARS].split()), limits.ADDRESS_CHARS)

    def _shown(self, phrase: list[tuple[str, str]]) -> str:
        """Return a display name: words decoded after the cut into tokens, as RFC 2047 section 6.2 wants."""
        text = decode_words("".join(" " if kind == "space" else piece for kind, piece in phrase).strip())
        self._note_hidden(text)
        return clean.one_line(text, limits.NAME_CHARS)

    def _decoded_comments(self) -> list[str]:
        decoded = [decode_words(_ESCAPED.sub(r"\1", comment)) for comment in self.comments]
        for text in decoded:
            self._note_hidden(text)
        return [clean.one_line(text, limits.NAME_CHARS) for text in decoded]

    def _note_hidden(self, text: str) -> None:
        if clean.has_controls(text.replace("\t", " ")):
            self.oddities.add(Oddity.CONTROLS)

    def _append(self, box: Box) -> None:
        self.found.boxes.append(box)
        if box.spec:
            self.found.total += 1
            if "@" in box.spec.strip("@"):
                box.address = Address(box.name, comparable(box.spec))

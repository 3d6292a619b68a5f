"""Reads one client command: its tag, its name, its arguments with quoted strings, literals and lists (RFC 3501 9)."""

import re
from dataclasses import dataclass
from typing import TypeAlias

Argument: TypeAlias = "bytes | list[Argument]"

LITERAL_END = re.compile(rb"\{(\d{1,10})(\+?)\}\r?\n\Z")
"""At the end of a line: so many bytes follow, and with `+` (RFC 7888) without our asking for them."""

ATOM = re.compile(rb'[^\s(){"\[]+')
SPACE = b" "
SECRET = re.compile(rb"\S+ +(?:LOGIN|AUTHENTICATE)\b", re.I)
MAX_DEPTH = 20


class BadCommand(ValueError):
    """The line is no IMAP command; carries the tag to answer under."""

    def __init__(self, sentence: str, tag: bytes = b"*") -> None:
        super().__init__(sentence)
        self.tag = tag


class Text(bytes):
    """An argument that came as a quoted string or literal, so that `"ALL"` is not the keyword ALL."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `name` is upper case and holds both words of `UID FETCH`."""

    tag: bytes
    name: str
    arguments: list[Argument]


def parse_command(raw: bytes) -> Command:
    """The command in `raw` (whole, literals included, ending with a line end), or BadCommand."""
    tag, _, rest = raw.removesuffix(b"\n").removesuffix(b"\r").partition(SPACE)
    word, _, rest = rest.lstrip(SPACE).partition(SPACE)
    if not tag or not word.isascii():
        raise BadCommand("Error in IMAP command received by server.", tag or b"*")
    name = word.decode("ascii").upper()
    if name == "UID":
        word, _, rest = rest.partition(SPACE)
        name = f"UID {word.decode('ascii', 'replace').upper()}"
    try:
        arguments = Reader(rest).arguments()
    except (ValueError, IndexError) as error:
        raise BadCommand(f"Error in IMAP command {name}: {error}", tag) from None
    return Command(tag, name, arguments)


def masked(raw: bytes) -> bytes:
    """The command as it may be recorded: the password of LOGIN and the response of AUTHENTICATE starred out."""
    found = SECRET.match(raw)
    if found is None:
        return raw
    try:
        first = Reader(parse_text(raw)).arguments()[:1]
    except (ValueError, IndexError):
        first = []
    shown = first[0] if first and isinstance(first[0], bytes) else b""
    return b"%b %b ***\r\n" % (found[0].rstrip(), shown)


def parse_text(raw: bytes) -> bytes:
    """What follows tag and name, without the line end."""
    return raw.removesuffix(b"\n").removesuffix(b"\r").split(SPACE, 2)[2]


class Reader:
    """Walks over the arguments of one command."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0

    def arguments(self, depth: int = 0) -> list[Argument]:
        """Arguments up to the end, or up to the closing parenthesis when inside a list."""
        if depth > MAX_DEPTH:
            raise ValueError("Too many nested lists")
        found: list[Argument] = []
        while True:
            self._skip_spaces()
            char = self._text[self._at : self._at + 1]
            if not char:
                if depth:
                    raise ValueError("Missing ')'")
                return found
            if char == b")":
                self._at += 1
                if not depth:
                    raise ValueError("Unexpected ')'")
                return found
            found.append(self._one(char, depth))

    def _one(self, char: bytes, depth: int) -> Argument:
        if char == b"(":
            self._at += 1
            return self.arguments(depth + 1)
        if char == b'"':
            return self._quoted()
        if char == b"{":
            return self._literal()
        return self._atom()

    def _skip_spaces(self) -> None:
        while self._text[self._at : self._at + 1] == SPACE:
            self._at += 1

    def _quoted(self) -> Text:
        found = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"').match(self._text, self._at)
        if found is None:
            raise ValueError("Missing '\"'")
        self._at = found.end()
        return Text(re.sub(rb"\\(.)", rb"\1", found[1]))

    def _literal(self) -> Text:
        found = re.compile(rb"\{(\d+)\+?\}\r?\n").match(self._text, self._at)
        if found is None:
            raise ValueError("Invalid literal")
        self._at = found.end() + int(found[1])
        return Text(self._text[found.end() : self._at])

    def _atom(self) -> bytes:
        start = self._at
        while self._at < len(self._text):
            if self._text[self._at : self._at + 1] == b"[":
                self._at = self._text.index(b"]", self._at) + 1
                continue
            found = ATOM.match(self._text, self._at)
            if found is None:
                break
            self._at = found.end()
        if self._at == start:
            raise ValueError("Invalid characters in atom")
        return self._text[start : self._at]

"""The only place that spells an argument of an IMAP command.

Everything a command carries - folder names, search values, sets of UIDs, user names - comes from somewhere a
stranger may have had a hand in, and is spelled here or refused: no NUL, no CR, no LF, nothing over-long
(RFC 3501 sections 4 and 9). What comes out is bytes that are one argument and nothing else.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from imapclient import imap_utf7

from desktop.domain.errors import Misconfigured
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet

LONGEST_ARGUMENT = 2000
LONGEST_SEARCH = 500
LONGEST_SET = 7000
"""Bytes of one UID set; with the rest of the command the line stays under 8 KB (RFC 7162 section 4)."""

HIGHEST_UID = 2**32 - 1
HIGHEST_MODSEQ = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Argument:
    """One spelled argument: ``quoted`` goes into the line; ``literal``, if set, is sent after it was announced."""

    quoted: bytes
    literal: bytes | None = None

    def __repr__(self) -> str:
        return "<Argument>"


def clean(text: str, field: str, *, longest: int = LONGEST_ARGUMENT) -> str:
    """Return *text* if it may stand in a command, else raise Misconfigured beside *field*; the text is not repeated."""
    if any(ch in "\0\r\n" for ch in text):
        raise _refused(field, "It holds a line break or a zero character.")
    if len(text) > longest:
        raise _refused(field, f"It is longer than {longest} characters.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _refused(field, "It holds a character that does not exist.") from None
    return text


def _refused(field: str, meaning: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        f"This {field} cannot be sent to a server.",
        meaning=meaning,
        action="Correct it.",
        detail=f"argument refused: {field}",
        field=field,
    )


def quoted(text: str) -> bytes:
    """Return printable ASCII *text*, already clean, as a quoted string."""
    return b'"' + text.encode("ascii").replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def astring(text: str, field: str) -> Argument:
    """Return *text* as quoted string, or as literal in UTF-8 where it is not printable ASCII."""
    text = clean(text, field)
    if all(32 <= ord(ch) < 127 for ch in text):
        return Argument(quoted(text))
    return Argument(b"", text.encode("utf-8"))


def folder(name: str) -> bytes:
    """Return folder *name* in modified UTF-7 (RFC 3501 section 5.1.3), quoted."""
    name = clean(name, "folder")
    if not name:
        raise _refused("folder", "It is empty.")
    encoded = imap_utf7.encode(name)
    if len(encoded) > LONGEST_ARGUMENT:
        raise _refused("folder", f"It is longer than {LONGEST_ARGUMENT} bytes.")
    return quoted(encoded.decode("ascii"))


def may_be_spelled_otherwise(name: str) -> bool:
    """Tell whether a server may spell *name* in another way than in modified UTF-7, which they do not all know."""
    return "&" in name or not all(32 <= ord(ch) < 127 for ch in name)


def folder_as_listed(spelled: bytes) -> bytes:
    """Return a folder's name just as the server wrote it in its list, quoted: eight-bit bytes go back as they came."""
    if any(byte in spelled for byte in b"\0\r\n"):
        raise _refused("folder", "It holds a line break or a zero character.")
    if len(spelled) > LONGEST_ARGUMENT:
        raise _refused("folder", f"It is longer than {LONGEST_ARGUMENT} bytes.")
    return b'"' + spelled.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def header_value(text: str) -> bytes:
    """Return *text* as what a header is searched for: printable ASCII, quoted."""
    text = clean(text, "message id")
    if not text or any(not 32 <= ord(ch) < 127 for ch in text):
        raise _refused("message id", "Only printable ASCII can be searched for.")
    return quoted(text)


def containing(text: str) -> list[bytes]:
    """Spell a search for *text* in From or Subject, cut where a literal in UTF-8 follows (RFC 3501 section 6.4.4)."""
    wanted = astring(clean(text, "search", longest=LONGEST_SEARCH), "search")
    if wanted.literal is None:
        return [b"OR FROM " + wanted.quoted + b" SUBJECT " + wanted.quoted]
    announced = b"{%d}" % len(wanted.literal)
    return [b"CHARSET UTF-8 OR FROM " + announced, wanted.literal + b" SUBJECT " + announced, wanted.literal]


def uid_sets(refs: RefSet, *, longest: int = LONGEST_SET) -> Iterator[bytes]:
    """Spell *refs* as one or more sequence sets, none over *longest* bytes."""
    if refs.highest > HIGHEST_UID:
        raise _refused("reference", "It is over 32 bits.")
    line = b""
    for first, last in refs.ranges:
        part = b"%d" % first if first == last else b"%d:%d" % (first, last)
        if line and len(line) + 1 + len(part) > longest:
            yield line
            line = part
        else:
            line = line + b"," + part if line else part
    if line:
        yield line


def from_uid(first: int) -> bytes:
    """Spell "this UID and all above"."""
    if not 1 <= first <= HIGHEST_UID:
        raise _refused("reference", "It is not between 1 and 2^32-1.")
    return b"%d:*" % first


def below(uid: int) -> bytes:
    """Spell "all UIDs under this one"."""
    if not 2 <= uid <= HIGHEST_UID + 1:
        raise _refused("reference", "It is not between 2 and 2^32.")
    return b"1:%d" % (uid - 1)


def changed_since(modseq: int, *, vanished: bool) -> bytes:
    """Spell "what has changed since" (RFC 7162 sections 3.1.4 and 3.2.6); with *vanished* also what is gone."""
    if not 1 <= modseq <= HIGHEST_MODSEQ:
        raise _refused("modification number", "It is not between 1 and 2^63-1.")
    return b"(CHANGEDSINCE %d%s)" % (modseq, b" VANISHED" if vanished else b"")


_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


def day(moment: datetime) -> bytes:
    """Return the day of *moment* as a search wants it (RFC 3501 ``date``), whatever the locale."""
    return b"%02d-%s-%04d" % (moment.day, _MONTHS[moment.month - 1], moment.year)


def sasl_plain(user: str, password: str) -> bytes:
    """Spell user name and password as one base64 word (RFC 4616)."""
    message = f"\0{clean(user, 'user')}\0{clean(password, 'password')}"
    return base64.b64encode(message.encode("utf-8"))


def login(user: str, password: str) -> list[bytes]:
    """Spell LOGIN's arguments, cut where a literal in UTF-8 follows (RFC 3501 section 4.3)."""
    pieces = [b""]
    for argument in (astring(user, "user"), astring(password, "password")):
        if argument.literal is None:
            pieces[-1] += b" " + argument.quoted
        else:
            pieces[-1] += b" {%d}" % len(argument.literal)
            pieces.append(argument.literal)
    pieces[0] = pieces[0].removeprefix(b" ")
    return pieces

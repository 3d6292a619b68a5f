"""The last gate before the wire: nothing leaves that could change a mailbox or that is not exactly one command.

``arguments`` spells commands safely; this module does not trust it. Each piece of bytes about to be sent is held
against the grammar of the few reading commands the program needs. APPEND, STORE, COPY, MOVE, EXPUNGE, SELECT, CLOSE,
CREATE, DELETE, RENAME, SUBSCRIBE, SETMETADATA... are not in it, so no fault anywhere else can send them; and a FETCH
may only PEEK (RFC 3501 section 6.4.5), so that nothing is ever marked as read.
"""

import re

from desktop.domain.errors import Misconfigured
from desktop.domain.reasons import ReasonCode

LONGEST_LINE = 8192
LONGEST_LITERAL = 8192

_TAG = rb"[A-Z]{1,4}[0-9]{1,9} "
_QUOTED = rb'"(?:[ !#-\[\]-~]|\\["\\])*"'
_EIGHT_BIT = rb'"(?:[ !#-\[\]-~\x80-\xff]|\\["\\])*"'
"""A folder's name as a server listed it that writes eight-bit bytes."""

_SET = rb"[0-9:*,]+"
_DATE = rb"[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4}"
_ITEM = (
    rb"(?:UID|FLAGS|INTERNALDATE|RFC822\.SIZE|MODSEQ|X-GM-MSGID|X-GM-THRID|X-GM-LABELS|EMAILID|THREADID|BODYSTRUCTURE"
    rb"|BODY\.PEEK\[(?:HEADER|TEXT|[0-9.]+|[0-9.]+\.MIME)?\](?:<[0-9]+\.[0-9]+>)?)"
)
_CRITERION = (
    rb"(?:ALL|UID " + _SET + rb"|(?:SINCE|BEFORE|ON) " + _DATE + rb"|HEADER Message-ID " + _QUOTED
    + rb"|(?:LARGER|SMALLER) [0-9]+|OR FROM " + _QUOTED + rb" SUBJECT " + _QUOTED + rb")"
)  # fmt: skip
_SEARCH = rb"UID SEARCH (?:RETURN \([A-Z ]*\) )?"
_EVENTS = rb"\(MessageNew MessageExpunge\)"
_ALLOWED = (
    rb"CAPABILITY|STARTTLS|NOOP|LOGOUT|IDLE|UNSELECT|NAMESPACE",
    rb"ID (?:NIL|\(" + _QUOTED + rb"(?: " + _QUOTED + rb")*\))",
    rb"ENABLE [A-Z0-9=]+(?: [A-Z0-9=]+)*",
    rb"AUTHENTICATE (?:PLAIN|XOAUTH2|OAUTHBEARER)(?: [A-Za-z0-9+/]+={0,2})?",
    rb"LOGIN " + _QUOTED + rb" " + _QUOTED,
    rb'LIST "" ' + _QUOTED + rb"(?: RETURN \([A-Z -]*\))?",
    rb"NOTIFY SET STATUS \(selected-delayed "
    + _EVENTS
    + rb"\) \(mailboxes \("
    + _QUOTED
    + rb"(?: "
    + _QUOTED
    + rb")*\) "
    + _EVENTS
    + rb"\)",
    rb"STATUS " + _QUOTED + rb" \([A-Z ]+\)",
    rb"EXAMINE " + _EIGHT_BIT + rb"(?: \(CONDSTORE\))?",
    _SEARCH + rb"CHARSET UTF-8 OR FROM " + _QUOTED + rb" SUBJECT " + _QUOTED,
    _SEARCH + _CRITERION + rb"(?: " + _CRITERION + rb")*",
    rb"UID FETCH " + _SET + rb" \(" + _ITEM + rb"(?: " + _ITEM + rb")*\)(?: \(CHANGEDSINCE [0-9]+(?: VANISHED)?\))?",
)
_COMMAND = re.compile(_TAG + rb"(?:" + rb"|".join(_ALLOWED) + rb")\r\n")
_SASL = re.compile(rb"(?:[A-Za-z0-9+/]{1,12288}={0,2}|\*)\r\n")
_DONE = re.compile(rb"DONE\r\n")
_ACKNOWLEDGED = {b"XOAUTH2": re.compile(rb"\r\n"), b"OAUTHBEARER": re.compile(rb"AQ==\r\n")}
"""What is said to the challenge that tells why a token was refused (RFC 7628 section 3.2.3)."""

_ANNOUNCED = re.compile(rb"(.*)\{([0-9]{1,5})\}\r\n")
_MAY_ANNOUNCE = re.compile(
    _TAG + rb"(?:LOGIN (?:" + _QUOTED + rb" )?|" + _SEARCH + rb"CHARSET UTF-8 OR FROM (?:" + _QUOTED + rb" SUBJECT )?)"
)


class Guard:
    """Checks what is about to be sent. Keeps the little state needed: an announced literal, the rest of an exchange."""

    __slots__ = ("_head", "_literal", "_pending")

    def __init__(self) -> None:
        self._head = b""
        self._literal: int | None = None
        self._pending: tuple[re.Pattern[bytes], ...] = ()

    def check(self, data: bytes) -> None:
        """Return when *data* may be sent; raises Misconfigured when not. What was refused is not repeated."""
        if self._literal is not None:
            self._check_literal(data, self._literal)
        elif not self._goes_on(data):
            self._check_line(data)

    def _check_literal(self, data: bytes, size: int) -> None:
        body, tail = data[:size], data[size:]
        head = self._head
        self._head, self._literal = b"", None
        if len(body) != size or any(byte in b"\0\r\n" for byte in body):
            raise _refused("literal")
        self._check_line(head + b'""' + tail)

    def _goes_on(self, data: bytes) -> bool:
        """Tell whether *data* is the next line of the exchange that is pending; if not, that one is over."""
        fits = bool(self._pending) and self._pending[0].fullmatch(data) is not None
        self._pending = self._pending[1:] if fits else ()
        return fits

    def _check_line(self, line: bytes) -> None:
        if len(line) > LONGEST_LINE:
            raise _refused("length")
        announced = _ANNOUNCED.fullmatch(line)
        if announced and _MAY_ANNOUNCE.fullmatch(announced[1]):
            size = int(announced[2])
            if size > LONGEST_LITERAL:
                raise _refused("literal")
            self._head, self._literal = announced[1], size
            return
        if not _COMMAND.fullmatch(line):
            raise _refused("command")
        self._pending = _exchange(line.split()[1:])


def _exchange(words: list[bytes]) -> tuple[re.Pattern[bytes], ...]:
    """Return the lines that may follow a command before the next one: a log-in's response if it was not given yet."""
    if words[0] == b"IDLE":
        return (_DONE,)
    if words[0] != b"AUTHENTICATE":
        return ()
    acknowledged = _ACKNOWLEDGED.get(words[1])
    end = () if acknowledged is None else (acknowledged,)
    return end if len(words) > 2 else (_SASL, *end)


def _refused(what: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        "A request to the mail server was stopped before it was sent.",
        meaning="It was not one of the reading commands this program may use.",
        action="Please report this; nothing was changed on the server.",
        detail=f"guard: {what}",
    )

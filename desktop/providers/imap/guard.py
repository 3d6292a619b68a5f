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
_SET = rb"[0-9:*,]+"
_DATE = rb"[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4}"
_ITEM = (
    rb"(?:UID|FLAGS|INTERNALDATE|RFC822\.SIZE|MODSEQ|X-GM-MSGID|X-GM-THRID|X-GM-LABELS|EMAILID|THREADID|BODYSTRUCTURE"
    rb"|BODY\.PEEK\[(?:HEADER|TEXT|[0-9.]+|[0-9.]+\.MIME)?\](?:<[0-9]+\.[0-9]+>)?)"
)
_CRITERION = (
    rb"(?:ALL|UID " + _SET + rb"|(?:SINCE|BEFORE|ON) " + _DATE + rb"|HEADER Message-ID " + _QUOTED
    + rb"|(?:LARGER|SMALLER) [0-9]+|(?:FROM|SUBJECT) " + _QUOTED + rb")"
)  # fmt: skip
_ALLOWED = (
    rb"CAPABILITY|STARTTLS|NOOP|LOGOUT|IDLE|UNSELECT|NAMESPACE",
    rb"ID (?:NIL|\(" + _QUOTED + rb"(?: " + _QUOTED + rb")*\))",
    rb"ENABLE [A-Z0-9=]+(?: [A-Z0-9=]+)*",
    rb"AUTHENTICATE PLAIN(?: [A-Za-z0-9+/]+={0,2})?",
    rb"LOGIN " + _QUOTED + rb" " + _QUOTED,
    rb'LIST "" ' + _QUOTED + rb"(?: RETURN \([A-Z -]*\))?",
    rb"STATUS " + _QUOTED + rb" \([A-Z ]+\)",
    rb"EXAMINE " + _QUOTED + rb"(?: \(CONDSTORE\))?",
    rb"UID SEARCH (?:RETURN \([A-Z ]*\) )?" + _CRITERION + rb"(?: " + _CRITERION + rb")*",
    rb"UID FETCH " + _SET + rb" \(" + _ITEM + rb"(?: " + _ITEM + rb")*\)(?: \(CHANGEDSINCE [0-9]+\))?",
)
_COMMAND = re.compile(_TAG + rb"(?:" + rb"|".join(_ALLOWED) + rb")\r\n")
_SASL = re.compile(rb"(?:[A-Za-z0-9+/]+={0,2}|\*)?\r\n")
_ANNOUNCED = re.compile(rb"(.*)\{([0-9]{1,5})\}\r\n")
_MAY_ANNOUNCE = re.compile(_TAG + rb"LOGIN (?:" + _QUOTED + rb" )?")


class Guard:
    """Checks what is about to be sent. Keeps the little state needed: an announced literal, a pending exchange."""

    __slots__ = ("_head", "_literal", "_pending")

    def __init__(self) -> None:
        self._head = b""
        self._literal: int | None = None
        self._pending = b""

    def check(self, data: bytes) -> None:
        """Return when *data* may be sent; raises Misconfigured when not. What was refused is not repeated."""
        if self._literal is not None:
            self._check_literal(data, self._literal)
        elif self._pending and self._check_exchange(data):
            return
        else:
            self._check_line(data)

    def _check_literal(self, data: bytes, size: int) -> None:
        body, tail = data[:size], data[size:]
        head = self._head
        self._head, self._literal = b"", None
        if len(body) != size or any(byte in b"\0\r\n" for byte in body):
            raise _refused("literal")
        self._check_line(head + b'""' + tail)

    def _check_exchange(self, data: bytes) -> bool:
        pending, self._pending = self._pending, b""
        return bool(_SASL.fullmatch(data)) if pending == b"AUTHENTICATE" else data == b"DONE\r\n"

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
        verb = line.split(b" ", 2)[1].strip()
        if verb in {b"AUTHENTICATE", b"IDLE"}:
            self._pending = verb


def _refused(what: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        "A request to the mail server was stopped before it was sent.",
        meaning="It was not one of the reading commands this program may use.",
        action="Please report this; nothing was changed on the server.",
        detail=f"guard: {what}",
    )

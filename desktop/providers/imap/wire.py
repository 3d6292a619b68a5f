"""imaplib's command engine on our own transport.

``Wire`` keeps imaplib's tags, states and splitting of answers, and replaces all it does with the network: every byte
sent passes the guard, every line and block received passes the channel's limits, a stop from another thread wakes it.
Each untagged answer is handed on alone and at once, where imaplib piles up a command's answers and forgets where one
ends. A refusal and BYE become domain errors here, with the server's own words; all else that imaplib and imapclient
raise becomes one in :meth:`Wire.asking`.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from desktop.domain.errors import SourceError
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import Alert
from desktop.providers import errors, refusals
from desktop.providers.channel import LINE_CAP, MEGABYTE, Channel
from desktop.providers.imap.guard import Guard
from desktop.providers.refusals import Refusal

log = logging.getLogger("desktop.providers.imap")

imaplib.Commands["NOTIFY"] = ("AUTH", "SELECTED")  # RFC 5465; imaplib runs only what it knows

LITERAL_CAP = 64 * MEGABYTE
_BLANKS_CAP = 100
_BLOCKS_CAP = 1000
_LITERAL = re.compile(rb"(.?)\{([^{}]*)\}$")
_STATUS = re.compile(rb"(\*|P\d{1,9}) (OK|NO|BAD|BYE|PREAUTH)(?: (\[[A-Z-]+)?|$)", re.IGNORECASE)
_TAGGED = re.compile(rb"(?P<tag>P\d+) (?P<type>[A-Z]+) (?P<data>.*)")
_CAPABILITY = re.compile(rb"\[CAPABILITY ([^\]]*)\]")
_BREAKS_CAP = 20
_QUOTING = re.compile(rb"\* (?:\d+ )?(?:LIST|LSUB|XLIST|STATUS|FETCH) ")
_OPEN_STRING = re.compile(rb'[^"]*(?:"(?:[^"\\]|\\.)*"[^"]*)*"(?:[^"\\]|\\.)*', re.DOTALL)
"""A line in the middle of a quoted string."""

_ANSWER = re.compile(rb"\* |P\d+ (?:OK|NO|BAD)\b|\+ ", re.IGNORECASE)
_NAMED = re.compile(rb"\* (?:\d{1,19} )?[A-Z-]+", re.IGNORECASE)
_KEPT = frozenset({"EXISTS", "UIDVALIDITY", "UIDNEXT", "HIGHESTMODSEQ"})
"""Numbers that imapclient looks up after an EXAMINE; the last of each is kept, everything else is handed on."""

_ALERT = re.compile(
    rb"(?:(?:\*|P\d+) (?:OK|NO|BAD) \[(?=ALERT)|(?:\* (?:OK|NO|BAD)|P\d+ OK) \[(?=OVERQUOTA))([A-Z]+)\]\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
"""What is for people to read; of a command that is refused for want of room its own error says so."""

ALERTS_CAP = 10
"""How much one connection has for people to read."""

BEYOND_REASON = (
    imaplib.IMAP4.error, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, AssertionError,
    RecursionError,
)  # fmt: skip
"""What imaplib and imapclient raise over an answer they cannot make sense of (imapclient's own are imaplib's)."""

Record = bytes | tuple[bytes, bytes]
"""A text, or a text that ends in a block's announcement and the block."""

Takers = Mapping[str, Callable[[Sequence[Record]], None]]
"""Who takes in the untagged answers of a kind."""

Translate = Callable[[Refusal], SourceError]

Following = Callable[[bytes], bytes | None]
"""Returns what a command goes on with after the server's challenge, or None when there is nothing left to say."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one command's answer may be: the longest line, the largest block, all of it."""

    line: int = LINE_CAP
    literal: int = MEGABYTE
    total: int = 8 * MEGABYTE


ORDINARY = Limits()
_NOBODY: Takers = MappingProxyType({})


class Wire(imaplib.IMAP4):
    """imaplib's client over *channel*; not greeted yet. Used inside :meth:`asking` only."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        channel.check = Guard().check
        self.peer = channel.peer
        self.known: frozenset[bytes] = frozenset()
        """What the server said it can."""
        self.validity: bytes | None = None
        """UIDVALIDITY of the open folder; another one in mid-session ends the connection."""
        self._alerts: list[Alert] = []
        self.busy = True
        self.preauth = False
        self._verb = ""
        self._sending = b""
        self._expecting = False
        self._fresh = True
        self._ahead: bytes | None = None
        self._blocks = 0
        self._records: list[tuple[str, Record]] = []
        self._limits = ORDINARY
        self._translate: Translate = refusals.refused
        self._takers = _NOBODY
        self._tls_established = False
        super().__init__()

    # --- beginning ----------------------------------------------------------------------------------------------------

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Do nothing: the channel is open."""

    def _connect(self) -> None:
        """Prepare the tags; the greeting is read when encryption stands, by :meth:`greet`."""
        self.tagpre, self.tagre = b"P", _TAGGED  # type: ignore[assignment] # bytes, whatever typeshed says
        self.tagnum = 1

    def greet(self) -> None:
        """Read the greeting (RFC 3501 section 7.1); learns the capabilities if it tells them."""
        channel = self._channel
        channel.wait_at_most(min(channel.timeouts.connect_s, channel.timeouts.silence_s))
        channel.allow(LINE_CAP)
        line = channel.readline()
        channel.wait_at_most(channel.timeouts.silence_s)
        found = _STATUS.match(line)
        self._heed(line)
        status = found[2].upper() if found and found[1] == b"*" else b""
        if status == b"BYE":
            raise refusals.refused(Refusal(self.peer, "GREETING", "BYE", line[6:]))
        if status not in {b"OK", b"PREAUTH"}:
            raise errors.wrong_protocol(self.peer, line)
        self.preauth, self.state = status == b"PREAUTH", "NONAUTH"
        told = _CAPABILITY.match(_tidied(line), 3 + len(status))
        if told:
            self._learn(told[1])
        self.busy = False

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[str, list[bytes]]:  # type: ignore[override]
        """Go over to TLS (RFC 3501 section 6.2.1); what was learned before is forgotten."""
        if ssl_context is None or self._tls_established:
            raise self.abort("TLS not possible")
        typ, data = self._simple_command("STARTTLS")
        self._channel.start_tls(ssl_context)
        self._tls_established, self.known = True, frozenset()
        return typ, data

    # --- one command --------------------------------------------------------------------------------------------------

    @contextmanager
    def asking(
        self, *, limits: Limits = ORDINARY, translate: Translate | None = None, takers: Takers = _NOBODY
    ) -> Iterator[None]:
        """Run commands within: what an answer may be, what a refusal becomes, who takes in which answers.

        The one place where whatever imaplib and imapclient raise becomes an error of ours - without what they say,
        which repeats answers.
        """
        if self.busy:
            raise errors.misbehaves(self.peer, "a command before the one before was answered")
        self._limits, self._translate, self._takers = limits, translate or refusals.refused, takers
        try:
            yield
        except BEYOND_REASON as error:
            self.busy = True
            raise errors.misbehaves(self.peer, f"no answer to {self._verb} ({type(error).__name__})") from None
        finally:
            self._limits, self._translate, self._takers = ORDINARY, refusals.refused, _NOBODY

    def run(self, name: str, *words: bytes, following: Following | None = None) -> None:
        """Run a command whose answers the takers take; *following* is what it goes on with when the server asks."""
        if following is not None:
            self.literal = _Rest(self.peer, following).next  # type: ignore[assignment] # what authenticate() does
        self._simple_command(name, *words)

    def _command(self, name: str, *args: Any) -> bytes:
        if self.busy:
            raise errors.misbehaves(self.peer, "a command before the one before was answered")
        self._verb = f"UID {_text(args[0])}" if name == "UID" else name
        log.debug("%s", self._verb)
        self.untagged_responses.clear()
        self.busy, self._expecting = True, self.literal is not None
        self._channel.allow(self._limits.total)
        try:
            tag: bytes = super()._command(name, *args)  # type: ignore[misc]
        finally:
            self._expecting = False
        return tag

    def _command_complete(self, name: str, tag: bytes) -> tuple[str, list[bytes]]:
        status, data = self._get_tagged_response(tag, expect_bye=name == "LOGOUT")
        if status not in {"OK", "NO", "BAD", "BYE"}:
            raise errors.misbehaves(self.peer, f"no answer to {self._verb}, but something else")
        self.busy = False
        if status in {"NO", "BAD"}:
            raise self._translate(Refusal(self.peer, self._verb, status, data[-1]))
        return status, data

    def hear(self) -> None:
        """Take in one answer while the server tells of its own accord (RFC 2177)."""
        self._channel.allow(self._limits.total)
        self._get_response()
        if any(self.tagged_commands.values()):
            raise errors.misbehaves(self.peer, f"{self._verb} ended by the server")

    # --- answers ------------------------------------------------------------------------------------------------------

    def _get_response(self) -> bytes | None:
        self._fresh, self._blocks, self._records = True, 0, []
        answer: bytes | None = super()._get_response()  # type: ignore[misc]
        if answer is None:
            if not self._expecting:
                raise errors.misbehaves(self.peer, "a continuation nobody waits for")
            return None
        self._heed(answer)
        kind, records = self._records[0][0] if self._records else "", self._records
        if answer.startswith(b"* "):
            if kind == "BYE" and self._verb != "LOGOUT":
                raise self._translate(Refusal(self.peer, self._verb, "BYE", answer[6:]))
            if kind in self._takers:
                self._takers[kind]([record for name, record in records if name == kind])
        for name, value in records:
            if name == "CAPABILITY":
                self._learn(value)
            elif name == "UIDVALIDITY" and self.validity not in {None, value}:
                raise errors.renumbered(self.peer)
        return answer

    def take_alerts(self) -> Sequence[Alert]:
        """Return what the server wants people to read, and did since this was asked last."""
        found, self._alerts = self._alerts, []
        return found

    def _heed(self, answer: bytes) -> None:
        """Keep what is for people to read, each text once."""
        found = _ALERT.match(answer)
        if found and len(self._alerts) < ALERTS_CAP:
            code = ReasonCode.MAILBOX_FULL if found[1].upper() == b"OVERQUOTA" else ReasonCode.SERVER_ALERT
            alert = Alert(code, errors.shown(found[2]))
            if alert not in self._alerts and alert.text:
                self._alerts.append(alert)

    def _append_untagged(self, typ: str, dat: Record | None) -> None:
        record = b"" if dat is None else dat
        self._records.append((typ, record))
        if typ == "BYE" or (typ in _KEPT and isinstance(record, bytes) and record.isdigit() and len(record) < 20):
            self.untagged_responses[typ] = [record]

    def _learn(self, words: Record) -> None:
        if isinstance(words, bytes):
            self.known = frozenset(words.upper().split())

    def _get_line(self) -> bytes:
        line, self._ahead = self._ahead, None
        if line is None:
            line = self._channel.readline(self._limits.line)
        if self._fresh:
            self._fresh = False
            blanks = 0
            while not line:
                blanks += 1
                if blanks > _BLANKS_CAP:
                    raise errors.misbehaves(self.peer, "only blank lines")
                line = self._channel.readline(self._limits.line)
            line = _tidied(line)
            if not line.startswith(b"* "):
                return line
            line = self._with_broken_strings(line)
        return self._announced(line) if line.endswith(b"}") else line

    def _with_broken_strings(self, line: bytes) -> bytes:
        """Return *line* with what a line break in a quoted string has cut off it, against RFC 3501 section 4.3."""
        for _ in range(_BREAKS_CAP):
            quotes = line.count(b'"') - line.count(b'\\"')
            if quotes % 2 == 0 or not _QUOTING.match(line) or not _OPEN_STRING.fullmatch(line):
                break
            more = self._channel.readline(self._limits.line)
            if _ANSWER.match(more):
                self._ahead = more  # it was no string, then: the line is wrong in another way
                break
            line += b"\r\n" + more
        return line

    def _announced(self, line: bytes) -> bytes:
        """Look at a block's announcement at the end of *line* before a byte of the block is read."""
        found = _LITERAL.search(line)
        if not found:
            return line
        before, digits = found.groups()
        if not digits.isdigit():
            raise errors.misbehaves(self.peer, "a block without a size")
        if len(digits) > 12 or int(digits) > self._limits.literal:
            raise errors.too_much(self.peer, f"block over {self._limits.literal} bytes")
        self._blocks += 1
        if self._blocks > _BLOCKS_CAP:
            raise errors.too_much(self.peer, "too many blocks in one answer")
        if before not in {b" ", b"(", b"~", b""}:
            raise errors.misbehaves(self.peer, "a block where none can be")
        return line[: found.start()] + line[found.start() + 1 :] if before == b"~" else line

    # --- the network --------------------------------------------------------------------------------------------------

    def read(self, size: int) -> bytes:
        """Return a block; its size was looked at in ``_get_line``."""
        return self._channel.read(size)

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Send whole lines only: imaplib sends them in parts, and the guard looks at whole ones."""
        self._sending += data
        if self._sending.endswith(b"\r\n"):
            line, self._sending = self._sending, b""
            self._channel.send(line)

    def shutdown(self) -> None:
        """Close the connection."""
        self._channel.close()

    # --- silence ------------------------------------------------------------------------------------------------------

    @property
    def debug(self) -> int:
        """Return 0: imaplib keeps and prints what is said, passwords and mails too."""
        return 0

    @debug.setter
    def debug(self, level: int) -> None:
        pass

    def _log(self, line: str) -> None:
        pass


class _Rest:
    """The rest of a command of which the server takes one piece after the other."""

    def __init__(self, peer: errors.Peer, following: Following) -> None:
        self._peer = peer
        self._following = following

    def next(self, challenge: bytes) -> bytes:
        """Return the next piece; there must be one."""
        piece = self._following(challenge)
        if piece is None:
            raise errors.misbehaves(self._peer, "a continuation nobody waits for")
        return piece


def _text(word: bytes | str) -> str:
    return word.decode("ascii") if isinstance(word, bytes) else word


def _tidied(line: bytes) -> bytes:
    """Return the first *line* of an answer as imaplib wants it: names in upper case, a blank after the status.

    A status ends in words for people, where what looks like a block's announcement is none: a blank hides it.
    """
    found = _STATUS.match(line)
    if found:
        head = found[0].upper()
        return (
            (head if head.endswith(b" ") or found[3] else head + b" ")
            + line[found.end() :]
            + b" " * line.endswith(b"}")
        )
    named = _NAMED.match(line)
    return named[0].upper() + line[named.end() :] if named else line

"""One IMAP connection: greeting, encryption, log-in, and one command at a time with its answers as they come.

``greeting -> (STARTTLS -> TLS) -> CAPABILITY -> log-in -> commands -> LOGOUT``; any surprise on the way ends the
connection with a domain error. BYE ends it at whatever moment it comes (RFC 3501 section 7.1.5).
"""

import logging
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from desktop.domain.errors import SourceError
from desktop.domain.reasons import ReasonCode
from desktop.providers import errors, refusals
from desktop.providers.channel import LINE_CAP, MEGABYTE, Channel
from desktop.providers.imap import arguments
from desktop.providers.imap.answers import Response, code_of
from desktop.providers.imap.guard import Guard
from desktop.providers.refusals import Refusal

log = logging.getLogger("desktop.providers.imap")

LITERAL_CAP = 64 * MEGABYTE
_LITERAL = re.compile(rb"\{([^{}]*)\}$")
_STATUS = re.compile(rb"\* (?:OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_BLANKS_CAP = 100
_BLOCKS_CAP = 1000

Translate = Callable[[Refusal], SourceError]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one command's answer may be: the longest line, the largest block, all of it."""

    line: int = LINE_CAP
    literal: int = MEGABYTE
    total: int = 8 * MEGABYTE


ORDINARY = Limits()


class _NotInterestedError(SourceError):
    """The server does not care who we are."""


class Connection:
    """A conversation with an IMAP server over *channel*. Owns and closes it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._channel.check = Guard().check
        self._number = 0
        self._busy = True
        self._preauth = False
        self.peer = channel.peer
        self.capabilities: frozenset[bytes] = frozenset()
        self.validity: bytes | None = None
        """UIDVALIDITY of the open folder; another one in mid-session ends the connection."""

    # --- beginning ----------------------------------------------------------------------------------------------------

    def greet(self) -> None:
        """Read the greeting (RFC 3501 section 7.1); learns the capabilities if it tells them."""
        channel = self._channel
        channel.wait_at_most(min(channel.timeouts.connect_s, channel.timeouts.silence_s))
        channel.allow(LINE_CAP)
        line = channel.readline()
        channel.wait_at_most(channel.timeouts.silence_s)
        status = line[2:].split(b" ", 1)[0].upper() if line.startswith(b"* ") else b""
        if status == b"BYE":
            raise refusals.refused(Refusal(self.peer, "GREETING", "BYE", line[6:]))
        if status not in {b"OK", b"PREAUTH"}:
            raise errors.wrong_protocol(self.peer, line)
        self._preauth = status == b"PREAUTH"
        self._learn(b"OK" + line[2 + len(status) :])
        self._busy = False

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Begin with TLS, before any greeting."""
        self._channel.start_tls(context)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go over to TLS (RFC 3501 section 6.2.1); what was learned before is forgotten."""
        if self._preauth:
            raise errors.preauth_refused(self.peer)
        if not self.capabilities:
            self.ask_capabilities()
        if not self.can(b"STARTTLS"):
            raise errors.starttls_missing(self.peer, "STARTTLS not in CAPABILITY")
        self.run(b"STARTTLS", translate=_no_starttls)
        self._channel.start_tls(context)
        self.capabilities = frozenset()

    def log_in(self, user: str, password: str) -> None:
        """Log in with a password, tried once (RFC 4616, RFC 3501 section 6.2.3)."""
        if self._preauth:
            raise errors.misbehaves(self.peer, "PREAUTH where a log-in is due")
        if not self.capabilities:
            self.ask_capabilities()
        if self.can(b"AUTH=PLAIN"):
            pieces = self._authenticate_plain(arguments.sasl_plain(user, password))
        elif self.can(b"LOGINDISABLED"):
            raise refusals.no_password_login(self.peer, secure=self._channel.secure)
        else:
            pieces = _login(user, password)
        self.capabilities = frozenset()
        self.run(*pieces, translate=lambda refusal: refusals.refused(refusal.without(password)))
        if not self.capabilities:
            self.ask_capabilities()
        if self.can(b"ID"):
            self._introduce()

    def _introduce(self) -> None:
        """Say who we are (RFC 2971): some servers open no folder for a client without a name."""
        with suppress(_NotInterestedError):
            self.run(b'ID ("name" "Postroom")', translate=_not_interested)

    def _authenticate_plain(self, word: bytes) -> list[bytes]:
        if self.can(b"SASL-IR"):
            return [b"AUTHENTICATE PLAIN " + word]
        return [b"AUTHENTICATE PLAIN", word]

    def ask_capabilities(self) -> None:
        """Ask what the server can (RFC 3501 section 6.1.1)."""
        self.run(b"CAPABILITY")

    def can(self, capability: bytes) -> bool:
        """Tell whether the server offers *capability*."""
        return capability in self.capabilities

    # --- commands -----------------------------------------------------------------------------------------------------

    def run(self, *pieces: bytes, translate: Translate = refusals.refused) -> None:
        """Run a command whose untagged answers do not matter."""
        for _ in self.command(*pieces, translate=translate):
            pass

    def command(
        self, *pieces: bytes, limits: Limits = ORDINARY, translate: Translate = refusals.refused
    ) -> Iterator[Response]:
        """Send a command and yield its untagged answers as they come; returns when the server says OK.

        *pieces* after the first are sent one by one, each when the server asks for it. A refusal raises what
        *translate* makes of it. Whoever stops iterating early leaves a connection that can only be closed.
        """
        if self._busy:
            raise errors.misbehaves(self.peer, "a command before the one before was answered")
        self._busy = True
        self._number += 1
        tag, verb = b"P%d" % self._number, _verb(pieces[0])
        log.debug("%s", verb)
        self._channel.allow(limits.total)
        self._channel.send(tag + b" " + pieces[0] + b"\r\n")
        upcoming = iter(pieces[1:])
        while True:
            parts = self._read(limits)
            line = parts[0]
            if line.startswith(b"* "):
                response = Response(parts)
                if not line[2:3].isdigit():
                    self._notice(response, verb, translate)
                yield response
            elif line.startswith(b"+"):
                self._send_next(upcoming)
            else:
                break
        self._finish(tag, verb, line, translate)

    def _send_next(self, upcoming: Iterator[bytes]) -> None:
        piece = next(upcoming, None)
        if piece is None:
            raise errors.misbehaves(self.peer, "a continuation nobody waits for")
        self._channel.send(piece + b"\r\n")

    def _finish(self, tag: bytes, verb: str, line: bytes, translate: Translate) -> None:
        words = line.split(b" ", 2)
        status = words[1].upper() if len(words) > 1 else b""
        if words[0] != tag or status not in {b"OK", b"NO", b"BAD"}:
            raise errors.misbehaves(self.peer, f"no answer to {verb}, but something else")
        self._busy = False
        text = words[2] if len(words) > 2 else b""
        if status == b"OK":
            self._learn(b"OK " + text)
        else:
            raise translate(Refusal(self.peer, verb, status.decode("ascii"), text))

    def _notice(self, response: Response, verb: str, translate: Translate) -> None:
        """Look at an untagged answer on its way: BYE ends everything, capabilities are learned."""
        kind = response.words[:1]
        if kind == [b"BYE"] and verb != "LOGOUT":
            raise translate(Refusal(self.peer, verb, "BYE", response.line[4:]))
        if kind == [b"OK"]:
            self._learn(response.line)
        elif kind == [b"CAPABILITY"]:
            self.capabilities = frozenset(response.line.upper().split()[1:])

    def _learn(self, line: bytes) -> None:
        code, value = code_of(line)
        if code == b"CAPABILITY":
            self.capabilities = frozenset(value.upper().split())
        elif code == b"UIDVALIDITY" and self.validity is not None and value != self.validity:
            raise errors.renumbered(self.peer)

    def _read(self, limits: Limits) -> list[bytes]:
        """Read one answer: texts and blocks by turns. A block's size is looked at before a byte of it is."""
        line = self._channel.readline(limits.line)
        blanks = 0
        while not line:
            blanks += 1
            if blanks > _BLANKS_CAP:
                raise errors.misbehaves(self.peer, "only blank lines")
            line = self._channel.readline(limits.line)
        if not line.endswith(b"}") or not line.startswith(b"* ") or _STATUS.match(line):
            return [line]
        parts: list[bytes] = []
        while found := _LITERAL.search(line):
            size = self._size(found[1], limits)
            parts += (line, self._channel.read(size))
            if len(parts) > 2 * _BLOCKS_CAP:
                raise errors.too_much(self.peer, "too many blocks in one answer")
            line = self._channel.readline(limits.line)
        parts.append(line)
        return parts

    def _size(self, text: bytes, limits: Limits) -> int:
        digits = text.removesuffix(b"+")
        if not digits.isdigit():
            raise errors.misbehaves(self.peer, "a block without a size")
        if len(digits) > 12 or int(digits) > limits.literal:
            raise errors.too_much(self.peer, f"block over {limits.literal} bytes")
        return int(digits)

    # --- ending -------------------------------------------------------------------------------------------------------

    def abandon(self) -> None:
        """End the conversation now, from any thread."""
        self._channel.abandon()

    def close(self) -> None:
        """Log out if that can be done in passing, and close; never raises."""
        try:
            if not self._busy:
                self._channel.wait_at_most(self._channel.timeouts.farewell_s)
                self.run(b"LOGOUT")
        except SourceError:
            log.debug("closed without a farewell")
        finally:
            self._channel.close()


def _not_interested(refusal: Refusal) -> SourceError:
    goodbye = refusal.status == "BYE"
    return refusals.refused(refusal) if goodbye else _NotInterestedError(ReasonCode.NOT_AVAILABLE, "Not interested.")


def _no_starttls(refusal: Refusal) -> SourceError:
    goodbye = refusal.status == "BYE"
    return refusals.refused(refusal) if goodbye else errors.starttls_missing(refusal.peer, refusal.detail)


def _verb(piece: bytes) -> str:
    """Return the command's name for log and errors, never its arguments."""
    words = piece.split(b" ", 2)
    return b" ".join(words[: 2 if words[0] == b"UID" else 1]).decode("ascii")


def _login(user: str, password: str) -> list[bytes]:
    """Spell LOGIN; what is not ASCII goes as literals in UTF-8 (RFC 3501 section 4.3)."""
    pieces = [b"LOGIN"]
    for argument in (arguments.astring(user, "user"), arguments.astring(password, "password")):
        if argument.literal is None:
            pieces[-1] += b" " + argument.quoted
        else:
            pieces[-1] += b" {%d}" % len(argument.literal)
            pieces.append(argument.literal)
    return pieces

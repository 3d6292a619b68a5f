"""Sending one message (RFC 5321, RFC 6409), over the same bounded channel as reading.

Only the connection test sends: one message from an address to itself. Commands are put together here only; anything
with a control character in it is refused before it is sent.
"""

import base64
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.domain.errors import Misconfigured, SourceError, Transient
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers import errors, refusals, sasl, tls
from desktop.providers.channel import Breaker, Channel, Timeouts
from desktop.providers.errors import Peer
from desktop.providers.imap import arguments
from desktop.providers.refusals import Refusal
from desktop.providers.sasl import LogIn, Revealable

log = logging.getLogger("desktop.providers.smtp")

LONGEST_LINE = 4096
LONGEST_AUTH = sasl.LONGEST_RESPONSE + 100
REPLY_LINES = 100
_REPLY = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?")
_PATH = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}@[A-Za-z0-9.-]{1,253}")

Translate = Callable[[Refusal], SourceError]


class Mailer:
    """A conversation with a submission server over *channel*. Owns and closes it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._idle = False
        self._asks = False
        self._offers: dict[str, str] = {}
        self.peer = channel.peer

    # --- beginning ----------------------------------------------------------------------------------------------------

    def greet(self) -> None:
        """Read the greeting and say EHLO."""
        channel = self._channel
        channel.wait_at_most(min(channel.timeouts.connect_s, channel.timeouts.silence_s))
        channel.allow(REPLY_LINES * LONGEST_LINE)
        first = channel.readline(LONGEST_LINE)
        channel.wait_at_most(channel.timeouts.silence_s)
        if not _REPLY.fullmatch(first) or not first.startswith((b"220", b"421", b"5")):
            raise errors.wrong_protocol(self.peer, first)
        self._accept("GREETING", self._rest_of_reply(first), b"2", refusals.refused)
        self.hello()

    def hello(self) -> None:
        """Learn what the server can. The name given tells nothing about this computer (RFC 5321 section 4.1.3)."""
        lines = self._command("EHLO", "[127.0.0.1]")
        words = (line.decode("ascii", "replace").upper().partition(" ") for line in lines[1:])
        self._offers = {name: arguments for name, _, arguments in words}

    def encrypt(self, ca_file: Path | None) -> None:
        """Begin with TLS, before any greeting (RFC 8314)."""
        self._channel.start_tls(tls.context(ca_file))

    def start_tls(self, ca_file: Path | None) -> None:
        """Go over to TLS (RFC 3207) and ask anew what the server can."""
        if "STARTTLS" not in self._offers:
            raise errors.starttls_missing(self.peer, "STARTTLS not in EHLO")
        self._command("STARTTLS", translate=lambda refusal: errors.starttls_missing(self.peer, refusal.detail))
        self._channel.start_tls(tls.context(ca_file))
        self.hello()

    def log_in(self, user: str, secret: Revealable) -> None:
        """Log in with a password or a token, tried once (RFC 4954, RFC 7628)."""
        offered = self._offers.get("AUTH", "").split()
        chosen = sasl.chosen(user, secret, offered, self.peer)
        if chosen is not None:
            self._authenticate(chosen)
        elif "LOGIN" in offered:
            self._log_in_plainly(user, secret.reveal())
        else:
            raise refusals.no_password_login(self.peer, secure=self._channel.secure)

    def _authenticate(self, chosen: LogIn) -> None:
        line = f"{chosen.mechanism} {chosen.first().decode('ascii')}"
        told = self._command("AUTH", line, expect=b"23", translate=chosen.meaning)
        while self._asks:
            answer = chosen.answer(b" ".join(told))
            if answer is None:
                raise errors.misbehaves(self.peer, "an unexpected reply to AUTH")
            told = self._line("AUTH", answer.decode("ascii"), b"23", chosen.meaning)

    def _log_in_plainly(self, user: str, password: str) -> None:
        def translate(refusal: Refusal) -> SourceError:
            return refusals.refused(refusal.without(password))

        words = [_base64(arguments.clean(user, "user")), _base64(arguments.clean(password, "password"))]
        self._command("AUTH", "LOGIN", expect=b"3", translate=translate)
        self._line("AUTH", words[0], b"3", translate)
        self._line("AUTH", words[1], b"2", translate)

    # --- sending ------------------------------------------------------------------------------------------------------

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Send *message*; when it returns the server has taken it on."""
        self._command("MAIL", f"FROM:<{_path(sender)}>", translate=_not_sent)
        self._command("RCPT", f"TO:<{_path(recipient)}>", translate=_not_sent)
        self._command("DATA", expect=b"3", translate=_not_sent)
        lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        try:
            self._channel.send(stuffed + b"\r\n.\r\n")
            self._accept("DATA", self._reply(), b"2", _not_sent)
        except Transient as error:
            if error.code is ReasonCode.SENDING_FAILED:
                raise
            raise _perhaps_sent(self.peer, error) from error

    # --- commands and replies -----------------------------------------------------------------------------------------

    def _command(
        self, verb: str, argument: str = "", *, expect: bytes = b"2", translate: Translate = refusals.refused
    ) -> list[bytes]:
        log.debug("%s", verb)
        return self._line(verb, f"{verb} {argument}".rstrip(), expect, translate)

    def _line(self, verb: str, line: str, expect: bytes, translate: Translate) -> list[bytes]:
        if len(line) > (LONGEST_AUTH if verb == "AUTH" else LONGEST_LINE) or not all(
            32 <= ord(ch) < 127 for ch in line
        ):
            raise _refused_here()
        self._idle = False
        self._channel.send(line.encode("ascii") + b"\r\n")
        return self._accept(verb, self._reply(), expect, translate)

    def _reply(self) -> list[bytes]:
        self._channel.allow(REPLY_LINES * LONGEST_LINE)
        return self._rest_of_reply(self._channel.readline(LONGEST_LINE))

    def _rest_of_reply(self, line: bytes) -> list[bytes]:
        """Read the reply that begins with *line* (RFC 5321 section 4.2)."""
        lines = [line]
        while (found := _REPLY.fullmatch(line)) and found[2] == b"-":
            line = self._channel.readline(LONGEST_LINE)
            lines.append(line)
            if len(lines) > REPLY_LINES:
                raise errors.too_much(self.peer, "an endless reply")
        if found is None or any(part[:3] != line[:3] for part in lines):
            raise errors.misbehaves(self.peer, "not an SMTP reply")
        return lines

    def _accept(self, verb: str, lines: list[bytes], expect: bytes, translate: Translate) -> list[bytes]:
        """Return the texts of a reply of a class in *expect*; raises what *translate* makes of any other."""
        status, text = lines[0][:3], b" ".join(line[4:] for line in lines)
        if status == b"421":
            raise refusals.refused(Refusal(self.peer, verb, "BYE", text))
        self._idle = True
        self._asks = status[:1] == b"3"
        if status[:1] in expect:
            return [line[4:] for line in lines]
        if status[:1] in {b"2", b"3"}:
            raise errors.misbehaves(self.peer, f"an unexpected reply to {verb}")
        raise translate(Refusal(self.peer, verb, status.decode("ascii"), text))

    # --- ending -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Say QUIT if that can be done in passing, and close; never raises."""
        try:
            if self._idle:
                self._channel.wait_at_most(self._channel.timeouts.farewell_s)
                with suppress(SourceError):
                    self._command("QUIT")
        finally:
            self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def reach_mailer(
    settings: ServerSettings,
    *,
    timeouts: Timeouts | None = None,
    ca_file: Path | None = None,
    breaker: Breaker | None = None,
) -> Mailer:
    """Connect and encrypt as *settings* say, without logging in."""
    peer = Peer(settings.host, settings.port, "SMTP")
    limits, stop = timeouts or Timeouts(), breaker or Breaker()
    mailer = Mailer(tls.dial(peer, settings.security, limits, stop))
    try:
        if settings.security is Security.TLS:
            tls.encrypted(lambda: mailer.encrypt(ca_file), peer, limits, stop)
            mailer.greet()
        else:
            tls.greeted(mailer.greet, peer, limits, stop)
        if settings.security is Security.STARTTLS:
            mailer.start_tls(ca_file)
    except BaseException:
        mailer.close()
        raise
    return mailer


def open_mailer(
    settings: ServerSettings,
    secret: Revealable,
    *,
    timeouts: Timeouts | None = None,
    ca_file: Path | None = None,
    breaker: Breaker | None = None,
) -> Mailer:
    """Connect, encrypt and log in; raises only SourceError kinds."""
    mailer = reach_mailer(settings, timeouts=timeouts, ca_file=ca_file, breaker=breaker)
    try:
        mailer.log_in(settings.user, secret)
    except BaseException:
        mailer.close()
        raise
    return mailer


# --- what may be sent, and what refusals mean -----------------------------------------------------------------------


def is_plain_address(address: str) -> bool:
    """Tell whether *address* can stand between angle brackets; quoted local parts and SMTPUTF8 are not needed here."""
    return _PATH.fullmatch(address) is not None


def _path(address: str) -> str:
    if not is_plain_address(address):
        raise _refused_here("address")
    return address


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


def _refused_here(field: str = "address") -> Misconfigured:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        f"This {field} cannot be sent to a server.",
        meaning="It holds characters that do not belong there, or is too long.",
        action="Correct it.",
        detail=f"argument refused: {field}",
        field=field,
    )


def _not_sent(refusal: Refusal) -> SourceError:
    kind = Transient if refusal.status.startswith("4") else Misconfigured
    return kind(
        ReasonCode.SENDING_FAILED,
        f"{refusal.peer.host} did not take the message.",
        meaning=refusal.words,
        action="Check address and user name of the sending side; some providers must allow sending first.",
        detail=refusal.detail,
        field="user",
    )


def _perhaps_sent(peer: Peer, error: Transient) -> Transient:
    return Transient(
        ReasonCode.SENDING_FAILED,
        f"{peer.host} fell silent while it took the message.",
        meaning="The message may have been sent or not.",
        action="Look for it before sending again.",
        detail=error.detail,
    )

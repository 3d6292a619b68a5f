"""imapclient on our transport: logging in, and the few reading commands, each answer understood by itself.

Arguments come spelled from ``arguments``; imapclient passes on whatever it is given.
"""

import logging
import re
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, cast

from imapclient import IMAPClient, imap_utf7
from imapclient.response_parser import parse_fetch_response, parse_response

from desktop.domain.errors import SourceError
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteFolder
from desktop.providers import errors, refusals, sasl
from desktop.providers.channel import MEGABYTE, Channel
from desktop.providers.imap import arguments, usual
from desktop.providers.imap.wire import BEYOND_REASON, ORDINARY, Limits, Record, Takers, Translate, Wire
from desktop.providers.refusals import Refusal
from desktop.providers.sasl import LogIn, Revealable

log = logging.getLogger("desktop.providers.imap")
logging.getLogger("imapclient").setLevel(logging.CRITICAL + 1)  # it logs what it sends and who logs in

LONGEST_INITIAL = 7500
"""Characters of a response that go along with AUTHENTICATE; with a longer one the line might be too long."""

SEARCHING = Limits(line=32 * MEGABYTE, total=64 * MEGABYTE)

Items = dict[bytes, Any]
"""A message's items as imapclient reads them; values of any shape."""


class _NotInterestedError(SourceError):
    """The server does not care who we are."""


class Client(IMAPClient):
    """A conversation with an IMAP server over *channel*. Owns and closes it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.peer = channel.peer
        super().__init__(channel.peer.host, channel.peer.port, use_uid=True, ssl=False)
        self.normalise_times = False
        self.folder_encode = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - imapclient's
        self.wire = Wire(self._channel)
        return self.wire

    def _set_read_timeout(self) -> None:
        """Leave it to the channel."""

    def _normalise_folder(self, folder_name: bytes | str) -> bytes:
        """Return what ``arguments`` spelled; imapclient would quote it again."""
        return folder_name if isinstance(folder_name, bytes) else arguments.quoted(folder_name)

    # --- beginning ----------------------------------------------------------------------------------------------------

    def greet(self) -> None:
        """Read the greeting (RFC 3501 section 7.1)."""
        self.wire.greet()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Begin with TLS, before any greeting."""
        self._channel.start_tls(context)

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go over to TLS (RFC 3501 section 6.2.1); what was learned before is forgotten."""
        if self.wire.preauth:
            raise errors.preauth_refused(self.peer)
        if not self.wire.known:
            self.ask_capabilities()
        if not self.can(b"STARTTLS"):
            raise errors.starttls_missing(self.peer, "STARTTLS not in CAPABILITY")
        with self.wire.asking(translate=_no_starttls):
            self.starttls(context)

    def log_in(self, user: str, secret: Revealable) -> None:
        """Log in with a password or a token, tried once (RFC 4616, RFC 7628, RFC 3501 section 6.2.3).

        imapclient's own ways lack SASL-IR and passwords beyond ASCII.
        """
        if self.wire.preauth:
            raise errors.misbehaves(self.peer, "PREAUTH where a log-in is due")
        if not self.wire.known:
            self.ask_capabilities()
        chosen = sasl.chosen(user, secret, self._mechanisms(), self.peer)
        if chosen is not None:
            self._authenticate(chosen)
        elif self.can(b"LOGINDISABLED"):
            raise refusals.no_password_login(self.peer, secure=self._channel.secure)
        else:
            self._log_in_plainly(user, secret.reveal())
        self.wire.state = "AUTH"
        if not self.wire.known:
            self.ask_capabilities()
        if self.can(b"ID"):
            self._introduce()

    def _mechanisms(self) -> set[str]:
        return {name[5:].decode("ascii", "replace") for name in self.wire.known if name.startswith(b"AUTH=")}

    def _authenticate(self, chosen: LogIn) -> None:
        """Have AUTHENTICATE's dialogue; the first response goes along where it may and fits (RFC 4959)."""
        first = chosen.first()
        goes_along = self.can(b"SASL-IR") and len(first) <= LONGEST_INITIAL
        left = [] if goes_along else [first]

        def following(challenge: bytes) -> bytes | None:
            return left.pop() if left else chosen.answer(challenge)

        words = [chosen.mechanism.encode("ascii"), *([first] if goes_along else [])]
        self.wire.known = frozenset()
        with self.wire.asking(translate=chosen.meaning):
            self.wire.run("AUTHENTICATE", *words, following=following)

    def _log_in_plainly(self, user: str, password: str) -> None:
        pieces = arguments.login(user, password)
        rest = iter(pieces[1:])
        self.wire.known = frozenset()
        with self.wire.asking(translate=lambda refusal: refusals.refused(refusal.without(password))):
            self.wire.run("LOGIN", pieces[0], following=lambda _: next(rest, None))

    def _introduce(self) -> None:
        """Say who we are (RFC 2971): some servers open no folder for a client without a name."""
        with suppress(_NotInterestedError), self.wire.asking(translate=_not_interested):
            self.id_({"name": "Postroom"})

    def ask_capabilities(self) -> None:
        """Ask what the server can (RFC 3501 section 6.1.1)."""
        with self.wire.asking():
            self.wire.run("CAPABILITY")

    def capabilities(self) -> frozenset[bytes]:
        """Return what the server last said it can."""
        return self.wire.known

    def can(self, capability: bytes) -> bool:
        """Tell whether the server offers *capability*."""
        return capability in self.wire.known

    # --- reading ------------------------------------------------------------------------------------------------------

    def list_all(self) -> list[tuple[RemoteFolder, bytes]]:
        """List the account's folders (RFC 3501 section 6.3.8, RFC 6154), each with its name as the server spells it.

        One that cannot be read keeps no other from being listed.
        """
        found: list[tuple[RemoteFolder, bytes]] = []

        def take(records: Sequence[Record]) -> None:
            try:
                found.append((folder_of(records), spelled_name(records)))
            except BEYOND_REASON as error:
                log.info("a folder in the server's list cannot be read (%s)", type(error).__name__)

        pattern = b'"*"'
        if self.can(b"SPECIAL-USE") and self.can(b"LIST-EXTENDED"):
            pattern += b" RETURN (SPECIAL-USE)"
        with self.wire.asking(takers={"LIST": take}):
            self.list_folders("", pattern)  # type: ignore[no-untyped-call]
        return found

    def examine(self, spelled: bytes, translate: Translate) -> Items:
        """Open a folder read-only; *spelled* may end in parameters. Return what the server told."""
        self.wire.validity = None
        with self.wire.asking(translate=translate):
            told: Items = self.select_folder(spelled, readonly=True)  # type: ignore[no-untyped-call]
        return told

    def found(self, pieces: Sequence[bytes], translate: Translate) -> tuple[RefSet, bool, int | None]:
        """Search; return what was found, whether anything was answered, and a new number of messages if told.

        *pieces* are the criteria, cut where a literal follows.
        """
        rest = iter(pieces[1:])
        sets: list[RefSet] = []
        exists: list[int] = []
        takers: Takers = {
            "SEARCH": lambda records: sets.append(found_refs(_alone(records))),
            "ESEARCH": lambda records: sets.append(found_in_sets(_alone(records))),
            "EXISTS": lambda records: exists.append(int(_alone(records))),
        }
        with self.wire.asking(limits=SEARCHING, translate=translate, takers=takers):
            following = (lambda _: next(rest, None)) if len(pieces) > 1 else None
            self.wire.run("UID", b"SEARCH", pieces[0], following=following)
        refs = sets[0] if sets else RefSet()
        for more in sets[1:]:
            refs |= more
        return refs, bool(sets), exists[-1] if exists else None

    def fetch_each(
        self,
        uids: bytes,
        items: bytes,
        take: Callable[[Items], None],
        *,
        limits: Limits = ORDINARY,
        translate: Translate | None = None,
    ) -> None:
        """Fetch *items*, handing each answer to *take* by itself.

        imapclient's own fetch() parses all answers as one text, files those without a UID under their sequence
        number as if that were one, and lets a later answer overwrite an earlier one.
        """
        with self.wire.asking(
            limits=limits, translate=translate, takers={"FETCH": lambda records: take(items_of(records))}
        ):
            self.wire.run("UID", b"FETCH", uids, b"(" + items + b")")

    def enabled(self, name: bytes, translate: Translate) -> frozenset[bytes]:
        """Switch an extension on (RFC 5161); return what the server says is on now."""
        told: list[bytes] = []
        with self.wire.asking(translate=translate, takers={"ENABLED": lambda records: told.append(_alone(records))}):
            self.wire.run("ENABLE", name)
        return frozenset(b" ".join(told).upper().split())

    # --- news ---------------------------------------------------------------------------------------------------------

    def notify(self, folders: Sequence[bytes], takers: Takers, translate: Translate) -> None:
        """Ask to be told of the open folder and of *folders* (RFC 5465), and at once how *folders* are now."""
        events = b"(MessageNew MessageExpunge)"
        names = b" ".join(folders)
        with self.wire.asking(takers=takers, translate=translate):
            self.wire.run("NOTIFY", b"SET STATUS (selected-delayed %s) (mailboxes (%s) %s)" % (events, names, events))

    def idle(self, seconds: float, takers: Takers, left_s: Callable[[], float], translate: Translate) -> None:
        """Listen to the server (RFC 2177) for *seconds*, or until :meth:`nudge`; *left_s* may cut that shorter.

        It is asked after each answer. The end has to be acknowledged within ``answer_s``: a server that is silent then
        was silent all along.
        """
        channel = self._channel
        until = time.monotonic() + seconds

        def listen(_challenge: bytes) -> bytes:
            while (rest := min(until - time.monotonic(), left_s())) > 0 and channel.wait_readable(rest):
                self.wire.hear()
            channel.wait_at_most(channel.timeouts.answer_s)
            return b"DONE"

        try:
            with self.wire.asking(takers=takers, translate=translate):
                self.wire.run("IDLE", following=listen)
        finally:
            channel.wait_at_most(channel.timeouts.silence_s)

    def nudge(self) -> None:
        """End :meth:`idle` early, from any thread."""
        self._channel.nudge()

    # --- ending -------------------------------------------------------------------------------------------------------

    def abandon(self) -> None:
        """End the conversation now, from any thread."""
        self._channel.abandon()

    def close(self) -> None:
        """Log out if that can be done in passing, and close; never raises."""
        try:
            if not self.wire.busy:
                self._channel.wait_at_most(self._channel.timeouts.farewell_s)
                with self.wire.asking():
                    self.wire.run("LOGOUT")
        except SourceError:
            log.debug("closed without a farewell")
        finally:
            self.wire.busy = True
            self._channel.close()


def _not_interested(refusal: Refusal) -> SourceError:
    goodbye = refusal.status == "BYE"
    return refusals.refused(refusal) if goodbye else _NotInterestedError(ReasonCode.NOT_AVAILABLE, "Not interested.")


def _no_starttls(refusal: Refusal) -> SourceError:
    goodbye = refusal.status == "BYE"
    return refusals.refused(refusal) if goodbye else errors.starttls_missing(refusal.peer, refusal.detail)


# --- what answers say -------------------------------------------------------------------------------------------------

_SPECIAL = {b"all", b"archive", b"drafts", b"flagged", b"junk", b"sent", b"trash", b"important"}
_NOT_OPEN = {b"noselect", b"nonexistent"}
_NO_LINE_BREAKS = bytes.maketrans(b"\0\r\n", b"   ")
_WESTERN = {byte: bytes([byte]).decode("cp1252") for byte in range(128, 160) if byte not in b"\x81\x8d\x8f\x90\x9d"}
"""What Windows-1252 has where Latin-1 has control characters; each byte is one character, and no two are the same."""

_MODSEQ = re.compile(rb"\(MODSEQ \d+\)\s*$", re.IGNORECASE)
_ESEARCH_ALL = re.compile(rb"(?:^| )ALL ([0-9:,]+)(?: |$)", re.IGNORECASE)


def folder_of(records: Sequence[Record]) -> RemoteFolder:
    """Read one LIST answer (RFC 3501 section 7.2.2, RFC 6154)."""
    flags = parse_response(cast("list[bytes]", records))[0]
    spelled = spelled_name(records)
    if not isinstance(flags, tuple):
        raise ValueError("not a folder")  # noqa: TRY004 - what was received is wrong, not a type of ours
    attributes = [flag.lstrip(b"\\").lower() for flag in flags if isinstance(flag, bytes)]
    special = next((flag.decode("ascii") for flag in attributes if flag in _SPECIAL), "")
    can_open = not _NOT_OPEN.intersection(attributes) and not any(byte in spelled for byte in b"\0\r\n")
    return RemoteFolder(decoded(spelled), special, can_open)


def spelled_name(records: Sequence[Record]) -> bytes:
    """Return the name in a LIST answer as the server spells it."""
    name = parse_response(cast("list[bytes]", records))[2]
    if not isinstance(name, (bytes, int, type(None))):
        raise ValueError("not a folder")  # noqa: TRY004
    return b"NIL" if name is None else b"%d" % name if isinstance(name, int) else name


def decoded(name: bytes) -> str:
    """Return folder *name* in readable form; what is not modified UTF-7 stands as it came.

    Eight-bit names are none: servers that send them mean UTF-8, or else the alphabet of Western Europe. None can hold a
    line break, which would end a command.
    """
    if name.upper() == b"INBOX":
        return "INBOX"
    name = name.translate(_NO_LINE_BREAKS)
    if not name.isascii():
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(_WESTERN.get(byte, chr(byte)) for byte in name)
    try:
        readable = str(imap_utf7.decode(name))
    except UnicodeDecodeError:
        return name.decode("ascii")
    return readable if imap_utf7.encode(readable) == name else name.decode("ascii")


def items_of(records: Sequence[Record]) -> Items:
    """Read one FETCH answer (RFC 3501 section 7.4.2)."""
    if (read := usual.read(records)) is not None:
        return read
    told = parse_fetch_response(cast("list[bytes]", records), normalise_times=False, uid_is_key=False)
    (items,) = told.values()
    return items


def found_refs(text: bytes) -> RefSet:
    """Read a SEARCH answer (RFC 3501 section 7.2.5); imapclient's reader passes over what is no number."""
    numbers = _MODSEQ.sub(b"", text)
    if not numbers.strip():
        return RefSet()
    if not numbers.translate(None, b" ").isdigit():
        raise ValueError("not numbers")
    uids = set(map(int, numbers.split()))
    uids.discard(0)
    if uids and max(uids) > arguments.HIGHEST_UID:
        raise ValueError("a UID over 32 bits")
    return RefSet.of(uids)


def found_in_sets(text: bytes) -> RefSet:
    """Read an ESEARCH answer (RFC 4731), which imapclient does not know."""
    found = _ESEARCH_ALL.search(text)
    return found_in_set(found[1]) if found else RefSet()


def found_in_set(text: bytes) -> RefSet:
    """Read a set of UIDs as servers write them (RFC 3501 ``sequence-set`` without ``*``), in any order."""
    ranges = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        if high > arguments.HIGHEST_UID:
            raise ValueError("a UID over 32 bits")
        if high:
            ranges.append((max(low, 1), high))
    return RefSet(ranges)


def _alone(records: Iterable[Record]) -> bytes:
    """Return an answer that is one text."""
    (text,) = records
    if not isinstance(text, bytes):
        raise ValueError("a block where none can be")  # noqa: TRY004
    return text

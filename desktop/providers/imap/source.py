"""An IMAP account as ``desktop.domain.source.Source``: read-only, one thread, one folder open at a time.

Commands used: LIST, EXAMINE, UID SEARCH, UID FETCH with BODY.PEEK, LOGOUT - nothing that could change a mailbox.
UIDs only; sequence numbers are never kept (RFC 3501 section 2.3.1.2).
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from desktop.domain.errors import Misbehaving, SourceError
from desktop.domain.ids import Epoch, Ref
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import FolderStatus, RemoteFolder, RemoteMessage
from desktop.providers import errors, refusals
from desktop.providers.channel import MEGABYTE
from desktop.providers.imap import arguments
from desktop.providers.imap.answers import Opened, Response, folder_of, found_refs
from desktop.providers.imap.connection import LITERAL_CAP, Connection, Limits
from desktop.providers.imap.fetching import Descriptions, body_of
from desktop.providers.refusals import Refusal

T = TypeVar("T")

SEARCHING = Limits(line=32 * MEGABYTE, total=64 * MEGABYTE)
DESCRIBE_AT_ONCE = 5000
MORE_THAN_EXISTS = 10_000
"""By how many a search may find more messages than the folder was said to have (mail comes in meanwhile)."""


class _SomeGone(Misbehaving):
    """Some of the messages asked for were expunged; those that are there were sent (RFC 5530 EXPUNGEISSUED)."""


def _fetch_refused(refusal: Refusal) -> SourceError:
    if refusal.code == "EXPUNGEISSUED":
        return _SomeGone(ReasonCode.MISSING_ON_SERVER, "Some messages are gone from the server.")
    return refusals.refused(refusal)


def _parts(refs: RefSet, size: int) -> Iterator[RefSet]:
    """Cut *refs* into sets of at most *size*, ascending."""
    each = iter(refs)
    while part := RefSet.of(itertools.islice(each, size)):
        yield part


def _now() -> datetime:
    return datetime.now(UTC)


class ImapSource:
    """One logged-in connection. Implements ``Source``."""

    def __init__(self, connection: Connection, *, now: Callable[[], datetime] = _now) -> None:
        self._connection = connection
        self._now = now
        self._epochs: dict[str, Epoch] = {}
        self._exists = 0
        self._not_understood: set[bytes] = set()

    # --- folders ------------------------------------------------------------------------------------------------------

    def folders(self) -> Sequence[RemoteFolder]:
        """List the account's folders (RFC 3501 section 6.3.8, RFC 6154)."""
        command = b'LIST "" "*"'
        if self._can(b"SPECIAL-USE") and self._can(b"LIST-EXTENDED"):
            command += b" RETURN (SPECIAL-USE)"
        found: dict[str, RemoteFolder] = {}
        for response in self._connection.command(command):
            if response.words[:1] == [b"LIST"]:
                folder = self._read(folder_of, response)
                found[folder.name] = folder
        return tuple(found.values())

    def open_folder(self, name: str) -> FolderStatus:
        """Open *name* read-only (RFC 3501 section 6.3.2), afresh each time."""
        spelled = arguments.folder(name)
        self._connection.validity = None
        opened = self._wishing((b"CONDSTORE",), b" (CONDSTORE)", partial(self._examine, name, spelled))
        validity = opened.numbers.get(b"UIDVALIDITY")
        if validity is None or opened.exists is None:
            raise errors.misbehaves(self._connection.peer, "EXAMINE without EXISTS or UIDVALIDITY")
        epoch = Epoch(str(validity))
        if self._epochs.setdefault(name, epoch) != epoch:
            raise errors.renumbered(self._connection.peer)
        self._connection.validity = epoch.encode("ascii")
        self._exists = opened.exists
        return FolderStatus(epoch, opened.exists, opened.number(b"UIDNEXT"), opened.number(b"HIGHESTMODSEQ"))

    def _examine(self, name: str, spelled: bytes, wish: bytes, statuses: list[str]) -> Opened:
        def translate(refusal: Refusal) -> SourceError:
            statuses.append(refusal.status)
            return refusals.folder_refused(refusal, name)

        opened = Opened()
        for response in self._connection.command(b"EXAMINE " + spelled + wish, translate=translate):
            opened.note(response)
        return opened

    # --- references ---------------------------------------------------------------------------------------------------

    def list_refs(self, *, first: int = 1, received_since: datetime | None = None) -> RefSet:
        """Search the open folder (RFC 3501 section 6.4.4; RFC 4731 where offered)."""
        if first > arguments.HIGHEST_UID:
            return RefSet()
        criteria = [b"UID " + arguments.from_uid(first)] if first > 1 else []
        day = arguments.since(received_since) if received_since else None
        criteria += [b"SINCE " + day] if day else []
        found, answered = self._search(b" ".join(criteria) or b"ALL")
        if not answered and not criteria and self._exists:
            raise errors.misbehaves(self._connection.peer, "SEARCH without an answer")
        if len(found) > self._exists + MORE_THAN_EXISTS:
            raise errors.too_much(self._connection.peer, "SEARCH found more than the folder has")
        # "n:*" always names the last message, even one below n (RFC 3501 section 6.4.8).
        return found & RefSet([(first, arguments.HIGHEST_UID)])

    def refs_by_message_id(self, message_id: str) -> RefSet:
        """Return the messages of the open folder whose Message-ID header holds *message_id*."""
        found, _ = self._search(b"HEADER Message-ID " + arguments.header_value(message_id))
        return found

    def _search(self, criteria: bytes) -> tuple[RefSet, bool]:
        return self._wishing((b"ESEARCH", b"IMAP4REV2"), b"RETURN (ALL) ", partial(self._search_with, criteria))

    def _search_with(self, criteria: bytes, wish: bytes, statuses: list[str]) -> tuple[RefSet, bool]:
        def translate(refusal: Refusal) -> SourceError:
            statuses.append(refusal.status)
            return refusals.refused(refusal)

        found, answered = RefSet(), False
        command = b"UID SEARCH " + wish + criteria
        for response in self._connection.command(command, limits=SEARCHING, translate=translate):
            if response.words[:1] in ([b"SEARCH"], [b"ESEARCH"]):
                refs = self._read(found_refs, response)
                found, answered = (found | refs if found else refs), True
            else:
                self._count(response)
        return found, answered

    def _count(self, response: Response) -> None:
        words = response.words
        if len(words) == 2 and words[1] == b"EXISTS" and words[0].isdigit():
            self._exists = int(words[0])

    # --- messages -----------------------------------------------------------------------------------------------------

    def describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        """Ask when *refs* were received, how large they are, and for the server's own stable id."""
        items = b"UID INTERNALDATE RFC822.SIZE"
        if self._can(b"X-GM-EXT-1"):
            items += b" X-GM-MSGID"
        elif self._can(b"OBJECTID"):
            items += b" EMAILID"
        told = Descriptions(self._now)
        for part in _parts(refs, DESCRIBE_AT_ONCE):
            for uids in arguments.uid_sets(part):
                for response in self._connection.command(b"UID FETCH " + uids + b" (" + items + b")"):
                    self._read(told.take, response)
        return [message for uid in refs if (message := told.get(uid)) is not None]

    def fetch(self, messages: Sequence[RemoteMessage], *, headers_only: bool = False) -> Iterator[RawMail]:
        """Fetch *messages*, each handed over as soon as the answer after it has begun as an answer should."""
        wanted = {message.ref: message for message in messages}
        item = b"BODY.PEEK[HEADER]" if headers_only else b"BODY.PEEK[]"
        for uids in arguments.uid_sets(RefSet.of(wanted)):
            total = sum(2 * message.size_bytes + MEGABYTE // 16 for message in wanted.values()) + LITERAL_CAP
            answers = self._connection.command(
                b"UID FETCH " + uids + b" (UID " + item + b")",
                limits=Limits(literal=LITERAL_CAP, total=total),
                translate=_fetch_refused,
            )
            yield from self._mails(answers, wanted, whole=not headers_only)

    def _mails(
        self, answers: Iterator[Response], wanted: dict[int, RemoteMessage], *, whole: bool
    ) -> Iterator[RawMail]:
        """Yield each mail one answer late: a block announced too short shows in what follows it."""
        held: RawMail | None = None
        try:
            for response in answers:
                body = self._read(body_of, response)
                if held is not None:
                    yield held
                    held = None
                message = wanted.pop(body[0], None) if body else None
                if body is None or message is None or (not body[1] and message.size_bytes):
                    continue
                ref = Ref(str(message.ref))
                held = RawMail(ref, message.received_at, message.size_bytes, body[1], whole, message.provider_id)
        except _SomeGone:
            pass
        if held is not None:
            yield held

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _wishing(self, offered: tuple[bytes, ...], wish: bytes, ask: Callable[[bytes, list[str]], T]) -> T:
        """Ask with *wish* if the server offers it; if it then does not understand (BAD), ask without and remember.

        *ask* adds the status of a refusal to the list it is given.
        """
        if wish not in self._not_understood and any(map(self._can, offered)):
            statuses: list[str] = []
            try:
                return ask(wish, statuses)
            except Misbehaving:
                if statuses != ["BAD"]:
                    raise
                self._not_understood.add(wish)
        return ask(b"", [])

    def _can(self, capability: bytes) -> bool:
        return self._connection.can(capability)

    def _read(self, reader: Callable[[Response], T], response: Response) -> T:
        """Return what *reader* makes of *response*; what it cannot read is the server's fault."""
        try:
            return reader(response)
        except (ValueError, IndexError) as error:
            raise errors.misbehaves(self._connection.peer, f"unreadable answer: {error}") from error

    # --- ending -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Log out politely and close; never raises."""
        self._connection.close()

    def abandon(self) -> None:
        """Close the socket now, from any thread."""
        self._connection.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

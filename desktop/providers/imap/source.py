"""An IMAP account as ``desktop.domain.source.Source``: read-only, one thread, one folder open at a time.

Commands used: ENABLE, LIST, EXAMINE, UID SEARCH, UID FETCH with BODY.PEEK, IDLE, NOTIFY, LOGOUT - nothing that could
change a mailbox.
UIDs only; sequence numbers are never kept (RFC 3501 section 2.3.1.2).
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self

from desktop.domain.errors import Misbehaving, Misconfigured, SourceError
from desktop.domain.ids import Epoch, Ref
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import Alert, Changes, FolderStatus, NewestMessage, Push, RemoteFolder, RemoteMessage
from desktop.providers import errors, refusals
from desktop.providers.catalogue import IDLE_S
from desktop.providers.channel import MEGABYTE
from desktop.providers.imap import arguments
from desktop.providers.imap.client import Client, Items
from desktop.providers.imap.deltas import Deltas
from desktop.providers.imap.fetching import Descriptions
from desktop.providers.imap.news import Ear, News
from desktop.providers.imap.pieces import Pieces
from desktop.providers.imap.wire import LITERAL_CAP, Limits
from desktop.providers.imap.wishes import Wishes
from desktop.providers.refusals import Refusal

LABELS = b"X-GM-EXT-1"
"""What a server says that keeps each message once, with labels (Gmail's extensions of IMAP)."""

DESCRIBE_AT_ONCE = 5000
FETCH_AT_ONCE = 250
FETCH_BYTES = 8 * MEGABYTE
"""Mails, and bytes of them, to a FETCH: they are held until the command is complete, or broken."""

MORE_THAN_EXISTS = 10_000
"""By how many a search may find more messages than the folder was said to have (mail comes in meanwhile)."""


class _SomeGone(Misbehaving):
    """Some of the messages asked for were expunged; those that are there were sent (RFC 5530 EXPUNGEISSUED)."""


def _cannot_search(refusal: Refusal) -> SourceError:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        f"{refusal.peer.host} cannot search for these characters.",
        meaning="It searches for letters without accents, digits and signs only.",
        action="Search for another part of the sender or subject.",
        detail=refusal.detail,
        field="search",
    )


class _NotSaid(SourceError):
    """The server does not say what its newest message is."""


def _newest_refused(refusal: Refusal) -> SourceError:
    """Some servers refuse ``*`` in a folder without messages (RFC 3501 section 9 leaves that open)."""
    goodbye = refusal.status == "BYE"
    return refusals.refused(refusal) if goodbye else _NotSaid(ReasonCode.NOT_AVAILABLE, "Not said.")


def _fetch_refused(refusal: Refusal) -> SourceError:
    if refusal.code == "EXPUNGEISSUED":
        return _SomeGone(ReasonCode.MISSING_ON_SERVER, "Some messages are gone from the server.")
    return refusals.refused(refusal)


def _parts(refs: RefSet, size: int) -> Iterator[RefSet]:
    """Cut *refs* into sets of at most *size*, ascending."""
    each = iter(refs)
    while part := RefSet.of(itertools.islice(each, size)):
        yield part


def _batches(messages: Sequence[RemoteMessage], *, whole: bool) -> Iterator[dict[int, RemoteMessage]]:
    """Cut *messages* into what one FETCH asks for, ascending."""
    batch: dict[int, RemoteMessage] = {}
    size = 0
    for message in sorted({message.ref: message for message in messages}.values(), key=lambda one: one.ref):
        if batch and (len(batch) == FETCH_AT_ONCE or (whole and size + message.size_bytes > FETCH_BYTES)):
            yield batch
            batch, size = {}, 0
        batch[message.ref] = message
        size += message.size_bytes
    if batch:
        yield batch


def _mail_of(message: RemoteMessage, body: bytes, *, whole: bool) -> RawMail:
    return RawMail(
        ref=Ref(str(message.ref)),
        received_at=message.received_at,
        size_bytes=message.size_bytes,
        content=body,
        whole=whole,
        provider_id=message.provider_id,
        labels=message.labels,
        thread_id=message.thread_id,
    )


def _now() -> datetime:
    return datetime.now(UTC)


class ImapSource(Pieces):
    """One logged-in connection. Implements ``Source``.

    It listens for news for *idle_s* at a time. *closed* is called once, when it has been closed.
    """

    def __init__(
        self,
        client: Client,
        *,
        now: Callable[[], datetime] = _now,
        idle_s: float = IDLE_S,
        closed: Callable[[], None] | None = None,
    ) -> None:
        self._client = client
        self._now = now
        self._closed = closed
        self._epochs: dict[str, Epoch] = {}
        self._statuses: dict[str, FolderStatus] = {}
        self._spelled: dict[str, bytes] = {}
        self._exists = 0
        self._opened = 0
        self._wishes = Wishes(client)
        self._deltas = Deltas(client)
        self._ear = Ear(client, idle_s)

    # --- folders ------------------------------------------------------------------------------------------------------

    def folders(self) -> Sequence[RemoteFolder]:
        """List the account's folders (RFC 3501 section 6.3.8, RFC 6154)."""
        keeps = self._client.can(LABELS)
        listed = self._client.list_all()
        self._spelled = {one.name: spelled for one, spelled in listed}
        return tuple({one.name: replace(one, keeps_labels=keeps) for one, _ in listed}.values())

    def open_folder(self, name: str) -> FolderStatus:
        """Open *name* read-only (RFC 3501 section 6.3.2), afresh each time."""
        self._deltas.enable()
        self._opened += 1
        told = self._told_of(name)
        validity, exists = told.get(b"UIDVALIDITY"), told.get(b"EXISTS")
        if not isinstance(validity, int) or not isinstance(exists, int):
            raise errors.misbehaves(self._client.peer, "EXAMINE without EXISTS or UIDVALIDITY")
        epoch = Epoch(str(validity))
        if self._epochs.setdefault(name, epoch) != epoch:
            raise errors.renumbered(self._client.peer)
        self._client.wire.validity = epoch.encode("ascii")
        self._exists = exists
        status = FolderStatus(epoch, exists, told.get(b"UIDNEXT") or None, told.get(b"HIGHESTMODSEQ") or None)
        self._statuses[name] = status
        return status

    def _told_of(self, name: str) -> Items:
        """Open *name*; where no folder is spelled so, it may be spelled otherwise in the server's list."""
        spelled = arguments.folder(name)
        try:
            return self._ask_to_open(name, spelled)
        except Misconfigured as refusal:
            if refusal.code is not ReasonCode.FOLDER_MISSING or not arguments.may_be_spelled_otherwise(name):
                raise
            if not self._spelled:
                self.folders()
            as_listed = arguments.folder_as_listed(self._spelled.get(name, b""))
            if len(as_listed) == 2 or as_listed == spelled:
                raise
        return self._ask_to_open(name, as_listed)

    def _ask_to_open(self, name: str, spelled: bytes) -> Items:
        return self._wishes.ask((b"CONDSTORE",), b" (CONDSTORE)", partial(self._examine, name, spelled))

    def _examine(self, name: str, spelled: bytes, wish: bytes, statuses: list[str]) -> Items:
        def translate(refusal: Refusal) -> SourceError:
            statuses.append(refusal.status)
            return refusals.folder_refused(refusal, name)

        return self._client.examine(spelled + wish, translate)

    # --- references ---------------------------------------------------------------------------------------------------

    def list_refs(self, *, first: int = 1) -> RefSet:
        """Search the open folder (RFC 3501 section 6.4.4; RFC 4731 where offered)."""
        if first > arguments.HIGHEST_UID:
            return RefSet()
        found, answered = self._search(b"UID " + arguments.from_uid(first) if first > 1 else b"ALL")
        if not answered and first <= 1 and self._exists:
            raise errors.misbehaves(self._client.peer, "SEARCH without an answer")
        if len(found) > self._exists + MORE_THAN_EXISTS:
            raise errors.too_much(self._client.peer, "SEARCH found more than the folder has")
        # "n:*" always names the last message, even one below n (RFC 3501 section 6.4.8).
        return found & RefSet([(first, arguments.HIGHEST_UID)])

    def refs_by_message_id(self, message_id: str) -> RefSet:
        """Return the messages of the open folder whose Message-ID header holds *message_id*."""
        found, _ = self._search(b"HEADER Message-ID " + arguments.header_value(message_id))
        return found

    def count_received(self, since: datetime, before: datetime | None = None) -> int:
        """Return about how many messages of the open folder were received from *since* on, and before *before*.

        Servers compare days, by a clock of their own (RFC 3501 section 6.4.4): a part of a day more may be counted.
        """
        criteria = b"SINCE " + arguments.day(since)
        if before is not None:
            criteria += b" BEFORE " + arguments.day(before)
        found, _ = self._search(criteria)
        return len(found)

    def received_between(self, since: datetime, before: datetime) -> RefSet:
        """Search by day, a day more at both ends: the server's day may be another (RFC 3501 section 6.4.4)."""
        first, end = arguments.day(since - timedelta(days=1)), arguments.day(before + timedelta(days=2))
        return self._search(b"SINCE " + first + b" BEFORE " + end)[0]

    def search(self, text: str) -> RefSet:
        """Search sender and subject (RFC 3501 section 6.4.4), in UTF-8 where *text* is not printable ASCII."""
        found, _ = self._search(*arguments.containing(text))
        return found

    def _search(self, *criteria: bytes) -> tuple[RefSet, bool]:
        return self._wishes.ask((b"ESEARCH", b"IMAP4REV2"), b"RETURN (ALL) ", partial(self._search_with, criteria))

    def _search_with(self, criteria: tuple[bytes, ...], wish: bytes, statuses: list[str]) -> tuple[RefSet, bool]:
        def translate(refusal: Refusal) -> SourceError:
            statuses.append(refusal.status)
            return _cannot_search(refusal) if refusal.code == "BADCHARSET" else refusals.refused(refusal)

        found, answered, exists = self._client.found((wish + criteria[0], *criteria[1:]), translate)
        if exists is not None:
            self._exists = exists
        return found, answered

    # --- messages -----------------------------------------------------------------------------------------------------

    def describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        """Ask when *refs* were received, how large they are, and for the server's own stable id and labels."""
        items = b"UID INTERNALDATE RFC822.SIZE"
        if self._client.can(LABELS):
            items += b" X-GM-MSGID X-GM-THRID X-GM-LABELS"
        elif self._client.can(b"OBJECTID"):
            items += b" EMAILID"
        told = Descriptions(self._now)
        for part in _parts(refs, DESCRIBE_AT_ONCE):
            for uids in arguments.uid_sets(part):
                self._client.fetch_each(uids, items, told.take)
        return [message for uid in refs if (message := told.get(uid)) is not None]

    def changes(self, modseq: int, below: int) -> Changes | None:
        """Ask what has changed since *modseq* (RFC 7162), and with QRESYNC what is gone."""
        return self._deltas.since(modseq, below)

    def flags(self, refs: RefSet) -> Mapping[int, str]:
        """Ask for the flags of *refs* (RFC 3501 section 6.4.5)."""
        return self._deltas.flags(refs)

    def alerts(self) -> Sequence[Alert]:
        """Return what ALERT and OVERQUOTA came with (RFC 3501 section 7.1, RFC 5530)."""
        return self._client.wire.take_alerts()

    def newest(self) -> NewestMessage | None:
        """Fetch ``*``, the highest UID there is (RFC 3501 section 6.4.8): no search and no count has a part in it."""
        told = Descriptions(self._now)
        with suppress(_NotSaid):
            self._client.fetch_each(b"*", b"UID INTERNALDATE", told.take, translate=_newest_refused)
        found = told.highest()
        return NewestMessage(found.ref, found.received_at) if found is not None else None

    def fetch(self, messages: Sequence[RemoteMessage], *, headers_only: bool = False) -> Iterator[RawMail]:
        """Fetch *messages*, some at a time; those of one command are handed over when it is complete.

        When it breaks, what had come whole is handed over before the error is raised - but for the last mail, whose
        block may have been announced too short, which only what follows it would have shown.
        """
        opened = self._opened
        for batch in _batches(messages, whole=not headers_only):
            for uids in arguments.uid_sets(RefSet.of(batch)):
                if self._opened != opened:
                    raise errors.misbehaves(self._client.peer, "a folder was opened in the middle of a fetch")
                mails: list[RawMail] = []
                try:
                    self._take_bodies(mails, uids, batch, whole=not headers_only)
                except SourceError:
                    yield from mails[:-1]
                    raise
                yield from mails

    def _take_bodies(self, mails: list[RawMail], uids: bytes, wanted: dict[int, RemoteMessage], *, whole: bool) -> None:
        """Fetch *uids* and add each mail to *mails* as it comes."""

        def take(items: Items) -> None:
            body = items.get(b"BODY[]", items.get(b"BODY[HEADER]"))
            if isinstance(body, tuple):
                raise ValueError("a list for a body")  # noqa: TRY004 - what was received is wrong, not a type of ours
            message = wanted.get(items.get(b"UID", 0))
            if message is None or not isinstance(body, bytes) or (not body and message.size_bytes):
                return
            del wanted[message.ref]
            mails.append(_mail_of(message, body, whole=whole))

        item = b"UID BODY.PEEK[]" if whole else b"UID BODY.PEEK[HEADER]"
        total = sum(2 * message.size_bytes + MEGABYTE // 16 for message in wanted.values()) + LITERAL_CAP
        limits = Limits(literal=LITERAL_CAP, total=total)
        with suppress(_SomeGone):
            self._client.fetch_each(uids, item, take, limits=limits, translate=_fetch_refused)

    # --- news ---------------------------------------------------------------------------------------------------------

    @property
    def push(self) -> Push:
        """Tell of how many folders the server tells by itself (RFC 2177, RFC 5465)."""
        return self._ear.push

    def await_news(self, folders: Sequence[str], seconds: float) -> frozenset[str]:
        """Listen in the first of *folders* (RFC 2177), and of the others where the server tells of them too (RFC 5465).

        The first is opened anew, the others' counts are told again: what came since the last look is not told twice.
        """
        first = folders[0]
        before = self._statuses.get(first)
        status = self.open_folder(first)
        if before is not None and status != before:
            return frozenset({first})
        news = News(first, self._statuses)
        self._ear.listen(news, [name for name in folders[1:] if name in self._statuses], seconds)
        return frozenset(news.folders)

    def nudge(self) -> None:
        """End the wait for news early, from any thread."""
        self._client.nudge()

    # --- ending -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Log out politely and close; never raises."""
        self._client.close()
        closed, self._closed = self._closed, None
        if closed is not None:
            closed()

    def abandon(self) -> None:
        """Close the socket now, from any thread."""
        self._client.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

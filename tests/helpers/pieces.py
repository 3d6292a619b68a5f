"""A mail server in memory that gives messages piece by piece, truthfully or not, and a desk to fetch from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

from desktop.domain.attachments import AttachmentReceipt
from desktop.domain.errors import Transient
from desktop.domain.ids import EmailId, Epoch
from desktop.domain.intake import DecidedMail, FolderEpoch
from desktop.domain.mail import RawMail
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import Alert, FolderStatus, Outline, RemoteMessage, Source
from desktop.parsing import reader, structure
from desktop.parsing.body import is_attached
from desktop.parsing.pool import ParserPool
from desktop.store.contents import email_pieces
from desktop.store.packing import pack_mail
from desktop.store.store import Store
from desktop.sync.attachments import Consideration, bring_attachments
from desktop.sync.context import Limits, StopSignal, SyncContext
from desktop.sync.text_first import text_first
from tests.helpers.mails import NOON, REVIEW, FixedClock, new_store, place_in

BREAK = Transient(ReasonCode.SERVER_UNREACHABLE, "The connection broke.")
Read = Callable[[int, int, int], bytes | None]


def outline_of(raw: bytes) -> Outline:
    """What a truthful server says a message is made of."""
    tree = structure.parse(raw)

    def made(index: int) -> Outline:
        part = tree.parts[index]
        boundary = part.content_type.params.get("boundary", "") if part.kind.startswith("multipart/") else ""
        parts = tuple(made(child) for child in part.children)
        return Outline(part.kind, 0 if boundary else part.end - part.start, boundary, is_attached(part), parts)

    return made(0)


@dataclass
class Shelf:
    """One folder of messages. ``lie`` replaces the truth about a stretch, ``outlines`` for that about a message."""

    messages: dict[int, bytes] = field(default_factory=dict)
    outlines: dict[int, Outline | None] = field(default_factory=dict)
    lie: Read | None = None
    epoch: str = "1"
    reads: list[tuple[int, int, int]] = field(default_factory=list)
    sign_ins: int = 0

    def truth(self, ref: int, start: int, count: int) -> bytes | None:
        raw = self.messages.get(ref)
        return None if raw is None else raw[start : start + count]

    def read(self, ref: int, start: int, count: int) -> bytes | None:
        self.reads.append((ref, start, count))
        return (self.lie or self.truth)(ref, start, count)

    def outline(self, ref: int) -> Outline | None:
        if ref in self.outlines:
            return self.outlines[ref]
        return outline_of(self.messages[ref]) if ref in self.messages else None

    def open_folder(self, _name: str) -> FolderStatus:
        return FolderStatus(Epoch(self.epoch), len(self.messages), None, None)

    def describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        return [RemoteMessage(ref, NOON, len(self.messages[ref])) for ref in refs if ref in self.messages]

    def fetch(self, messages: Sequence[RemoteMessage], *, headers_only: bool = False) -> Iterator[RawMail]:
        raise AssertionError(f"{len(messages)} messages are fetched whole: {not headers_only}")

    def alerts(self) -> Sequence[Alert]:
        return ()

    def close(self) -> None:
        pass

    def abandon(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self


class InProcess:
    """A parser that reads here and now."""

    def parse_all(self, mails: Sequence[RawMail]) -> list[object]:
        return [reader.read(mail) for mail in mails]

    def read_part(self, content: bytes, part: str) -> bytes:
        from desktop.parsing.parts import extract_attachment

        return extract_attachment(content, part)


class Desk:
    """A store, and one mailbox on a :class:`Shelf`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: Store = new_store(folder)
        self.place: FolderEpoch = place_in(self.store)
        self.shelf = Shelf()
        self.clock = FixedClock()
        self.stop = StopSignal()
        self.parser = InProcess()

    @property
    def mailbox(self) -> Mailbox:
        with self.store.read() as read:
            return read.mailboxes.every()[0]

    def context(self, limits: Limits | None = None) -> SyncContext:
        def open_source(_mailbox: Mailbox, _stop: StopSignal) -> Source:
            self.shelf.sign_ins += 1
            return cast("Source", self.shelf)

        return SyncContext(
            store=self.store,
            parser=cast("ParserPool", self.parser),
            clock=self.clock,
            open_source=open_source,
            chance=lambda: 0.5,
            limits=limits or Limits(piece_bytes=64 << 10, reconnects=2),
        )

    def deliver(self, raw: bytes, ref: int = 1) -> EmailId:
        """Put a message on the shelf and take its text in, as a pass would."""
        self.shelf.messages[ref] = raw
        (message,) = self.shelf.describe(RefSet.of([ref]))
        mail = text_first(cast("Source", self.shelf), message)
        assert mail is not None
        return self.take_in(mail)

    def take_in(self, mail: RawMail) -> EmailId:
        packed = pack_mail(DecidedMail(mail, reader.read(mail), REVIEW), parser_version=1)
        with self.store.write() as uow:
            uow.intake.take_in(self.place, [packed], [], NOON)
        with self.store.read() as read:
            return EmailId(read.attachments._run.exec_driver_sql("SELECT max(id) FROM email").scalar_one())

    def fetch(self, limits: Limits | None = None, *, tell: Callable[[object], None] | None = None) -> AttachmentReceipt:
        consideration = Consideration(tell=tell) if tell else Consideration()
        return bring_attachments(self.mailbox, self.context(limits), self.stop, consideration)

    def states(self, email_id: EmailId) -> list[str]:
        with self.store.read() as read:
            detail = read.emails.open(email_id)
        assert detail is not None
        return [one.status.state.value for one in detail.attachments]

    def rest(self, email_id: EmailId) -> str:
        with self.store.read() as read:
            detail = read.emails.open(email_id)
        assert detail is not None
        return detail.rest.state.value

    def words(self, email_id: EmailId) -> str:
        with self.store.read() as read:
            detail = read.emails.open(email_id)
        assert detail is not None
        return detail.attachments[0].status.words

    def delivered(self, email_id: EmailId) -> bytes:
        return b"".join(email_pieces(self.store, email_id))

    def reopen(self) -> None:
        """End, and begin again on the same profile, as after a crash: nothing in memory is left."""
        from desktop.store.opening import open_store
        from tests.helpers.mails import KEY

        self.store.close()
        self.store = open_store(self.folder, KEY, writing=True)
        self.store.sweep()

"""Fetches what was left on the server of large mails: the text of those that came as headers, then files, in pieces.

    wanted? ── place ── piece ──▶ sealed file, safe on disk ──▶ noted in the database ── next piece ... ──▶ here
                 ▲ └ no such message: the next place, or gone           │
                 └────────── whatever ends it: goes on behind the last piece that was noted

Nothing is remembered in here that the database does not hold.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from desktop.domain.attachments import SIGN_BYTES, AttachmentProgress, AttachmentReceipt, StoredStretch, sign_of
from desktop.domain.changes import Changed
from desktop.domain.errors import AppError, Misconfigured, NeedsSignIn, StoreError, Transient
from desktop.domain.health import Trouble
from desktop.domain.health_events import PassFailed
from desktop.domain.ids import EmailId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.parsing.transfer import Decoder
from desktop.security.sealed_files import SealedWriter, Written, new_key, new_name
from desktop.services import health
from desktop.store.reading.attachments import Whereabouts
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.late_text import bring_texts
from desktop.sync.mailbox_pass import unexpected

log = logging.getLogger(__name__)

AGAIN_IN = timedelta(minutes=10)
"""When something that did not come is asked for again; each time in vain twice as long."""

SURPLUS = 64 << 20
"""How much more than the server said may come where only its word says how long something is."""

_TOUCHED = Changed.ATTACHMENTS | Changed.EMAILS | Changed.REVIEW


def _at_once(_stop: StopSignal) -> None:
    """Give way to nobody."""


def unheard(_progress: object) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Consideration:
    """How fetching behaves beside others: ``give_way`` returns when the live sync needs nothing, or raises Stopped;
    ``begin`` hears of each file before its first piece, ``tell`` of each piece.
    """

    give_way: Callable[[StopSignal], None] = _at_once
    tell: Callable[[AttachmentProgress], None] = unheard
    begin: Callable[[AttachmentProgress], None] = unheard


def bring_attachments(
    mailbox: Mailbox,
    context: SyncContext,
    stop: StopSignal,
    consideration: Consideration = Consideration(),
    *,
    only: EmailId | None = None,
) -> AttachmentReceipt:
    """Fetch what *mailbox* wants and is not here, or *only* of one email; never raises: see the receipt.

    A connection is opened only when there is something to fetch.
    """
    receipt = AttachmentReceipt(mailbox.address)
    connection = Connection(mailbox, context, stop)
    try:
        bring_texts(mailbox, connection, context, stop, receipt)
        _Fetching(mailbox, connection, context, stop, consideration, receipt).run(only)
    except AppError as error:
        receipt.error = error
    except Exception as error:  # the top of the work: a bug of ours must not end the thread it runs in
        log.exception("attachments of mailbox %s ended by an unexpected error", mailbox.id)
        receipt.error = unexpected(error)
    if receipt.error is not None:
        connection.drop()
        _name(mailbox, receipt.error, context)
    connection.close()
    if receipt.files or receipt.texts or receipt.failed:
        context.committed(_TOUCHED | Changed.LOG)
    return receipt


def _name(mailbox: Mailbox, error: AppError, context: SyncContext) -> None:
    """A refused sign-in is a matter of health: a person is needed, and asking again might lock the account."""
    if not isinstance(error, NeedsSignIn):
        return
    try:
        with context.store.write() as uow:
            health.note(uow, mailbox.id, PassFailed(Trouble.of(error), None), now=context.clock.now())
    except StoreError as full:
        log.info("health cannot be noted now: %s", full.code)


class _Fetching:
    """One stretch after the other, as long as something is wanted."""

    def __init__(
        self,
        mailbox: Mailbox,
        connection: Connection,
        context: SyncContext,
        stop: StopSignal,
        consideration: Consideration,
        receipt: AttachmentReceipt,
    ) -> None:
        self._mailbox = mailbox
        self._connection = connection
        self._context = context
        self._stop = stop
        self._consideration = consideration
        self._receipt = receipt
        self._opened: tuple[str, str] | None = None
        self._source_before: object = None

    def run(self, only: EmailId | None) -> None:
        """Fetch all that is due."""
        while (one := self._next(only)) is not None:
            self._stop.check()
            place = self._place(one)
            if place is not None:
                self._bring(self._with_file(one), place)

    def _next(self, only: EmailId | None) -> StoredStretch | None:
        with self._context.store.read() as read:
            return read.attachments.next_wanted(self._mailbox.id, self._context.clock.now(), only=only)

    def _place(self, one: StoredStretch) -> Whereabouts | None:
        """Open a folder in which the message lies; None when that cannot be done now, which is noted."""
        with self._context.store.read() as read:
            places = read.attachments.whereabouts(one.email_id, self._mailbox.id)
        reason = "Its folder cannot be opened now."
        for place in places:
            try:
                if self._open(place):
                    return place
                reason = "The server renumbered its folder: it is found again by the next sync."
            except Misconfigured as error:
                reason = str(error)
        self._put_off(one, reason)
        return None

    def _open(self, place: Whereabouts) -> bool:
        source = self._connection.source
        wanted = (place.folder, place.epoch)
        if self._source_before is source and self._opened == wanted:
            return True
        self._source_before, self._opened = source, None
        if source.open_folder(place.folder).epoch != place.epoch:
            return False
        self._opened = wanted
        return True

    def _with_file(self, one: StoredStretch) -> StoredStretch:
        if one.file:
            return one
        made = replace(one, file=new_name(), key=new_key(), arrived=0, stored=0, chunks=0)
        with self._context.store.write() as uow:
            uow.attachments.begin_file(one, made.file, made.key)
        return made

    def _bring(self, one: StoredStretch, place: Whereabouts) -> None:
        self._consideration.begin(self._progress(one, one.arrived))
        try:
            with self._context.store.files.writer(one) as writer:
                arrived = self._stream(one, place, writer)
        except StoreError as damaged:
            if damaged.code is not ReasonCode.STORE_DAMAGED or not one.stored:
                raise
            with self._context.store.write() as uow:
                uow.attachments.start_over([one])
            return
        if arrived is not None:
            self._finish(replace(one, arrived=arrived, stored=writer.written.length, chunks=writer.written.pieces))

    def _stream(self, one: StoredStretch, place: Whereabouts, writer: SealedWriter) -> int | None:
        """Append piece after piece; returns how many bytes it is when all are here, None when it ended before."""
        arrived = one.arrived
        while arrived < one.length or not one.certain:
            self._stop.check()
            self._consideration.give_way(self._stop)
            if not self._is_wanted(one):
                return None
            piece = self._piece(one, place, arrived)
            if piece is None:
                return None
            arrived += len(piece)
            if arrived > one.length + SURPLUS:
                self._give_up(one, "The server sends more than it said this has; it was stopped.")
                return None
            is_last = arrived >= one.length if one.certain else not piece
            self._note(one, arrived, writer.append(piece, is_last=is_last))
            if is_last:
                break
        return arrived

    def _piece(self, one: StoredStretch, place: Whereabouts, arrived: int) -> bytes | None:
        """Ask for the next bytes, twice if need be; nothing where it is over, None when it does not come now.

        A connection that broke is opened again; where it breaks over the same bytes once more, they have to wait.
        """
        ref, count = int(place.ref), self._context.limits.piece_bytes
        count = min(count, one.length - arrived) if one.certain else count
        for is_last_try in (False, True):
            try:
                piece = self._connection.source.read(ref, one.begins + arrived, count)
            except Transient as broken:
                self._stop.check()
                if is_last_try:
                    self._put_off(one, f"{broken.what} It is asked for again.", counts=True)
                self._again(place, broken)
                continue
            if piece or (piece is not None and not one.certain):
                return piece
            if piece is None and not self._connection.source.describe(RefSet.of([ref])):
                self._gone(place)
                return None
            if is_last_try:
                words = f"The server sent {arrived:,} of {one.length:,} bytes and no more."
                self._put_off(one, words, counts=True)
        return None

    def _again(self, place: Whereabouts, broken: Transient) -> None:
        """Open the folder on a new connection."""
        status = self._connection.again(broken, place.folder)
        if status.epoch != place.epoch:
            raise broken
        self._source_before, self._opened = self._connection.source, (place.folder, place.epoch)

    def _is_wanted(self, one: StoredStretch) -> bool:
        with self._context.store.read() as read:
            return read.attachments.is_wanted(one.email_id, one.position, self._mailbox.id)

    def _note(self, one: StoredStretch, arrived: int, written: Written) -> None:
        with self._context.store.write() as uow:
            uow.attachments.arrived(one, arrived, written.length, written.pieces)
        self._consideration.tell(self._progress(one, arrived))
        self._context.committed(Changed.ATTACHMENTS)

    def _progress(self, one: StoredStretch, arrived: int) -> AttachmentProgress:
        return AttachmentProgress(self._mailbox.id, one.email_id, one.part, arrived, max(one.length, arrived))

    def _finish(self, one: StoredStretch) -> None:
        """Read it back once, which shows that it is whole and how much it holds, and say that it is here."""
        store = self._context.store
        with store.read() as read:
            span = read.attachments.span(one.email_id, one.part)
        try:
            held, sign = self._read_back(one, span.encoding if span is not None else "")
        except StoreError as damaged:
            if damaged.code is not ReasonCode.STORE_DAMAGED:
                raise
            self._begin_again(one, "What the disk gave back was not what was written.")
            return
        if one.sign not in {"", sign}:
            self._begin_again(one, "The server sent other bytes than when the text came.")
            return
        is_alone = span is not None and (span.start, span.end) == (one.at, one.at)
        with store.write() as uow:
            uow.attachments.finished(one, length=one.arrived, sizes={one.part: held} if is_alone else {})
        self._receipt.files += 1
        self._receipt.size_bytes += one.arrived
        self._context.committed(_TOUCHED)

    def _read_back(self, one: StoredStretch, encoding: str) -> tuple[int, str]:
        """Return how many bytes it holds once decoded, and its sign."""
        decoder, beginning, end, held = Decoder(encoding), b"", b"", 0
        for piece in self._context.store.files.read(one):
            held += len(decoder.feed(piece))
            beginning = beginning if len(beginning) >= SIGN_BYTES else beginning + piece[:SIGN_BYTES]
            end = (end + piece[-SIGN_BYTES:])[-SIGN_BYTES:]
        return held + len(decoder.end()), sign_of(beginning, end)

    def _begin_again(self, one: StoredStretch, reason: str) -> None:
        with self._context.store.write() as uow:
            uow.attachments.start_over([one])
        self._put_off(one, reason, counts=True)

    # --- what does not come -------------------------------------------------------------------------------------------

    def _gone(self, place: Whereabouts) -> None:
        with self._context.store.write() as uow:
            uow.attachments.gone_from(place, self._context.clock.now())
        self._context.committed(_TOUCHED)

    def _put_off(self, one: StoredStretch, reason: str, *, counts: bool = False) -> None:
        """Have it wait; when it is the server's doing (*counts*) and was so several times, give it up."""
        if counts and one.tries + 1 >= self._context.limits.tries:
            self._give_up(one, reason)
            return
        until = self._context.clock.now() + AGAIN_IN * 2 ** min(one.tries, 6)
        with self._context.store.write() as uow:
            uow.attachments.put_off(one, reason, until)
        self._context.committed(Changed.ATTACHMENTS)

    def _give_up(self, one: StoredStretch, reason: str) -> None:
        now = self._context.clock.now()
        with self._context.store.write() as uow:
            uow.attachments.fail(one, f"{reason} Ask for it to have it tried again.")
            words = f"An attachment of email {one.email_id} could not be fetched. {reason}"
            uow.records.say("warning", words, now, mailbox_id=self._mailbox.id, code=ReasonCode.FETCH_RETRYING.value)
        self._receipt.failed += 1
        self._context.committed(Changed.ATTACHMENTS | Changed.LOG)

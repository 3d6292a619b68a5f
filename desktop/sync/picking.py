"""Manual selection: what a folder on the server holds, looked at page by page, and what somebody picks brought in.

Looking stores nothing. What is picked takes the way of all mail (``pipeline.take_in``) and gets its real verdict in
place of the one it had; neither the mailbox's direction nor the day it is synced from holds it back.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.browsing import EnvelopePage, RemoteEnvelope
from desktop.domain.changes import Changed
from desktop.domain.errors import AppError, CommandRefused, Transient
from desktop.domain.ids import Epoch
from desktop.domain.intake import FolderEpoch
from desktop.domain.mail import ParsedMail
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteMessage, Source
from desktop.domain.special_folders import sent_folder
from desktop.sync.batches import Batches
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.epochs import begin_epoch
from desktop.sync.fetch_ahead import FetchAhead
from desktop.sync.pipeline import Reading, ReadStep, take_in

log = logging.getLogger(__name__)

PAGE = 50
"""Messages to a page: their headers come over for it."""


def browse(
    source: Source,
    context: SyncContext,
    mailbox: Mailbox,
    folder: str,
    search: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> EnvelopePage:
    """Return the newest messages of *folder* whose sender or subject holds *search*, those below *before* if given.

    Raises SourceError kinds; what cannot be read of a header stands as empty text.
    """
    status = source.open_folder(folder)
    words = search.strip()
    fitting = (source.search(words) if words else source.list_refs()) if status.exists else RefSet()
    left = sorted(ref for ref in fitting if before is None or ref < before)
    shown = RefSet.of(left[-limit:])
    described = {message.ref: message for message in source.describe(shown)} if shown else {}
    with context.store.read() as read:
        known = read.mailboxes.folder(mailbox.id, folder)
        here = read.ledger.here(known.id, status.epoch, shown) if known else RefSet()
    rows = _envelopes(source, context, [described[ref] for ref in shown if ref in described], here)
    return EnvelopePage(folder, status.epoch, rows, len(fitting), shown.ranges[0][0] if len(left) > limit else None)


def _envelopes(
    source: Source, context: SyncContext, messages: Sequence[RemoteMessage], here: RefSet
) -> tuple[RemoteEnvelope, ...]:
    """Fetch and read the headers of *messages*; newest first."""
    heads = list(source.fetch(messages, headers_only=True)) if messages else []
    parsed = dict(zip((int(head.ref) for head in heads), context.parser.parse_all(heads), strict=True))
    rows = []
    for message in sorted(messages, key=lambda one: -one.ref):
        read = parsed.get(message.ref)
        senders = [*((read.sender,) if read.sender else ()), *read.claimed_from] if isinstance(read, ParsedMail) else []
        rows.append(
            RemoteEnvelope(
                ref=message.ref,
                received_at=message.received_at,
                size_bytes=message.size_bytes,
                from_address=senders[0].address if senders else "",
                from_name=senders[0].name if senders else "",
                subject=read.subject if isinstance(read, ParsedMail) else "",
                is_here=message.ref in here,
            )
        )
    return tuple(rows)


def bring_in(
    mailbox: Mailbox, folder: str, epoch: Epoch, refs: Sequence[int], context: SyncContext, stop: StopSignal
) -> MailboxReceipt:
    """Bring in the messages *refs* that :func:`browse` showed of *folder* at *epoch*.

    Raises CommandRefused (CHANGED_MEANWHILE) when the server has renumbered the folder since, and SourceError kinds
    when it cannot be opened. What goes wrong later is in the receipt, beside what came in before.
    """
    begun = context.clock.monotonic()
    connection = Connection(mailbox, context, stop)
    try:
        status = connection.source.open_folder(folder)
        if status.epoch != epoch:
            raise _renumbered(folder)
        picked = _Picked(mailbox, _place(mailbox, folder, epoch, context), connection, context, stop, folder)
        receipt = MailboxReceipt(mailbox.address, [picked.receipt])
        try:
            picked.bring_in(RefSet.of(refs))
        except AppError as error:
            receipt.error = error
    except BaseException:
        connection.drop()
        raise
    finally:
        connection.close()
    receipt.seconds = round(context.clock.monotonic() - begun, 3)
    _say(receipt, mailbox, context)
    return receipt


def _place(mailbox: Mailbox, folder: str, epoch: Epoch, context: SyncContext) -> FolderEpoch:
    with context.store.write() as uow:
        uow.mailboxes.know_folder(mailbox.id, folder)
    with context.store.read() as read:
        state = read.mailboxes.folder(mailbox.id, folder)
    if state is None:
        raise _renumbered(folder)
    place = FolderEpoch(mailbox.id, state.id, epoch)
    if state.epoch != epoch:
        begin_epoch(state, place, context)
    return place


class _Picked:
    """Messages picked in one folder, on their way."""

    def __init__(
        self,
        mailbox: Mailbox,
        place: FolderEpoch,
        connection: Connection,
        context: SyncContext,
        stop: StopSignal,
        folder: str,
    ) -> None:
        self._mailbox = replace(mailbox, direction=Direction.BOTH)
        self._place = place
        self._connection = connection
        self._context = context
        self._stop = stop
        self._in_sent = False
        self.receipt = FolderReceipt(folder)

    def bring_in(self, refs: RefSet) -> None:
        """Bring in those that are not here yet; what the server does not deliver keeps the verdict it had."""
        with self._context.store.read() as read:
            refs -= read.ledger.here(self._place.folder_id, self._place.epoch, refs)
        if not refs:
            return
        self._in_sent = sent_folder(self._connection.source.folders()) == self.receipt.name
        done = 0
        batches = Batches(self._connection, self._reopen, self._context.limits, self._stop)
        steps_of = batches.of(refs, lambda _: None)
        with FetchAhead(steps_of, Reading(self._context).read_step, name=f"pick-{self._mailbox.id}") as steps:
            for one in steps:
                self._take(one)
                step = one.step
                done += len(step.mails) + len(step.unanswered)
                progress = self._context.progress
                progress.folder_progress(self._mailbox.address, self.receipt.name, done, len(refs))
                self._stop.check()

    def _reopen(self, cause: Transient) -> None:
        if self._connection.again(cause, self.receipt.name).epoch != self._place.epoch:
            raise _renumbered(self.receipt.name)

    def _take(self, read: ReadStep) -> None:
        step = read.step
        if step.mails:
            in_sent = self._in_sent
            counts = take_in(read.mails, self._place, self._mailbox, self._context, in_sent=in_sent, picked=True)
            self.receipt.add(counts, fetched=len(step.mails))
            self._context.committed(Changed.EMAILS | Changed.REVIEW | Changed.LOG)
        self.receipt.missing += len(step.unanswered)


def _say(receipt: MailboxReceipt, mailbox: Mailbox, context: SyncContext) -> None:
    (folder,) = receipt.folders
    with context.store.write() as uow:
        now = context.clock.now()
        if folder.stored or folder.duplicates or folder.parked:
            new = folder.stored + folder.parked
            words = f"Brought in by hand from {folder.name}: {new} new emails, {folder.review} of them to review."
            uow.records.say("info", words, now, mailbox_id=mailbox.id, code=ReasonCode.SYNCED.value)
        if receipt.error is not None:
            uow.records.say_error(receipt.error, now, mailbox_id=mailbox.id)
    context.committed(Changed.LOG)


def _renumbered(folder: str) -> CommandRefused:
    return CommandRefused(
        ReasonCode.CHANGED_MEANWHILE,
        f"The server has renumbered the folder {folder} since it was shown.",
        meaning="Other messages may stand under these numbers now, so nothing was brought in.",
        action="Look at the folder again, and pick anew.",
    )

"""One pass over one mailbox: every chosen folder, then its health. Whatever goes wrong stays with this mailbox."""

import logging
from collections.abc import Iterable
from datetime import datetime

from desktop.domain.changes import Changed
from desktop.domain.errors import AppError, Misconfigured, Stopped
from desktop.domain.health import Health, Trouble
from desktop.domain.health_events import Event, FreshnessSeen, PassBegan, PassFailed, PassPartly, PassWentWell
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.source import Alert
from desktop.services import health
from desktop.store.writing.records import PRUNED_EVERY
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.sync.backoff import retry_in
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.folder_pass import FolderPass

log = logging.getLogger(__name__)

ALERTED = {
    ReasonCode.SERVER_ALERT: ("It wants a person to read this.", "Do as it says, if it concerns you."),
    ReasonCode.MAILBOX_FULL: (
        "A mailbox that is full refuses new mail.",
        "Make room in it, or ask the provider for more.",
    ),
}
"""What a server's words mean and what to do about them, by why they came."""


def sync_mailbox(
    mailbox: Mailbox,
    context: SyncContext,
    stop: StopSignal,
    *,
    kept: Connection | None = None,
    only: frozenset[str] = frozenset(),
) -> MailboxReceipt:
    """Sync every chosen folder of *mailbox* once; never raises: what went wrong is in the receipt, log and health.

    A connection that is *kept* is used, and stays open unless something went wrong. Given names, *only* those folders
    are looked at.
    """
    receipt = MailboxReceipt(mailbox.address)
    begun = context.clock.monotonic()
    number, seen = _begin(mailbox, context, receipt), list[FreshnessSeen]()
    try:
        _run_folders(mailbox, context, stop, receipt, seen, kept=kept, only=only)
    except AppError as error:
        receipt.error = error
    except Exception as error:  # the top of a mailbox's work: a bug of ours must not stop the other mailboxes
        log.exception("sync of mailbox %s ended by an unexpected error", mailbox.id)
        receipt.error = unexpected(error)
    receipt.error = receipt.error or next((folder.error for folder in receipt.folders if folder.error), None)
    receipt.seconds = round(context.clock.monotonic() - begun, 3)
    _end(mailbox, context, receipt, number, seen)
    context.committed(Changed.HEALTH | Changed.LOG)
    context.progress.mailbox_finished(mailbox.address)
    return receipt


def _run_folders(
    mailbox: Mailbox,
    context: SyncContext,
    stop: StopSignal,
    receipt: MailboxReceipt,
    seen: list[FreshnessSeen],
    *,
    kept: Connection | None,
    only: frozenset[str],
) -> None:
    with context.store.read() as read:
        folders = [one for one in read.mailboxes.folders(mailbox.id) if not only or one.name in only]
    connection = kept or Connection(mailbox, context, stop)
    try:
        for folder in folders:
            stop.rest()
            _run_folder(FolderPass(mailbox, folder, connection, context, stop), receipt, seen)
    except BaseException:
        connection.drop()
        raise
    finally:
        receipt.alerts += connection.alerts()
    if kept is None:
        connection.close()


def _run_folder(work: FolderPass, receipt: MailboxReceipt, seen: list[FreshnessSeen]) -> None:
    receipt.folders.append(work.receipt)
    try:
        work.run()
        if (freshness := work.look()) is not None:
            seen.append(freshness)
    except Misconfigured as error:  # this folder only (renamed, deleted): the others go on
        if error.code is not ReasonCode.FOLDER_MISSING:
            raise
        work.receipt.error = error


def tell_alerts(uow: UnitOfWork, mailbox: Mailbox, alerts: Iterable[Alert], now: datetime) -> None:
    """Log what the server wants people to read; what the log has already is not said again."""
    for alert in alerts:
        meaning, action = ALERTED[alert.code]
        words = f'The server of {mailbox.address} says: "{alert.text}"'
        told = AppError(alert.code, words, meaning=meaning, action=action)
        if not uow.read.records.has_said(mailbox.id, told):
            uow.records.say_error(told, now, mailbox_id=mailbox.id, level="warning")


def _begin(mailbox: Mailbox, context: SyncContext, receipt: MailboxReceipt) -> int | None:
    try:
        with context.store.write() as uow:
            now = context.clock.now()
            if uow.read.mailboxes.health(mailbox.id).last_try is None:
                health.note(uow, mailbox.id, PassBegan(), now=now)
            return uow.records.begin_run(mailbox.id, now)
    except AppError as error:
        receipt.error = error
        return None


def _end(
    mailbox: Mailbox, context: SyncContext, receipt: MailboxReceipt, number: int | None, seen: list[FreshnessSeen]
) -> None:
    """Write health, log and receipt down."""
    now, error = context.clock.now(), receipt.error
    try:
        with context.store.write() as uow:
            before = uow.read.mailboxes.health(mailbox.id)
            health.note(uow, mailbox.id, *seen, *_events(before, receipt, context), now=now)
            _mistrust_stuck_folders(uow, mailbox)
            tell_alerts(uow, mailbox, receipt.alerts, now)
            if error is None and any(folder.fetched for folder in receipt.folders):
                uow.records.say("info", _summary(receipt), now, mailbox_id=mailbox.id, code="SYNCED")
            if number is not None:
                uow.records.end_run(number, error.code.value if error else "SYNCED", run_figures(receipt), now)
                if number % PRUNED_EVERY == 0:
                    uow.records.prune(before=now - context.limits.log_kept_for, keep=context.limits.log_entries)
    except AppError as store_error:
        receipt.error = error or store_error


def _events(before: Health, receipt: MailboxReceipt, context: SyncContext) -> list[Event]:
    """Return what the pass came to; one that was stopped says nothing about the mailbox."""
    error = receipt.error
    if error is None:
        return [PassWentWell()]
    if isinstance(error, Stopped):
        return []
    if any(folder.error is error for folder in receipt.folders):
        return [PassPartly(Trouble.of(error, is_partial=True))]
    return [PassFailed(Trouble.of(error), retry_in(error, before.failures + 1, context.chance()))]


def _mistrust_stuck_folders(uow: UnitOfWork, mailbox: Mailbox) -> None:
    """Have folders listed whole whose newest message was never listed: what their counts say is not believed.

    One that was listed and not delivered is asked for again anyway.
    """
    epochs = {folder.id: folder.epoch for folder in uow.read.mailboxes.folders(mailbox.id)}
    for seen in uow.read.mailboxes.freshness(mailbox.id):
        at = seen.folder_id
        if seen.is_stuck and seen.behind_ref not in uow.read.ledger.open_refs(at, epochs[at]).attempts:
            uow.mailboxes.forget_folder_state(at)


def _summary(receipt: MailboxReceipt) -> str:
    stored = sum(folder.stored for folder in receipt.folders)
    review = sum(folder.review for folder in receipt.folders)
    parked = sum(folder.parked for folder in receipt.folders)
    words = f"{stored:,} new emails, {review:,} of them to review"
    return f"{words}, {parked:,} could not be read." if parked else f"{words}."


def run_figures(receipt: MailboxReceipt) -> dict[str, object]:
    """Return the receipt as JSON holds it (the command line's contract)."""
    return {
        "address": receipt.address,
        "folders": [_folder_figures(folder) for folder in receipt.folders],
        "seconds": receipt.seconds,
    }


def _folder_figures(folder: FolderReceipt) -> dict[str, object]:
    names = ("name", "listed", "fetched", "stored", "skipped", "review", "unfiled", "parked", "duplicates", "missing")
    figures: dict[str, object] = {name: getattr(folder, name) for name in names}
    figures |= {"before_start_date": folder.out_of_range, "manual_mode": folder.to_pick}
    if folder.error is not None:
        figures["error"] = {"code": folder.error.code.value, "message": str(folder.error)}
    return figures


def unexpected(error: Exception) -> AppError:
    """Return the sentence for a mistake of our own."""
    return AppError(
        ReasonCode.INTERNAL_ERROR,
        "Postroom made a mistake of its own while syncing this mailbox.",
        meaning="What was stored before is whole; the other mailboxes went on.",
        action="Please report it with the log; the next sync tries again.",
        detail=type(error).__name__,
    )

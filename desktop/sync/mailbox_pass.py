"""One pass over one mailbox: every chosen folder, then its health. Whatever goes wrong stays with this mailbox."""

import logging

from desktop.domain.changes import Changed
from desktop.domain.errors import AppError, Misconfigured, Stopped
from desktop.domain.health import Health, HealthState, after_failure, after_partial, after_success
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.rows import FolderState
from desktop.sync.backoff import retry_in
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.folder_pass import FolderPass

log = logging.getLogger(__name__)


def sync_mailbox(mailbox: Mailbox, context: SyncContext, stop: StopSignal) -> MailboxReceipt:
    """Sync every chosen folder of *mailbox* once; never raises: what went wrong is in the receipt, log and health."""
    receipt = MailboxReceipt(mailbox.address)
    begun = context.clock.monotonic()
    number = _begin(mailbox, context, receipt)
    try:
        _run_folders(mailbox, context, stop, receipt)
    except AppError as error:
        receipt.error = error
    except Exception as error:  # the top of a mailbox's work: a bug of ours must not stop the other mailboxes
        log.exception("sync of mailbox %s ended by an unexpected error", mailbox.id)
        receipt.error = unexpected(error)
    receipt.error = receipt.error or next((folder.error for folder in receipt.folders if folder.error), None)
    receipt.seconds = round(context.clock.monotonic() - begun, 3)
    _end(mailbox, context, receipt, number)
    context.committed(Changed.HEALTH | Changed.LOG)
    context.progress.mailbox_finished(mailbox.address)
    return receipt


def _run_folders(mailbox: Mailbox, context: SyncContext, stop: StopSignal, receipt: MailboxReceipt) -> None:
    with context.store.read() as read:
        folders = read.mailboxes.folders(mailbox.id)
    connection = Connection(mailbox, context, stop)
    try:
        for folder in folders:
            stop.rest()
            _run_folder(FolderPass(mailbox, folder, connection, context, stop), folder, receipt)
    except BaseException:
        connection.drop()
        raise
    finally:
        connection.close()


def _run_folder(work: FolderPass, folder: FolderState, receipt: MailboxReceipt) -> None:
    receipt.folders.append(work.receipt)
    try:
        work.run()
    except Misconfigured as error:  # this folder only (renamed, deleted): the others go on
        if error.code is not ReasonCode.FOLDER_MISSING:
            raise
        work.receipt.error = error


def _begin(mailbox: Mailbox, context: SyncContext, receipt: MailboxReceipt) -> int | None:
    try:
        with context.store.write() as uow:
            return uow.records.begin_run(mailbox.id, context.clock.now())
    except AppError as error:
        receipt.error = error
        return None


def _end(mailbox: Mailbox, context: SyncContext, receipt: MailboxReceipt, number: int | None) -> None:
    """Write health, log and receipt down. The log hears of a failure once and of the recovery once."""
    now, error = context.clock.now(), receipt.error
    try:
        with context.store.write() as uow:
            before = uow.read.mailboxes.health(mailbox.id)
            after = _health_after(before, receipt, context)
            if error is None:
                if before.failures:
                    uow.records.say("info", _recovered(before), now, mailbox_id=mailbox.id, code="SYNCED")
            elif not isinstance(error, Stopped) and (before.code, before.reason) != (after.code, after.reason):
                uow.records.say_error(error, now, mailbox_id=mailbox.id)
            if error is None and any(folder.fetched for folder in receipt.folders):
                uow.records.say("info", _summary(receipt), now, mailbox_id=mailbox.id, code="SYNCED")
                uow.records.prune(before=now - context.limits.log_kept_for, keep=context.limits.log_entries)
            uow.mailboxes.set_health(mailbox.id, after)
            if number is not None:
                uow.records.end_run(number, error.code.value if error else "SYNCED", run_figures(receipt), now)
    except AppError as store_error:
        receipt.error = error or store_error


def _health_after(before: Health, receipt: MailboxReceipt, context: SyncContext) -> Health:
    now, error = context.clock.now(), receipt.error
    if error is None:
        return after_success(before, now)
    if isinstance(error, Stopped):
        return before
    if any(folder.error is error for folder in receipt.folders):
        return after_partial(before, error, now)
    return after_failure(before, error, now, retry_in(error, before.failures + 1, context.chance()))


def _recovered(before: Health) -> str:
    return f"Connected again after {before.failures} failed tries: {before.reason}"


def _summary(receipt: MailboxReceipt) -> str:
    stored = sum(folder.stored for folder in receipt.folders)
    review = sum(folder.review for folder in receipt.folders)
    parked = sum(folder.parked for folder in receipt.folders)
    words = f"{stored} new emails, {review} of them to review"
    return f"{words}, {parked} could not be read." if parked else f"{words}."


def run_figures(receipt: MailboxReceipt) -> dict[str, object]:
    """Return the receipt as JSON holds it (the command line's contract)."""
    return {
        "address": receipt.address,
        "folders": [_folder_figures(folder) for folder in receipt.folders],
        "seconds": receipt.seconds,
    }


def _folder_figures(folder: FolderReceipt) -> dict[str, object]:
    names = ("name", "listed", "fetched", "stored", "skipped", "review", "parked", "duplicates", "missing")
    figures: dict[str, object] = {name: getattr(folder, name) for name in names}
    figures["before_start_date"] = folder.out_of_range
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


def is_at_rest(health: Health) -> bool:
    """Tell whether a mailbox waits for a person rather than for time."""
    return health.state is HealthState.DISCONNECTED and health.retry_at is None

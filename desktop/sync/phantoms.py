"""Folders that a server lists and does not open: refused three times in a row, they are left alone for some hours.

The mailbox's health goes on saying so, and the other folders go on. To choose the folders again has it tried at once.
"""

from datetime import datetime, timedelta

from desktop.domain.errors import AppError, Misconfigured
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import FolderState
from desktop.sync.context import SyncContext

REFUSED_OFTEN = 3
LEFT_ALONE = timedelta(hours=6)
KEPT = "It may show a folder that nobody can open. What came from there before is kept; the other folders go on."


def check(folder: FolderState, now: datetime) -> None:
    """Raise Misconfigured (FOLDER_MISSING) when *folder* is to be left alone for now."""
    if folder.refusals < REFUSED_OFTEN or folder.refused_at is None:
        return
    if timedelta(0) <= now - folder.refused_at < LEFT_ALONE:
        raise Misconfigured(
            ReasonCode.FOLDER_MISSING,
            f'The folder "{folder.name}" is skipped: the server has refused to open it {folder.refusals} times.',
            meaning=KEPT,
            action="It is tried again every six hours by itself; if it is gone, choose the folders of this mailbox"
            " again.",
            field="folder",
        )


def note_refused(folder: FolderState, context: SyncContext) -> None:
    """Count one more refusal, and say so once it is left alone."""
    now, refusals = context.clock.now(), folder.refusals + 1
    with context.store.write() as uow:
        uow.mailboxes.note_refusal(folder.id, refusals, now)
        if refusals == REFUSED_OFTEN:
            told = AppError(
                ReasonCode.FOLDER_MISSING,
                f"The folder {folder.name} could not be opened {refusals} times in a row. It is skipped, and tried"
                " again in six hours.",
                meaning=KEPT,
                action="If it is gone, choose the folders of this mailbox again.",
            )
            uow.records.say_error(told, now, mailbox_id=folder.mailbox_id, level="warning")


def note_opened(folder: FolderState, context: SyncContext) -> None:
    """Forget the refusals, if there were any."""
    if folder.refusals:
        with context.store.write() as uow:
            uow.mailboxes.note_refusal(folder.id, 0, None)

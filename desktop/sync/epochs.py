"""What is done before the first look at a folder under another UIDVALIDITY."""

from dataclasses import replace

from desktop.domain.intake import FolderEpoch
from desktop.domain.rows import FolderState
from desktop.sync.context import SyncContext


def begin_epoch(folder: FolderState, place: FolderEpoch, context: SyncContext) -> FolderState:
    """Put aside what is known of *folder* at other epochs, and return its state: nothing is known of it yet.

    If somebody else has begun the epoch meanwhile, what is known at it by now.
    """
    with context.store.write() as uow:
        now = uow.read.mailboxes.folder(place.mailbox_id, folder.name)
        if now is not None and now.epoch == place.epoch:
            return now
        uow.mailboxes.begin_epoch(place.folder_id, place.epoch)
        uow.intake.begin_epoch(place)
        if folder.epoch:
            uow.records.say(
                "warning",
                f"The server renumbered the folder {folder.name}. Its mail is recognised again by content; "
                "decisions are kept and nothing is doubled.",
                context.clock.now(),
                mailbox_id=place.mailbox_id,
            )
    return replace(folder, epoch=place.epoch, uid_next=None, exists=None, highest_modseq=None, listed_at=None)

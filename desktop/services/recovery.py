"""The receipt of a reconnection, once the sync after it is over."""

from datetime import datetime

from desktop.domain.ids import MailboxId
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.recovery import Recovery
from desktop.store.reading.reader import Reader


def recovery_of(
    read: Reader, mailbox_id: MailboxId, receipt: MailboxReceipt, *, last_sync: datetime | None, since: datetime
) -> Recovery:
    """Return what closing the gap came to.

    *last_sync* is when the mailbox was synced last before it was reconnected, *since* when it was reconnected: what was
    stored from then on counts as recovered.
    """
    health = read.mailboxes.health(mailbox_id)
    return Recovery(
        gap_from=last_sync,
        gap_to=health.last_sync or since,
        recovered=read.recovery.stored_since(mailbox_id, since),
        known=sum(folder.duplicates for folder in receipt.folders),
        doubled=read.recovery.doubled_since(mailbox_id, since),
    )

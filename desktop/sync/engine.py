"""Syncs many mailboxes at once, each in a thread of its own, none in another's way."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from desktop.domain.attachments import AttachmentReceipt
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.receipt import MailboxReceipt
from desktop.sync.attachments import bring_attachments
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.mailbox_pass import sync_mailbox


def sync_all(
    mailboxes: Sequence[Mailbox], context: SyncContext, stop: StopSignal, *, at_once: int = 4
) -> list[MailboxReceipt]:
    """Sync each active mailbox once, at most *at_once* at a time; receipts come in the order of *mailboxes*."""
    active = [mailbox for mailbox in mailboxes if mailbox.state is MailboxState.ACTIVE]
    with ThreadPoolExecutor(max_workers=max(1, at_once), thread_name_prefix="mailbox") as pool:
        return list(pool.map(lambda mailbox: sync_mailbox(mailbox, context, stop), active))


def bring_all_attachments(
    mailboxes: Sequence[Mailbox], context: SyncContext, stop: StopSignal, *, at_once: int = 4
) -> list[AttachmentReceipt]:
    """Fetch what each active mailbox brings in of its attachments, at most *at_once* mailboxes at a time."""
    active = [mailbox for mailbox in mailboxes if mailbox.state is MailboxState.ACTIVE]
    with ThreadPoolExecutor(max_workers=max(1, at_once), thread_name_prefix="attachments") as pool:
        return list(pool.map(lambda mailbox: bring_attachments(mailbox, context, stop), active))

"""Whether a synced folder is the one with sent mail: by its name, else by asking the server once and remembering it."""

from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.rows import FolderState
from desktop.domain.source import Source
from desktop.domain.special_folders import INBOX, is_sent_name, sent_folder
from desktop.store.store import Store


def holds_sent(folder: FolderState, mailbox: Mailbox, source: Source, store: Store) -> bool:
    """Tell whether *folder* is the one with what *mailbox* sent.

    Where neither the server nor a name says which one that is, a person named it among the folders to sync; what lies
    there is known by its sender's address, as anywhere else (see ``domain.sent_mail``).
    """
    if folder.name == INBOX or is_sent_name(folder.name) or mailbox.direction is not Direction.BOTH:
        return is_sent_name(folder.name)
    if folder.holds_sent is not None:
        return folder.holds_sent
    is_it = sent_folder(source.folders()) == folder.name
    with store.write() as uow:
        uow.mailboxes.note_sent(folder.id, holds_sent=is_it)
    return is_it

"""The completeness audit: the server's ids against those that have a verdict here, folder by folder."""

from dataclasses import dataclass

from desktop.domain.ids import Epoch
from desktop.domain.intake import FolderEpoch
from desktop.domain.mailbox import Mailbox
from desktop.domain.refset import RefSet
from desktop.domain.source import Source
from desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class FolderAudit:
    """One folder: how many messages the server has, what has no verdict here, what is here and gone there.

    ``new`` came after the last sync, so that no verdict can be expected yet; ``holes`` are what should have one.
    ``waiting`` are known and asked for again at the next sync. ``certain`` is False when the server's own listing
    was shorter than its count, so that nothing can be concluded from what it left out.
    """

    name: str
    place: FolderEpoch
    on_server: int
    new: RefSet
    holes: RefSet
    waiting: RefSet
    gone: RefSet
    renumbered: bool
    certain: bool

    @property
    def is_complete(self) -> bool:
        """Whether every message of the folder has its verdict."""
        return not (self.holes or self.waiting or self.renumbered) and self.certain


def audit_mailbox(mailbox: Mailbox, source: Source, store: Store) -> list[FolderAudit]:
    """Compare every chosen folder of *mailbox*, as *source* shows it now, with the ledger. Changes nothing."""
    with store.read() as read:
        folders = read.mailboxes.folders(mailbox.id)
    found = []
    for folder in folders:
        status = source.open_folder(folder.name)
        listed = source.list_refs() if status.exists else RefSet()
        place = FolderEpoch(mailbox.id, folder.id, Epoch(status.epoch))
        with store.read() as read:
            verdicts = read.ledger.verdicts(folder.id, status.epoch)
            waiting = read.ledger.open_refs(folder.id, status.epoch).at_least(0)
            live = read.ledger.live(folder.id, status.epoch)
        unknown = listed - verdicts
        new = RefSet.of(ref for ref in unknown if folder.uid_next is None or ref >= folder.uid_next)
        found.append(
            FolderAudit(
                name=folder.name,
                place=place,
                on_server=max(status.exists, len(listed)),
                new=new,
                holes=unknown - new,
                waiting=waiting & listed,
                gone=live - listed,
                renumbered=bool(folder.epoch) and folder.epoch != status.epoch,
                certain=len(listed) >= status.exists,
            )
        )
    return found

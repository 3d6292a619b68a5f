"""What a sync did, per folder: the numbers add up, so that a person can check them."""

from dataclasses import dataclass, field

from desktop.domain.errors import AppError
from desktop.domain.intake import IntakeCounts
from desktop.domain.source import Alert


@dataclass(slots=True)
class FolderReceipt:
    """Counts of one folder in one sync.

    ``listed``: messages the server has. ``fetched``: brought over now; each is in exactly one of stored, skipped,
    parked and duplicates. Skipped are also those that their labels alone leave out, which are not brought over.
    Of stored, ``review`` wait for a person, and ``unfiled`` were sent to no customer. ``missing``: asked for and not
    answered. ``out_of_range``: from before the day the mailbox is synced from. ``to_pick``: new to a mailbox that
    brings in only what somebody picks.
    """

    name: str
    listed: int = 0
    fetched: int = 0
    stored: int = 0
    skipped: int = 0
    review: int = 0
    unfiled: int = 0
    parked: int = 0
    duplicates: int = 0
    missing: int = 0
    out_of_range: int = 0
    to_pick: int = 0
    error: AppError | None = None

    def add(self, counts: IntakeCounts, *, fetched: int) -> None:
        """Count a batch of *fetched* messages and what it came to."""
        self.fetched += fetched
        self.stored += counts.stored
        self.skipped += counts.skipped
        self.review += counts.review
        self.unfiled += counts.unfiled
        self.parked += counts.parked
        self.duplicates += counts.duplicates


@dataclass(slots=True)
class MailboxReceipt:
    """One mailbox in one sync. ``alerts`` is what its server wants people to read."""

    address: str
    folders: list[FolderReceipt] = field(default_factory=list)
    seconds: float = 0.0
    alerts: list[Alert] = field(default_factory=list)
    error: AppError | None = None

"""What a sync did, per folder: the numbers add up, so that a person can check them."""

from dataclasses import dataclass, field

from desktop.domain.errors import AppError


@dataclass(slots=True)
class FolderReceipt:
    """Counts of one folder in one sync.

    ``listed``: messages the server has. ``fetched``: brought over now = stored + skipped + parked + duplicates.
    ``review``: those of stored that wait for a person. ``missing``: asked for and not answered.
    """

    name: str
    listed: int = 0
    fetched: int = 0
    stored: int = 0
    skipped: int = 0
    review: int = 0
    parked: int = 0
    duplicates: int = 0
    missing: int = 0
    out_of_range: int = 0
    error: AppError | None = None


@dataclass(slots=True)
class MailboxReceipt:
    """One mailbox in one sync."""

    address: str
    folders: list[FolderReceipt] = field(default_factory=list)
    seconds: float = 0.0
    error: AppError | None = None

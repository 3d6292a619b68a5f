"""The figures of the dashboard: a card for each mailbox, and today."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.health import FolderFreshness, Health
from desktop.domain.mailbox import Mailbox
from desktop.domain.rows import MailboxFigures


@dataclass(frozen=True, slots=True)
class MailboxCard:
    """One mailbox. ``hourly`` counts the mail that arrived in each of the last 24 hours, oldest hour first.

    ``errors_today`` are messages of ``figures.errors`` that were met today; ``folders`` hold the newest message on the
    server against the newest here.
    """

    mailbox: Mailbox
    health: Health
    figures: MailboxFigures
    errors_today: int
    newest_at: datetime | None
    hourly: tuple[int, ...]
    folders: tuple[FolderFreshness, ...] = ()

    @property
    def newest_there(self) -> datetime | None:
        """When the server received the newest message of the folders that are synced; None when nobody knows."""
        return max((one.there_at for one in self.folders if one.there_at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Today:
    """Mail that arrived today: all of it, that which is filed, that which waits for a person."""

    received: int
    matched: int
    to_review: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One consistent state of everything the dashboard shows.

    ``queue`` is how many emails wait for a person whenever they came, ``oldest_waiting_at`` when the first of them
    arrived, ``failed`` how many messages could not be fetched or read.
    """

    cards: tuple[MailboxCard, ...]
    today: Today
    queue: int
    oldest_waiting_at: datetime | None
    failed: int

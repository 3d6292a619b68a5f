"""What a backfill has to bring: the messages of each folder that lie before the day the mailbox is synced from.

For the estimate the server is asked by day; what is brought in is found by asking when each message was received that
has no other verdict than that it is too old: a search that passes over a message would leave a hole.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from desktop.domain.backfill_days import day_of
from desktop.domain.errors import CommandRefused
from desktop.domain.intake import FolderEpoch
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import RemoteMessage
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.listing import list_folder

DAY = timedelta(days=1)


@dataclass(slots=True)
class Found:
    """Messages of one folder that a backfill is about. ``silent``: the server does not say when they were
    received, though it lists them, or its listing is too short.
    """

    folder: FolderState
    place: FolderEpoch
    messages: list[RemoteMessage] = field(default_factory=list)
    silent: RefSet = field(default_factory=RefSet)


class Finder:
    """Looks through the folders of a mailbox for mail received in [*since*, *until*)."""

    def __init__(
        self,
        mailbox: Mailbox,
        since: datetime,
        until: datetime,
        connection: Connection,
        context: SyncContext,
        stop: StopSignal,
    ) -> None:
        self._mailbox = mailbox
        self._since = since
        self._until = until
        self._connection = connection
        self._context = context
        self._stop = stop
        self._seen: dict[FolderEpoch, RefSet] = {}
        self.looked_at: dict[FolderEpoch, RefSet] = {}
        """What was too old, and considered, of each folder."""

    def find(self, *, by_search: bool = False) -> Iterator[Found]:
        """Yield, folder by folder, what was not yielded before and has no verdict but "too old".

        *by_search*: among what the server's search by day names. Raises CommandRefused (SYNC_FIRST) where a plain sync
        has to look at a folder first, and SourceError kinds.
        """
        with self._context.store.read() as read:
            folders = read.mailboxes.folders(self._mailbox.id)
        for folder in folders:
            yield self._in(folder, by_search=by_search)

    def _in(self, folder: FolderState, *, by_search: bool) -> Found:
        source = self._connection.source
        status = source.open_folder(folder.name)
        if status.epoch != folder.epoch:
            raise renumbered(self._mailbox, folder.name)
        place = FolderEpoch(self._mailbox.id, folder.id, status.epoch)
        found = Found(folder, place)
        with self._context.store.read() as read:
            too_old = read.ledger.too_old(folder.id, status.epoch) - self._seen.get(place, RefSet())
        self.looked_at[place] = self.looked_at.get(place, RefSet()) | too_old
        if not too_old or not status.exists:
            return found
        asked, lacking = too_old, RefSet()
        if by_search:
            asked &= source.received_between(self._since, self._until)
        else:
            listing = list_folder(source, folder, status, RefSet(), full=True)
            asked &= listing.refs
            lacking = RefSet() if listing.trusted else too_old - asked  # its silence is no evidence that they are gone
        told = RefSet()
        for part in _parts(asked, self._context.limits.describe_messages):
            self._stop.check()
            known = [message for message in source.describe(part) if message.ref in part]
            told |= RefSet.of(message.ref for message in known)
            found.messages += [one for one in known if self._since <= one.received_at < self._until]
        found.silent = (asked - told) | lacking
        self._seen[place] = self._seen.get(place, RefSet()) | asked | lacking
        return found


def by_day(found: Iterable[Found]) -> Counter[date]:
    """Return how many messages were found of each day."""
    return Counter(day_of(message.received_at) for each in found for message in each.messages)


def slice_of(received_at: datetime, until: datetime) -> int:
    """Return in which day before *until* a message was received: 0 for [until - 1 day, until)."""
    return -((received_at - until) // DAY) - 1


def renumbered(mailbox: Mailbox, folder: str) -> CommandRefused:
    """Return the refusal for a folder that a plain sync has to look at first."""
    return CommandRefused(
        ReasonCode.SYNC_FIRST,
        f"The folder {folder} of {mailbox.address} was not synced as it is now: it is new, or was renumbered.",
        meaning="What is missing in it is not known yet.",
        action="Sync the mailbox first.",
    )


def _parts(refs: RefSet, size: int) -> Iterator[RefSet]:
    numbers = sorted(refs, reverse=True)
    return (RefSet.of(numbers[at : at + size]) for at in range(0, len(numbers), size))

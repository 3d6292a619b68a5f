"""How much older mail a server has for each range that is offered: counted by its search, nothing is brought over.

One search a folder and range: cheap enough to be asked as soon as somebody thinks of a backfill.
"""

from collections.abc import Callable, Sequence

from desktop.domain.backfill import range_of
from desktop.domain.backfill_days import RangeCount
from desktop.domain.mailbox import Mailbox
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.services.backfills import check_days, check_may_run
from desktop.sync.backfill_plan import DAY, renumbered
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext

SECONDS_EACH = 0.1
"""What a message takes where no sync of the mailbox brought enough to tell."""


def survey_ranges(
    mailbox: Mailbox,
    ranges: Sequence[int],
    context: SyncContext,
    stop: StopSignal,
    tell: Callable[[RangeCount], None] = lambda _count: None,
) -> list[RangeCount]:
    """Return about what each of *ranges* (days back) has on the server; *tell* hears each number as it grows.

    Raises CommandRefused when the mailbox can have no backfill now, and SourceError kinds.
    """
    for days in ranges:
        check_days(days)
    with context.store.read() as read:
        check_may_run(read, mailbox)
        folders = read.mailboxes.folders(mailbox.id)
        each_s = read.backfills.seconds_each(mailbox.id) or SECONDS_EACH
    counts = dict.fromkeys(ranges, 0)
    connection = Connection(mailbox, context, stop)
    try:
        for at, folder in enumerate(folders, 1):
            older = _older(folder, mailbox, connection, context)
            for days in ranges:
                stop.check()
                counts[days] += _in_range(days, older, mailbox, connection, context)
                tell(RangeCount(days, counts[days], counts[days] * each_s, is_whole=at == len(folders)))
    except BaseException:
        connection.drop()
        raise
    finally:
        connection.close()
    return [RangeCount(days, count, count * each_s, is_whole=True) for days, count in counts.items()]


def _older(folder: FolderState, mailbox: Mailbox, connection: Connection, context: SyncContext) -> RefSet:
    """Open a folder; return what is in it and too old so far."""
    status = connection.source.open_folder(folder.name)
    if status.epoch != folder.epoch:
        raise renumbered(mailbox, folder.name)
    with context.store.read() as read:
        return read.ledger.too_old(folder.id, status.epoch) if status.exists else RefSet()


def _in_range(days: int, older: RefSet, mailbox: Mailbox, connection: Connection, context: SyncContext) -> int:
    since, until = range_of(mailbox, days, context.clock.now())
    if not older or since >= until:
        return 0
    first = min(since + DAY, until)  # the search goes a day further back by itself, and what is newer is not too old
    return len(older & connection.source.received_between(first, until))

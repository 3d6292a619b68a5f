"""What a backfill would bring, asked of the server and of the rules: nothing is stored, nothing is marked as read.

How many and how large is exact. What they would come to, how long it takes and what they take on disk is measured on
some of them, spread over the whole range: of many the headers, of a few everything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from desktop.domain.backfill import BackfillEstimate, range_of
from desktop.domain.mailbox import Mailbox
from desktop.domain.source import RemoteMessage
from desktop.services.backfills import check_days, check_may_run
from desktop.store.packing import PackedMail
from desktop.sync.backfill_plan import Finder, Found, by_day
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.pipeline import decide_only
from desktop.sync.sent_folders import holds_sent
from desktop.sync.sifting import sift_by_labels

HEADERS = 400
"""Messages whose headers are looked at."""

WHOLE = 24
WHOLE_BYTES = 6 * 1024 * 1024
"""How many of them come over whole, and of what size together at most: the rate is measured with them."""

ROWS_BYTES = 2200
"""What the rows and indexes of a message take beside its own bytes."""


def estimate_backfill(mailbox: Mailbox, days: int, context: SyncContext, stop: StopSignal) -> BackfillEstimate:
    """Return what a backfill of *days* would bring in.

    Raises CommandRefused when the mailbox can have none now, and SourceError kinds.
    """
    check_days(days)
    with context.store.read() as read:
        check_may_run(read, mailbox)
    since, until = range_of(mailbox, days, context.clock.now())
    connection = Connection(mailbox, context, stop)
    try:
        finder = Finder(mailbox, since, until, connection, context, stop)
        found = list(finder.find(by_search=True))
        tally = _Tally()
        total = sum(len(each.messages) for each in found)
        for each in found:
            _look_at(each, total, tally, mailbox, connection, context)
    except BaseException:
        connection.drop()
        raise
    finally:
        connection.close()
    return tally.estimate(BackfillEstimate(days, since, until), found, mailbox)


@dataclass(slots=True)
class _Tally:
    """What the messages looked at came to."""

    looked_at: int = 0
    matches: int = 0
    review: int = 0
    left_out: int = 0
    duplicates: int = 0
    whole: int = 0
    whole_bytes: int = 0
    stored_bytes: int = 0
    seconds: float = 0.0

    def estimate(self, empty: BackfillEstimate, found: Sequence[Found], mailbox: Mailbox) -> BackfillEstimate:
        """Return the estimate for all *found*: what their labels leave out is known, the rest goes by share."""
        messages = [one for each in found for one in each.messages]
        let_through = [one for one in messages if sift_by_labels(one, mailbox.direction) is None]
        count, size = len(let_through), sum(one.size_bytes for one in let_through)
        per_message = self.seconds / self.whole if self.whole else 0.0
        ratio = self.stored_bytes / self.whole_bytes if self.whole_bytes else 0.0

        def share(number: int) -> int:
            return round(number * count / self.looked_at) if self.looked_at else 0

        return replace(
            empty,
            messages=len(messages),
            size_bytes=sum(one.size_bytes for one in messages),
            looked_at=self.looked_at,
            matches=share(self.matches),
            review=share(self.review),
            left_out=share(self.left_out) + len(messages) - count,
            duplicates=share(self.duplicates),
            seconds=round(per_message * count, 1),
            disk_bytes=round(ratio * size) + ROWS_BYTES * count,
            by_day=by_day(found),
        )


def _look_at(
    each: Found, total: int, tally: _Tally, mailbox: Mailbox, connection: Connection, context: SyncContext
) -> None:
    fitting = [one for one in each.messages if sift_by_labels(one, mailbox.direction) is None]
    if not fitting:
        return
    source = connection.source
    source.open_folder(each.folder.name)
    in_sent = holds_sent(each.folder, mailbox, source, context.store)
    share = len(each.messages) / total
    heads = _spread(fitting, max(1, round(HEADERS * share)))
    raws = list(source.fetch(heads, headers_only=True))
    decided = decide_only(raws, mailbox, context, in_sent=in_sent)
    tally.looked_at += len(raws)
    tally.left_out += len(decided.left_out)
    tally.matches += sum(mail.decision.customer_id is not None for mail in decided.mails)
    tally.review += sum(mail.decision.needs_review for mail in decided.mails)
    with context.store.read() as read:
        tally.duplicates += read.backfills.known_messages([mail.email["message_id"] for mail in decided.mails])
    begun = context.clock.monotonic()
    few = list(_small_enough(_spread(heads, max(1, round(WHOLE * share)))))
    whole = list(source.fetch(few))
    packed = decide_only(whole, mailbox, context, in_sent=in_sent).mails
    tally.seconds += context.clock.monotonic() - begun
    tally.whole += len(whole)
    tally.whole_bytes += sum(raw.size_bytes for raw in whole)
    tally.stored_bytes += sum(_stored_size(mail) for mail in packed)


def _spread(messages: Sequence[RemoteMessage], count: int) -> list[RemoteMessage]:
    """Return at most *count* of *messages*, evenly over the time they were received in."""
    by_time = sorted(messages, key=lambda one: (one.received_at, one.ref))
    if len(by_time) <= count:
        return by_time
    return [by_time[at * len(by_time) // count] for at in range(count)]


def _small_enough(messages: Sequence[RemoteMessage]) -> Iterator[RemoteMessage]:
    left = WHOLE_BYTES
    for message in messages:
        if message.size_bytes <= left:
            left -= message.size_bytes
            yield message


def _stored_size(mail: PackedMail) -> int:
    words = sum(len(part) for part in mail.search)
    return len(mail.body["raw"]) + len(mail.body["text"]) + len(mail.body["details"]) + words

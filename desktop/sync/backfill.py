"""Runs a backfill: newest first, day by day, in small batches, through the very same pipeline as all mail.

    find ──▶ a day: each folder's messages ──▶ advance (the mailbox is synced from that day now) ──▶ the day before ...
      ▲                                                                                                     │
      └──────────────────────── until nothing is found any more ────────────────────────────────────────────┘

Every arrow may break, and whoever begins again finds what is left: each batch takes its messages out of the verdict
"too old" in the transaction that stores them. A day is counted as reached only when all of it has its verdict, so a
backfill that is stopped half-way leaves a mailbox that is synced from that day on, without holes.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

from desktop.domain.backfill import EVENINGS, Backfill, BackfillState, QuietHours
from desktop.domain.changes import Changed
from desktop.domain.errors import AppError, NeedsSignIn, Stopped, Transient
from desktop.domain.health import Trouble
from desktop.domain.health_events import PassFailed
from desktop.domain.ids import BackfillId, Ref
from desktop.domain.intake import FolderEpoch, LeftOut
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.services import health
from desktop.services.backfills import check_may_run
from desktop.sync.backfill_plan import DAY, Finder, Found, by_day, renumbered, slice_of
from desktop.sync.batches import OMITTED, Batches, Reopen
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.fetch_ahead import FetchAhead
from desktop.sync.mailbox_pass import unexpected
from desktop.sync.pipeline import Reading, ReadStep, take_in
from desktop.sync.sent_folders import holds_sent
from desktop.sync.sifting import LEFT_OUT, sift_by_labels

log = logging.getLogger(__name__)

BATCH = 100
"""Messages to a batch at most: the live sync waits for no more than one."""

_TOUCHED = Changed.EMAILS | Changed.REVIEW | Changed.LOG | Changed.BACKFILLS


def _at_once(_stop: StopSignal) -> None:
    """Give way to nobody."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a backfill behaves beside others: ``give_way`` returns when the live sync needs nothing, or raises Stopped;
    ``quiet_hours`` are those that are waited for where that was asked.
    """

    give_way: Callable[[StopSignal], None] = _at_once
    quiet_hours: QuietHours = EVENINGS


@dataclass(frozen=True, slots=True)
class BackfillReceipt:
    """A backfill after a stretch of work, and what ended that if it is not done."""

    backfill: Backfill
    error: AppError | None = None


class NotNow(AppError):
    """Its time has not come: nothing is wrong."""


def run_backfill(
    backfill_id: BackfillId, context: SyncContext, stop: StopSignal, manners: Manners = Manners()
) -> BackfillReceipt:
    """Work on a backfill until it is done or something ends that; never raises but for the store's own errors.

    What went wrong is in the receipt, and the backfill waits with it as its reason; it can be run again at any time.
    """
    error: AppError | None = None
    try:
        one, mailbox = _begin(backfill_id, context, manners)
        _work(one, mailbox, context, stop, manners)
    except AppError as caught:
        error = caught
    except Exception as caught:  # the top of a backfill's work: a bug of ours must not end the thread it runs in
        log.exception("backfill %s ended by an unexpected error", backfill_id)
        error = unexpected(caught)
    if error is not None:
        _hold(backfill_id, error, context)
    context.committed(Changed.BACKFILLS | Changed.LOG)
    with context.store.read() as read:
        return BackfillReceipt(_found(read.backfills.one(backfill_id)), error)


def _begin(backfill_id: BackfillId, context: SyncContext, manners: Manners) -> tuple[Backfill, Mailbox]:
    with context.store.write() as uow:
        one = _found(uow.read.backfills.one(backfill_id))
        if not one.is_open or one.state is BackfillState.PAUSED:
            raise Stopped
        mailbox = next(box for box in uow.read.mailboxes.every() if box.id == one.mailbox_id)
        check_may_run(uow.read, mailbox)
        check_quiet(one, context, manners)
        uow.backfills.set_state(one.id, BackfillState.RUNNING, ended=None)
    context.committed(Changed.BACKFILLS)
    return replace(one, state=BackfillState.RUNNING), mailbox


def check_quiet(one: Backfill, context: SyncContext, manners: Manners) -> None:
    """Raise NotNow outside the quiet hours if *one* waits for those."""
    now = context.clock.now().astimezone()
    if one.quiet_hours and not manners.quiet_hours.holds(now):
        raise NotNow(ReasonCode.STOPPED, manners.quiet_hours.words(now))


def _work(one: Backfill, mailbox: Mailbox, context: SyncContext, stop: StopSignal, manners: Manners) -> None:
    limits = replace(context.limits, batch_messages=min(BATCH, context.limits.batch_messages))
    calm = replace(context, limits=limits)
    connection = Connection(mailbox, calm, stop)
    try:
        BackfillWork(one, mailbox, connection, calm, stop, manners).run()
    except BaseException:
        connection.drop()
        raise
    finally:
        connection.close()


def _hold(backfill_id: BackfillId, error: AppError, context: SyncContext) -> None:
    """Have it wait, and say why once."""
    stopped = isinstance(error, Stopped)
    with context.store.write() as uow:
        one = uow.read.backfills.one(backfill_id)
        if one is None or one.state not in (BackfillState.RUNNING, BackfillState.WAITING):
            return
        code = "" if stopped else error.code.value
        reason = "" if stopped else str(error)
        uow.backfills.set_state(one.id, BackfillState.WAITING, code=code, reason=reason, ended=None)
        if isinstance(error, NeedsSignIn):  # a person is needed; asking again might lock the account
            health.note(uow, one.mailbox_id, PassFailed(Trouble.of(error), None), now=context.clock.now())
        if (code, reason) != (one.code, one.reason) and not isinstance(error, Stopped | NotNow):
            now = context.clock.now()
            uow.records.say_error(error, now, mailbox_id=one.mailbox_id, level="warning")


class BackfillWork:
    """One stretch of work on a backfill. Make it, :meth:`run` it, drop it."""

    def __init__(
        self,
        one: Backfill,
        mailbox: Mailbox,
        connection: Connection,
        context: SyncContext,
        stop: StopSignal,
        manners: Manners,
    ) -> None:
        self._one = one
        self._mailbox = mailbox
        self._connection = connection
        self._context = context
        self._stop = stop
        self._manners = manners
        self._reached = one.reached
        self._done = self._total = 0
        self._silent: list[tuple[FolderEpoch, dict[int, str]]] = []
        self._finder = Finder(mailbox, one.since, one.until, connection, context, stop)

    def run(self) -> None:
        """Bring everything in; raises what ends it before."""
        one = self._one
        while found := [each for each in self._finder.find() if each.messages or each.silent]:
            self._expect(found)
            self._silent += [(each.place, dict.fromkeys(each.silent, OMITTED)) for each in found if each.silent]
            days = {slice_of(message.received_at, one.until) for each in found for message in each.messages}
            for day in sorted(days):
                self._bring_day(day, found)
        self._finish()

    def _expect(self, found: list[Found]) -> None:
        self._total = self._done + sum(len(each.messages) + len(each.silent) for each in found)
        with self._context.store.write() as uow:
            uow.backfills.check(self._one.id)
            uow.backfills.expect(self._one.id, self._total - self._done)
            uow.backfills.expect_days(self._one.id, by_day(found))
        self._tell()

    def _bring_day(self, day: int, found: list[Found]) -> None:
        """Bring in what was received on *day*; with the first of them goes what may be of any day."""
        unanswered = self._silent
        for each in found:
            received = {one.ref: one.received_at for one in each.messages}
            refs = RefSet.of(ref for ref, at in received.items() if slice_of(at, self._one.until) == day)
            if refs:
                missing = self._bring(each, refs)
                unanswered = [*unanswered, *([(each.place, missing)] if missing else [])]
        first = max(self._one.since, self._one.until - (day + 1) * DAY)
        self._reached = min(self._reached, first)
        with self._context.store.write() as uow:
            looked_at = self._finder.looked_at
            uow.backfills.advance(self._one, self._reached, unanswered, looked_at, self._context.clock.now())
        self._silent = []
        self._context.committed(_TOUCHED)

    def _bring(self, each: Found, refs: RefSet) -> dict[int, str]:
        """Bring *refs* of a folder in; returns those that did not come, and why."""
        source, store = self._connection.source, self._context.store
        if source.open_folder(each.folder.name).epoch != each.place.epoch:
            raise renumbered(self._mailbox, each.folder.name)

        def reopen(cause: Transient) -> None:
            if self._connection.again(cause, each.folder.name).epoch != each.place.epoch:
                raise renumbered(self._mailbox, each.folder.name)

        in_sent = holds_sent(each.folder, self._mailbox, source, store)
        batches = Batches(self._connection, reopen, self._context.limits, self._stop)
        direction = self._mailbox.direction
        missing: dict[int, str] = {}
        steps_of = batches.of(refs, lambda message: sift_by_labels(message, direction))
        with FetchAhead(steps_of, Reading(self._context).read_step, name=f"backfill-{self._mailbox.id}") as steps:
            for read in steps:
                step = read.step
                self._take(each, read, in_sent=in_sent)
                missing |= step.unanswered
                self._done += len(step.mails) + len(step.unanswered) + sum(map(len, step.left_out.values()))
                self._tell()
                self._rest()
        self._look_at_flags(each.place, refs - RefSet.of(missing), reopen)
        return missing

    def _look_at_flags(self, place: FolderEpoch, refs: RefSet, reopen: Reopen) -> None:
        """Ask for the flags of what came in; if the connection breaks over it, the next plain sync asks for them."""
        with self._context.store.read() as read:
            here = read.ledger.here(place.folder_id, place.epoch, refs)
        if not here:
            return
        try:
            told = self._connection.source.flags(here)
        except Transient as broken:
            log.info("the connection broke over a question about flags: %s", broken.code)
            reopen(broken)
            return
        with self._context.store.write() as uow:
            uow.backfills.check(self._one.id)
            uow.intake.check_current(place)
            uow.places.note_flags(place, told)

    def _take(self, each: Found, read: ReadStep, *, in_sent: bool) -> None:
        one, step = self._one.id, read.step
        if step.mails:
            take_in(read.mails, each.place, self._mailbox, self._context, in_sent=in_sent, backfill=one)
        if step.left_out:
            received = {message.ref: message.received_at for message in each.messages}
            rows = chain.from_iterable(
                (LeftOut(Ref(str(ref)), code, LEFT_OUT[code], received.get(ref)) for ref in refs)
                for code, refs in step.left_out.items()
            )
            with self._context.store.write() as uow:
                uow.backfills.take_in(one, each.place, [], list(rows), self._context.clock.now())
        self._context.committed(_TOUCHED)

    def _rest(self) -> None:
        """Let the live sync go first, and keep to the quiet hours."""
        self._stop.check()
        self._manners.give_way(self._stop)
        check_quiet(self._one, self._context, self._manners)

    def _tell(self) -> None:
        self._context.progress.folder_progress(self._mailbox.address, "backfill", self._done, self._total)

    def _finish(self) -> None:
        now = self._context.clock.now()
        with self._context.store.write() as uow:
            uow.backfills.advance(self._one, self._one.since, self._silent, self._finder.looked_at, now)
            uow.backfills.set_state(self._one.id, BackfillState.DONE, ended=now)
            uow.backfills.expect(self._one.id, 0)
            one = _found(uow.read.backfills.one(self._one.id))
            uow.records.say("info", said(one), now, mailbox_id=one.mailbox_id, code=ReasonCode.SYNCED.value)
        self._context.committed(_TOUCHED | Changed.MAILBOXES)
        self._context.progress.mailbox_finished(self._mailbox.address)


def said(one: Backfill) -> str:
    """Say in a sentence what a backfill brought."""
    made = one.figures
    days = "1 day" if one.days == 1 else f"{one.days:,} days"
    words = f"Backfill of {days}: {made.stored:,} older emails, {made.matched:,} filed, {made.review:,} to review"
    more = ((made.skipped, "left out"), (made.failed, "could not be read"), (made.missing, "not delivered"))
    return words + "".join(f", {count:,} {name}" for count, name in more if count) + "."


def _found(one: Backfill | None) -> Backfill:
    if one is None:
        raise Stopped
    return one

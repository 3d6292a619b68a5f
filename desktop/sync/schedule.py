"""Scheduled syncs of all mailboxes: APScheduler posts "sync this one", one runner per mailbox does it.

Mailboxes come, change and go while it runs: one thread looks at what is set up now and arranges runners and times.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from desktop.domain.attachments import AttachmentProgress
from desktop.domain.backfill import EVENINGS, QuietHours
from desktop.domain.errors import AppError, Misconfigured, Transient
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import Source
from desktop.domain.syncing import Download
from desktop.sync.attachment_keeper import AttachmentKeeper, StirringListener
from desktop.sync.attachments import unheard
from desktop.sync.audit_turns import AuditTurns
from desktop.sync.backfill_keeper import BackfillKeeper
from desktop.sync.clock_watch import ClockWatch, Moment
from desktop.sync.context import Limits, StopSignal, SyncContext
from desktop.sync.runner import TROUBLE_S, Listener, Runner, Unheard
from desktop.sync.watching import LOOK_EVERY_S, HealthWatch

log = logging.getLogger(__name__)

STOP_WITHIN_S = 2.5
"""How long :meth:`Service.stop` waits for the current batches, all together; the next start does what was left."""

LOOK_FOR_SLEEP_S = 5.0
ASLEEP_S = 20.0
"""A wait that took so much longer than it should means that the computer slept, or that its clock was set."""


def start_thread(runner: Runner) -> None:
    """Run *runner* in a plain thread."""
    threading.Thread(target=runner.run, name=f"runner-{runner.mailbox_id}", daemon=True).start()


OpenSource = Callable[[Mailbox, StopSignal], Source]


def _behind_portal(error: Misconfigured) -> Transient:
    return Transient(
        ReasonCode.OFFLINE,
        "The network wants a sign-in of its own first (hotel, train).",
        meaning="Its page answers in place of the mail server. Nothing was sent there.",
        action="Open a browser and sign in to the network. It is tried again by itself.",
        detail=error.detail,
    )


class Service:
    """Syncs of many mailboxes. :meth:`start`, then :meth:`stop` within three seconds; all else from any thread.

    *start_runner* gives a runner its thread. *limits*, asked before each pass, follow the settings while it runs.
    """

    def __init__(
        self,
        context: SyncContext,
        *,
        listener: Listener | None = None,
        limits: Callable[[], Limits] | None = None,
        quiet_hours: Callable[[], QuietHours] = lambda: EVENINGS,
        start_runner: Callable[[Runner], None] = start_thread,
        tell_attachment: Callable[[AttachmentProgress], None] = unheard,
        tell_download: Callable[[Download], None] = unheard,
    ) -> None:
        context = self._context = replace(context, open_source=self._through_portals(context.open_source))
        self._is_behind_portal = False
        self._listener = StirringListener(listener or Unheard(), self._pass_is_over)
        self._limits = limits or (lambda: context.limits)
        self._start_runner = start_runner
        self._scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(1)})
        self._lock = threading.Lock()
        self._audits = AuditTurns()
        self._runners: dict[MailboxId, Runner] = {}
        self._known: dict[MailboxId, Mailbox] = {}
        self._wanted_early: set[MailboxId | None] = set()
        self._is_plan_stale = False
        self._clock = ClockWatch(context.clock)
        self._changed, self._stopping = threading.Event(), threading.Event()
        self._arranger = threading.Thread(target=self._keep_arranging, name="sync-arranger", daemon=True)
        self.watch = HealthWatch(context, self._moved_at, self._listener.committed)
        self.backfills = BackfillKeeper(context, self._limits, quiet_hours, self._is_live, self._listener.committed)
        self.attachments = AttachmentKeeper(
            context, self._limits, self._is_live, self._listener.committed, tell_attachment, tell_download
        )
        self._watcher = threading.Thread(target=self._keep_watching, name="sync-watcher", daemon=True)

    def start(self) -> None:
        """Begin; what is due is synced at once."""
        self._scheduler.start()
        self._changed.set()
        self._arranger.start()
        self._watcher.start()
        self.backfills.start()
        self.attachments.start()

    def mailboxes_changed(self) -> None:
        """Look again at what is set up: a mailbox was added, changed, paused, resumed or disconnected."""
        self._changed.set()
        self.backfills.look()
        self.attachments.look()

    def sync_now(self, mailbox_id: MailboxId | None = None) -> None:
        """Sync one mailbox, or all that are active, because a person wants it now."""
        with self._lock:
            if mailbox_id not in self._runners and (mailbox_id is not None or not self._runners):
                self._wanted_early.add(mailbox_id)  # just added, or nothing has begun: it is arranged in a moment
                self._changed.set()
        for runner in self._chosen(mailbox_id):
            runner.sync_now()

    def network_changed(self) -> None:
        """The computer is on another network: catch up, each mailbox with one new connection at most."""
        for runner in self._chosen(None):
            runner.awake()

    def behind_portal(self, *, is_behind: bool) -> None:
        """The system says whether the network wants a sign-in of its own first; when it no longer does, catch up.

        Meanwhile a certificate that is not the server's is the network's page, and this computer is offline. Where the
        system does not say so, it is what it looks like: another server in the place of the one that is known.
        """
        self._is_behind_portal = is_behind
        if not is_behind:
            self.network_changed()

    def woke(self) -> None:
        """The computer slept: catch up, each mailbox with one new connection."""
        for runner in self._chosen(None):
            runner.awake(slept=True)
        self.backfills.woke()
        self.attachments.woke()

    def _through_portals(self, open_source: OpenSource) -> OpenSource:
        def opened(mailbox: Mailbox, stop: StopSignal) -> Source:
            try:
                return open_source(mailbox, stop)
            except Misconfigured as error:
                if error.code is not ReasonCode.TLS_UNTRUSTED or not self._is_behind_portal:
                    raise
                raise _behind_portal(error) from error

        return opened

    def cancel(self, mailbox_id: MailboxId | None = None) -> None:
        """End the pass that runs for one mailbox, or for all; the schedule goes on."""
        for runner in self._chosen(mailbox_id):
            runner.cancel()

    def pause(self, mailbox_id: MailboxId | None = None) -> None:
        """Let the pass that runs rest after its batch."""
        for runner in self._chosen(mailbox_id):
            runner.pause()

    def resume(self, mailbox_id: MailboxId | None = None) -> None:
        """Let a resting pass go on."""
        for runner in self._chosen(mailbox_id):
            runner.resume()

    def stop(self) -> bool:
        """Stop posting, let no batch begin, close the sockets, and wait a bounded time; False if something hangs."""
        deadline = self._context.clock.monotonic() + STOP_WITHIN_S
        with self._lock:
            self._stopping.set()
        self._changed.set()
        runners = self._chosen(None)
        for runner in runners:
            runner.end()
        self.backfills.end()
        self.attachments.end()
        if self._scheduler.running:  # a service may be stopped that was never started
            self._scheduler.shutdown(wait=False)
        is_over = [runner.wait_over(deadline - self._context.clock.monotonic()) for runner in runners]
        threads = [one for one in (self._arranger, self._watcher) if one.ident is not None]
        for thread in threads:
            thread.join(max(0.0, deadline - self._context.clock.monotonic()))
        keepers = (self.backfills, self.attachments)
        is_over += [keeper.wait_over(deadline - self._context.clock.monotonic()) for keeper in keepers]
        return all(is_over) and not any(thread.is_alive() for thread in threads)

    def _chosen(self, mailbox_id: MailboxId | None) -> list[Runner]:
        with self._lock:
            return [runner for number, runner in self._runners.items() if mailbox_id in (None, number)]

    # --- arranging ----------------------------------------------------------------------------------------------------

    def _keep_arranging(self) -> None:
        wait_s: float | None = None
        while not self._stopping.is_set():
            self._changed.wait(wait_s)
            self._changed.clear()
            wait_s = None
            try:
                self._arrange()
            except AppError as error:
                log.warning("the mailboxes cannot be read; they are looked at again later: %s", error.code)
                wait_s = TROUBLE_S

    def _arrange(self) -> None:
        is_stale, self._is_plan_stale = self._is_plan_stale, False
        with self._context.store.read() as read:
            found = [(mailbox, read.mailboxes.health(mailbox.id).last_sync) for mailbox in read.mailboxes.every()]
        for mailbox, last_sync in found:
            if self._stopping.is_set():
                return
            before = self._known.get(mailbox.id)
            if before != mailbox or is_stale:
                self._known[mailbox.id] = mailbox
                self._arrange_one(mailbox, before, last_sync)
        self._begin_wanted([mailbox for mailbox, _ in found])

    def _arrange_one(self, mailbox: Mailbox, before: Mailbox | None, last_sync: datetime | None) -> None:
        is_active = mailbox.state is MailboxState.ACTIVE
        if before is not None and (not is_active or _reach(before) != _reach(mailbox)):
            for runner in self._chosen(mailbox.id):
                runner.cancel()
        if is_active:
            self._have_runner(mailbox.id)
        for runner in self._chosen(mailbox.id):
            runner.set_live(is_live=is_active and mailbox.frequency is Frequency.REALTIME)
        minutes = mailbox.frequency.minutes if is_active else None
        job = f"mailbox-{mailbox.id}"
        if minutes is None:
            if self._scheduler.get_job(job) is not None:
                self._scheduler.remove_job(job)
            return
        self._scheduler.add_job(
            self._post,
            IntervalTrigger(minutes=minutes, timezone="UTC"),
            args=(mailbox.id,),
            id=job,
            replace_existing=True,
            next_run_time=datetime.now(UTC) + self._until_due(minutes, last_sync),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def _have_runner(self, mailbox_id: MailboxId) -> None:
        with self._lock:
            if mailbox_id in self._runners or self._stopping.is_set():
                return
            runner = Runner(mailbox_id, self._context, self._listener, self._limits, self._audits)
            self._runners[mailbox_id] = runner
        self._start_runner(runner)

    def _begin_wanted(self, mailboxes: Sequence[Mailbox]) -> None:
        """Begin what a person wanted before there was a runner for it."""
        with self._lock:
            wanted, self._wanted_early = self._wanted_early, set()
        for mailbox in mailboxes:
            for runner in self._chosen(mailbox.id) if wanted & {None, mailbox.id} else ():
                runner.sync_now()

    def _until_due(self, minutes: int, last_sync: datetime | None) -> timedelta:
        """Nothing, unless the last sync is younger than the interval: restarts do not add sign-ins."""
        if last_sync is None:
            return timedelta(0)
        interval = timedelta(minutes=minutes)
        left = last_sync + interval - self._context.clock.now()
        return min(interval, max(timedelta(0), left))  # more than that is left only where the clock was set back

    def _post(self, mailbox_id: MailboxId) -> None:
        for runner in self._chosen(mailbox_id):
            runner.post()

    # --- watching -----------------------------------------------------------------------------------------------------

    def _keep_watching(self) -> None:
        """Look after health from the start on, beside everything else that might hang."""
        while not self._stopping.is_set():
            self.watch.look()
            if self._clock.was_set():
                self._is_plan_stale = True
                self._changed.set()
            if self._slept(LOOK_EVERY_S):
                self.woke()

    def _slept(self, seconds: float) -> bool:
        """Wait *seconds*; True at once when the computer slept meanwhile, whether its clocks went on then or not."""
        clock = self._context.clock
        until = clock.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - clock.monotonic()) > 0:
            before = Moment.now(clock)
            self._stopping.wait(min(left, LOOK_FOR_SLEEP_S))
            if before.age_s(clock) > LOOK_FOR_SLEEP_S + ASLEEP_S:
                return True
        return False

    def _pass_is_over(self, mailbox_id: MailboxId) -> None:
        self.attachments.stir(mailbox_id)

    def _is_live(self, mailbox_id: MailboxId) -> bool:
        return self._moved_at(mailbox_id) is not None

    def _moved_at(self, mailbox_id: MailboxId) -> datetime | None:
        return next((runner.moved_at() for runner in self._chosen(mailbox_id)), None)


def _reach(mailbox: Mailbox) -> tuple[object, ...]:
    """What a pass that runs has used already: when it changes, the pass begins anew."""
    return mailbox.imap, mailbox.folders

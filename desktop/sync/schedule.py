"""The headless service: APScheduler posts "sync this mailbox", one runner per mailbox does it, until told to stop."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from desktop.domain.errors import AppError
from desktop.domain.health import Health
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.sync.backoff import LoginBudget
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.mailbox_pass import is_at_rest, sync_mailbox

log = logging.getLogger(__name__)

STORE_TROUBLE_S = 60.0
STOP_WITHIN_S = 2.5
"""How long :meth:`Service.stop` waits for the current batches, all together; the next start does what was left."""


class Runner(threading.Thread):
    """Syncs one mailbox whenever asked; asked again meanwhile, once more afterwards."""

    def __init__(self, mailbox: Mailbox, context: SyncContext, stop: StopSignal) -> None:
        super().__init__(name=f"runner-{mailbox.id}", daemon=True)
        self._mailbox = mailbox
        self._context = context
        self._stop_signal = stop
        self._wake = threading.Event()
        self._budget = LoginBudget()

    def post(self) -> None:
        """Ask for a sync; returns at once."""
        self._wake.set()

    def run(self) -> None:
        """Wait for requests until the stop; a failed sync asks for the next one itself, when its time has come."""
        retry_s: float | None = None
        while not self._stop_signal.is_requested():
            self._wake.wait(retry_s)
            self._wake.clear()
            if self._stop_signal.is_requested():
                return
            clock = self._context.clock
            wait_s = self._budget.wait_s(clock.monotonic())
            if wait_s and self._stop_signal.wait(wait_s):
                return
            self._budget.spend(clock.monotonic())
            sync_mailbox(self._mailbox, self._context, self._stop_signal)
            retry_s = self._seconds_to_retry()

    def _seconds_to_retry(self) -> float | None:
        health = _health_of(self._mailbox, self._context)
        if health is None:
            return STORE_TROUBLE_S
        if health.retry_at is None:
            return None
        return max(0.0, (health.retry_at - self._context.clock.now()).total_seconds())


class Service:
    """Scheduled syncs of many mailboxes. :meth:`start`, then :meth:`stop` within three seconds."""

    def __init__(self, mailboxes: Sequence[Mailbox], context: SyncContext) -> None:
        self._context = context
        self._stop_signal = StopSignal()
        self._runners = {
            mailbox.id: (mailbox, Runner(mailbox, context, self._stop_signal))
            for mailbox in mailboxes
            if mailbox.state is MailboxState.ACTIVE
        }
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Start a runner per mailbox, and the clock that posts to them."""
        for mailbox, runner in self._runners.values():
            runner.start()
            minutes = mailbox.frequency.minutes
            if minutes is None:
                continue
            self._scheduler.add_job(
                self.post,
                IntervalTrigger(minutes=minutes, timezone="UTC"),
                args=(mailbox.id,),
                next_run_time=self._first_run(mailbox),
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self._scheduler.start()

    def post(self, mailbox_id: MailboxId) -> None:
        """Ask for a sync of one mailbox now; returns at once. One that waits for a person is left in peace."""
        mailbox, runner = self._runners[mailbox_id]
        health, now = _health_of(mailbox, self._context), self._context.clock.now()
        if health is None:
            return
        if is_at_rest(health) or (health.retry_at is not None and health.retry_at > now):
            log.debug("mailbox %s is not due: it waits for a person or for its retry", mailbox_id)
            return
        runner.post()

    def stop(self) -> None:
        """Stop posting, let no batch begin, close the sockets, and wait a bounded time for the runners."""
        self._scheduler.shutdown(wait=False)
        self._stop_signal.abandon()
        for _, runner in self._runners.values():
            runner.post()
        deadline = self._context.clock.monotonic() + STOP_WITHIN_S
        for _, runner in self._runners.values():
            runner.join(max(0.0, deadline - self._context.clock.monotonic()))

    def _first_run(self, mailbox: Mailbox) -> datetime:
        """At once, unless the last sync is younger than the interval: restarts do not add sign-ins."""
        with self._context.store.read() as read:
            last = read.mailboxes.health(mailbox.id).last_sync
        now = self._context.clock.now()
        if last is None:
            return now
        return max(now, last + timedelta(minutes=mailbox.frequency.minutes or 0))


def _health_of(mailbox: Mailbox, context: SyncContext) -> Health | None:
    """Return how a mailbox is, or None when the disk fails: the service stays, and looks again later."""
    try:
        with context.store.read() as read:
            return read.mailboxes.health(mailbox.id)
    except AppError as error:
        log.warning("the store cannot be read: %s", error.code)
        return None

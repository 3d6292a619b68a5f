"""Syncs one mailbox whenever there is a reason to, in whatever thread runs it: a plain one or one of Qt's."""

import enum
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from desktop.domain.changes import Changed
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError, Stopped
from desktop.domain.health import Health, HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStage, SyncStarted
from desktop.sync.audit_turns import AuditTurns
from desktop.sync.backoff import BY_THE_NETWORK, LoginBudget
from desktop.sync.connection import Connection
from desktop.sync.context import Limits, Progress, StopSignal, SyncContext
from desktop.sync.live import Live
from desktop.sync.mailbox_pass import sync_mailbox, unexpected

log = logging.getLogger(__name__)

AWAKE_WITHIN_S = 2.0
"""Over how long the new connections of all mailboxes are spread when there is a network again."""

LONGEST_WAIT_S = 3600.0

TROUBLE_S = 60.0
"""How long to wait when the store cannot be read, or after a mistake of our own."""


class Listener(Protocol):
    """Hears what runners do; called from their threads, and from whichever thread pauses one."""

    def started(self, event: SyncStarted) -> None:
        """A pass has begun."""

    def progressed(self, event: SyncProgress) -> None:
        """A pass is this far."""

    def finished(self, event: SyncFinished) -> None:
        """A pass is over."""

    def committed(self, changed: Changed) -> None:
        """Something was written."""


class Unheard:
    """The listener where nobody listens."""

    def started(self, event: SyncStarted) -> None:
        """Say nothing."""

    def progressed(self, event: SyncProgress) -> None:
        """Say nothing."""

    def finished(self, event: SyncFinished) -> None:
        """Say nothing."""

    def committed(self, changed: Changed) -> None:
        """Say nothing."""


class Reason(enum.IntEnum):
    """Why a pass begins, the weightiest first. A person's wish overrides every wait; the schedule leaves in peace what
    is to be left.
    """

    PERSON = enum.auto()
    RETRY = enum.auto()
    SCHEDULE = enum.auto()
    AWAKE = enum.auto()
    """The computer woke, or there is a network again."""
    LOOK = enum.auto()
    """A mailbox in real time is looked at whole, whatever the server tells."""
    NEWS = enum.auto()
    """The server has told of something."""


class Runner:
    """One mailbox's syncs, one after the other. All methods but :meth:`run` return at once, from any thread."""

    def __init__(
        self,
        mailbox_id: MailboxId,
        context: SyncContext,
        listener: Listener,
        limits: Callable[[], Limits],
        audits: AuditTurns | None = None,
    ) -> None:
        self.mailbox_id = mailbox_id
        self._audits = audits or AuditTurns()
        self._context = context
        self._listener = listener
        self._limits = limits
        self._budget = LoginBudget()
        self._live = Live(context)
        self._is_live = False
        self._news: frozenset[str] = frozenset()
        self._awake_at = 0.0
        self._turn = threading.Condition()
        self._wanted: Reason | None = None
        self._retry_at: float | None = None
        self._ended = False
        self._pass: Pass | None = None
        self._begun, self._over = threading.Event(), threading.Event()

    # --- asking -------------------------------------------------------------------------------------------------------

    def post(self) -> None:
        """Ask for a sync by the schedule; asked while one runs, there is one more afterwards."""
        self._ask(Reason.SCHEDULE)

    def sync_now(self) -> None:
        """Ask for a sync because a person wants it: neither backoff nor a refused sign-in keeps it from beginning."""
        self._ask(Reason.PERSON)

    def set_live(self, *, is_live: bool) -> None:
        """Say whether mail is to arrive in real time: then a connection is kept on which the server tells of it."""
        with self._turn:
            begins, self._is_live = is_live and not self._is_live, is_live
        if begins:
            self._ask(Reason.LOOK)
        else:
            self._notify()

    def awake(self, *, slept: bool = False) -> None:
        """The computer woke, or there is a network again: catch up, soon, but not all mailboxes at the same instant.

        What was open before a sleep is given up; after a change of network it is asked whether it still answers.
        """
        with self._turn:
            self._awake_at = self._context.clock.monotonic() + AWAKE_WITHIN_S * self._context.chance()
            if slept:
                self._live.cut()
                if self._pass is not None and self._pass.cut():
                    return  # it is gone on with at once
        self._ask(Reason.AWAKE)

    def cancel(self) -> None:
        """End the pass that runs, if one does; what it stored stays, and the next one goes on from there."""
        with self._turn:
            self._wanted = None
            running = self._pass
        if running is not None:
            running.stop.abandon()

    def pause(self) -> None:
        """Let the pass that runs rest after its batch."""
        if (running := self._pass) is not None:
            running.hold()

    def resume(self) -> None:
        """Let a resting pass go on."""
        if (running := self._pass) is not None:
            running.release()

    def moved_at(self) -> datetime | None:
        """Return when the pass that runs now last got anywhere; None when none runs."""
        running = self._pass
        return None if running is None else running.moved_at()

    def end(self) -> None:
        """End for good: the pass that runs now, and :meth:`run`."""
        with self._turn:
            self._ended = True
            running = self._pass
            self._turn.notify_all()
        self._live.end()
        if running is not None:
            running.stop.abandon()

    def wait_over(self, seconds: float) -> bool:
        """Wait up to *seconds* until :meth:`run` has returned; True also when it never began."""
        return not self._begun.is_set() or self._over.wait(max(0.0, seconds))

    def _ask(self, reason: Reason) -> None:
        with self._turn:
            self._wanted = reason if self._wanted is None else min(reason, self._wanted)
            self._notify()

    def _notify(self) -> None:
        """Have :meth:`run` look at what is wanted."""
        with self._turn:
            self._turn.notify_all()
            self._live.nudge()

    # --- doing --------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Sync whenever there is a reason, until :meth:`end`; never raises."""
        self._begun.set()
        try:
            while (reason := self._next_reason()) is not None:
                self._sync_once(reason)
        finally:
            self._live.hang_up()
            self._over.set()

    def _next_reason(self) -> Reason | None:
        """Wait for a reason to sync, and take it; None at the end."""
        while True:
            with self._turn:
                reason, wait_s = self._due()
                while not self._ended and (reason is None or wait_s > 0) and not self._live.is_open:
                    self._turn.wait(None if reason is None else wait_s)
                    reason, wait_s = self._due()
                if self._ended:
                    return None
                if reason is not None and wait_s <= 0:
                    self._wanted, self._retry_at = None, None
                    self._pass = Pass(self.mailbox_id, self._listener, self._context.clock)
                    return reason
                is_live = self._is_live
            if is_live:
                self._listen(LONGEST_WAIT_S if reason is None else wait_s)
            else:
                self._live.hang_up()

    def _listen(self, seconds: float) -> None:
        """Have the server tell of new mail until something else is to be done."""
        heard = self._live.listen(seconds)
        with self._turn:
            if heard.folders:
                self._news |= heard.folders
                self._wanted = self._wanted or Reason.NEWS
            elif heard.is_over and self._retry_at is None:
                wait_s = heard.again_s + AWAKE_WITHIN_S * self._context.chance()
                self._retry_at = self._context.clock.monotonic() + wait_s

    def _due(self) -> tuple[Reason | None, float]:
        """Return the next reason and in how many seconds its time has come; sign-ins an hour are limited."""
        now = self._context.clock.monotonic()
        if self._wanted is Reason.PERSON:
            return self._wanted, 0.0
        sign_in_s = 0.0 if self._live.is_open else self._budget.wait_s(now)
        due: list[tuple[float, Reason]] = []
        if self._wanted is not None:
            due.append((self._awake_at - now if self._wanted is Reason.AWAKE else 0.0, self._wanted))
        if self._retry_at is not None:
            due.append((self._retry_at - now, Reason.RETRY))
        if self._is_live and self._live.look_at is not None:
            due.append((self._live.look_at - now, Reason.LOOK))
        if not due:
            return None, 0.0
        wait_s, reason = min(due, key=lambda one: one[0])
        return reason, max(wait_s, sign_in_s)

    def _sync_once(self, reason: Reason) -> None:
        wait_s: float | None = TROUBLE_S
        try:
            wait_s = self._sync(reason)
        except AppError as error:
            log.warning("mailbox %s is not synced for a while: %s", self.mailbox_id, error.code)
        except Exception:  # the top of a thread's work: one mistake must not end this mailbox's syncs for good
            log.exception("the runner of mailbox %s met an unexpected error", self.mailbox_id)
        with self._turn:
            self._pass = None
            self._retry_at = None if wait_s is None else self._context.clock.monotonic() + wait_s

    def _sync(self, reason: Reason) -> float | None:
        """Sync unless it is not to be; returns in how many seconds to do it again by itself, if at all."""
        running, clock = self._pass, self._context.clock
        mailbox, health = self._look()
        self._live.look_at = None
        if running is None or mailbox is None or mailbox.state is not MailboxState.ACTIVE:
            return None
        is_live = mailbox.frequency is Frequency.REALTIME
        if self._is_to_be_left(reason, health, is_live=is_live):
            return self._seconds_to_retry(health)
        context = replace(self._context, limits=self._limits())
        with self._turn:
            news, self._news = self._news, frozenset()
        kept = self._live.connection_for(mailbox, context, running.stop) if is_live else None
        if kept is None or not kept.is_open:
            self._budget.spend(clock.monotonic())
        only = news if reason is Reason.NEWS and health.state is HealthState.HEALTHY else frozenset()
        receipt = self._pass_and_audit(running, mailbox, context, kept, only)
        if receipt.error is not None and receipt.error.code in {ReasonCode.OFFLINE, *BY_THE_NETWORK}:
            self._budget.refund()  # nobody signed in
        if running.was_cut and not running.stop.is_requested():
            self._live.drop()
            return AWAKE_WITHIN_S * self._context.chance()
        if kept is not None:
            self._live.after(mailbox, receipt, told=reason is Reason.NEWS)
        if isinstance(receipt.error, Stopped):
            return None  # whoever stopped it says when to go on
        return self._seconds_to_retry(self._look()[1])

    def _pass_and_audit(
        self, running: "Pass", mailbox: Mailbox, context: SyncContext, kept: Connection | None, only: frozenset[str]
    ) -> MailboxReceipt:
        """Sync; then, if an audit is due and all folders were synced well, make it on the same connection."""
        is_due = not only and self._audits.is_due(mailbox, context)
        held = running.connection = kept or Connection(mailbox, context, running.stop)
        try:
            receipt = running.carry_out(mailbox, context, held, only)
            if is_due and receipt.error is None:
                told = replace(context, committed=self._listener.committed)
                self._audits.take(mailbox, told, running.stop, held)
        finally:
            running.connection = None
            if kept is None:
                held.close()
        return receipt

    def _look(self) -> tuple[Mailbox | None, Health]:
        """Read the mailbox as it is set up now, and how it is."""
        with self._context.store.read() as read:
            found = next((one for one in read.mailboxes.every() if one.id == self.mailbox_id), None)
            return found, read.mailboxes.health(self.mailbox_id)

    def _is_to_be_left(self, reason: Reason, health: Health, *, is_live: bool) -> bool:
        if reason in {Reason.PERSON, Reason.RETRY}:
            return False
        if reason is Reason.AWAKE:
            return health.is_at_rest or (health.retry_at is None and not is_live)
        now = self._context.clock.now()
        if health.is_at_rest:
            return True
        is_clock_set_back = health.last_try is not None and health.last_try > now  # then retry_at tells nothing
        return health.retry_at is not None and health.retry_at > now and not is_clock_set_back

    def _seconds_to_retry(self, health: Health) -> float | None:
        if health.retry_at is None:
            return None
        return max(0.0, (health.retry_at - self._context.clock.now()).total_seconds())


class Pass:
    """One pass: how far it is, whether it rests, and how it is stopped."""

    def __init__(self, mailbox_id: MailboxId, listener: Listener, clock: Clock) -> None:
        self._listener = listener
        self._clock = clock
        self._moved_at = clock.now()
        self._at = SyncProgress(mailbox_id, "")
        self._rests = False
        self._is_told = False
        self._lock = threading.RLock()
        self.stop = StopSignal(self._on_rest)
        self.connection: Connection | None = None
        """The one that it uses."""
        self.was_cut = False

    def cut(self) -> bool:
        """The computer slept: end it where what it waits for does not come any more; tell whether another goes on."""
        connection = self.connection
        if connection is not None and connection.has_slept():
            self.was_cut = True
            connection.cut()
        return self.was_cut

    def carry_out(
        self, mailbox: Mailbox, context: SyncContext, kept: Connection, only: frozenset[str]
    ) -> MailboxReceipt:
        """Sync *mailbox*, telling the listener."""
        told = replace(context, progress=_Both(context.progress, self._on_progress), committed=self._listener.committed)
        with self._lock:
            self._at = replace(self._at, address=mailbox.address)
            self._listener.started(SyncStarted(mailbox.id, mailbox.address))
            self._is_told = True
        receipt = MailboxReceipt(mailbox.address)
        try:
            receipt = sync_mailbox(mailbox, told, self.stop, kept=kept, only=only)
        except Exception as error:
            receipt.error = unexpected(error)
            raise
        finally:
            with self._lock:
                self._is_told = False  # from here on a late click on Pause is not heard any more
                self._listener.finished(SyncFinished(mailbox.id, mailbox.address, receipt))
        return receipt

    def moved_at(self) -> datetime:
        """Return when it last got anywhere; while a person holds it, that is now."""
        return self._clock.now() if self.stop.is_held() else self._moved_at

    def hold(self) -> None:
        """Rest after this batch."""
        self.stop.hold()
        self._tell()

    def release(self) -> None:
        """Go on."""
        self._moved_at = self._clock.now()
        self.stop.release()
        self._tell()

    def _on_progress(self, folder: str, done: int, total: int) -> None:
        with self._lock:
            self._moved_at = self._clock.now()
            self._at = replace(self._at, folder=folder, done=done, total=total)
            self._tell()

    def _on_rest(self, rests: bool) -> None:
        with self._lock:
            self._rests = rests
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            if not self._is_told:
                return
            resting = SyncStage.PAUSED if self._rests else SyncStage.PAUSING
            stage = resting if self.stop.is_held() else SyncStage.RUNNING
            self._listener.progressed(replace(self._at, stage=stage))


class _Both:
    """Progress for whoever watched before, and for the pass."""

    def __init__(self, first: Progress, then: Callable[[str, int, int], None]) -> None:
        self._first = first
        self._then = then

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        """Tell both."""
        self._first.folder_progress(address, folder, done, total)
        self._then(folder, done, total)

    def mailbox_finished(self, address: str) -> None:
        """Tell the one that wants to know."""
        self._first.mailbox_finished(address)

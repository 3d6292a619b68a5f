"""Carries backfills on in the background: one at a time, after the live sync, over restarts, and in its time.

What is to be done stands in the database alone: those that wait, and one that a process which died was at.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from desktop.domain.backfill import Backfill, BackfillState, QuietHours
from desktop.domain.changes import Changed
from desktop.domain.errors import AppError, Stopped
from desktop.domain.ids import BackfillId, MailboxId
from desktop.sync.backfill import Manners, NotNow, run_backfill
from desktop.sync.context import Limits, StopSignal, SyncContext

log = logging.getLogger(__name__)

AGAIN_S = 60.0
"""How long a backfill that cannot go on now waits before it is looked at again; each time in vain twice as long."""

AT_MOST_S = 3600.0
LIVE_S = 0.2
"""How often it is looked whether the live sync is through."""


class BackfillKeeper:
    """One thread. :meth:`start`, then :meth:`end` and :meth:`wait_over`; all else from any thread."""

    def __init__(
        self,
        context: SyncContext,
        limits: Callable[[], Limits],
        quiet_hours: Callable[[], QuietHours],
        is_live: Callable[[MailboxId], bool],
        committed: Callable[[Changed], None],
    ) -> None:
        self._context = context
        self._limits = limits
        self._quiet_hours = quiet_hours
        self._is_live = is_live
        self._committed = committed
        self._changed = threading.Event()
        self._stop = StopSignal()
        self._in_vain: dict[BackfillId, int] = {}
        self._not_before: dict[BackfillId, float] = {}
        self._thread = threading.Thread(target=self._keep_on, name="backfills", daemon=True)

    def start(self) -> None:
        """Begin with what was left."""
        self._thread.start()

    def look(self) -> None:
        """Look again: a backfill was begun, held, resumed or ended, or a mailbox is as it was not before."""
        self._in_vain.clear()
        self._not_before.clear()
        self._changed.set()

    def end(self) -> None:
        """End for good; what is under way goes on at the next start."""
        self._stop.abandon()
        self._changed.set()

    def wait_over(self, seconds: float) -> bool:
        """Wait up to *seconds* for the end; True also when it never began."""
        if self._thread.ident is None:
            return True
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _keep_on(self) -> None:
        while not self._stop.is_requested():
            self._changed.clear()
            try:
                wait_s = self._do_next()
            except AppError as error:
                log.warning("backfills cannot be looked at now: %s", error.code)
                wait_s = AGAIN_S
            if wait_s is None or wait_s > 0:
                self._changed.wait(wait_s)

    def _do_next(self) -> float | None:
        """Work on one whose time has come; returns in how many seconds to look again, None: not before a change."""
        with self._context.store.read() as read:
            found = [one for one in reversed(read.backfills.open()) if one.state is not BackfillState.PAUSED]
        waits = {one.id: self._wait_s(one) for one in found}
        ready = next((one for one in found if waits[one.id] <= 0), None)
        if ready is None:
            return min(waits.values(), default=None)
        self._work_on(ready)
        return 0.0

    def _wait_s(self, one: Backfill) -> float:
        if self._is_live(one.mailbox_id):
            return LIVE_S
        return self._not_before.get(one.id, 0.0) - self._context.clock.monotonic()

    def _work_on(self, one: Backfill) -> None:
        def give_way(stop: StopSignal) -> None:
            while self._is_live(one.mailbox_id):
                stop.wait(LIVE_S)
                stop.check()

        context = replace(self._context, limits=self._limits(), committed=self._committed)
        receipt = run_backfill(one.id, context, self._stop, Manners(give_way, self._quiet_hours()))
        error = receipt.error
        if error is None or isinstance(error, Stopped) or self._changed.is_set():
            return  # asked to look again meanwhile: what stood in the way may be gone
        tries = 0 if isinstance(error, NotNow) else self._in_vain.get(one.id, 0)
        self._in_vain[one.id] = tries + 1
        wait_s = min(AT_MOST_S, AGAIN_S * 2**tries)
        self._not_before[one.id] = self._context.clock.monotonic() + wait_s

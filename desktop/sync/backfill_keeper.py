"""Carries backfills on in the background: one at a time, after the live sync, over restarts, and in its time.

What is to be done stands in the database alone: those that wait, and one that a process which died was at.
"""

from collections.abc import Callable
from dataclasses import replace

from desktop.domain.backfill import Backfill, BackfillState, QuietHours
from desktop.domain.changes import Changed
from desktop.domain.errors import Stopped
from desktop.domain.ids import BackfillId, MailboxId
from desktop.sync.backfill import Manners, NotNow, run_backfill
from desktop.sync.context import Limits, StopSignal, SyncContext
from desktop.sync.keeping import LIVE_S, Keeper, Patience, giving_way


class BackfillKeeper(Keeper):
    """Carries on, in one thread, what the database says is to be done."""

    def __init__(
        self,
        context: SyncContext,
        limits: Callable[[], Limits],
        quiet_hours: Callable[[], QuietHours],
        is_live: Callable[[MailboxId], bool],
        committed: Callable[[Changed], None],
    ) -> None:
        super().__init__("backfills", context.clock)
        self._context = context
        self._limits = limits
        self._quiet_hours = quiet_hours
        self._is_live = is_live
        self._committed = committed
        self._patience = Patience[BackfillId](context.clock)

    def look(self) -> None:
        """Look again: a backfill was begun, held, resumed or ended, or a mailbox is as it was not before."""
        self._patience.forget()
        self._stirred.set()

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
        return self._patience.wait_s(one.id)

    def _work_on(self, one: Backfill) -> None:
        context = replace(self._context, limits=self._limits(), committed=self._committed)
        manners, stop = Manners(giving_way(self._is_live, one.mailbox_id), self._quiet_hours()), StopSignal()
        with self._working(stop):
            receipt = run_backfill(one.id, context, stop, manners)
        error = receipt.error
        if error is None or isinstance(error, Stopped) or self._stirred.is_set():
            return  # asked to look again meanwhile: what stood in the way may be gone
        self._patience.failed(one.id, afresh=isinstance(error, NotNow))

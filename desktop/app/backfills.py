"""Backfills for the window: what only the server can tell, in a worker."""

from collections.abc import Callable, Sequence

from desktop.domain.backfill import BackfillEstimate
from desktop.domain.backfill_days import RangeCount
from desktop.domain.mailbox import Mailbox
from desktop.sync.backfill_estimate import estimate_backfill
from desktop.sync.backfill_survey import survey_ranges
from desktop.sync.context import StopSignal, SyncContext
from desktop.ui.ops import Job


class WorkspaceBackfills:
    """Answers ``desktop.ui.frame.Backfills`` with what syncs work with; a job that is cancelled closes the sockets."""

    def __init__(self, context: SyncContext) -> None:
        self._context = context

    def count(
        self, job: Job, mailbox: Mailbox, ranges: Sequence[int], tell: Callable[[RangeCount], None]
    ) -> Sequence[RangeCount]:
        """Return about how much each range has."""
        stop = StopSignal()
        with job.ended_by(stop.abandon):
            return survey_ranges(mailbox, ranges, self._context, stop, tell)

    def estimate(self, job: Job, mailbox: Mailbox, days: int) -> BackfillEstimate:
        """Return what a backfill of *days* would bring."""
        stop = StopSignal()
        with job.ended_by(stop.abandon):
            return estimate_backfill(mailbox, days, self._context, stop)

"""Counts, in the background, what the server has for the ranges of a page; every number is shown as it comes."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer

from desktop.domain.backfill_days import RangeCount
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.relay import Relay
from desktop.views.backfill.range_page import RangePage

REST_MS = 400
"""How long a number of days stands still before the server is asked about it."""


class Counting(QObject):
    """One count at a time; nothing is heard of one that was stopped. What is known is not asked again."""

    def __init__(self, frame: Frame, mailbox: Mailbox, page: RangePage) -> None:
        super().__init__(page)
        self._frame, self._mailbox, self._page = frame, mailbox, page
        self._job: Job | None = None
        self._known: dict[int, RangeCount] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.begin)
        page.again.connect(self.begin)
        page.wondered.connect(self._rest.start)

    def begin(self) -> None:
        """Count what is not known yet of the ranges that the page offers."""
        self.stop()
        wanted = tuple(days for days in self._page.to_count if days not in self._known)
        self._page.show_counting(wanted)
        for one in self._known.values():
            self._page.show_count(one)
        if wanted:
            self._ask(wanted)

    def forget(self) -> None:
        """Know nothing any more: what is synced is another part of it now."""
        self.stop()
        self._known.clear()

    def stop(self) -> None:
        """Count no more."""
        self._rest.stop()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _ask(self, wanted: Sequence[int]) -> None:
        door, mailbox, relay = self._frame.backfills, self._mailbox, Relay(self._frame.ops)
        relay.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

        def count(job: Job) -> Sequence[RangeCount]:
            try:
                return door.count(job, mailbox, wanted, lambda one: relay.told.emit(job, one))
            finally:
                relay.deleteLater()

        self._job = self._frame.ops.work(self, count, self._counted, failed=self._not_counted)

    def _hear(self, job: Job, one: RangeCount) -> None:
        if job is self._job:
            self._page.show_count(one)

    def _counted(self, counts: Sequence[RangeCount]) -> None:
        self._job = None
        for one in counts:
            self._known[one.days] = one
            self._page.show_count(one)

    def _not_counted(self, error: AppError) -> None:
        self._job = None
        self._page.show_uncounted(f"How much there is cannot be told now. {error}")

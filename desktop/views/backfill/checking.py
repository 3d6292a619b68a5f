"""Asks the server, in the background, what a range would bring, and shows that on its page."""

from PySide6.QtCore import QObject, Signal

from desktop.domain.backfill import BackfillEstimate
from desktop.domain.backfill_days import easier_range
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.views.backfill.check_page import CheckPage


class Checking(QObject):
    """One range at a time. ``easier`` is a smaller range that may go through where this one failed."""

    ended = Signal()
    """The page shows an answer, or why there is none."""

    def __init__(self, frame: Frame, mailbox: Mailbox, page: CheckPage) -> None:
        super().__init__(page)
        self._frame, self._mailbox, self._page = frame, mailbox, page
        self._job: Job | None = None
        self.easier: int | None = None

    @property
    def can_start(self) -> bool:
        """Tell whether the range is known to bring something."""
        return self._page.found is not None and bool(self._page.found.messages)

    def begin(self, days: int, covered: int) -> None:
        """Ask about *days*, of a mailbox that is synced for *covered* days already."""
        self.stop()
        door, mailbox = self._frame.backfills, self._mailbox
        self._page.show_asking(days)

        def not_found(error: AppError) -> None:
            self._job = None
            self.easier = easier_range(error.code.value, days, covered)
            self._page.show_error(error, self.easier)
            self.ended.emit()

        self._job = self._frame.ops.work(
            self, lambda job: door.estimate(job, mailbox, days), self._found, failed=not_found
        )

    def stop(self) -> None:
        """Ask no more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _found(self, found: BackfillEstimate) -> None:
        self._job = None
        self._page.show_found(found, self._frame.clock.now())
        self.ended.emit()

"""Brings in what was chosen, some messages at a time: so it can be told how far it is, and stopped in between."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop.domain.browsing import EnvelopePage
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.domain.receipt import MailboxReceipt
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.views.picking.words import Brought

AT_ONCE = 50


class BringingIn(QObject):
    """One choice at a time."""

    moved = Signal(object)
    """The :class:`Brought` so far."""
    ended = Signal(object)
    """The :class:`Brought`, when all was asked for, at an error, or when it was stopped."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._job: Job | None = None
        self._rest: list[int] = []
        self._brought = Brought(0)

    @property
    def is_running(self) -> bool:
        """Whether messages are being brought in."""
        return self._job is not None

    def begin(self, mailbox: Mailbox, page: EnvelopePage, refs: Sequence[int]) -> None:
        """Bring in the messages *refs* of the folder that *page* is of."""
        self._mailbox, self._page = mailbox, page
        self._rest, self._brought = list(refs), Brought(len(refs))
        self._next()

    def stop(self) -> None:
        """Ask for no more; what is here stays."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            self._brought.stopped = True
            self._end()

    def _next(self) -> None:
        if not self._rest:
            self._job = None
            self._end()
            return
        self.moved.emit(self._brought)
        some, self._rest = self._rest[:AT_ONCE], self._rest[AT_ONCE:]
        picking, mailbox, page = self._frame.picking, self._mailbox, self._page

        def task(job: Job) -> MailboxReceipt:
            return picking.bring_in(job, mailbox, page.folder, page.epoch, some)

        self._job = self._frame.ops.work(self, task, lambda receipt: self._take(receipt, len(some)), failed=self._fail)

    def _take(self, receipt: MailboxReceipt, count: int) -> None:
        self._brought.receipts.append(receipt)
        self._brought.done += count
        if self._brought.trouble is not None:
            self._rest.clear()
        self._next()

    def _fail(self, error: AppError) -> None:
        self._job = None
        self._brought.error = error
        self._end()

    def _end(self) -> None:
        what = Changed.EMAILS | Changed.REVIEW | Changed.HEALTH | Changed.LOG
        self._frame.ops.announce(ChangeSet(what))
        self.ended.emit(self._brought)

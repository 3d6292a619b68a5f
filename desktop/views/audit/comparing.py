"""Asks the server in the background, and has what is missing brought in: by the very sync that brings all mail."""

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from desktop.domain.audit import AuditReport
from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.domain.syncing import SyncFinished, SyncProgress
from desktop.services import audits
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.relay import Relay


class Comparing(QObject):
    """One comparison, or one repair, at a time; nothing is heard of one that was stopped."""

    progressed = Signal(str, int, int)
    """A folder, and how many of how many are done: folders while the server is asked, messages while they come."""
    compared = Signal(object)
    """An :class:`AuditReport`."""
    failed = Signal(object)
    """An :class:`AppError`: it cannot be told, or not be begun."""

    def __init__(self, frame: Frame, mailbox: Mailbox, parent: QObject) -> None:
        super().__init__(parent)
        self._frame, self._mailbox = frame, mailbox
        self._job: Job | None = None
        self._report: AuditReport | None = None
        self._passes = 0
        frame.sync.progressed.connect(self._on_progress)
        frame.sync.finished.connect(self._on_finished)

    @property
    def is_repairing(self) -> bool:
        """Tell whether what is missing is on its way."""
        return self._passes > 0

    @property
    def is_asking(self) -> bool:
        """Tell whether the server is being asked."""
        return self._job is not None

    def begin(self, after: AuditReport | None = None) -> None:
        """Ask the server; *after*: what was missing in that report has been asked for since."""
        self.stop()
        door, mailbox, relay = self._frame.audits, self._mailbox, Relay(self._frame.ops)
        relay.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        told: SignalInstance = relay.told

        def audit(job: Job) -> AuditReport:
            try:
                return door.audit(job, mailbox, after, lambda at: told.emit(job, at))
            finally:
                relay.deleteLater()

        self._job = self._frame.ops.work(self, audit, self._answered, failed=self._unanswered)

    def repair(self, report: AuditReport) -> None:
        """Ask for what *report* found missing: the next sync brings it in, and that begins now."""
        self._report = report

        def mend(uow: object, clock: object) -> ChangeSet:
            return audits.mend(uow, report, clock)  # type: ignore[arg-type]  # the lane hands over the real ones

        self._frame.ops.run(self, mend, then=self._mended, failed=self.failed.emit, quiet=True)

    def stop(self) -> None:
        """End the asking. A sync goes on: it may be one that nobody asked for here."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def stop_repair(self) -> None:
        """End the sync; what it has not brought in, the next one does."""
        self._frame.sync.cancel(self._mailbox.id)

    # --- hearing ------------------------------------------------------------------------------------------------------

    def _mended(self, _change: ChangeSet) -> None:
        """Begin the sync; one that runs already may be past what is missing, and counts for nothing."""
        is_running = any(one.mailbox_id == self._mailbox.id for one in self._frame.sync.running())
        self._passes = 2 if is_running else 1
        self._frame.sync.sync_now(self._mailbox.id)

    def _on_progress(self, event: SyncProgress) -> None:
        if self._passes and event.mailbox_id == self._mailbox.id:
            self.progressed.emit(event.folder, event.done, event.total)

    def _on_finished(self, event: SyncFinished) -> None:
        if not self._passes or event.mailbox_id != self._mailbox.id:
            return
        self._passes = 0 if event.was_cancelled else self._passes - 1
        if not self._passes and event.error is not None:
            self.failed.emit(event.error)
        elif not self._passes:
            self.begin(after=self._report)

    def _hear(self, job: Job, at: tuple[str, int, int]) -> None:
        if job is self._job:
            self.progressed.emit(*at)

    def _answered(self, report: AuditReport) -> None:
        self._job = None
        self.compared.emit(report)

    def _unanswered(self, error: AppError) -> None:
        self._job = None
        self.failed.emit(error)

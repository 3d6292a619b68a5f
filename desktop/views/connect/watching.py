"""One mailbox's next sync, as it goes on."""

from PySide6.QtCore import QObject, Signal

from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStarted
from desktop.ui.frame import Frame


class SyncWatch(QObject):
    """Hears of the pass that begins after :meth:`begin`, and of no other."""

    progressed = Signal(object)
    """A :class:`SyncProgress`."""
    finished = Signal(object)
    """The :class:`SyncFinished`."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._address = ""
        self._has_started = False
        frame.sync.started.connect(self._started)
        frame.sync.progressed.connect(self._progressed)
        frame.sync.finished.connect(self._finished)

    def begin(self, address: str) -> None:
        """Follow the next pass over the mailbox with this address."""
        self._address, self._has_started = address, False

    def stop(self) -> None:
        """Follow none."""
        self._address = ""

    def _started(self, started: SyncStarted) -> None:
        if started.address == self._address:
            self._has_started = True

    def _progressed(self, progress: SyncProgress) -> None:
        if progress.address == self._address and self._has_started:
            self.progressed.emit(progress)

    def _finished(self, finished: SyncFinished) -> None:
        if finished.address == self._address and self._has_started:
            self._has_started = False
            self.finished.emit(finished)

"""A sign-in in the browser as it goes on, in a thread of its own."""

from PySide6.QtCore import QObject, Qt, Signal

from desktop.domain.errors import AppError
from desktop.domain.signing_in import SignInAsk
from desktop.security.tokens import SignedIn
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.relay import Relay


class SigningWork(QObject):
    """One sign-in at a time. Every answer comes in the GUI thread, and none after :meth:`stop`."""

    progressed = Signal(object)
    """A :class:`SignInProgress`."""
    signed_in = Signal(object)
    """A :class:`SignedIn`."""
    failed = Signal(object)
    """An :class:`AppError`."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether somebody is waited for."""
        return self._job is not None

    def begin(self, ask: SignInAsk) -> None:
        """Wait for a person to sign in; one that runs is ended."""
        self.stop()
        browser, relay = self._frame.browser, Relay(self._frame.ops)
        relay.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

        def task(job: Job) -> SignedIn:
            try:
                return browser.sign_in(job, ask, lambda progress: relay.told.emit(job, progress))
            finally:
                relay.deleteLater()

        self._job = self._frame.ops.work(self, task, self._done, failed=self._fail)

    def stop(self) -> None:
        """End it, at once: nobody listens for the browser any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _done(self, signed_in: SignedIn) -> None:
        self._job = None
        self.signed_in.emit(signed_in)

    def _fail(self, error: AppError) -> None:
        self._job = None
        self.failed.emit(error)

    def _hear(self, job: Job, progress: object) -> None:
        if job is self._job:
            self.progressed.emit(progress)

"""What the mailbox dialogs have done in the background: testing, listing folders, storing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.probing import ProbeReport
from desktop.domain.source import RemoteFolder
from desktop.security.secrets import Secret
from desktop.security.tokens import SignedIn
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.relay import Relay


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be tested: the mailbox as filled in, a password or a sign-in if there is a new one, and what then."""

    mailbox: Mailbox
    password: Secret | None
    saves: bool = False
    sends: bool = False
    signed_in: SignedIn | None = None

    @property
    def secret(self) -> Secret | None:
        """What servers are given."""
        return self.password if self.signed_in is None else self.signed_in.tokens.access


def commit(
    frame: Frame,
    owner: QObject,
    task: Callable[[Job], tuple[Mailbox, ChangeSet]],
    then: Callable[[Mailbox], None],
    failed: Callable[[AppError], None],
) -> None:
    """Carry out what stores something about a mailbox; then tell every screen, and have it synced if it takes part.

    This is not undone by closing the dialog *owner*; *then* and *failed* are for as long as it is there. *then* comes
    before the sync is asked for.
    """

    def stored(answer: tuple[Mailbox, ChangeSet]) -> None:
        mailbox, change = answer
        frame.ops.announce(change)
        frame.ops.said.emit(change)
        if isValid(owner):
            then(mailbox)
        frame.sync.mailboxes_changed()
        if mailbox.state is MailboxState.ACTIVE:
            frame.sync.sync_now(mailbox.id)

    def not_stored(error: AppError) -> None:
        if isValid(owner):
            failed(error)
        else:
            frame.ops.troubled.emit(error)

    frame.ops.work(frame.ops, task, stored, failed=not_stored)


class MailboxWork(QObject):
    """One thing at a time. Every answer comes in the GUI thread, and none after :meth:`stop`."""

    stepped = Signal(object)
    """A :class:`Step` of the test, when it begins and when it is over."""
    tested = Signal(object)
    """The :class:`ProbeReport`."""
    listed = Signal(object)
    """The server's folders."""
    failed = Signal(object)
    """An :class:`AppError` of testing, listing or saving."""
    saved = Signal(object)
    """The :class:`Mailbox` as it is stored now."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._job: Job | None = None

    def test(self, wish: Wish) -> None:
        """Test a mailbox, telling every step."""
        self.stop()
        connections, relay = self._frame.connections, Relay(self._frame.ops)
        relay.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

        def task(job: Job) -> ProbeReport:
            try:
                return connections.test(
                    job,
                    wish.mailbox,
                    wish.secret,
                    send=wish.sends,
                    on_step=lambda step: relay.told.emit(job, step),
                )
            finally:
                relay.deleteLater()

        self._job = self._frame.ops.work(self, task, self._tested, failed=self._fail)

    def list_folders(self, wish: Wish) -> None:
        """Ask the server for its folders."""
        self.stop()
        connections = self._frame.connections
        self._job = self._frame.ops.work(
            self,
            lambda job: connections.folders(job, wish.mailbox, wish.secret),
            self._listed,
            failed=self._fail,
        )

    def stop(self) -> None:
        """End what runs, at once: its sockets are closed, its answer is not wanted any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def save(self, wish: Wish, *, is_new: bool, note: str = "") -> None:
        """Store the mailbox, and its password or tokens if there are new ones; *note* is added to the words."""

        def task(_job: Job) -> tuple[Mailbox, ChangeSet]:
            kept, change = self._stored(wish, is_new=is_new)
            return kept, replace(change, words=f"{change.words}. {note}") if note else change

        commit(self._frame, self, task, self.saved.emit, self.failed.emit)

    def _stored(self, wish: Wish, *, is_new: bool) -> tuple[Mailbox, ChangeSet]:
        """In a worker."""
        connections, browser, mailbox = self._frame.connections, self._frame.browser, wish.mailbox
        if wish.signed_in is not None:
            return (browser.connect if is_new else browser.reconnect)(mailbox, wish.signed_in)
        if is_new and wish.password is not None:
            return connections.connect(mailbox, wish.password)
        return connections.change(mailbox, wish.password)

    # --- answers ----------------------------------------------------------------------------------------------------

    def _tested(self, report: ProbeReport) -> None:
        self._job = None
        self.tested.emit(report)

    def _listed(self, folders: Sequence[RemoteFolder]) -> None:
        self._job = None
        self.listed.emit(folders)

    def _fail(self, error: AppError) -> None:
        self._job = None
        self.failed.emit(error)

    def _hear(self, job: Job, step: object) -> None:
        if job is self._job:
            self.stepped.emit(step)

"""Syncs in the window: each runner in a QThread; what they tell comes as signals in the GUI thread, at a calm pace.

Runners never touch a widget. What they say crosses threads as frozen values, by queued connections to bound methods.
"""

import importlib
import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from desktop.domain.backfill import EVENINGS, QuietHours
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.ids import MailboxId
from desktop.domain.syncing import Download, SyncFinished, SyncProgress, SyncStarted
from desktop.sync.context import Limits, SyncContext

if TYPE_CHECKING:  # loaded when it begins, or when something is asked of it: the window is there before
    from desktop.sync.runner import Runner
    from desktop.sync.schedule import Service

PROGRESS_EVERY_MS = 100
CHANGES_EVERY_MS = 200
BY_SYNC = "sync"
"""Who made a change that no person did."""


class RunnerThread(QThread):
    """Runs one runner."""

    def __init__(self, runner: "Runner", parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self.setObjectName(f"runner-{runner.mailbox_id}")

    def run(self) -> None:
        """Work until the runner is told to end."""
        self._runner.run()


class Calm(QObject):
    """Hands on what any thread puts in, in the GUI thread: the first at once, then at most one of a key every so often.

    Nothing is lost: what comes too soon takes the place of what waits, or is merged with it, and is handed on in time.
    """

    released = Signal(object)
    _stirred = Signal()

    def __init__(self, every_ms: int, merge: Callable[[object, object], object], parent: QObject) -> None:
        super().__init__(parent)
        self._merge = merge
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, object] = {}
        self._is_stirred = False
        self._timer = QTimer(self, singleShot=True, interval=every_ms)
        self._timer.timeout.connect(self._on_time)
        self._stirred.connect(self._on_stirred, Qt.ConnectionType.QueuedConnection)

    def put(self, key: Hashable, value: object) -> None:
        """Take *value*; from any thread."""
        with self._lock:
            before = self._waiting.get(key)
            self._waiting[key] = value if before is None else self._merge(before, value)
            first, self._is_stirred = not self._is_stirred, True
        if first:
            self._stirred.emit()

    def flush(self) -> None:
        """Hand on what waits, now."""
        with self._lock:
            values, self._waiting = list(self._waiting.values()), {}
            self._is_stirred = False
        for value in values:
            self.released.emit(value)
        if values:
            self._timer.start()

    def _on_stirred(self) -> None:
        if not self._timer.isActive():
            self.flush()

    def _on_time(self) -> None:
        self.flush()


class SyncService(QObject):
    """The syncs of the window; lives in the GUI thread. :meth:`start`, then :meth:`stop` within three seconds."""

    started = Signal(object)
    """A :class:`SyncStarted`."""
    progressed = Signal(object)
    """A :class:`SyncProgress`; of each mailbox at most ten a second, and always the last."""
    finished = Signal(object)
    """A :class:`SyncFinished`."""
    attachment_progressed = Signal(object)
    """An :class:`AttachmentProgress`; of each email at most ten a second, and always the last."""
    downloading = Signal(object)
    """A :class:`Download`; of each mailbox at most ten a second, and always the last."""
    changed = Signal(object)
    """A :class:`ChangeSet` of what syncs have committed; at most five a second."""
    _wanted = Signal(object)
    _heard = Signal(object)

    def __init__(
        self,
        context: SyncContext,
        *,
        limits: Callable[[], Limits] | None = None,
        quiet_hours: Callable[[], QuietHours] = lambda: EVENINGS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._running: dict[MailboxId, SyncProgress] = {}
        self._downloads: dict[MailboxId, Download] = {}
        self._threads: list[RunnerThread] = []
        self._is_stopped = False
        self._progress = Calm(PROGRESS_EVERY_MS, _newest, self)
        self._progress.released.connect(self._on_progress)
        self._files = Calm(PROGRESS_EVERY_MS, _newest, self)
        self._files.released.connect(self.attachment_progressed)
        self._fetched = Calm(PROGRESS_EVERY_MS, _newest, self)
        self._fetched.released.connect(self._on_download)
        self._changes = Calm(CHANGES_EVERY_MS, _together, self)
        self._changes.released.connect(self._on_changes)
        self._wanted.connect(self._on_wanted, Qt.ConnectionType.QueuedConnection)
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)
        self._context, self._limits, self._quiet_hours = context, limits, quiet_hours
        self._made: Service | None = None

    def load(self) -> None:
        """Load what syncing takes, so that :meth:`start` need not; from any thread."""
        importlib.import_module("desktop.sync.schedule")
        importlib.import_module("desktop.providers.connect")

    @property
    def _service(self) -> "Service":
        if self._made is None:
            from desktop.sync.schedule import Service

            self._made = Service(
                self._context,
                listener=_Relay(self._heard.emit, self._progress, self._changes),
                limits=self._limits,
                quiet_hours=self._quiet_hours,
                start_runner=self._wanted.emit,
                tell_attachment=lambda told: self._files.put((told.email_id, told.part), told),
                tell_download=lambda told: self._fetched.put(told.mailbox_id, told),
            )
        return self._made

    # --- what the window asks for -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin; what is due is synced at once."""
        self._service.start()

    def mailboxes_changed(self) -> None:
        """Look again at what is set up: a mailbox was added, changed, paused, resumed or disconnected."""
        self._service.mailboxes_changed()

    def on_changed(self, change: ChangeSet) -> None:
        """Take note of what a person changed (to be connected to the announcements of commands)."""
        if Changed.MAILBOXES in change.changed:
            self._service.mailboxes_changed()
            return
        if Changed.BACKFILLS in change.changed:
            self._service.backfills.look()
        if change.initiator == BY_SYNC:
            self._service.attachments.stir()  # each piece that comes is a change: what is left alone stays so
        elif change.changed & (Changed.ATTACHMENTS | Changed.BACKFILLS):
            self._service.attachments.look()

    def sync_now(self, mailbox_id: MailboxId | None = None) -> None:
        """Sync one mailbox, or all that are active; neither backoff nor a refused sign-in is waited for."""
        self._service.sync_now(mailbox_id)

    def network_changed(self) -> None:
        """The computer is on another network, or on one again: catch up."""
        self._service.network_changed()

    def behind_portal(self, *, is_behind: bool) -> None:
        """The system says whether the network wants a sign-in of its own first; when it no longer does, catch up."""
        self._service.behind_portal(is_behind=is_behind)

    def cancel(self, mailbox_id: MailboxId | None = None) -> None:
        """End the pass that runs for one mailbox, or for all; what it stored stays, the schedule goes on."""
        self._service.cancel(mailbox_id)

    def pause(self, mailbox_id: MailboxId | None = None) -> None:
        """Let the pass that runs rest after its batch; progress says when it does."""
        self._service.pause(mailbox_id)

    def resume(self, mailbox_id: MailboxId | None = None) -> None:
        """Let a resting pass go on."""
        self._service.resume(mailbox_id)

    def running(self) -> tuple[SyncProgress, ...]:
        """Return the passes under way and how far each is: for a screen that opens in the middle."""
        return tuple(self._running.values())

    def hold_downloads(self, mailbox_id: MailboxId) -> None:
        """Have the files that follow a mailbox's mail rest where they are."""
        self._service.attachments.hold(mailbox_id)

    def release_downloads(self, mailbox_id: MailboxId) -> None:
        """Let them go on."""
        self._service.attachments.release(mailbox_id)

    def stop_downloads(self, mailbox_id: MailboxId) -> None:
        """End them until the next sync; the file that comes is not asked for any more."""
        self._service.attachments.stop(mailbox_id)

    def downloads(self) -> tuple[Download, ...]:
        """Return the downloads under way and at rest: for a screen that opens in the middle."""
        return tuple(self._downloads.values())

    def stop(self) -> bool:
        """End all syncs and their threads; bounded. False if something hangs: then the process must be ended hard."""
        self._is_stopped = True
        is_over = self._made is None or self._made.stop()
        for thread in self._threads:
            if not thread.wait(1 if not is_over else 1000):
                thread.setParent(None)  # a QThread that is destroyed while it runs takes the whole process down
                _HANGING.append(thread)
        return is_over and not _HANGING

    # --- what runners tell, in the GUI thread -------------------------------------------------------------------------

    def _on_wanted(self, runner: "Runner") -> None:
        if self._is_stopped:
            return
        thread = RunnerThread(runner, self)
        self._threads.append(thread)
        thread.start()

    def _on_heard(self, event: SyncStarted | SyncFinished) -> None:
        self._progress.flush()
        if isinstance(event, SyncStarted):
            self._running[event.mailbox_id] = SyncProgress(event.mailbox_id, event.address)
            self.started.emit(event)
        else:
            self._running.pop(event.mailbox_id, None)
            self.finished.emit(event)

    def _on_progress(self, event: SyncProgress) -> None:
        if event.mailbox_id in self._running:
            self._running[event.mailbox_id] = event
            self.progressed.emit(event)

    def _on_download(self, event: Download) -> None:
        self._downloads[event.mailbox_id] = event
        if event.is_over:
            del self._downloads[event.mailbox_id]
        self.downloading.emit(event)

    def _on_changes(self, changed: Changed) -> None:
        self.changed.emit(ChangeSet(changed, initiator=BY_SYNC))


_HANGING: list[RunnerThread] = []


class _Relay:
    """The listener of the runners: called from their threads, speaks by signals only."""

    def __init__(self, tell: Callable[[object], None], progress: Calm, changes: Calm) -> None:
        self._tell = tell
        self._progress = progress
        self._changes = changes

    def started(self, event: SyncStarted) -> None:
        """Hand on."""
        self._tell(event)

    def progressed(self, event: SyncProgress) -> None:
        """Hand on, calmly."""
        self._progress.put(event.mailbox_id, event)

    def finished(self, event: SyncFinished) -> None:
        """Hand on."""
        self._tell(event)

    def committed(self, changed: Changed) -> None:
        """Hand on, calmly."""
        self._changes.put("", changed)


def _newest(_before: object, after: object) -> object:
    return after


def _together(before: object, after: object) -> object:
    return before | after  # type: ignore[operator]  # both are flags

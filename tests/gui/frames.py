"""What a screen is given in tests: a real store behind real lanes, and doors that note who went through."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.audit import AuditCause, AuditReport
from desktop.domain.backfill import BackfillEstimate
from desktop.domain.backfill_days import RangeCount
from desktop.domain.browsing import EnvelopePage
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.hosts import ContactedHost
from desktop.domain.ids import Epoch, MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.probing import FoundServers, OnStep, ProbeReport
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.scope_change import ScopeChange
from desktop.domain.source import RemoteFolder
from desktop.domain.syncing import Download, SyncProgress
from desktop.parsing.parts import extract_attachment
from desktop.parsing.shown import ShownMail
from desktop.parsing.view import read_view
from desktop.security.secrets import Secret
from desktop.settings.setting import AnySetting, Setting, T
from desktop.settings.settings import Settings
from desktop.ui.actions import Actions
from desktop.ui.frame import Doors, Frame, Place
from desktop.ui.ops import Job, Ops
from desktop.ui.preferences import Preferences
from desktop.ui.state import UiState
from tests.gui.browsers import NotedBrowser


class NotedSync(QObject):
    """Running syncs that a test starts and ends by emitting; what was asked for is noted."""

    started = Signal(object)
    progressed = Signal(object)
    finished = Signal(object)
    attachment_progressed = Signal(object)
    downloading = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, MailboxId | None]] = []

    def sync_now(self, mailbox_id: MailboxId | None = None) -> None:
        self.asked.append(("sync", mailbox_id))

    def cancel(self, mailbox_id: MailboxId | None = None) -> None:
        self.asked.append(("cancel", mailbox_id))

    def pause(self, mailbox_id: MailboxId | None = None) -> None:
        self.asked.append(("pause", mailbox_id))

    def resume(self, mailbox_id: MailboxId | None = None) -> None:
        self.asked.append(("resume", mailbox_id))

    def running(self) -> tuple[SyncProgress, ...]:
        return ()

    def hold_downloads(self, mailbox_id: MailboxId) -> None:
        self.asked.append(("hold downloads", mailbox_id))

    def release_downloads(self, mailbox_id: MailboxId) -> None:
        self.asked.append(("release downloads", mailbox_id))

    def stop_downloads(self, mailbox_id: MailboxId) -> None:
        self.asked.append(("stop downloads", mailbox_id))

    def downloads(self) -> tuple[Download, ...]:
        return ()

    def mailboxes_changed(self) -> None:
        self.asked.append(("changed", None))


@dataclass
class NotedConnections:
    """Servers that answer what a test says."""

    report: ProbeReport = field(default_factory=ProbeReport)
    found: FoundServers | None = None
    saved: list[tuple[str, Mailbox]] = field(default_factory=list)
    scope: ScopeChange = field(default_factory=ScopeChange)
    contacted: tuple[ContactedHost, ...] = ()

    def find_servers(self, _address: str) -> FoundServers:
        assert self.found is not None
        return self.found

    def test(
        self, _job: Job, mailbox: Mailbox, _password: Secret | None, *, send: bool, on_step: OnStep | None = None
    ) -> ProbeReport:
        self.saved.append((f"test{' and send' if send else ''}", mailbox))
        for step in self.report.steps if on_step else ():
            on_step(step)  # type: ignore[misc]
        return self.report

    def folders(self, _job: Job, _mailbox: Mailbox, _password: Secret | None) -> Sequence[RemoteFolder]:
        return self.report.folders

    def connect(self, mailbox: Mailbox, _password: Secret) -> tuple[Mailbox, ChangeSet]:
        self.saved.append(("connect", mailbox))
        return mailbox, ChangeSet(Changed.MAILBOXES, f"Connected {mailbox.address}")

    def change(self, mailbox: Mailbox, _password: Secret | None) -> tuple[Mailbox, ChangeSet]:
        self.saved.append(("change", mailbox))
        return mailbox, ChangeSet(Changed.MAILBOXES, f"Changed {mailbox.address}")

    def disconnect(self, mailbox: Mailbox) -> tuple[Mailbox, ChangeSet]:
        self.saved.append(("disconnect", mailbox))
        return mailbox, ChangeSet(Changed.MAILBOXES, f"Disconnected {mailbox.address}")

    def scope_change(self, _job: Job, _held: Mailbox, _changed: Mailbox) -> ScopeChange:
        return self.scope

    def hosts(self) -> tuple[ContactedHost, ...]:
        return self.contacted


class EmptyServer:
    """A server without a message to pick."""

    def browse(self, _job: Job, _mailbox: Mailbox, folder: str, _search: str, _before: int | None) -> EnvelopePage:
        return EnvelopePage(folder, Epoch("1"), (), 0, None)

    def bring_in(self, _job: Job, mailbox: Mailbox, folder: str, _epoch: Epoch, _refs: Sequence[int]) -> MailboxReceipt:
        return MailboxReceipt(mailbox.address, [FolderReceipt(folder)])


class HereReader:
    """Reads mail in the test's own process: what children add is tested with the pool."""

    def read_view(self, content: bytes) -> ShownMail:
        return read_view(content)

    def read_part(self, content: bytes, part: str) -> bytes:
        return extract_attachment(content, part)


class NothingOlder:
    """A server without older mail."""

    def count(
        self, _job: Job, _mailbox: Mailbox, ranges: Sequence[int], _tell: Callable[[RangeCount], None]
    ) -> Sequence[RangeCount]:
        return [RangeCount(days, 0, 0.0, is_whole=True) for days in ranges]

    def estimate(self, _job: Job, mailbox: Mailbox, days: int) -> BackfillEstimate:
        return BackfillEstimate(days, mailbox.synced_from, mailbox.synced_from)


class NothingMissing:
    """A server that lists nothing, which is all here."""

    def audit(
        self, _job: Job, mailbox: Mailbox, _after: AuditReport | None, _tell: Callable[[tuple[str, int, int]], object]
    ) -> AuditReport:
        return AuditReport(mailbox.id, mailbox.address, AuditCause.PERSON, mailbox.created_at, mailbox.created_at, ())


class MemorySettings:
    """Settings without a file."""

    def __init__(self) -> None:
        self._settings = Settings()

    def get(self, setting: Setting[T]) -> T:
        return self._settings.get(setting)

    def change(self, setting: Setting[T], value: T) -> None:
        self._settings = self._settings.with_value(setting, value)

    def reset(self, setting: AnySetting) -> None:
        self._settings = self._settings.without(setting)


@dataclass
class Went:
    """Where the screen under test wanted to go."""

    places: list[Place] = field(default_factory=list)
    asked: list[tuple[str, object]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def make_frame(ops: Ops, clock: Clock, window: QWidget) -> tuple[Frame, Went, NotedSync, NotedConnections]:
    """Return a frame whose actions live in *window*, and the notes of what went through its doors."""
    went, sync, connections = Went(), NotedSync(), NotedConnections()

    def noted(name: str) -> Any:
        return lambda *what: went.asked.append((name, what[0] if what else None))

    doors = Doors(
        go=went.places.append,
        connect=noted("connect"),
        reconnect=noted("reconnect"),
        edit_mailbox=noted("edit"),
        disconnect=noted("disconnect"),
        import_customers=noted("import"),
        edit_details=noted("details"),
        review_settings=noted("review"),
        test_mailbox=noted("test"),
        choose_messages=noted("choose"),
        skipped_mail=noted("skipped"),
        backfill=noted("backfill"),
        audit=noted("audit"),
        toast=went.toasts.append,
        tell=went.told.append,
    )
    preferences = Preferences(MemorySettings(), ops)
    frame = Frame(
        ops,
        Actions(window),
        UiState(),
        clock,
        sync,
        doors,
        preferences,
        connections,
        HereReader(),
        browser=NotedBrowser(clock),
        picking=EmptyServer(),
        backfills=NothingOlder(),
        audits=NothingMissing(),
    )
    return frame, went, sync, connections

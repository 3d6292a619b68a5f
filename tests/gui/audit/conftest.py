"""A mailbox whose server answers what a test says, and the dialog of its audit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.audit import AuditCause, AuditReport, DayAudit, FolderAudit, StillOpen, Tally, total
from desktop.domain.errors import AppError, Stopped
from desktop.domain.ids import Epoch, FolderId
from desktop.domain.intake import FolderEpoch
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import FolderStatus
from desktop.store.store import Store
from desktop.sync.audit import NO_VERDICT
from desktop.ui.frame import Frame
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Job, Ops
from desktop.views.audit.dialog import AuditDialog
from tests.gui.frames import NotedSync, Went, make_frame
from tests.helpers.mails import NOON, FixedClock, mailbox

KEPT = Tally(kept=7, left_out=((ReasonCode.DIRECTION_OFF, 2),))


@dataclass
class Server:
    """What the server lists: *holes* messages of the second day of INBOX have no verdict."""

    holes: int = 0
    error: AppError | None = None
    hangs: bool = False
    is_empty: bool = False
    asked: list[AuditReport | None] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def audit(
        self, job: Job, box: Mailbox, after: AuditReport | None, tell: Callable[[tuple[str, int, int]], object]
    ) -> AuditReport:
        self.asked.append(after)
        tell(("INBOX", 0, 2))
        self.reached.set()
        made = AuditReport(box.id, box.address, AuditCause.PERSON, NOON, NOON, ())
        if self.hangs:
            with job.ended_by(self.ended.set):
                assert self.ended.wait(20)
            return replace(made, error=Stopped())
        if self.error is not None:
            return replace(made, error=self.error)
        if self.is_empty:
            return made
        folders = (self._inbox(box), _folder(box, "Archive", 2, (DayAudit(date(2026, 3, 1), Tally(kept=1)),), 0))
        if after is not None:
            return replace(made, folders=folders, found=after.found, repaired=after.found - self.holes)
        still = (StillOpen("INBOX", self.holes, NO_VERDICT),) if self.holes else ()
        return replace(made, folders=folders, found=self.holes, still_open=still)

    def _inbox(self, box: Mailbox) -> FolderAudit:
        days = (
            DayAudit(None, Tally(kept=1)),
            DayAudit(date(2026, 2, 27), replace(KEPT, holes=self.holes)),
            DayAudit(date(2026, 2, 28), KEPT),
        )
        return _folder(box, "INBOX", 1, days, self.holes)


def _folder(box: Mailbox, name: str, number: int, days: tuple[DayAudit, ...], holes: int) -> FolderAudit:
    tally, place = total(day.tally for day in days), FolderEpoch(box.id, FolderId(number), Epoch("1"))
    status = FolderStatus(Epoch("1"), tally.on_server, 100, 1)
    return FolderAudit(name, place, status, tally, holes=RefSet.of(range(1, holes + 1)), days=days)


@dataclass
class Scene:
    qtbot: QtBot
    window: QMainWindow
    frame: Frame
    went: Went
    sync: NotedSync
    server: Server
    ops: Ops
    store: Store
    clock: FixedClock

    @property
    def mailbox(self) -> Mailbox:
        with self.store.read() as read:
            return read.mailboxes.every()[0]

    def open(self) -> AuditDialog:
        dialog = AuditDialog(self.frame, self.window, self.mailbox)
        dialog.open()
        self.qtbot.waitExposed(dialog)
        if not self.server.hangs:
            self.settle()
        return dialog

    def settle(self) -> None:
        self.qtbot.waitUntil(self.ops.is_idle)
        self.qtbot.wait(0)
        self.qtbot.waitUntil(self.ops.is_idle)


@pytest.fixture
def scene(qapp: QApplication, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    theme().apply(qapp)
    with store.write() as uow:
        uow.mailboxes.add(replace(mailbox("support@acme.example"), folders=("INBOX", "Archive")))
    window = QMainWindow()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    server = Server()
    return Scene(qtbot, window, replace(frame, audits=server), went, sync, server, ops, store, clock)

"""A changed scope says what it adds and what it leaves before it applies."""

import threading
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from desktop.domain.errors import AppError, Stopped, Transient
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.scope_change import FolderCount, ScopeChange
from desktop.ui.ops import Job
from desktop.views.connect.dialog import Purpose
from desktop.views.connect.scope import ScopeChangeSheet, concerns_scope
from tests.gui.connect.scene import Scene, Servers, press
from tests.helpers.mails import mailbox

HELD = replace(mailbox("support@acme.example"), folders=("INBOX", "Archive"))
BOTH = replace(HELD, folders=("INBOX", "Sent"), direction=Direction.BOTH)


@dataclass
class Counting(Servers):
    """A server that counts, fails or hangs."""

    trouble: AppError | None = None
    waits: bool = False
    asked: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    def scope_change(self, job: Job, _held: Mailbox, _changed: Mailbox) -> ScopeChange:
        if self.waits:
            with job.ended_by(self.stopped.set):
                self.asked.set()
                assert self.stopped.wait(10)
            raise Stopped
        if self.trouble is not None:
            raise self.trouble
        return self.scope


def sheet_of(
    scene: Scene, servers: Servers, changed: Mailbox = BOTH, *, settles: bool = True
) -> tuple[ScopeChangeSheet, list[int]]:
    """Open the sheet; returns it and how it was closed."""
    frame = replace(scene.frame, connections=servers)
    sheet, results = ScopeChangeSheet(frame, scene.window, HELD, changed), list[int]()
    sheet.finished.connect(results.append)
    sheet.open()
    scene.qtbot.waitExposed(sheet)
    sheet.activateWindow()
    if settles:
        scene.settle()
    return sheet, results


def test_it_says_what_comes_in_and_what_stays_and_enter_applies_it(scene: Scene) -> None:
    scope = ScopeChange((FolderCount("Sent", 1240),), (FolderCount("Archive", 310),))
    sheet, results = sheet_of(scene, Counting(scope=scope))
    assert sheet.lines == [
        "Adds: Sent. 1,240 emails since 15 Feb come in with the next sync.",
        "Leaves: Archive. 310 emails stay here, nothing new comes.",
    ]
    assert QApplication.focusWidget() is sheet.apply
    QTest.keyClick(sheet.apply, Qt.Key.Key_Return)
    assert results == [QDialog.DialogCode.Accepted]


def test_back_and_escape_change_nothing(scene: Scene) -> None:
    sheet, results = sheet_of(scene, Counting())
    press(sheet.cancel)
    again, others = sheet_of(scene, Counting())
    QTest.keyClick(again, Qt.Key.Key_Escape)
    assert results == others == [QDialog.DialogCode.Rejected]


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        (ScopeChange((FolderCount("Sent", None),)), "Emails since 15 Feb; how many, the server could not say."),
        (ScopeChange((FolderCount("Sent", 0),)), "No email since 15 Feb is there; new ones come in."),
        (ScopeChange((), (FolderCount("Archive", 1),)), "1 email stays here, nothing new comes."),
        (ScopeChange((), (FolderCount("Archive", 0),)), "Nothing of it is here; nothing new comes."),
        (ScopeChange(), "the same mail is synced as before."),
    ],
)
def test_every_count_has_its_words(scene: Scene, scope: ScopeChange, line: str) -> None:
    sheet, _ = sheet_of(scene, Counting(scope=scope))
    assert sheet.lines[0].endswith(line)


def test_by_hand_is_told_as_well(scene: Scene) -> None:
    sheet, _ = sheet_of(scene, Counting(), replace(HELD, direction=Direction.MANUAL))
    assert sheet.lines == [
        "Manual selection. From now on nothing comes in by itself. You choose messages from the server's list."
    ]


def test_a_server_that_cannot_be_asked_keeps_nobody_from_applying(scene: Scene) -> None:
    servers = Counting(trouble=Transient(ReasonCode.OFFLINE, "This computer is offline."))
    sheet, results = sheet_of(scene, servers)
    assert sheet.outcome.label.text() == "It could not be counted. This computer is offline."
    assert sheet.lines == ["Adds: Sent. Emails since 15 Feb; how many, the server could not say."]
    servers.trouble, servers.scope = None, ScopeChange((FolderCount("Sent", 3),))
    press(sheet.again)
    scene.settle()
    assert sheet.lines == ["Adds: Sent. 3 emails since 15 Feb come in with the next sync."]
    press(sheet.apply)
    assert results == [QDialog.DialogCode.Accepted]


def test_closing_ends_the_question(scene: Scene) -> None:
    servers = Counting(waits=True)
    sheet, results = sheet_of(scene, servers, settles=False)
    scene.qtbot.waitUntil(servers.asked.is_set)
    assert not sheet.apply.isEnabled()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(servers.stopped.is_set)
    assert results == [QDialog.DialogCode.Rejected]
    scene.settle()


def test_only_folders_direction_and_start_concern_it() -> None:
    assert concerns_scope(HELD, BOTH)
    assert not concerns_scope(HELD, replace(HELD, provider="gmail"))


def test_saving_other_folders_asks_first_and_back_saves_nothing(scene: Scene, held: Mailbox) -> None:
    scene.servers.scope = ScopeChange((), (FolderCount("Orders", 2),))
    dialog = scene.open(held, Purpose.EDIT)
    dialog.form.folders.list.tick("Orders", on=False)
    for closes in (QDialog.reject, QDialog.accept):
        press(dialog.save)
        scene.settle()
        sheet = dialog.findChild(ScopeChangeSheet)
        assert sheet is not None
        assert sheet.lines == ["Leaves: Orders. 2 emails stay here, nothing new comes."]
        closes(sheet)
        scene.settle()
        scene.qtbot.waitUntil(lambda: dialog.findChild(ScopeChangeSheet) is None)
        is_saved = [name for name, _ in scene.servers.saved if name == "change"]
        assert bool(is_saved) == (closes is QDialog.accept)
    assert not dialog.isVisible()

"""The dialog of an audit: asked when it opens, read, sorted, copied, repaired, stopped, and without an answer."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from desktop.domain.audit import AuditCause, AuditReport
from desktop.domain.errors import NeedsSignIn, Stopped, Transient
from desktop.domain.mailbox import MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.syncing import SyncFinished, SyncProgress
from desktop.sync.audit import NO_VERDICT
from desktop.ui.kit.buttons import Button
from desktop.views.audit.dialog import AuditDialog
from desktop.views.audit.model import AMISS, DAY, FOLDER, LEFT_OUT, MISSING, NEW, ON_SERVER, WAITING
from tests.gui.audit.conftest import Scene
from tests.helpers.mails import NOON


def press(scene: Scene, button: Button) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    scene.settle()


def shown(dialog: AuditDialog, column: int) -> list[str]:
    return [dialog.model.index(row, column).data() for row in range(dialog.model.rowCount())]


def finish(scene: Scene, receipt: MailboxReceipt | None = None) -> None:
    """The sync of the mailbox is over."""
    mailbox = scene.mailbox
    scene.sync.finished.emit(SyncFinished(mailbox.id, mailbox.address, receipt or MailboxReceipt(mailbox.address)))
    scene.settle()


def test_a_clean_mailbox_says_so_and_offers_no_repair(scene: Scene, qtmodeltester: ModelTester) -> None:
    dialog = scene.open()
    assert dialog.heading.head.text() == "Complete: 20 of 20 messages have a verdict."
    assert dialog.heading.lead.text() == "support@acme.example, 2 folders, just now."
    assert not dialog.note.isVisible()
    assert not dialog.repair.isVisible()
    assert shown(dialog, FOLDER) == ["Archive", "INBOX", "INBOX", "INBOX"]
    assert shown(dialog, DAY) == ["1 Mar", "28 Feb", "27 Feb", "Unknown"]
    assert shown(dialog, MISSING) == ["0", "0", "0", "0"]
    assert dialog.model.index(1, LEFT_OUT).data(Qt.ItemDataRole.ToolTipRole) == (
        "2: Sent mail, and this mailbox is synced inbound only"
    )
    check: Callable[[object], None] = qtmodeltester.check
    check(dialog.model)
    press(scene, dialog.cancel)
    assert not dialog.isVisible()


def test_holes_stand_first_are_marked_and_repaired_by_the_next_sync(scene: Scene) -> None:
    scene.server.holes = 3
    dialog = scene.open()
    assert dialog.heading.head.text() == "Incomplete: 20 of 23 messages have a verdict, 3 missing here."
    assert dialog.note.label.text() == f"3 in INBOX: {NO_VERDICT}"
    assert (shown(dialog, DAY)[0], shown(dialog, MISSING)[0]) == ("27 Feb", "3")
    assert [dialog.model.index(row, 0).data(AMISS) for row in range(4)] == [True, False, False, False]
    assert dialog.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "INBOX, 27 Feb: 3 missing, 0 waiting, 12 on server, 7 kept, 2 left out, 0 new"
    )
    assert dialog.repair.hasFocus()
    press(scene, dialog.repair)
    assert scene.sync.asked == [("sync", scene.mailbox.id)]
    assert dialog.heading.head.text() == "Bringing in 3 messages"
    assert (dialog.cancel.text(), dialog.repair.isVisible(), dialog.again.isVisible()) == ("Stop", False, False)
    mailbox = scene.mailbox
    scene.sync.progressed.emit(SyncProgress(mailbox.id, mailbox.address, "INBOX", 1, 3))
    assert (dialog.at.text(), dialog.progress.value()) == ("INBOX: 1 of 3", 1)
    scene.server.holes = 0
    finish(scene)
    assert dialog.heading.head.text() == "Complete: 20 of 20 messages have a verdict."
    assert dialog.note.label.text() == "Repaired: 3 missing messages brought in."
    assert dialog.note.state == "ok"
    before = scene.server.asked[-1]
    assert before is not None
    assert before.found == 3


def test_a_repair_that_is_stopped_looks_what_came(scene: Scene) -> None:
    scene.server.holes = 3
    dialog = scene.open()
    press(scene, dialog.repair)
    press(scene, dialog.cancel)
    assert scene.sync.asked[-1] == ("cancel", scene.mailbox.id)
    assert dialog.isVisible()
    scene.server.holes = 1
    finish(scene, MailboxReceipt(scene.mailbox.address, error=Stopped()))
    assert dialog.note.label.text().startswith("Repaired 2 of 3.")
    assert dialog.repair.isVisible()


def test_a_repair_whose_sync_fails_says_why(scene: Scene) -> None:
    scene.server.holes = 1
    dialog = scene.open()
    press(scene, dialog.repair)
    broken = Transient(ReasonCode.SERVER_UNREACHABLE, "The server does not answer.", action="Try again later.")
    finish(scene, MailboxReceipt(scene.mailbox.address, error=broken))
    assert dialog.said.title.text() == "The server does not answer."
    press(scene, dialog.said.primary)
    assert dialog.heading.head.text().startswith("Incomplete")


def test_other_syncs_are_none_of_its_business(scene: Scene) -> None:
    dialog = scene.open()
    finish(scene)
    mailbox = scene.mailbox
    scene.sync.progressed.emit(SyncProgress(mailbox.id, mailbox.address, "INBOX", 1, 3))
    assert not dialog.progress.isVisible()
    assert scene.server.asked == [None]


def test_while_the_server_is_asked_it_can_be_cancelled(scene: Scene) -> None:
    scene.server.hangs = True
    dialog = scene.open()
    scene.qtbot.waitUntil(scene.server.reached.is_set)
    scene.qtbot.waitUntil(lambda: dialog.at.text() == "INBOX: 0 of 2")
    assert (dialog.progress.isVisible(), dialog.cancel.text(), dialog.again.isVisible()) == (True, "Cancel", False)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert scene.server.ended.wait(10)
    assert not dialog.isVisible()
    scene.settle()


def test_offline_and_refused_are_said_and_tried_again(scene: Scene) -> None:
    scene.server.error = Transient(ReasonCode.OFFLINE, "This computer is offline.", action="Try again later.")
    dialog = scene.open()
    assert (dialog.said.title.text(), dialog.export.isVisible()) == ("This computer is offline.", False)
    scene.server.error = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")
    press(scene, dialog.said.primary)
    assert dialog.said.title.text() == "The server refused the password."
    scene.server.error = None
    press(scene, dialog.said.secondary)
    assert dialog.heading.head.text().startswith("Complete")


def test_a_refused_sign_in_is_mended_from_here(scene: Scene) -> None:
    scene.server.error = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")
    dialog = scene.open()
    assert dialog.said.primary.text() == "Reconnect…"
    press(scene, dialog.said.primary)
    assert scene.went.asked == [("reconnect", scene.mailbox.id)]
    assert not dialog.isVisible()


def test_columns_that_have_nothing_are_left_out_but_for_what_is_missing(scene: Scene) -> None:
    dialog = scene.open()
    assert [dialog.table.isColumnHidden(column) for column in (WAITING, MISSING, NEW)] == [True, False, True]
    room = sum(dialog.table.columnWidth(column) for column in range(8) if not dialog.table.isColumnHidden(column))
    assert room == dialog.table.viewport().width()


def test_empty_folders_have_nothing_to_compare(scene: Scene) -> None:
    scene.server.is_empty = True
    dialog = scene.open()
    assert dialog.said.title.text() == "The folders are empty"
    assert not dialog.repair.isVisible()


def test_a_paused_mailbox_is_not_asked(scene: Scene) -> None:
    with scene.store.write() as uow:
        uow.mailboxes.set_state(scene.mailbox.id, MailboxState.PAUSED)
    dialog = scene.open()
    assert dialog.said.title.text() == "The mailbox is paused"
    assert (scene.server.asked, dialog.again.isVisible()) == ([], False)


def test_it_is_sorted_by_headings_and_by_the_menu(scene: Scene) -> None:
    scene.server.holes = 1
    dialog = scene.open()
    header = dialog.table.horizontalHeader()
    at = header.sectionViewportPosition(ON_SERVER) + 8
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().topLeft() + _point(at, 8))
    assert shown(dialog, ON_SERVER) == ["10", "9", "1", "1"]
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().topLeft() + _point(at, 8))
    assert shown(dialog, ON_SERVER) == ["1", "1", "9", "10"]
    dialog.table.go_to(3)
    menu = dialog.table.menu()
    next(act for act in menu.actions() if act.text() == "Sort by folder").trigger()
    assert shown(dialog, FOLDER) == ["Archive", "INBOX", "INBOX", "INBOX"]
    assert shown(dialog, ON_SERVER)[dialog.table.currentIndex().row()] == "10"


def test_it_is_copied_and_exported_as_it_stands(scene: Scene, tmp_path: Path) -> None:
    scene.server.holes = 2
    dialog = scene.open()
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["Folder", "Day", "Missing", "Waiting", "On server", "Kept", "Left out", "New"]
    assert lines[1].split("\t") == ["INBOX", "2026-02-27", "2", "0", "11", "7", "2", "0"]
    assert len(lines) == 5
    dialog.export_to(tmp_path / "audit.csv")
    scene.settle()
    with (tmp_path / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        assert ["\t".join(row) for row in csv.reader(file)] == lines
    assert dialog.outcome.label.text() == "Exported to audit.csv."
    dialog.export_to(tmp_path / "nowhere" / "audit.csv")
    scene.settle()
    assert dialog.outcome.state == "bad"


def test_the_last_audits_are_told(scene: Scene) -> None:
    box = scene.mailbox
    at = NOON - timedelta(days=1)
    with scene.store.write() as uow:
        for number in range(6):
            made = AuditReport(box.id, box.address, AuditCause.SCHEDULE, at, at, ())
            uow.audits.note(made, f"Complete: {number} of {number} messages have a verdict.")
    dialog = scene.open()
    assert len(dialog.past.words) == 4
    assert dialog.past.words[0] == "Yesterday 12:00, by itself: Complete: 5 of 5 messages have a verdict."


def _point(x: int, y: int) -> QPoint:
    return QPoint(x, y)

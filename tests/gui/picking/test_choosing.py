"""Choosing messages on the server and bringing them in, by key and by mouse."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.changes import Changed
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.views.picking.dialog import PickDialog
from desktop.views.picking.model import EnvelopesModel
from tests.gui.picking.conftest import SALES, SUPPORT, Scene, envelope
from tests.helpers.mails import NOON

CTRL, SHIFT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier(0)


def click(dialog: PickDialog, row: int, keys: Qt.KeyboardModifier = NONE) -> None:
    """Click on a row's words."""
    place = dialog.list.visualRect(dialog.model.index(row, 0))
    where = QPoint(place.left() + 90, place.center().y())
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, keys, where)


def test_it_opens_with_the_mailbox_that_is_picked_by_hand_and_its_inbox(scene: Scene) -> None:
    dialog = scene.open()
    assert dialog.windowTitle() == "Choose messages from sales@acme.example"
    assert dialog.bar.mailbox.isVisible()
    assert dialog.bar.folder_name == "INBOX"
    assert [dialog.bar.folder.itemText(at) for at in range(dialog.bar.folder.count())] == ["INBOX", "Archive"]
    assert [one.ref for one in dialog.model.rows] == list(range(100, 60, -1))
    assert dialog.counted.text() == "40 of 100 messages shown"
    assert not dialog.bring_button.isEnabled()


def test_a_row_says_everything_to_a_screen_reader(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    said = dialog.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Person 100: Order 100. 23 Jan 00:00, 4 kB, not chosen."
    assert dialog.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("here already.")


def test_all_by_key_from_the_search_to_what_is_here_afterwards(scene: Scene) -> None:
    dialog = scene.open()
    dialog.bar.search.setFocus()
    QTest.keyClicks(dialog.bar.search, "order 9")
    QTest.keyClick(dialog.bar.search, Qt.Key.Key_Return)
    scene.settle()
    assert scene.server.asked[-1] == ("INBOX", "order 9", None)
    assert [one.ref for one in dialog.model.rows] == [*range(99, 89, -1), 9]
    QTest.keyClick(dialog.bar.search, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is dialog.list
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down, SHIFT)
    assert list(dialog.model.chosen) == [98, 97]
    assert dialog.counted.text() == "11 of 11 messages shown, 2 chosen"
    assert dialog.bring_button.text() == "Bring in 2 messages"
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    scene.settle()
    assert scene.server.brought == [[98, 97]]
    assert dialog.outcome.label.text() == "2 emails brought in: 2 filed, none to review."
    assert [one.ref for one in dialog.model.rows if one.is_here] == [99, 98, 97]
    assert list(dialog.model.chosen) == []
    assert scene.changes[-1].changed & Changed.EMAILS
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_mouse_ticks_takes_back_and_reaches_with_shift(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    click(dialog, 0)
    assert list(dialog.model.chosen) == [100]
    click(dialog, 0)
    assert list(dialog.model.chosen) == []
    click(dialog, 2)
    click(dialog, 4, SHIFT)
    assert list(dialog.model.chosen) == [98, 97, 96]
    QTest.mouseClick(dialog.bring_button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.server.brought == [[98, 97, 96]]


def test_what_is_here_already_cannot_be_chosen(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    click(dialog, 1)
    assert list(dialog.model.chosen) == []
    assert dialog.model.index(1, 0).data(Qt.ItemDataRole.CheckStateRole) is None


def test_all_shown_and_none_again(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_A, CTRL)
    assert len(dialog.model.chosen) == 39
    assert dialog.all_button.text() == "Choose none"
    QTest.mouseClick(dialog.all_button, Qt.MouseButton.LeftButton)
    assert list(dialog.model.chosen) == []
    assert dialog.all_button.text() == "Choose all shown"
    QTest.mouseClick(dialog.all_button, Qt.MouseButton.LeftButton)
    assert len(dialog.model.chosen) == 39


def test_more_comes_below_and_what_was_chosen_stays(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    click(dialog, 0)
    QTest.mouseClick(dialog.more_button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.server.asked[-1] == ("INBOX", "", 61)
    assert len(dialog.model.rows) == 80
    assert dialog.list.currentIndex().row() == 40
    assert list(dialog.model.chosen) == [100]
    QTest.mouseClick(dialog.more_button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert dialog.counted.text() == "100 of 100 messages shown, 1 chosen"
    assert not dialog.more_button.isEnabled()


def test_a_server_that_numbers_anew_is_asked_from_the_start(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    click(dialog, 0)
    scene.server.epoch = "2"
    QTest.mouseClick(dialog.more_button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.server.asked[-1] == ("INBOX", "", None)
    assert len(dialog.model.rows) == 40
    assert list(dialog.model.chosen) == []


def test_typing_asks_once_after_a_rest(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    before = len(scene.server.asked)
    QTest.keyClicks(dialog.bar.search, "order 77")
    scene.qtbot.waitUntil(lambda: len(scene.server.asked) > before)
    scene.settle()
    assert scene.server.asked[before:] == [("INBOX", "order 77", None)]
    assert [one.ref for one in dialog.model.rows] == [77]
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Slash)
    assert QApplication.focusWidget() is dialog.bar.search


def test_another_folder_and_another_mailbox(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    scene.server.messages["Archive"] = [envelope(5)]
    dialog.bar.folder.setFocus()
    QTest.keyClick(dialog.bar.folder, Qt.Key.Key_Down)
    scene.settle()
    assert [one.ref for one in dialog.model.rows] == [5]
    dialog.bar.mailbox.setFocus()
    QTest.keyClick(dialog.bar.mailbox, Qt.Key.Key_Down)
    scene.settle()
    assert dialog.windowTitle().endswith("sales@acme.example")
    assert dialog.bar.folder_name == "INBOX"
    assert len(dialog.model.rows) == 40


def test_disconnected_mailboxes_are_not_offered_and_one_needs_no_choice(scene: Scene) -> None:
    with scene.store.write() as uow:
        uow.mailboxes.set_state(SALES, MailboxState.DISCONNECTED)
    dialog = scene.open()
    assert not dialog.bar.mailbox.isVisible()
    assert dialog.windowTitle().endswith("support@acme.example")
    with scene.store.write() as uow:
        uow.mailboxes.set_state(SUPPORT, MailboxState.DISCONNECTED)
    bare = scene.open(MailboxId(7))
    assert bare.shelf.said.title.text() == "No mailbox yet"
    QTest.mouseClick(bare.shelf.said.primary, Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("connect", None)]
    assert not bare.isVisible()


def test_the_model_keeps_qts_rules() -> None:
    model = EnvelopesModel(lambda: NOON)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show([envelope(2), envelope(1, is_here=True)])
    model.add([envelope(1), envelope(0)])
    assert [one.ref for one in model.rows] == [2, 1, 0]
    assert model.setData(model.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert not model.setData(model.index(1, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert model.chosen == (2,)
    model.show([])
    del tester

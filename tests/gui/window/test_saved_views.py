"""Saved views in a whole window: Ctrl+S keeps one, the sidebar shows it, keys and the menu change it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changed, ChangeSet
from desktop.ui.name_box import NameBox
from desktop.views.emails.screen import EmailsScreen
from tests.gui.mailroom import Mailroom, letter
from tests.gui.window.support import RealWindow, real_window


def shown(real: RealWindow) -> list[str]:
    model = real.window.sidebar.views.model
    return [model.item(row).text for row in range(model.rowCount())]


def press(real: RealWindow, widget: Any, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
    real.settle()


def save(real: RealWindow, search: str, name: str) -> EmailsScreen:
    """Search, and keep that under a name."""
    screen = real.go("emails", search=search)
    assert isinstance(screen, EmailsScreen)
    real.act("emails.save_view")
    box = screen.keeping.box
    assert box is not None
    assert box.isVisible()
    box.field.setText(name)
    press(real, box.field, Qt.Key.Key_Return)
    return screen


def test_views_are_kept_gone_to_changed_and_brought_back(
    qtbot: QtBot, tmp_path: Path, qtmodeltester: ModelTester
) -> None:
    with real_window(qtbot, tmp_path) as real:
        room = Mailroom(real.store)
        for at in range(3):
            room.keep(letter("Ann <ann@acme.example>", f"Order {at}"))
        room.keep(letter("Bo <bo@lumen.example>", "Invoice"))
        real.frame.ops.announce(ChangeSet(Changed.EMAILS))
        real.settle()
        section, screen = real.window.sidebar.views, save(real, "from:ann", "Of Ann")
        assert shown(real) == ["Of Ann"]
        screen.table.arrange(screen.table.arrangement.toggled("size"))
        save(real, "subject:invoice", "Invoices")
        screen.table.reset_columns()
        assert shown(real) == ["Of Ann", "Invoices"]
        check: Callable[[object], None] = qtmodeltester.check
        check(section.model)

        real.go("dashboard")
        QTest.mouseClick(
            section.list.viewport(),
            Qt.MouseButton.LeftButton,
            pos=section.list.visualRect(section.model.index(0)).center(),
        )
        real.settle()
        assert real.window.screen_now is screen
        assert screen.top.search.text() == "from:ann"
        assert screen.table.emails.rowCount() == 3
        assert section.list.currentIndex().row() == 0
        press(real, section.list, Qt.Key.Key_Down)
        assert screen.top.search.text() == "subject:invoice"
        assert "size" in screen.table.arrangement.shown

        press(real, section.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert shown(real) == ["Invoices", "Of Ann"]
        press(real, section.list, Qt.Key.Key_F2)
        box = real.window.findChildren(NameBox)[-1]
        assert box is not None
        box.field.setText("of ann")
        press(real, box.field, Qt.Key.Key_Return)
        assert box.labelled.error == "Another view is called 'of ann'."
        box.field.setText("Bills")
        press(real, box.field, Qt.Key.Key_Return)
        assert shown(real) == ["Bills", "Of Ann"]

        data: QMimeData = section.model.mimeData([section.model.index(1)])
        section.model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, section.model.index(-1))
        real.settle()
        assert shown(real) == ["Of Ann", "Bills"]
        press(real, section.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.clipboard().text().startswith("postroom-view 1 ")
        real.act("views.paste")
        assert len(shown(real)) == 3
        press(real, section.list, Qt.Key.Key_Delete)
        assert len(shown(real)) == 2
        real.act("edit.undo")
        assert len(shown(real)) == 3

        section.list.setCurrentIndex(section.model.index(0))
        real.settle()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        QApplication.sendEvent(section.list.viewport(), event)
        menus = [menu for menu in real.window.sidebar.findChildren(type(real.window.menu("View"))) if menu.isVisible()]
        assert [action.text().split("\t")[0].replace("&", "") for action in menus[0].actions()] == [
            "Rename…",
            "Move up",
            "Move down",
            "Copy as text",
            "Remove",
        ]
        menus[0].close()
    with real_window(qtbot, tmp_path) as again:
        assert len(shown(again)) == 3

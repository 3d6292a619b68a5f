"""Qt's own controls in our dress: menus, bars, headers, lists, tooltips, texts."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QSplitter,
    QStyle,
    QTableWidget,
    QTabWidget,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.kit.fonts import font
from desktop.ui.kit.icons import icon
from desktop.ui.kit.paint import text_width
from desktop.ui.kit.theme import Theme
from desktop.ui.kit.tokens import DARK, LIGHT
from tests.gui.kit.looking import bounds, has, picture, share

Show = Callable[..., QWidget]


def menu(qtbot: QtBot) -> QMenu:
    """A menu with an icon, a key, a mark, a line and something that cannot be done."""
    made = QMenu()
    qtbot.addWidget(made)
    made.addAction(QAction(icon("user"), "&Assign to…\tA", made))
    marked = made.addAction("&Follow new entries\tCtrl+Shift+F")
    marked.setCheckable(True)
    marked.setChecked(True)
    made.addSeparator()
    made.addAction("&Delete from Postroom only\tDel").setEnabled(False)
    made.addMenu("More").addAction("x")
    return made


def test_a_menu_has_room_for_words_and_keys(qtbot: QtBot) -> None:
    made = menu(qtbot)
    needed = text_width("Delete from Postroom only", font("body")) + text_width("Ctrl+Shift+F", font("caption"))
    assert made.sizeHint().width() >= needed + 34 + 24 + 12
    assert made.actionGeometry(made.actions()[0]).height() == 28
    assert made.actionGeometry(made.actions()[2]).height() == 9


def test_a_menu_is_raised_and_follows_the_theme(qtbot: QtBot, dressed: Theme) -> None:
    made = menu(qtbot)
    made.setActiveAction(made.actions()[0])
    light = picture(made)
    assert has(light, LIGHT.sel)
    assert has(light, LIGHT.edge)
    dressed.set_mode("dark")
    dark = picture(made)
    assert share(dark, DARK.raised) > 0.5
    assert has(dark, DARK.sel)


def test_the_menu_bar_is_28_high(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    for name in ("&File", "&Edit", "&View"):
        window.menuBar().addMenu(name).addAction("x")
    window.resize(400, 200)
    window.show()
    assert window.menuBar().height() == 28
    assert share(picture(window.menuBar()), LIGHT.window) > 0.8


def test_a_scroll_bar_is_a_thumb_without_arrows(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    tall = QLabel("x")
    tall.setFixedSize(50, 1000)
    area.setWidget(tall)
    area.resize(100, 200)
    area.show()
    bar = area.verticalScrollBar()
    assert bar.width() == 10
    assert bounds(picture(bar), LIGHT.scroll).width() == 6
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 20))
    QTest.mouseMove(bar, QPoint(5, 80))
    assert bar.value() > 0
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 80))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, bar.height() - 2))
    assert bar.value() > 200


def test_the_sorted_column_is_the_dark_one_with_an_arrow(qtbot: QtBot) -> None:
    table = QTableWidget(1, 2)
    qtbot.addWidget(table)
    table.setHorizontalHeaderLabels(["From", "Date"])
    header = table.horizontalHeader()
    header.setSortIndicatorShown(True)
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    table.resize(300, 100)
    table.show()
    newest_first = picture(header)
    assert header.height() == 28
    assert has(newest_first, LIGHT.text)
    assert bounds(newest_first, LIGHT.text).left() > header.sectionViewportPosition(1)
    header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    assert picture(header) != newest_first


def test_a_narrow_header_cuts_its_words_at_a_letter(qtbot: QtBot) -> None:
    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    table.setHorizontalHeaderLabels(["A column with a very long name"])
    table.setColumnWidth(0, 80)
    table.horizontalHeader().setSortIndicatorShown(True)
    table.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    table.resize(300, 100)
    table.show()
    words = bounds(picture(table.horizontalHeader()).copy(0, 0, 80, 27), LIGHT.text)
    assert words.left() >= 12
    assert words.right() <= 80 - 12


def test_rows_show_selection_with_and_without_the_focus(qtbot: QtBot, show: Show) -> None:
    listed = QListWidget()
    listed.addItems(["Every 15 minutes", "Every hour"])
    listed.setCurrentRow(0)
    other = QPushButton("Other")
    show(listed, other)
    listed.setFocus()
    qtbot.waitUntil(lambda: has(picture(listed.viewport()), LIGHT.sel))
    assert has(picture(listed.viewport()), LIGHT.focus)
    other.setFocus()
    qtbot.waitUntil(lambda: has(picture(listed.viewport()), LIGHT.sel_inactive))
    assert not has(picture(listed.viewport()), LIGHT.sel)
    assert listed.visualItemRect(listed.item(0)).height() >= 28


@pytest.mark.parametrize("make", [QTextEdit, QPlainTextEdit])
def test_text_of_several_lines_has_the_outline_of_a_field(
    qtbot: QtBot, show: Show, make: type[QTextEdit | QPlainTextEdit]
) -> None:
    text, other = make(), QPushButton("Other")
    show(text, other)
    assert has(picture(text), LIGHT.control)
    text.setFocus()
    qtbot.waitUntil(lambda: has(picture(text), LIGHT.focus))
    other.setFocus()
    qtbot.waitUntil(lambda: not has(picture(text), LIGHT.focus))


def test_a_number_is_stepped_by_its_arrows(qtbot: QtBot) -> None:
    number = QSpinBox()
    qtbot.addWidget(number)
    number.resize(number.sizeHint())
    QTest.mouseClick(number, Qt.MouseButton.LeftButton, pos=QPoint(number.width() - 10, 8))
    assert number.value() == 1
    QTest.mouseClick(number, Qt.MouseButton.LeftButton, pos=QPoint(number.width() - 10, number.height() - 8))
    assert number.value() == 0


def test_a_flat_tool_button_shows_where_the_keyboard_is(qtbot: QtBot, show: Show) -> None:
    button = QToolButton()
    button.setText("2 of 3 mailboxes need attention")
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    show(button)
    assert not has(picture(button), LIGHT.focus)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: has(picture(button), LIGHT.focus))


def test_a_message_box_has_our_glyph_and_plain_buttons(qtbot: QtBot) -> None:
    box = QMessageBox(QMessageBox.Icon.Critical, "Postroom", "Disconnect billing@?")
    qtbot.addWidget(box)
    button = box.addButton(QMessageBox.StandardButton.Cancel)
    box.ensurePolished()
    assert has(box.iconPixmap().toImage(), LIGHT.bad_glyph)
    assert button.sizeHint().height() == 32
    assert button.icon().isNull() or not box.style().styleHint(QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons)


def test_a_line_between_panes_is_1_px(qtbot: QtBot) -> None:
    split = QSplitter()
    qtbot.addWidget(split)
    for name in ("One", "Two"):
        split.addWidget(QLabel(name))
    split.resize(200, 100)
    split.show()
    assert bounds(picture(split), LIGHT.border).width() == 1


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_controls_we_do_not_draw_ourselves_are_in_our_palette(qtbot: QtBot, dressed: Theme, mode: str) -> None:
    dressed.set_mode(mode)
    QApplication.processEvents()
    editable = QComboBox()
    editable.setEditable(True)
    tabs = QTabWidget()
    tabs.addTab(QLabel("x"), "First")
    for widget in (QSlider(Qt.Orientation.Horizontal), tabs, editable):
        qtbot.addWidget(widget)
        widget.resize(160, 60)
        image = picture(widget)
        lightness = [image.pixelColor(x, y).lightness() for x in range(0, 160, 4) for y in range(0, 60, 4)]
        assert (sum(lightness) / len(lightness) > 128) == (mode == "light"), widget

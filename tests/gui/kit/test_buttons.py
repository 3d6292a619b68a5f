"""Buttons: named, reached and pressed by keys, never cut, one filled only in the window that is worked in."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.ui.kit.buttons import Button, FilterChip, IconButton, KitButton, Segments, Tabs
from desktop.ui.kit.face import KINDS
from desktop.ui.kit.fonts import font
from desktop.ui.kit.paint import text_width
from desktop.ui.kit.tokens import LIGHT
from tests.gui.kit.looking import has, picture, share

KEYS = [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter]


def every_button() -> list[KitButton]:
    """One of each."""
    kinds = [kind for kind in KINDS if kind not in {"icon", "segment", "tab", "toast"}]
    words = [Button("Reconnect", "plug", kind, "R") for kind in kinds]
    return [*words, IconButton("x", "Close"), FilterChip("Pending", 47), FilterChip("Filter", dashed=True)]


@pytest.mark.parametrize("key", KEYS)
def test_every_button_is_pressed_by_key(qtbot: QtBot, key: Qt.Key) -> None:
    for button in every_button():
        qtbot.addWidget(button)
        with qtbot.waitSignal(button.clicked):
            QTest.keyClick(button, key)


def test_a_button_that_cannot_is_not_pressed(qtbot: QtBot) -> None:
    button = Button("Assign", kind="primary")
    qtbot.addWidget(button)
    button.setEnabled(False)
    with qtbot.assertNotEmitted(button.clicked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not has(picture(button), LIGHT.accent)


def test_the_name_of_a_button_is_its_words_without_keys(qtbot: QtBot) -> None:
    button = Button("&Reconnect && sync", key_hint="R")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Reconnect & sync"
    button.setText("&Try again")
    assert button.accessibleName() == "Try again"


def test_an_icon_button_says_its_name_to_all(qtbot: QtBot) -> None:
    button = IconButton("ellipsis", "More acts")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip()) == ("More acts", "More acts")
    assert button.sizeHint().width() == button.sizeHint().height() == 32


def test_a_chip_says_its_count(qtbot: QtBot) -> None:
    chip = FilterChip("Pending", 1204)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Pending, 1,204"
    chip.set_count(None)
    assert chip.accessibleName() == "Pending"


def test_a_click_checks_a_filter_but_opens_a_menu(qtbot: QtBot) -> None:
    plain, opens = FilterChip("Pending"), FilterChip("All mailboxes", menu=True)
    for chip in (plain, opens):
        qtbot.addWidget(chip)
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert plain.isChecked()
    assert not opens.isChecked()
    opens.setChecked(True)
    assert opens.isChecked()


@pytest.mark.parametrize("kind", ["secondary", "primary", "quiet", "danger"])
def test_long_words_and_keys_are_never_cut(qtbot: QtBot, kind: str) -> None:
    words = "[Ŕéçőñńéçť ťĥíš måílƀóх ťó ťĥé šéŕvéŕ]"
    button = Button(words, "refresh-cw", kind, "Ctrl+Shift+Enter")
    qtbot.addWidget(button)
    row = QWidget()
    qtbot.addWidget(row)
    QHBoxLayout(row).addWidget(button)
    row.resize(80, 40)
    row.show()
    needed = text_width(words, font("medium")) + text_width("Ctrl+Shift+Enter", font("caption")) + 16
    assert button.width() >= needed


def test_the_hint_has_room_of_its_own(qtbot: QtBot) -> None:
    button = Button("Sync all")
    qtbot.addWidget(button)
    bare = button.sizeHint().width()
    button.set_hint("F5")
    assert button.sizeHint().width() == pytest.approx(bare + 8 + text_width("F5", font("caption")), abs=1)


@pytest.mark.parametrize(("small", "height"), [(False, 32), (True, 28)])
def test_a_button_is_as_high_as_in_the_mockups(qtbot: QtBot, small: bool, height: int) -> None:
    button = Button("Export", small=small)
    qtbot.addWidget(button)
    assert button.sizeHint().height() == height


def test_the_filled_button_loses_its_fill_in_a_window_behind(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = Button("Assign", kind="primary")
    QHBoxLayout(window).addWidget(button)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert share(picture(button), LIGHT.accent) > 0.4
    dialog = QDialog(window)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert not has(picture(button), LIGHT.accent)
    assert share(picture(button), LIGHT.sel_inactive) > 0.4


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of button"):
        Button("Assign", kind="huge")
    with pytest.raises(ValueError, match="no kind of button"):
        Button("Assign").set_kind("huge")


def test_icon_and_words_are_turned_around_where_reading_is(qtbot: QtBot, mirrored: None) -> None:
    button = Button("Export", "download")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    usual = Button("Export", "download")
    qtbot.addWidget(usual)
    usual.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    usual.resize(usual.sizeHint())

    icon_left = picture(usual).copy(13, 8, 16, 16)
    assert has(icon_left, LIGHT.text)
    assert picture(button).copy(button.width() - 29, 8, 16, 16) == icon_left


def test_a_button_follows_its_action(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    action = QAction("&Assign to…", owner)
    action.setShortcut(QKeySequence("A"))
    button = Button("").follow(action)
    qtbot.addWidget(button)
    assert (button.text(), button.face.hint) == ("&Assign to", "A")
    with qtbot.waitSignal(action.triggered):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    action.setToolTip("Choose an email first")
    action.setEnabled(False)
    assert not button.isEnabled()
    assert button.toolTip() == "Choose an email first"
    delete(button)
    action.setEnabled(True)


# --- one of a few ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Segments, Tabs])
def test_one_of_a_few_is_chosen_by_mouse_and_arrows(
    qtbot: QtBot, show: Callable[..., QWidget], make: type[Segments]
) -> None:
    few = make(["Mine", "Unassigned", "All open"])
    show(few)
    assert few.current == 0
    with qtbot.waitSignal(few.chosen) as chosen:
        QTest.mouseClick(few.button(2), Qt.MouseButton.LeftButton)
    assert chosen.args == [2]
    few.button(2).setFocus()
    QTest.keyClick(few.button(2), Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: few.current == 1)
    assert [few.button(place).isChecked() for place in range(3)] == [False, True, False]


def test_choosing_moves_no_neighbour(qtbot: QtBot) -> None:
    few = Segments(["Mine", "Unassigned", "All open"])
    qtbot.addWidget(few)
    widths = few.sizeHint()
    few.choose(2)
    assert few.sizeHint() == widths


def test_counts_are_said_and_shown(qtbot: QtBot) -> None:
    few = Segments(["Activity", "Errors"])
    qtbot.addWidget(few)
    few.set_badge(1, 3, is_bad=True)
    assert few.button(1).accessibleName() == "Errors, 3"
    assert has(picture(few), LIGHT.bad_bg)
    few.set_badge(1, 0)
    assert few.button(1).accessibleName() == "Errors"
    assert not has(picture(few), LIGHT.bad_bg)
    few.set_count(0, 12)
    assert few.button(0).accessibleName() == "Activity, 12"

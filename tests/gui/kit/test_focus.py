"""The ring goes where the keyboard is, is not cut, and does not stay behind."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.buttons import Button, IconButton, Segments
from desktop.ui.kit.focus import FocusRing
from desktop.ui.kit.surfaces import Card
from desktop.ui.kit.theme import Theme
from desktop.ui.kit.tokens import LIGHT
from tests.gui.kit.looking import bounds, has, picture

Show = Callable[..., QWidget]


def ring(theme: Theme) -> FocusRing:
    """The ring of the application."""
    assert theme._ring is not None
    return theme._ring


def test_the_ring_follows_tab(qtbot: QtBot, show: Show, dressed: Theme) -> None:
    first, second = Button("Assign"), IconButton("x", "Close")
    window = show(first, second)
    for expected in (first, second, first):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        qtbot.waitUntil(lambda one=expected: ring(dressed).target is one)  # type: ignore[misc]
        qtbot.waitUntil(lambda: has(picture(window), LIGHT.focus))


def test_the_ring_is_2_px_and_stands_1_px_outside(qtbot: QtBot, show: Show) -> None:
    button = Button("Assign")
    window = show(button)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: has(picture(window), LIGHT.focus))
    around = bounds(picture(window), LIGHT.focus)
    assert around == button.geometry().adjusted(-3, -3, 3, 3)
    middle = button.geometry().center().y()
    left = button.geometry().left()
    inks = [picture(window).pixelColor(left - at, middle).name().upper() for at in (3, 2, 1)]
    assert inks == [LIGHT.focus, LIGHT.focus, LIGHT.window]


def test_a_click_shows_no_ring_and_tab_does(qtbot: QtBot, show: Show, dressed: Theme) -> None:
    button, other = Button("Assign"), Button("Other")
    window = show(button, other)
    handle = window.windowHandle()
    assert handle is not None
    at = button.geometry().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    qtbot.waitUntil(button.hasFocus)
    assert ring(dressed).target is None
    assert not has(picture(window), LIGHT.focus)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: ring(dressed).target is other)


def test_a_box_has_its_ring_around_the_mark_only(qtbot: QtBot, show: Show) -> None:
    box = QCheckBox("Remember wei@acme-parts.example")
    window = show(box)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: has(picture(window), LIGHT.focus))
    around = bounds(picture(window), LIGHT.focus)
    assert (around.width(), around.height()) == (22, 22)
    assert around.left() == box.geometry().left() - 3


def test_a_ring_is_not_cut_by_a_tight_parent(qtbot: QtBot, show: Show) -> None:
    inner = QWidget()
    tight = QVBoxLayout(inner)
    tight.setContentsMargins(0, 0, 0, 0)
    button = Button("Assign")
    tight.addWidget(button)
    window = show(inner)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: has(picture(window), LIGHT.focus))
    assert bounds(picture(window), LIGHT.focus).width() == button.width() + 6


def test_a_card_that_takes_the_focus_has_a_ring(qtbot: QtBot, show: Show, dressed: Theme) -> None:
    card = Card()
    card.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    card.setFixedSize(120, 60)
    show(card)
    card.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: ring(dressed).target is card)


def test_segments_have_their_ring_inside(qtbot: QtBot, show: Show, dressed: Theme) -> None:
    few = Segments(["Light", "Dark"])
    window = show(few)
    few.button(0).setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: has(picture(window), LIGHT.focus))
    assert ring(dressed).target is None
    assert few.geometry().contains(bounds(picture(window), LIGHT.focus))


def test_the_ring_goes_with_what_it_was_around(qtbot: QtBot, show: Show, dressed: Theme) -> None:
    button, other = Button("Assign"), Button("Other")
    window = show(button, other)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: ring(dressed).target is button)
    button.deleteLater()
    qtbot.waitUntil(lambda: ring(dressed).target is not button)
    other.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: ring(dressed).target is other)
    other.hide()
    qtbot.waitUntil(lambda: not has(picture(window), LIGHT.focus))

"""Toasts stand over the screen or in its own lane, one at a time, and move along with the person."""

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.messages import KeyLane
from desktop.ui.kit.theme import theme
from desktop.ui.toasts import ToastLane, Toasts, Words, clear_of


class Scene:
    def __init__(self, qtbot: QtBot) -> None:
        self.over = QWidget()
        self.hints = KeyLane([("J", "K", "Move")])
        self.lane = ToastLane(self.hints)
        column = QVBoxLayout(self.over)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self.lane)
        self.over.resize(800, 500)
        qtbot.addWidget(self.over)
        self.over.show()
        self.toasts = Toasts(self.over)


@pytest.fixture
def scene(qapp: QApplication, qtbot: QtBot) -> Scene:
    theme().apply(qapp)
    return Scene(qtbot)


def test_a_toast_lies_over_the_screen_at_the_bottom_centre(scene: Scene) -> None:
    scene.toasts.show(Words("Assigned 1 email to Acme", "Undo", "Ctrl+Z"))
    toast = scene.toasts.current
    assert toast is not None
    assert toast.parentWidget() is scene.over
    assert abs(toast.geometry().center().x() - scene.over.width() // 2) <= 1
    assert scene.hints.isVisible()


def test_a_toast_stands_clear_of_the_foot_and_of_what_can_be_pressed(scene: Scene) -> None:
    foot, above = QWidget(scene.over), QPushButton("Apply", scene.over)
    foot.setGeometry(0, 440, 800, 60)
    above.setGeometry(390, 400, 80, 32)
    foot.show()
    above.show()
    scene.toasts.use(None, lambda: foot)
    scene.toasts.show(Words("Assigned 1 email to Acme", "Undo", "Ctrl+Z"))
    toast = scene.toasts.current
    assert toast is not None
    assert toast.geometry().bottom() < above.geometry().top()
    above.setEnabled(False)
    foot.hide()
    scene.toasts.settle()
    assert toast.geometry().bottom() > foot.geometry().top()


def test_a_toast_stays_low_where_everything_is_full() -> None:
    low, lines = QRect(300, 450, 200, 36), [QRect(0, top, 800, 30) for top in range(0, 500, 32)]
    assert clear_of(low, lines, 250) == low
    assert clear_of(low, lines[-2:], 250).size() == QSize(200, 36)
    assert clear_of(low, lines[-2:], 250).bottom() < lines[-2].top()


def test_in_a_lane_the_toast_takes_the_place_of_the_keys(scene: Scene) -> None:
    scene.toasts.use(scene.lane)
    scene.toasts.show(Words("Assigned 1 email to Acme", "Undo", "Ctrl+Z"))
    toast = scene.toasts.current
    assert toast is not None
    assert scene.lane.rect().contains(toast.geometry())
    assert not scene.hints.isVisible()
    scene.toasts.close()
    assert scene.hints.isVisible()


def test_a_toast_moves_along_to_the_next_screen(scene: Scene) -> None:
    undone: list[bool] = []
    scene.toasts.show(Words("Assigned 1 email to Acme", "Undo", "Ctrl+Z", lambda: undone.append(True)))
    scene.toasts.use(scene.lane)
    toast = scene.toasts.current
    assert toast is not None
    assert toast.parentWidget() is scene.lane
    assert toast.label.text() == "Assigned 1 email to Acme"
    assert toast.button is not None
    toast.button.click()
    assert undone == [True]
    assert scene.toasts.current is None


def test_words_that_are_too_long_are_cut_at_a_letter_and_whole_in_the_tooltip(scene: Scene) -> None:
    text = "The database cannot be read: " + "a page of it is damaged, and " * 12
    scene.toasts.show(Words(text, "Undo", "Ctrl+Z"))
    toast = scene.toasts.current
    assert toast is not None
    assert toast.width() <= scene.over.width() - 32
    assert toast.label.text().endswith("…")
    assert toast.toolTip() == text
    scene.over.resize(8000, 500)
    assert toast.label.text() == text


def test_the_next_toast_takes_the_place_of_the_one_before(scene: Scene) -> None:
    scene.toasts.show(Words("One"))
    scene.toasts.show(Words("Two"))
    assert scene.toasts.current is not None
    assert scene.toasts.current.label.text() == "Two"

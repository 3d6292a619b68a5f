"""Toasts stand over the screen or in its own lane, one at a time, and move along with the person."""

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.messages import KeyLane
from desktop.ui.kit.theme import theme
from desktop.ui.toasts import ToastLane, Toasts, Words


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

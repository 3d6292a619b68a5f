"""Where the window is when it comes up."""

from types import SimpleNamespace
from typing import cast

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.app.places import BELOW, PLACES
from desktop.ui.frame import Frame
from desktop.ui.ops import Ops
from desktop.ui.screen import Screen
from desktop.ui.state import UiState
from desktop.ui.window import MainWindow


class Board(Screen):
    """The first place of the sidebar."""

    id = "dashboard"
    title = "Dashboard"

    def refresh(self) -> None:
        """There is nothing to read."""

    def panes(self) -> list[QWidget]:
        return [self]


def test_the_place_of_last_time_outlasts_the_first_focus(qtbot: QtBot, ops: Ops) -> None:
    state = UiState({"place": "emails"})
    window = MainWindow(state, PLACES, BELOW)
    qtbot.addWidget(window)
    window.add_screen(Board.id, lambda: Board(cast("Frame", SimpleNamespace(ops=ops))))
    window.begin_at(Board.id)
    window.show()
    places = window.sidebar.main_list
    places.setCurrentIndex(places.model().index(0, 0))  # as Qt does when the list is the first to have the focus
    assert state.get("place") == "emails"

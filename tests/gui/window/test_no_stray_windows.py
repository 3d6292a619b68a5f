"""A widget that is shown before it has a parent is a window of its own for a moment: a flash on a real desktop."""

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window.support import real_window

PLACES = ("dashboard", "emails", "review", "sync_log", "customers", "settings")


class Strays(QObject):
    """Notes every window that appears and is none of ours, and who showed it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if is_shown and not isinstance(watched, (QDialog, QMainWindow, QMenu)):
            frames = [one for one in traceback.extract_stack() if "/desktop/" in one.filename]
            where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "somewhere"
            self.found.add(f"{type(watched).__name__} at {where}")
        return False


@pytest.fixture
def strays(qapp: QApplication) -> Iterator[Strays]:
    made = Strays()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def test_no_part_of_the_window_is_a_window(qtbot: QtBot, tmp_path: Path, strays: Strays) -> None:
    with real_window(qtbot, tmp_path) as real:
        for place in PLACES:
            real.go(place)
        real.frame.doors.connect()
        qtbot.waitUntil(lambda: any(one.isVisible() for one in real.window.findChildren(QDialog)))
        for dialog in real.window.findChildren(QDialog):
            dialog.close()
    assert sorted(strays.found) == []

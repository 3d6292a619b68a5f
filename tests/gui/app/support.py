"""A start of the window with a stand-in for the main window: what stands behind it is real."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.launch import Launch, ProfilePlan
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.parts import Parts
from desktop.security.keyfile import new_key_file
from desktop.workspace.opening import Given

LIMIT_MS = 60_000


class StandIn(QWidget):
    """Takes the place of the main window and keeps what it was built from."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts


def new_given(folder: Path, *, key: bool = True) -> Given:
    """A profile that does not exist yet, with or without a key file."""
    if not key:
        return Given(folder / "profile")
    new_key_file(folder / "key")
    return Given(folder / "profile", folder / "key")


class OpenedBy(ProfilePlan):
    """A profile that is opened as a test says."""

    def __init__(self, how: Callable[[Given], OpenProfile]) -> None:
        self._how = how

    def open(self, given: Given) -> OpenProfile:
        return self._how(given)


@contextmanager
def launched(given: Given, how: Callable[[Given], OpenProfile] = open_profile) -> Iterator[Launch]:
    """A start that has begun; it is ended with the block, in peace."""
    launch = Launch(given, StandIn, OpenedBy(how))
    launch.begin()
    try:
        yield launch
    finally:
        assert launch.close()


def opened(qtbot: QtBot, launch: Launch) -> Parts:
    """Wait for the main window; return its parts."""
    qtbot.waitUntil(lambda: launch.window is not None, timeout=LIMIT_MS)
    assert isinstance(launch.window, StandIn)
    assert launch.window.isVisible()
    assert not launch.start_window.isVisible()
    return launch.window.parts


def words(widget: QWidget) -> str:
    """What can be read on a window."""
    shown = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(shown)


def button(widget: QWidget, name: str) -> QPushButton:
    """The button that is called so."""
    shown = [one for one in widget.findChildren(QPushButton) if one.isVisibleTo(widget)]
    found = [one for one in shown if name in one.accessibleName()]
    assert len(found) == 1, f"{name}: {[one.accessibleName() for one in shown]}"
    return found[0]


def field(widget: QWidget, name: str) -> QLineEdit:
    """The line that is called so."""
    found = [one for one in widget.findChildren(QLineEdit) if one.isVisibleTo(widget) and one.accessibleName() == name]
    assert len(found) == 1, name
    return found[0]


def type_into(line: QLineEdit, text: str) -> None:
    """Type letter by letter."""
    QTest.keyClicks(line, text)


def press_enter(line: QLineEdit) -> None:
    """Press Return."""
    QTest.keyClick(line, Qt.Key.Key_Return)

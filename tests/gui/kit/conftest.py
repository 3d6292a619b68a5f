"""Every test of the kit begins in the light theme at 100 %, and leaves it so."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.theme import Theme, theme


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[Theme]:
    """The theme, applied to the application."""
    now = theme()
    now.apply(qapp)
    now.set_mode("light")
    now.set_text_scale(100)
    yield now
    now.set_mode("light")
    now.set_text_scale(100)


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., QWidget]:
    """Shows widgets side by side in an active window, nothing in the focus, and returns the window."""
    windows: list[QWidget] = []

    def do(*widgets: QWidget) -> QWidget:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        row = QHBoxLayout(window)
        for widget in widgets:
            row.addWidget(widget)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.setFocus()
        return window

    return do


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    """A program that reads from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

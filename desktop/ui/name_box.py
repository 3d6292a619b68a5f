"""Asks for a name beside what it is for: Enter takes it, Esc goes back, and what is wrong is said under it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.ui.floating import Floating
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Field, text_field
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.messages import KeyLane

WIDTH, HEIGHT = 320, 132


class NameBox(Floating):
    """Made once; opened for one name after the other."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Name")
        self.field = text_field("", name="Name")
        self.labelled = Field("Name of the view", self.field)
        self._take: Callable[[str], object] = _nothing
        inside = VBox(4, (12, 12, 12, 8))
        inside.addWidget(self.labelled)
        column = VBox(0, (1, 1, 1, 1), self)
        column.addLayout(inside)
        column.addStretch(1)
        column.addWidget(KeyLane([("Enter", "Save"), ("Esc", "Back")], line=True))
        self.heed(self.field)
        self.field.textEdited.connect(lambda _text: self.labelled.clear_error())

    def open(self, anchor: QWidget, name: str, take: Callable[[str], object]) -> None:
        """Ask below *anchor*, beginning with *name*; *take* is given what is typed and closes the box if it will do."""
        self._take = take
        self.remember_focus()
        self.labelled.clear_error()
        self.field.setText(name)
        self.field.selectAll()
        self.place(anchor, QSize(scaled(WIDTH), scaled(HEIGHT)))
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def refuse(self, error: AppError) -> None:
        """Say what is wrong with the name."""
        self.labelled.set_error(error.what)

    def take_key(self, event: QKeyEvent) -> bool:
        """Enter and Esc."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.field.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.close_it()
        else:
            return False
        return True


def _nothing(_name: str) -> None:
    """Nobody has asked."""

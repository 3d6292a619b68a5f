"""Asks for a name beside what it is for: Enter takes it, Esc goes back, and what is wrong is said under it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
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
        self._before: QWidget | None = None
        inside = VBox(4, (12, 12, 12, 8))
        inside.addWidget(self.labelled)
        column = VBox(0, (1, 1, 1, 1), self)
        column.addLayout(inside)
        column.addStretch(1)
        column.addWidget(KeyLane([("Enter", "Save"), ("Esc", "Back")], line=True))
        self.field.installEventFilter(self)
        self.field.textEdited.connect(lambda _text: self.labelled.clear_error())

    def open(self, anchor: QWidget, name: str, take: Callable[[str], object]) -> None:
        """Ask below *anchor*, beginning with *name*; *take* is given what is typed and closes the box if it will do."""
        self._take, self._before = take, self.window().focusWidget()
        self.labelled.clear_error()
        self.field.setText(name)
        self.field.selectAll()
        self.place(anchor, QSize(scaled(WIDTH), scaled(HEIGHT)))
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def refuse(self, error: AppError) -> None:
        """Say what is wrong with the name."""
        self.labelled.set_error(error.what)

    def close_it(self) -> None:
        """Hide, and give the focus back to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc; losing the focus closes."""
        if watched is self.field and self.isVisible():
            if event.type() == QEvent.Type.FocusOut:
                self.hide()
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                    self._take(self.field.text())
                    return True
                if event.key() == Qt.Key.Key_Escape:
                    self.close_it()
                    return True
        return super().eventFilter(watched, event)


def _nothing(_name: str) -> None:
    """Nobody has asked."""

"""What floats in the window beside what it belongs to: a list to choose from, a line to fill in."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget
from shiboken6 import isValid

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import paint_box
from desktop.ui.kit.theme import theme
from desktop.ui.toasts import announce

ROW, MARGIN = 28, 8


class FloatingList(QListWidget):
    """Lines to choose from by the keys of somebody else: it never takes the focus."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def show_lines(self, lines: Sequence[QListWidgetItem]) -> None:
        """Show these lines; none is chosen."""
        self.clear()
        for line in lines:
            line.setSizeHint(QSize(0, scaled(ROW)))
            line.setFont(font("body"))
            self.addItem(line)

    def step(self, steps: int) -> None:
        """Choose the next line, or the one before; beyond the ends nothing changes."""
        row = max(0, min(self.count() - 1, self.currentRow() + steps))
        if self.count():
            self.setCurrentRow(row)
            announce(self, self.item(row).text())


class Floating(QFrame):
    """A raised surface, a child of the window, that is placed below something and lives by the keys of one field."""

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._window = window
        self._heeded: QWidget | None = None
        self._before: QWidget | None = None
        self.setAccessibleName(name)
        self.hide()

    def heed(self, field: QWidget) -> None:
        """While shown, be given each key of *field* first (:meth:`take_key`), and hide when it loses the focus."""
        self._heeded = field
        field.installEventFilter(self)

    def take_key(self, _event: QKeyEvent) -> bool:
        """Act on a key of the field; True when it is not to reach it."""
        return False

    def remember_focus(self) -> None:
        """Keep in mind who has the focus now, for :meth:`close_it`."""
        self._before = self.window().focusWidget()

    def close_it(self) -> None:
        """Hide, and give the focus back to where it was."""
        self.hide()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the field."""
        if watched is self._heeded and self.isVisible():
            if event.type() == QEvent.Type.FocusOut:
                self.hide()
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self.take_key(event)
        return super().eventFilter(watched, event)

    def place(self, anchor: QWidget, wanted: QSize) -> None:
        """Stand below *anchor* where the window has room."""
        window = self._window
        size = wanted.boundedTo(window.size() - QSize(scaled(2 * MARGIN), scaled(2 * MARGIN)))
        at = anchor.mapTo(window, QPoint(0, anchor.height() + scaled(4)))
        if anchor.isRightToLeft():
            at.setX(at.x() + anchor.width() - size.width())
        left = max(scaled(MARGIN), min(at.x(), window.width() - size.width() - scaled(MARGIN)))
        top = max(scaled(MARGIN), min(at.y(), window.height() - size.height() - scaled(MARGIN)))
        self.setGeometry(left, top, size.width(), size.height())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A raised surface with an edge."""
        fill, edge = theme().color("raised"), theme().color("control")
        paint_box(QPainter(self), self.rect(), scaled(8), fill, edge)

"""Arriving at a place: the focus goes to what is worked with there, also when that is still being read."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from desktop.ui.kit.reading_order import stops
from desktop.ui.screen import Screen


class Arrival(QObject):
    """Leads the focus into a pane that is still being read, unless the person has gone on or begun to type."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pane: QWidget | None = None
        self._meanwhile: QWidget | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._enter)

    def at(self, screen: Screen) -> None:
        """Give the focus to the first pane of *screen*, or to what is there until that is."""
        panes = screen.panes()
        enter(next((pane for pane in panes if pane.isVisible()), screen))
        self.wait_for(panes[0] if panes and not panes[0].isVisible() else None)

    def wait_for(self, pane: QWidget | None) -> None:
        """Wait until *pane* is shown, and for no other any more; with None for nothing."""
        if self._pane is not None and isValid(self._pane):
            self._pane.removeEventFilter(self)
        self._soon.stop()
        self._pane, self._meanwhile = pane, QApplication.focusWidget()
        if pane is not None:
            pane.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go on once everything around it is shown too."""
        if watched is self._pane and event.type() == QEvent.Type.Show:
            self._soon.start()
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        pane, focus = self._pane, QApplication.focusWidget()
        is_typing = isinstance(focus, QLineEdit) and bool(focus.text())
        is_there = pane is not None and isValid(pane) and pane.isVisible()
        if pane is not None and is_there and focus is self._meanwhile and not is_typing:
            enter(pane)
        self.wait_for(None)


def enter(pane: QWidget) -> None:
    """Give a pane the focus: itself, or where it is only a frame, the first thing in it that takes the focus."""
    target = pane
    if pane.focusPolicy() == Qt.FocusPolicy.NoFocus and pane.focusProxy() is None:
        target = next(stops(pane), pane)
    target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def place_among(panes: Sequence[QWidget], focus: QWidget | None) -> int:
    """Return which of *panes* has the focus, or -1."""
    return next((at for at, one in enumerate(panes) if focus is one or (focus and one.isAncestorOf(focus))), -1)

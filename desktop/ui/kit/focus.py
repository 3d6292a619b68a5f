"""The focus ring: one for the application, 1 px outside the control that has the focus, moved along with it."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFocusFrame,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from desktop.ui.kit.face import BY_MOUSE, RINGED, face_of

INSIDE = frozenset({"segment", "tab", "toast"})
"""Kinds of buttons that have their ring inside their edge."""


class FocusRing(QObject):
    """Moves the ring. A control that got the focus by a click has none: the hand knows where it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame: QFocusFrame | None = None

    def install(self, app: QApplication) -> None:
        """Follow the focus of the application from now on."""
        app.focusChanged.connect(self._move)

    @property
    def target(self) -> QWidget | None:
        """The widget that has the ring now."""
        return self._frame.widget() if self._frame is not None and isValid(self._frame) else None

    def _move(self, old: QWidget | None, new: QWidget | None) -> None:
        for one in (old, new):
            if isinstance(one, QTextEdit | QPlainTextEdit) and isValid(one):
                one.update()  # Qt paints its text anew, and leaves the outline as it was
        if self._frame is not None and isValid(self._frame):  # it goes with the window it was drawn in
            self._frame.hide()
            self._frame.deleteLater()
        self._frame = None
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if isinstance(new, QAbstractButton):
            new.setProperty(BY_MOUSE, by_mouse)
        if new is None or by_mouse or not wants_ring(new):
            return
        self._frame = QFocusFrame(new)
        self._frame.setWidget(new)


def wants_ring(widget: QWidget) -> bool:
    """Tell whether a widget has its ring outside its edge."""
    if widget.property(RINGED) is not None:
        return True
    if not isinstance(widget, QAbstractButton) or isinstance(widget, QToolButton):
        return False
    return face_of(widget).kind not in INSIDE and not isinstance(widget.parent(), QMenu)

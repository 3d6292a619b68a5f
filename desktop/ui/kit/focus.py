"""The focus ring: one for the application, 1 px outside the control that has the focus, moved along with it."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QFocusFrame, QMenu, QToolButton, QWidget

from desktop.ui.kit.face import face_of

INSIDE = frozenset({"segment", "tab", "toast"})
"""Kinds of buttons that have their ring inside their edge."""
RINGED = "focus_ring"
"""Dynamic property: this widget, which is no button, wants the ring too; its value is the radius of the ring."""
BY_MOUSE = "focused_by_mouse"


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
        return self._frame.widget() if self._frame is not None else None

    def _move(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._drop()
        if new is None or not wants_ring(new):
            return
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        frame = QFocusFrame()
        frame.setWidget(new)
        frame.destroyed.connect(self._forget)
        self._frame = frame

    def _drop(self) -> None:
        frame, self._frame = self._frame, None
        if frame is not None:
            frame.setWidget(None)  # type: ignore[arg-type]  # Qt takes no widget; the stubs do not
            frame.hide()
            frame.deleteLater()

    def _forget(self) -> None:
        self._frame = None


def wants_ring(widget: QWidget) -> bool:
    """Tell whether a widget has its ring outside its edge."""
    if widget.property(RINGED) is not None:
        return True
    if not isinstance(widget, QAbstractButton) or isinstance(widget, QToolButton):
        return False
    return face_of(widget).kind not in INSIDE and not isinstance(widget.parent(), QMenu)

"""A form that floats in the window over its work: no dialog comes and goes between one email and the next."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.layouts import VBox
from desktop.ui.kit.reading_order import move_focus
from desktop.ui.kit.surfaces import Card

MARGIN = 16


class FormPanel(Card):
    """Holds *form* above *over* in the same window, and goes with it. *first* takes the focus, and Tab stays inside."""

    def __init__(self, form: QDialog, over: QWidget, first: QWidget) -> None:
        super().__init__(fill="raised", edge="control")
        self._form, self._over, self._window = form, over, over.window()
        form.setWindowModality(Qt.WindowModality.NonModal)
        self.setParent(self._window)
        column = VBox(0, 0, self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(form)
        self._window.installEventFilter(self)
        form.finished.connect(self._end)
        self._place()
        self.show()
        self.raise_()
        form.show()
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where the work is when the window gets another size."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._place()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Go from field to field, and from the last to the first."""
        return move_focus(self, forward=is_next)

    def _place(self) -> None:
        margin = scaled(MARGIN)
        room = self._window.size() - QSize(2 * margin, 2 * margin)
        size = (self._form.sizeHint() + QSize(2, 2)).boundedTo(room)
        middle = self._over.mapTo(self._window, QPoint(self._over.width() // 2, self._over.height() // 2))
        left = max(margin, min(middle.x() - size.width() // 2, self._window.width() - size.width() - margin))
        top = max(margin, min(middle.y() - size.height() // 2, self._window.height() - size.height() - margin))
        self.setGeometry(left, top, size.width(), size.height())

    def _end(self) -> None:
        self._window.removeEventFilter(self)
        self.hide()
        self.deleteLater()

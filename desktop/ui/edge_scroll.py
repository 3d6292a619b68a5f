"""A list that something is dragged over scrolls while the pointer is near its upper or lower edge."""

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView

from desktop.ui.kit.fonts import scaled

MARGIN, STEP, TICK_MS = 24, 14, 40
"""How near the edge (px at 100 %), how far each time, and how often."""


class EdgeScroll(QObject):
    """Scrolls *view* by itself; for lists that answer drags with an event filter, where Qt's own does not run."""

    scrolled = Signal()
    """Other rows are under the pointer now."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._step = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._scroll)

    def be_at(self, place: QPoint) -> None:
        """Scroll, or not, as the pointer is at *place* of the viewport now."""
        margin, height = scaled(MARGIN), self._view.viewport().height()
        self._step = -scaled(STEP) if place.y() < margin else scaled(STEP) if place.y() >= height - margin else 0
        if not self._step:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Stand still: the drag has left, or is over."""
        self._timer.stop()

    def _scroll(self) -> None:
        bar = self._view.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + self._step)
        if bar.value() == before:
            self._timer.stop()
        else:
            self.scrolled.emit()

"""Grounds: cards, the veil behind a dialog."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.ui.kit.face import RINGED
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.paint import paint_box, painter_on
from desktop.ui.kit.theme import theme

VEIL = 0.62


class Card(QFrame):
    """A surface with a 1 px border and round corners. ``is_chosen`` tints it."""

    RADIUS = 8

    def __init__(self, *, fill: str = "surface", edge: str = "border", radius: int = RADIUS) -> None:
        super().__init__()
        self._fill, self._edge, self._radius = fill, edge, radius
        self._is_chosen = False
        self.setProperty(RINGED, radius)
        theme().changed.connect(self.update)

    @property
    def is_chosen(self) -> bool:
        """Whether the card is the chosen one."""
        return self._is_chosen

    def set_chosen(self, *, chosen: bool) -> None:
        """Tint the card, or not any more."""
        self._is_chosen = chosen
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and border."""
        fill, edge = ("sel", "focus") if self._is_chosen else (self._fill, self._edge)
        painter = painter_on(self)
        paint_box(painter, self.rect(), scaled(self._radius), theme().color(fill), theme().color(edge))


class Scrim(QWidget):
    """The veil over a window while a dialog lies over it: the window stays readable, and cannot be clicked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        theme().changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what is veiled."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget) and watched is self.parent():
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the veil."""
        painter = painter_on(self)
        painter.setOpacity(VEIL)
        painter.fillRect(self.rect(), theme().color("window"))

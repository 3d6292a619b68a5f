"""The steps of the wizard in a row: those that are done, the one at hand, those to come."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import draw_icon
from desktop.ui.kit.paint import draw_text, leading, mirrored_in, paint_box, painter_on, saved, text_width
from desktop.ui.kit.theme import theme

HEIGHT, SIDE, DOT, GAP, LINE, CHECK = 52, 24, 20, 8, 24, 12


class Stepper(QWidget):
    """Shows where one is; it is not clicked."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names, self._at = list(names), 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)
        self.go_to(0)

    @property
    def at(self) -> int:
        """The place of the step at hand; as many as there are steps when all are done."""
        return self._at

    def go_to(self, at: int) -> None:
        """Be at another step."""
        self._at = at
        name = self._names[at] if at < len(self._names) else "Done"
        self.setAccessibleName(f"Step {min(at + 1, len(self._names))} of {len(self._names)}: {name}")
        self.update()

    def rename(self, at: int, name: str) -> None:
        """Call a step otherwise."""
        self._names[at] = name
        self.go_to(self._at)

    def sizeHint(self) -> QSize:
        """Return the room of all steps."""
        return QSize(sum(self._width(name) for name in self._names), scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Where there is no room, only the step at hand has its words."""
        return QSize(scaled(200), scaled(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the steps."""
        painter = painter_on(self)
        left = scaled(SIDE)
        is_short = self.sizeHint().width() > self.width()
        for at, name in enumerate(self._names):
            if at:
                self._paint_line(painter, left)
                left += scaled(LINE + GAP)
            left = self._paint_step(painter, left, at, "" if is_short and at != self._at else name)

    def _width(self, name: str) -> int:
        return scaled(DOT + GAP + GAP + LINE + GAP) + text_width(name, font("caption_strong"))

    def _paint_line(self, painter: QPainter, left: int) -> None:
        line = QRectF(left, self.height() // 2, scaled(LINE), 1)
        painter.fillRect(mirrored_in(painter, line, self.rect()), theme().color("edge"))

    def _paint_step(self, painter: QPainter, left: int, at: int, name: str) -> int:
        is_done, is_on = at < self._at, at == self._at
        side = scaled(DOT)
        dot = mirrored_in(painter, QRectF(left, (self.height() - side) // 2, side, side), self.rect())
        fill, edge = ("ok_bg", "ok_bg") if is_done else ("accent", "accent") if is_on else ("surface", "edge")
        paint_box(painter, dot, side / 2, theme().color(fill), theme().color(edge))
        if is_done:
            inset = (side - scaled(CHECK)) / 2
            draw_icon(painter, dot.adjusted(inset, inset, -inset, -inset), "check", theme().color("ok"))
        else:
            with saved(painter):
                painter.setPen(theme().color("on_accent" if is_on else "text3"))
                draw_text(painter, dot, str(at + 1), Qt.AlignmentFlag.AlignHCenter, font("caption_strong"))
        if not name:
            return left + side + scaled(GAP)
        words = font("caption_strong" if is_on else "caption")
        width = text_width(name, words)
        box = mirrored_in(painter, QRectF(left + side + scaled(GAP), 0, width, self.height()), self.rect())
        with saved(painter):
            painter.setPen(theme().color("text" if is_on else "text2" if is_done else "text3"))
            draw_text(painter, box, name, leading(painter), words)
        return left + side + scaled(GAP) + width + scaled(GAP)

"""What the draft does to the mail that is here, as three figures and a bar."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.services.filter_rehearsal import RehearsalReport
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.paint import mirrored_in, paint_box, painter_on
from desktop.ui.kit.theme import theme
from desktop.ui.words import number

KEPT, BEFORE, MORE = "accent", "control", "warn_glyph"


class Bar(QWidget):
    """Kept, skipped as before, and more skipped by the edit, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[int, int, int] = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self._dress)

    def show_parts(self, kept: int, before: int, more: int) -> None:
        """Show other shares."""
        self._parts = kept, before, more
        self.setAccessibleName(f"{number(kept)} kept, {number(before)} skipped as before, {number(more)} more skipped")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the parts; what is more than nothing is at least seen."""
        painter, whole = painter_on(self), QRectF(self.rect())
        total = sum(self._parts)
        if not total:
            paint_box(painter, whole, scaled(4), theme().color("badge"))
            return
        least, gap = scaled(4), scaled(2)
        room = whole.width() - gap * (sum(1 for part in self._parts if part) - 1)
        left = 0.0
        for part, ink in zip(self._parts, (KEPT, BEFORE, MORE), strict=True):
            if part:
                width = max(float(least), room * part / total)
                width = min(width, whole.width() - left)
                box = QRectF(left, 0, width, whole.height())
                paint_box(painter, mirrored_in(painter, box, whole), scaled(3), theme().color(ink))
                left += width + gap

    def _dress(self) -> None:
        self.setFixedHeight(scaled(10))


class Mark(QWidget):
    """The shape and colour of a part of the bar."""

    def __init__(self, ink: str) -> None:
        super().__init__()
        self._ink = ink
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a circle, a square or a triangle: shapes tell the parts apart as colours do."""
        painter, side = painter_on(self), float(scaled(8))
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        color = theme().color(self._ink)
        if self._ink == MORE:
            painter.setPen(color)
            painter.setBrush(color)
            painter.drawPolygon([box.bottomLeft(), box.bottomRight(), QPointF(box.center().x(), box.top())])
            return
        paint_box(painter, box, side / 2 if self._ink == KEPT else 0, color)

    def _dress(self) -> None:
        self.setFixedSize(scaled(10), scaled(16))


class Figures(QWidget):
    """The bar and its figures."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = Bar()
        self.kept, self.before, self.more = Label("", "strong"), Label("", "strong"), Label("", "strong")
        self.less = Label("", "strong")
        self._less_words = Label("kept again by your edit", "body", "text2")
        self.took = Label("", "caption", "text3")
        flow = FlowLayout(16)
        for ink, figure, words in (
            (KEPT, self.kept, Label("kept", "body", "text2")),
            (BEFORE, self.before, Label("skipped as before", "body", "text2")),
            (MORE, self.more, Label("more skipped by your edit", "body", "text2")),
            (KEPT, self.less, self._less_words),
        ):
            one = QWidget()
            line = HBox(4, 0, one)
            line.addWidget(Mark(ink))
            line.addWidget(figure)
            line.addWidget(words)
            flow.addWidget(one)
        self._less = self.less.parentWidget()
        below = HBox(8)
        below.addLayout(flow, 1)
        below.addWidget(self.took)
        column = VBox(8, 0, self)
        column.addWidget(self.bar)
        column.addLayout(below)

    def show_report(self, report: RehearsalReport, seconds: float) -> None:
        """Show what was found, and how long that took."""
        more, less = len(report.newly_skipped), len(report.newly_kept)
        self.bar.show_parts(report.kept, report.skipped - more, more)
        self.kept.setText(number(report.kept))
        self.before.setText(number(report.skipped - more))
        self.more.setText(number(more))
        self.less.setText(number(less))
        if self._less is not None:
            self._less.setVisible(bool(less))
        self.took.setText(f"Counted in {max(seconds, 0.1):.1f} s")

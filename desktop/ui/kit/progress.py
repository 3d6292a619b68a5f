"""How far something is, and how the last day went."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from desktop.ui.kit.drawing.bars import PROGRESS_HEIGHT, THICK_PROGRESS
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.paint import is_mirrored, painter_on
from desktop.ui.kit.theme import theme

SPARK_WIDTH, SPARK_HEIGHT, BAR, STEP, LEAST = 95, 40, 3, 4, 2


class ProgressBar(QProgressBar):
    """A thin bar without a figure: the count stands beside it in words. A range of 0 to 0 waits."""

    def __init__(self, *, thick: bool = False, name: str = "Progress") -> None:
        super().__init__()
        self._px = THICK_PROGRESS if thick else PROGRESS_HEIGHT
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self._dress)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(scaled(40), scaled(self._px))

    def _dress(self) -> None:
        self.setFixedHeight(scaled(self._px))


class Spark(QWidget):
    """24 bars, one for each hour, and a red line where there was no contact (None)."""

    def __init__(self, values: Sequence[int | None] = (), name: str = "Emails in the last 24 hours") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._values = tuple(values)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_values(self, values: Sequence[int | None]) -> None:
        """Show other values, the oldest first."""
        self._values = tuple(values)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of 24 bars."""
        return QSize(scaled(SPARK_WIDTH), scaled(SPARK_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Bars are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars."""
        painter = painter_on(self)
        if is_mirrored(painter):
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        most = max((value for value in self._values if value), default=1)
        for place, value in enumerate(self._values):
            left, bottom = scaled(place * STEP), self.height()
            if value is None:
                painter.fillRect(QRectF(left, bottom - scaled(2), scaled(STEP), scaled(2)), theme().color("bad_glyph"))
                continue
            height = max(scaled(LEAST), round(value / most * (bottom - 1)))
            painter.fillRect(QRectF(left, bottom - height, scaled(BAR), height), theme().color("bar"))

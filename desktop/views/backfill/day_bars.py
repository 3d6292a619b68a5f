"""The emails of each day as bars, of a long range those of each week or month; and the same as words and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.domain.backfill_days import DayCount
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import draw_text, paint_box, painter_on, saved, text_width
from desktop.ui.kit.theme import theme
from desktop.ui.words import calendar_day, counted, number

MOST_BARS = 62
STEPS = ((1, "day"), (7, "week"), (28, "4 weeks"))
"""Days that one bar stands for, and what they are called; a longer range takes the last."""

TALL, AXIS, ABOVE, GAP = 108, 20, 18, 8
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Bar:
    """One day or a few, from *first* to *last*."""

    first: date
    last: date
    here: int
    there: int

    @property
    def total(self) -> int:
        """How high it is."""
        return self.here + self.there

    @property
    def days(self) -> str:
        """The day, or the days from and to."""
        if self.first == self.last:
            return calendar_day(self.first)
        return f"{calendar_day(self.first)} to {calendar_day(self.last)}"


def step_of(days: Sequence[DayCount]) -> tuple[int, str]:
    """Return how many days one bar stands for, and what that is called."""
    return next((step for step in STEPS if len(days) <= MOST_BARS * step[0]), STEPS[-1])


def bars_of(days: Sequence[DayCount]) -> list[Bar]:
    """Return the bars; the newest is never of fewer days than the others."""
    step, _ = step_of(days)
    parts = [days[max(0, end - step) : end] for end in range(len(days), 0, -step)]
    return [
        Bar(part[0].day, part[-1].day, sum(one.here for one in part), sum(one.there for one in part))
        for part in reversed(parts)
    ]


def summary(bars: Sequence[Bar], each: str) -> str:
    """Say in a sentence what the bars show."""
    if not any(bar.total for bar in bars):
        return "No emails."
    most = max(bars, key=lambda bar: bar.total)
    total, here = sum(bar.total for bar in bars), sum(bar.here for bar in bars)
    brought = f", {number(here)} of them here" if here else ""
    return f"{counted(total, 'email')} by {each}{brought}; most of {most.days}: {number(most.total)}."


class DayBars(QWidget):
    """Paints them; the pointer is told what it rests on."""

    def __init__(self, *, shows_here: bool) -> None:
        super().__init__()
        self.shows_here = shows_here
        self.bars: list[Bar] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def show_bars(self, bars: Sequence[Bar], each: str) -> None:
        """Show others."""
        self.bars = list(bars)
        self.setAccessibleName(f"Emails per {each}")
        self.setAccessibleDescription(summary(bars, each))
        self.update()

    def words(self, bar: Bar) -> str:
        """Say what a bar shows."""
        if not self.shows_here:
            return f"{bar.days}: {counted(bar.total, 'email')} on the server"
        return f"{bar.days}: {number(bar.here)} here, {number(bar.there)} still on the server"

    def sizeHint(self) -> QSize:
        """Return the room."""
        return QSize(scaled(320), scaled(TALL + AXIS))

    def minimumSizeHint(self) -> QSize:
        """Bars become thin, never low."""
        return QSize(scaled(160), scaled(TALL + AXIS))

    def event(self, event: QEvent) -> bool:
        """Tell the pointer about the bar under it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = next((bar for bar, box in self._placed() if box.left() <= event.pos().x() < box.right()), None)
            QToolTip.showText(event.globalPos(), self.words(found) if found else "", self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, their line, and as many numbers as there is room for."""
        painter = painter_on(self)
        placed = self._placed()
        painter.fillRect(QRectF(0, scaled(TALL), self.width(), 1), theme().color("control"))
        is_roomy = all(text_width(number(bar.total), font("caption")) <= box.width() for bar, box in placed)
        every = self._label_every(placed)
        for at, (bar, box) in enumerate(placed):
            column = self._column_of(bar, box)
            if bar.total:
                self._paint_bar(painter, bar, column)
            if bar.total and is_roomy:
                above = QRectF(box.left(), column.top() - scaled(ABOVE), box.width(), scaled(ABOVE))
                self._write(painter, number(bar.total), above)
            if (len(placed) - 1 - at) % every == 0:
                self._write_below(painter, bar, box)

    def _column_of(self, bar: Bar, box: QRectF) -> QRectF:
        """Return the part of its box that a bar fills."""
        most = max(one.total for one in self.bars)
        height = max(float(scaled(2)), bar.total / most * (scaled(TALL) - scaled(ABOVE))) if most else 0.0
        return QRectF(box.left(), scaled(TALL) - height, box.width(), height)

    def _write_below(self, painter: QPainter, bar: Bar, box: QRectF) -> None:
        words = self._axis_word(bar)
        wide = text_width(words, font("caption")) + scaled(GAP)
        left = min(max(0.0, box.center().x() - wide / 2), self.width() - wide)
        self._write(painter, words, QRectF(left, scaled(TALL), wide, scaled(AXIS)))

    def _placed(self) -> list[tuple[Bar, QRectF]]:
        """Return each bar and its column, as the window reads."""
        count = len(self.bars)
        if not count:
            return []
        wide = self.width() / count
        gap = min(scaled(GAP), wide / 4)
        places = range(count - 1, -1, -1) if self.isRightToLeft() else range(count)
        boxes = [QRectF(at * wide + gap / 2, 0, wide - gap, scaled(TALL)) for at in places]
        return list(zip(self.bars, boxes, strict=True))

    def _paint_bar(self, painter: QPainter, bar: Bar, column: QRectF) -> None:
        bend, blue = min(float(scaled(2)), column.width() / 3), theme().color("bar")
        if not self.shows_here:
            paint_box(painter, column, bend, blue)
            return
        paint_box(painter, column, bend, theme().color("sunken"), theme().color("control"))
        if bar.here:
            here = column.height() * bar.here / bar.total
            paint_box(painter, QRectF(column.left(), column.bottom() - here, column.width(), here), bend, blue)

    def _axis_word(self, bar: Bar) -> str:
        if len(self.bars) <= MOST_BARS // 4 and bar.first == bar.last and bar is not self.bars[0]:
            return str(bar.first.day) if bar.first.day != 1 else calendar_day(bar.first)
        return calendar_day(bar.first)

    def _label_every(self, placed: Sequence[tuple[Bar, QRectF]]) -> int:
        """Return at which distance words under the bars do not touch."""
        if not placed:
            return 1
        wide = self.width() / len(placed)
        widest = max(text_width(self._axis_word(bar), font("caption")) for bar, _ in placed) + scaled(GAP)
        return max(1, -int(-widest // wide))

    def _write(self, painter: QPainter, words: str, box: QRectF) -> None:
        with saved(painter):
            painter.setPen(theme().color("text2"))
            draw_text(painter, box, words, Qt.AlignmentFlag.AlignHCenter, font("caption"))


class DayModel(QAbstractTableModel):
    """The same, to be read row by row, the newest first."""

    def __init__(self, parent: QObject, *, shows_here: bool) -> None:
        super().__init__(parent)
        self.titles = ("Days", "Here", "Still on the server") if shows_here else ("Days", "On the server")
        self._bars: list[Bar] = []

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show others; the rows stay where they are as long as the days do."""
        fresh = list(reversed(bars))
        if [bar.days for bar in fresh] == [bar.days for bar in self._bars]:
            self._bars = fresh
            self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(self.titles) - 1))
            return
        self.beginResetModel()
        self._bars = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many bars there are."""
        return 0 if parent.isValid() else len(self._bars)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many figures each has, and its days."""
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return one cell."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        bar = self._bars[index.row()]
        figures = (bar.here, bar.there) if len(self.titles) > 2 else (bar.total,)
        return bar.days if index.column() == 0 else number(figures[index.column() - 1])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title; rows are numbered for screen readers."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return self._side(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.titles[section] if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

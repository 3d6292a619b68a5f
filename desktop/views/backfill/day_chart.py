"""The days of a range: bars with their heading and colours told, and a button that shows the same as a table."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QStackedWidget, QWidget

from desktop.domain.backfill_days import DayCount
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.paint import paint_box, painter_on
from desktop.ui.kit.theme import theme
from desktop.ui.tables import TableView
from desktop.views.backfill.day_bars import AXIS, TALL, DayBars, DayModel, bars_of, step_of

ROW = 24
SWATCH = 10


class DayChart(QWidget):
    """With *shows_here* the bars tell what is here already, else what the server has."""

    def __init__(self, *, shows_here: bool) -> None:
        super().__init__()
        self.shows_here = shows_here
        self.bars, self.model = DayBars(shows_here=shows_here), DayModel(self, shows_here=shows_here)
        self.table = TableView("", scaled(ROW))
        self.head = Label("", "strong")
        self.turn = Button("As a table", "table", "quiet", small=True)
        self.turn.clicked.connect(lambda _on: self._turn())
        self._stack = QStackedWidget()
        self._assemble()

    @property
    def is_table(self) -> bool:
        """Tell whether the table is shown."""
        return self._stack.currentWidget() is self.table

    def show_days(self, days: Sequence[DayCount]) -> None:
        """Show other days; without any, nothing at all."""
        bars, (_, each) = bars_of(days), step_of(days)
        words = f"Emails per {each}"
        self.head.setText(words if self.shows_here else f"{words}, on the server")
        self.bars.show_bars(bars, each)
        self.model.show_bars(bars)
        self.table.setAccessibleName(words)
        self.setVisible(any(bar.total for bar in bars))

    def _turn(self) -> None:
        other = self.bars if self.is_table else self.table
        self._stack.setCurrentWidget(other)
        self.turn.setText("As a chart" if self.is_table else "As a table")
        self.turn.set_icon("chart-line" if self.is_table else "table")

    def _assemble(self) -> None:
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._stack.addWidget(self.bars)
        self._stack.addWidget(self.table)
        column, row = VBox(4, 0, self), HBox(8)
        row.addWidget(self.head, 1)
        for color, edge, words in (("bar", "", "here"), ("sunken", "control", "still on the server")):
            if self.shows_here:
                row.addWidget(_Swatch(color, edge))
                row.addWidget(Label(words, "caption", "text2"))
        row.addWidget(self.turn)
        column.addLayout(row)
        column.addWidget(self._stack)
        follow_theme(self._dress)

    def _dress(self) -> None:
        self._stack.setFixedHeight(scaled(TALL + AXIS))


class _Swatch(QWidget):
    """A colour of the bars, beside what it means."""

    def __init__(self, fill: str, edge: str) -> None:
        super().__init__()
        self._fill, self._edge = fill, edge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room of a small square."""
        return QSize(scaled(SWATCH), scaled(SWATCH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        edge = theme().color(self._edge) if self._edge else None
        paint_box(painter_on(self), QRectF(self.rect()), scaled(2), theme().color(self._fill), edge)

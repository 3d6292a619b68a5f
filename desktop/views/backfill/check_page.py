"""What a backfill would bring, asked of the server: nothing is brought in by looking."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.backfill import BackfillEstimate
from desktop.domain.backfill_days import filled
from desktop.domain.errors import AppError
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Icon, Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.sheet import Heading
from desktop.ui.words import counted, number
from desktop.views.backfill.day_chart import DayChart
from desktop.views.backfill.figures import FigureRow
from desktop.views.backfill.words import cost_words, estimate_lead

FIGURES = (
    ("would match", "circle-check", "ok"),
    ("would need review", "inbox", "text2"),
    ("left out", "ban", "text2"),
    ("duplicates", "copy", "text2"),
)
QUIET = "Quiet: no notifications, no replies, no tickets from old email."


class CheckPage(QWidget):
    """The second page."""

    again = Signal()
    smaller = Signal()
    """Another range is to be tried instead."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = Heading("", "")
        self.asking = ProgressBar(name="Asking the server")
        self.asking.setRange(0, 0)
        self.figures, self.chart = FigureRow(FIGURES), DayChart(shows_here=False)
        self.cost = Label("", "body", "text2", wrap=True)
        self.trouble = Note("bad", "", glyph=True)
        self.retry = Button("Try again", "refresh-cw", small=True)
        self.retry.clicked.connect(lambda _on: self.again.emit())
        self.less = Button("", None, small=True)
        self.less.clicked.connect(lambda _on: self.smaller.emit())
        self.found: BackfillEstimate | None = None
        self._assemble()

    def show_asking(self, days: int) -> None:
        """Say that the server is asked."""
        self.found = None
        self.heading.show_words(f"What {counted(days, 'day')} would bring", "Asking the server. Nothing is brought in.")
        self._show(self.asking)

    def show_found(self, found: BackfillEstimate, now: datetime) -> None:
        """Show what it would come to."""
        self.found = found
        self.heading.show_words(f"What {counted(found.days, 'day')} would bring", estimate_lead(found, now))
        counts = (found.review, found.left_out, found.duplicates)
        self.figures.show_figures([f"{found.match_share} %", *(number(count) for count in counts)])
        self.chart.show_days(filled(found.by_day, {}, found.since, found.until))
        self.cost.setText(cost_words(found))
        self._show(*((self.figures, self.cost, self.chart) if found.messages else ()))

    def show_error(self, error: AppError, smaller: int | None) -> None:
        """Say why nothing can be told; *smaller* is a range that may go through."""
        self.found = None
        self.heading.show_words("The server could not be asked", "")
        self.trouble.show_note("bad", str(error))
        self.less.setText(f"Try {counted(smaller, 'day')} instead" if smaller else "")
        self._show(self.trouble, self.retry, *((self.less,) if smaller else ()))

    def _show(self, *parts: QWidget) -> None:
        for part in (self.asking, self.figures, self.cost, self.chart, self.trouble, self.retry, self.less):
            part.setVisible(part in parts)

    def _assemble(self) -> None:
        quiet = HBox(8)
        quiet.addWidget(Icon("bell"))
        quiet.addWidget(Label(QUIET, "body", "text2", wrap=True), 1)
        column, retry = VBox(16, 0, self), HBox(8)
        retry.addWidget(self.retry)
        retry.addWidget(self.less)
        retry.addStretch(1)
        above: tuple[QWidget, ...] = (self.heading, self.asking, self.trouble)
        below: tuple[QWidget, ...] = (self.figures, self.cost, self.chart)
        for part in above:
            column.addWidget(part)
        column.addLayout(retry)
        for part in below:
            column.addWidget(part)
        column.addLayout(quiet)
        column.addStretch(1)

"""What a backfill would bring, asked of the server: nothing is brought in by looking."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.backfill import BackfillEstimate
from desktop.domain.errors import AppError
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Icon, Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.sheet import Heading
from desktop.ui.words import counted, number
from desktop.views.backfill.figures import FigureRow
from desktop.views.backfill.words import estimate_lead, minutes_words, size_words

FIGURES = (
    ("would match", "circle-check", "ok"),
    ("would need review", "inbox", "text2"),
    ("left out", "ban", "text2"),
    ("here already", "copy", "text2"),
)
QUIET = "Quiet: no notifications, no replies, no tickets from old email."


class CheckPage(QWidget):
    """The second page."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.heading = Heading("", "")
        self.asking = ProgressBar(name="Asking the server")
        self.asking.setRange(0, 0)
        self.figures = FigureRow(FIGURES)
        self.cost = Label("", "body", "text2", wrap=True)
        self.trouble = Note("bad", "", glyph=True)
        self.retry = Button("Try again", "refresh-cw", small=True)
        self.retry.clicked.connect(lambda _on: self.again.emit())
        self.found: BackfillEstimate | None = None
        quiet = HBox(8)
        quiet.addWidget(Icon("bell"))
        quiet.addWidget(Label(QUIET, "body", "text2", wrap=True), 1)
        column, retry = VBox(16, 0, self), HBox(8)
        retry.addWidget(self.retry)
        retry.addStretch(1)
        for part in (self.heading, self.asking, self.trouble):
            column.addWidget(part)
        column.addLayout(retry)
        column.addWidget(self.figures)
        column.addWidget(self.cost)
        column.addLayout(quiet)
        column.addStretch(1)

    def show_asking(self, days: int) -> None:
        """Say that the server is asked."""
        self.found = None
        self.heading.show_words(f"What {counted(days, 'day')} would bring", "Asking the server. Nothing is brought in.")
        self._show(self.asking)

    def show_found(self, found: BackfillEstimate, now: datetime) -> None:
        """Show what it would come to."""
        self.found = found
        self.heading.show_words(f"What {counted(found.days, 'day')} would bring", estimate_lead(found, now))
        counts = (found.matches, found.review, found.left_out, found.duplicates)
        self.figures.show_figures([number(count) for count in counts])
        self.cost.setText(f"{minutes_words(found.seconds)}, and {size_words(found.disk_bytes)} on this disk.")
        self._show(*((self.figures, self.cost) if found.messages else ()))

    def show_error(self, error: AppError) -> None:
        """Say why nothing can be told."""
        self.found = None
        self.heading.show_words("The server could not be asked", "")
        self.trouble.show_note("bad", str(error))
        self._show(self.trouble, self.retry)

    def _show(self, *parts: QWidget) -> None:
        for part in (self.asking, self.figures, self.cost, self.trouble, self.retry):
            part.setVisible(part in parts)

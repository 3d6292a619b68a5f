"""A backfill under way: how far, how fast, what it came to so far, and which days are here."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.backfill_days import DayCount
from desktop.domain.clock import Clock
from desktop.domain.reasons import ReasonCode
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Icon, Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.words import counted, number
from desktop.views.backfill.check_page import QUIET
from desktop.views.backfill.day_chart import DayChart
from desktop.views.backfill.figures import FigureRow
from desktop.views.backfill.words import head_words, left_words, percent, range_words, smaller_words

FIGURES = (
    ("matched", "circle-check", "ok"),
    ("to review", "inbox", "text2"),
    ("left out", "ban", "text2"),
    ("failed", "x", "text2"),
)
GOES_ON = "You can close this window or quit. It resumes where it stopped, without duplicates."
WAITS = "It waits for its turn: the live sync goes first."


class RunPage(QWidget):
    """The third page."""

    smaller = Signal()
    """This one is to end, and a smaller one to be begun."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._began: tuple[float, int] | None = None
        self.head, self.lead = Label("", "section", wrap=True), Label("", "body", "text2", wrap=True)
        self.share, self.left = Label("", "section"), Label("", "caption", "text2")
        self.bar = ProgressBar(thick=True, name="Backfill")
        self.counted, self.rate = Label("", "caption", "text2"), Label("", "caption", "text2")
        self.waits = Note("info", "", glyph=True)
        self.less = Button("", None, small=True)
        self.less.clicked.connect(lambda _on: self.smaller.emit())
        self.figures, self.chart = FigureRow(FIGURES), DayChart(shows_here=True)
        self._assemble()

    def show_backfill(self, one: Backfill, days: Sequence[DayCount], smaller: int | None) -> None:
        """Show how it is now, its *days*, and which smaller range may go through where this one does not."""
        made, now = one.figures, self._clock.now()
        self.head.setText(head_words(one))
        self.lead.setText(range_words(one, now))
        self.share.setText(f"{percent(one)} %")
        self.bar.setRange(0, 100)
        self.bar.setValue(percent(one))
        self.counted.setText(f"{number(made.done)} of {number(one.total)}" if one.total else "")
        counts = (made.matched, made.review, made.skipped, made.failed + made.missing)
        self.figures.show_figures([number(count) for count in counts])
        self._show_pace(one)
        self.chart.show_days(days)
        self._show_wait(one, smaller)

    def _show_wait(self, one: Backfill, smaller: int | None) -> None:
        """Say why it does not go on, and after a failure that a smaller one may."""
        is_waiting = one.state is BackfillState.WAITING
        is_failed = is_waiting and one.code not in ("", ReasonCode.STOPPED.value)
        is_less = is_failed and smaller is not None
        words = one.reason or WAITS
        if is_less and smaller is not None:
            words += f" {smaller_words(smaller)}"
            self.less.setText(f"Stop, and try {counted(smaller, 'day')}")
        self.waits.show_note("warn" if is_failed else "info", words)
        self.waits.setVisible(is_waiting)
        self.less.setVisible(is_less)

    def _show_pace(self, one: Backfill) -> None:
        """Say how fast it goes by what was seen since this page looks."""
        now, done = self._clock.monotonic(), one.figures.done
        if one.state is not BackfillState.RUNNING:
            self._began = None
        elif self._began is None:
            self._began = (now, done)
        seconds, more = (now - self._began[0], done - self._began[1]) if self._began else (0.0, 0)
        rate = more / seconds if seconds > 1 and more else 0.0
        self.rate.setText(f"{number(max(1, round(rate)))} emails a second" if rate else "")
        self.left.setText(left_words((one.total - done) / rate) if rate and one.total else "")

    def _assemble(self) -> None:
        column, top, under = VBox(12, 0, self), HBox(16), HBox(8)
        words, share = VBox(0), VBox(0)
        words.addWidget(self.head)
        words.addWidget(self.lead)
        share.addWidget(self.share, 0, Qt.AlignmentFlag.AlignRight)
        share.addWidget(self.left, 0, Qt.AlignmentFlag.AlignRight)
        top.addLayout(words, 1)
        top.addLayout(share)
        under.addWidget(self.counted, 1)
        under.addWidget(self.rate)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addLayout(under)
        column.addWidget(self.waits)
        less = HBox(8)
        less.addWidget(self.less)
        less.addStretch(1)
        column.addLayout(less)
        column.addWidget(self.figures)
        column.addWidget(self.chart)
        for icon, text in (("bell", QUIET), ("history", GOES_ON)):
            row = HBox(8)
            row.addWidget(Icon(icon))
            row.addWidget(Label(text, "body", "text2", wrap=True), 1)
            column.addLayout(row)
        column.addStretch(1)

"""The preview: what the draft does to mail that is here, known customers that it would hide, and one mail to try."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QSizePolicy, QStackedWidget, QWidget

from desktop.domain.errors import AppError
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, SearchField
from desktop.ui.kit.labels import ElidedLabel, Glyph, Label, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.paint import painter_on
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.kit.theme import theme
from desktop.ui.words import counted, number
from desktop.views.settings.filters.figures import Figures
from desktop.views.settings.filters.preview_table import SHOWN, PreviewModel, PreviewTable
from desktop.views.settings.filters.rehearsing import Answer, Shown

PERIODS: tuple[tuple[str, int], ...] = (("Last 30 days", 30), ("Last 90 days", 90), ("Last year", 365), ("All mail", 0))
AGAIN = "Try again"
NARROW = 700


class Warned(QWidget):
    """Known customers that would be hidden, and what can be done about that."""

    def __init__(self) -> None:
        super().__init__()
        self._glyph, self.words = Glyph("warn", px=16), Label("", "body", wrap=True)
        self.only = QCheckBox("Show only these")
        self.keep = Button("Never skip customers", kind="quiet", small=True)
        self._row = HBox(8, 0, self)
        self._row.addWidget(self._glyph)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.only)
        self._row.addWidget(self.keep)
        follow_theme(self._dress)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tint."""
        painter_on(self).fillRect(self.rect(), theme().color("warn_bg"))

    def _dress(self) -> None:
        self._row.setContentsMargins(scaled(16), scaled(4), scaled(8), scaled(4))
        self.setMinimumHeight(scaled(40))
        self.update()


class PreviewCard(Card):
    """Shows answers. ``again`` when the button of an error, or of there being nothing, was pressed."""

    again = Signal()
    tried = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.scanned = ElidedLabel("", "body", "text3")
        self.period = Choice(PERIODS, name="Which mail the preview looks at", small=True)
        self.try_field = SearchField("Try an address or subject", small=True)
        self.try_answer = Label("", "body", "text2", wrap=True)
        self.figures, self.warned = Figures(), Warned()
        self.model = PreviewModel(self)
        self.table = PreviewTable(self.model)
        self.said = EmptyState("list-filter", "", "")
        self.loading = LoadingRows(SHOWN, 30)
        self.progress = ProgressBar(name="Emails looked at")
        self._stack = QStackedWidget()
        self._lines: Sequence[Shown] = ()
        self._customers = 0
        self._assemble()
        self._listen()
        follow_theme(self._dress)
        self.show_loading(0, 0)

    # --- showing ----------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """What is shown below the figures: ``list``, ``loading`` or ``said``."""
        shown = self._stack.currentWidget()
        return "list" if shown is self.table else "loading" if shown is self.loading else "said"

    def show_loading(self, done: int, total: int) -> None:
        """Mail is being read; *total* of it has to be looked into first."""
        words = (
            f"Looking into {number(done)} of {number(total)} older emails" if total else "Reading the mail that is here"
        )
        self.scanned.setText(words)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.show()
        for widget in (self.figures, self.warned):
            widget.hide()
        self._stack.setCurrentWidget(self.loading)

    def show_answer(self, answer: Answer) -> None:
        """Show the figures; the list follows."""
        report = answer.report
        self.progress.hide()
        words = f"{counted(report.looked_at, 'email')} of {self._period_words()}, nothing is saved yet"
        self.scanned.setText(words)
        if not report.looked_at:
            self.figures.hide()
            self.warned.hide()
            self._say(
                "inbox",
                "No mail to try filters on",
                "Filters hold for mail that comes from now on. What they would do is shown here once mail is here.",
                "",
            )
            return
        self.figures.show()
        self.figures.show_report(report, answer.seconds)
        self._customers = len(report.customers_hidden)
        self.warned.setVisible(bool(self._customers))
        would = "would be skipped from now on."
        self.warned.words.setText(f"{counted(self._customers, 'email')} from known customers {would}")

    def show_lines(self, lines: Sequence[Shown]) -> None:
        """Show the emails of the newest answer."""
        self._lines = lines
        if not self.figures.isHidden():
            self._show_list()

    def show_error(self, error: AppError) -> None:
        """Nothing could be read."""
        self.progress.hide()
        self.figures.hide()
        self.warned.hide()
        self.scanned.setText("")
        self._say("triangle-alert", error.what, f"{error.meaning} {error.action}".strip(), AGAIN)

    def show_tried(self, words: str) -> None:
        """Say what would become of the mail that was typed."""
        self.try_answer.setText(words)
        self.try_answer.setVisible(bool(words))
        self.try_field.setAccessibleDescription(words)

    def _period_words(self) -> str:
        days = self.period.value
        return {30: "the last 30 days", 90: "the last 90 days", 365: "the last year"}.get(
            days if isinstance(days, int) else 0, "all that is here"
        )

    def _show_list(self) -> None:
        only = self.warned.only.isChecked() and self._customers
        lines = [line for line in self._lines if line.is_known] if only else self._lines
        self.model.show_lines(lines)
        if lines:
            self._stack.setCurrentWidget(self.table)
        else:
            self._say("check", "Nothing is skipped", "All mail that the preview looked at would come in.", "")

    def _say(self, icon: str, title: str, sentence: str, button: str) -> None:
        self.said.icon.show_icon(icon, "text3")
        self.said.show_words(title, sentence, button)
        self._stack.setCurrentWidget(self.said)

    # --- making -----------------------------------------------------------------------------------------------------

    def _assemble(self) -> None:
        title = Label("Preview", "section")
        title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._head, self._mid, self._tried = QBoxLayout(QBoxLayout.Direction.LeftToRight), VBox(8), VBox(0)
        said, asked = HBox(12), HBox(12)
        said.addWidget(title)
        said.addWidget(self.scanned, 1)
        asked.addWidget(self.period)
        asked.addWidget(self.try_field, 1)
        self._head.addLayout(said, 1)
        self._head.addLayout(asked)
        self._mid.addWidget(self.progress)
        self._mid.addWidget(self.figures)
        self._tried.addWidget(self.try_answer)
        self.try_answer.hide()
        for widget in (self.table, self.loading, self.said):
            self._stack.addWidget(widget)
        column = VBox(0, 1, self)
        column.addLayout(self._head)
        column.addLayout(self._tried)
        column.addLayout(self._mid)
        column.addWidget(self.warned)
        column.addWidget(self._stack, 1)

    def _listen(self) -> None:
        self.warned.only.toggled.connect(lambda _on: self._show_list())
        self.try_field.textChanged.connect(self.tried)
        self.said.primary.clicked.connect(lambda _checked=False: self.again.emit())

    def minimumSizeHint(self) -> QSize:
        """Be as narrow as the window may be: the head then takes two lines."""
        return QSize(scaled(320), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what is asked under what is said where there is no room beside it."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        wanted = ways.TopToBottom if self.width() < scaled(NARROW) else ways.LeftToRight
        if self._head.direction() != wanted:
            self._head.setDirection(wanted)

    def _dress(self) -> None:
        side = scaled(16)
        self._head.setSpacing(scaled(12))
        self._head.setContentsMargins(side, scaled(8), side, scaled(8))
        self._mid.setContentsMargins(side, 0, side, scaled(12))
        self._tried.setContentsMargins(side, 0, side, scaled(8))
        self.try_field.setMinimumWidth(scaled(240))
        self.try_field.setMaximumWidth(scaled(320))
        for widget in (self.period, self.warned.only, self.warned.keep):
            widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

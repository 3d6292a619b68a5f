"""How far back: a few ranges with what they are good for and what the server has of them, or any number of days."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QRadioButton, QSpinBox, QWidget

from desktop.domain.backfill import CHOICES, MOST_DAYS, Backfill, BackfillState, QuietHours
from desktop.domain.backfill_days import RangeCount
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.sheet import Heading
from desktop.views.backfill.words import about_words, hours_words, last_words, told_words

LEAD = "Bring in mail from before the day this mailbox is synced from. Start with the smallest range that is of use."
GOOD_FOR = {7: "recent handoff", 14: "recommended first", 30: "active support context", 60: "active sales context"}
HERE = "synced already"
COUNTING = "counting…"
NOISY = "Long ranges can make timelines noisy, and take longer to review."
NOISY_FROM = 61
FIRST = 14


class RangePage(QWidget):
    """The first page. ``days`` is what is chosen."""

    changed = Signal()
    again = Signal()
    """The server is to be asked once more how much there is."""
    wondered = Signal()
    """Another number of days is there, of which it is not known how much it has."""
    looked_back = Signal()
    """What the last backfill brought is to be seen."""

    def __init__(self, hours: QuietHours) -> None:
        super().__init__()
        self.blocked, self.uncounted = Note("warn", "", glyph=True), Note("warn", "", glyph=True)
        self.noisy = Note("warn", NOISY, glyph=True)
        self.last, self.look = Label("", "body", "text2", wrap=True), Button("Look it over", None, small=True)
        self.retry = Button("Count again", "refresh-cw", small=True)
        self.quiet = QCheckBox(f"Run in quiet hours only ({hours_words(hours)})")
        self.custom, self.number = QRadioButton("Another range"), QSpinBox()
        self.number.setRange(1, MOST_DAYS)
        self.number.setValue(90)
        self.number.setSuffix(" days")
        self.number.setAccessibleName("Days to go back")
        self.number.setMinimumWidth(scaled(110))
        self.choices = {days: QRadioButton(f"{days} days") for days in CHOICES}
        self.hints = {days: ElidedLabel(GOOD_FOR[days], "body", "text2") for days in CHOICES}
        self.counts = {days: (Label("", "body", "text2"), Label("", "body", "text2")) for days in (*CHOICES, 0)}
        self._covered, self._is_blocked = 0, False
        self.choices[FIRST].setChecked(True)
        self._assemble()
        self._listen()
        self._tell()

    @property
    def days(self) -> int:
        """How many days back."""
        return next((days for days, button in self.choices.items() if button.isChecked()), self.number.value())

    @property
    def to_count(self) -> tuple[int, ...]:
        """The ranges that bring something: those that are offered, and another one if it is chosen."""
        offered = tuple(days for days in CHOICES if days > self._covered)
        return (*offered, self.number.value()) if self.custom.isChecked() else offered

    def choose(self, days: int) -> None:
        """Choose a range."""
        if days in self.choices:
            self.choices[days].setChecked(True)
        else:
            self.number.setValue(days)
            self.custom.setChecked(True)

    def block(self, words: str) -> None:
        """Say why no backfill can begin now; no words: one can."""
        self.blocked.show_note("warn", words)
        self.blocked.setVisible(bool(words))
        self._is_blocked = bool(words)
        self._enable()

    def show_covered(self, days: int) -> None:
        """Say which ranges are synced already, the mail of so many days being here, and choose one that is not."""
        self._covered = days
        for choice, hint in self.hints.items():
            hint.setText(HERE if choice <= days else GOOD_FOR[choice])
        if self.days <= days:
            self.choose(next((choice for choice in CHOICES if choice > days), days * 2))
        self._enable()

    def show_last(self, one: Backfill | None) -> None:
        """Say which backfill was the last, and how it ended; nothing of one that is under way or was taken back."""
        is_told = one is not None and one.state in (BackfillState.DONE, BackfillState.CANCELLED)
        self.last.setText(last_words(one) if one is not None and is_told else "")
        self.last.setVisible(is_told)
        self.look.setVisible(is_told)

    # --- how much there is ------------------------------------------------------------------------------------------

    def show_counting(self, wanted: Collection[int]) -> None:
        """Say that the server is asked about the ranges *wanted*."""
        for days, labels in self._rows():
            self._show_count(labels, COUNTING if days in wanted else "", "")
        self._show_uncounted("")

    def show_count(self, one: RangeCount) -> None:
        """Show how much a range has, as far as it is known."""
        for days, labels in self._rows():
            if days == one.days:
                self._show_count(labels, *about_words(one))

    def show_uncounted(self, words: str) -> None:
        """Say why it is not known; a range can be chosen all the same."""
        for _, labels in self._rows():
            if labels[0].text().endswith("…"):
                self._show_count(labels, "", "")
        self._show_uncounted(words)

    def _rows(self) -> list[tuple[int, tuple[Label, Label]]]:
        other = self.number.value() if self.custom.isChecked() else 0
        return [(days or other, labels) for days, labels in self.counts.items()]

    def _show_count(self, labels: tuple[Label, Label], emails: str, minutes: str) -> None:
        labels[0].setText(emails)
        labels[1].setText(minutes)
        told = {days: told_words([label.text() for label in found]) for days, found in self.counts.items()}
        for days, button in self.choices.items():
            button.setAccessibleDescription(", ".join(part for part in (self.hints[days].text(), told[days]) if part))
        self.custom.setAccessibleDescription(told[0])

    def _show_uncounted(self, words: str) -> None:
        self.uncounted.show_note("warn", words)
        self.uncounted.setVisible(bool(words))
        self.retry.setVisible(bool(words))

    # --- choosing ---------------------------------------------------------------------------------------------------

    def focus_choice(self) -> None:
        """Have the keyboard at what is chosen."""
        chosen = next((button for button in self.choices.values() if button.isChecked()), self.custom)
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        for days, button in self.choices.items():
            button.setEnabled(not self._is_blocked and days > self._covered)
        for widget in (self.custom, self.number, self.quiet):
            widget.setEnabled(not self._is_blocked)

    def _tell(self) -> None:
        self.noisy.setVisible(self.days >= NOISY_FROM)
        self.changed.emit()

    def _wonder(self) -> None:
        """Forget what was told of another number of days."""
        self._show_count(self.counts[0], "", "")
        if self.custom.isChecked() and not self._is_blocked:
            self.wondered.emit()

    def _listen(self) -> None:
        for button in (*self.choices.values(), self.custom):
            button.toggled.connect(lambda _on: self._tell())
        self.number.valueChanged.connect(lambda _days: self.custom.setChecked(True))
        self.number.valueChanged.connect(lambda _days: self._tell())
        self.custom.toggled.connect(lambda _on: self._wonder())
        self.number.valueChanged.connect(lambda _days: self._wonder())
        self.retry.clicked.connect(lambda _on: self.again.emit())
        self.look.clicked.connect(lambda _on: self.looked_back.emit())

    def _assemble(self) -> None:
        column, grid = VBox(12, 0, self), QGridLayout()
        grid.setHorizontalSpacing(scaled(16))
        grid.setVerticalSpacing(scaled(12))
        grid.setColumnStretch(1, 1)
        column.addWidget(Heading("How far back?", LEAD))
        column.addWidget(self.blocked)
        for at, (days, button) in enumerate(self.choices.items()):
            grid.addWidget(button, at, 0)
            grid.addWidget(self.hints[days], at, 1)
        grid.addWidget(self.custom, len(CHOICES), 0)
        grid.addWidget(self.number, len(CHOICES), 1, Qt.AlignmentFlag.AlignLeading)
        for at, labels in enumerate(self.counts.values()):
            for place, label in enumerate(labels, 2):
                grid.addWidget(label, at, place, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(grid)
        for note in (self.uncounted, self.noisy):
            column.addWidget(note)
        for widget, beside in ((self.retry, None), (self.quiet, None), (self.last, self.look)):
            row = HBox(8)
            row.addWidget(widget, 0 if beside is None else 1)
            if beside is not None:
                row.addWidget(beside)
            row.addStretch(0 if beside else 1)
            column.addLayout(row)
        column.addStretch(1)
        for part in (self.blocked, self.uncounted, self.retry, self.last, self.look):
            part.hide()

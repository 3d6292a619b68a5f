"""How far back: a few ranges with what they are good for, or any number of days."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSpinBox, QWidget

from desktop.domain.backfill import CHOICES, MOST_DAYS
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.sheet import Heading

LEAD = "Bring in mail from before the day this mailbox is synced from. Start with the smallest range that is of use."
GOOD_FOR = {7: "recent handoff", 14: "recommended first", 30: "active support context", 60: "active sales context"}
NOISY = "Long ranges can make timelines noisy, and take longer to review."
NOISY_FROM = 61
FIRST = 14


class RangePage(QWidget):
    """The first page. ``days`` is what is chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.blocked = Note("warn", "", glyph=True)
        self.blocked.hide()
        self.noisy = Note("warn", NOISY, glyph=True)
        self.quiet = QCheckBox("Run in quiet hours only")
        self.custom, self.number = QRadioButton("Another range"), QSpinBox()
        self.number.setRange(1, MOST_DAYS)
        self.number.setValue(90)
        self.number.setSuffix(" days")
        self.number.setAccessibleName("Days to go back")
        self.number.setMinimumWidth(scaled(110))
        self.choices = {days: QRadioButton(f"{days} days") for days in CHOICES}
        self.hints = {days: Label(GOOD_FOR[days], "body", "text2") for days in CHOICES}
        self._covered, self._is_blocked = 0, False
        self.choices[FIRST].setChecked(True)
        self._assemble()
        for button in (*self.choices.values(), self.custom):
            button.toggled.connect(lambda _on: self._tell())
        self.number.valueChanged.connect(lambda _days: self.custom.setChecked(True))
        self.number.valueChanged.connect(lambda _days: self._tell())
        self._tell()

    @property
    def days(self) -> int:
        """How many days back."""
        return next((days for days, button in self.choices.items() if button.isChecked()), self.number.value())

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
            hint.setText("synced already" if choice <= days else GOOD_FOR[choice])
        if self.days <= days:
            self.choose(next((choice for choice in CHOICES if choice > days), days * 2))
        self._enable()

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

    def _assemble(self) -> None:
        column = VBox(12, 0, self)
        column.addWidget(Heading("How far back?", LEAD))
        column.addWidget(self.blocked)
        for days, button in self.choices.items():
            row = HBox(8)
            row.addWidget(button)
            row.addWidget(self.hints[days], 1)
            column.addLayout(row)
        row = HBox(8)
        row.addWidget(self.custom)
        row.addWidget(self.number)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.noisy)
        column.addWidget(self.quiet)
        column.addStretch(1)

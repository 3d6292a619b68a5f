"""How right each rule has been, against how sure it says it is; and one step tighter where it is not."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.rule_limits import LIKENESS, OFF, RuleLimits
from desktop.domain.rule_record import ENOUGH, RuleRecord, rule_words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.layouts import VBox
from desktop.ui.words import calendar_day, local, number
from desktop.views.settings.rows import Found

HEADINGS = ("Rule", "Says", "Right", "Looked at", "Corrected", "Not looked at", "Since", "")
NOTHING = "Nothing was filed yet. When you file mail, this says how often each rule had named the same customer."
FEW = f"A rule is judged after {ENOUGH} mails that people decided on."
NUMBERS = range(1, 6)


class RuleTable(Found):
    """A line per rule and stated confidence. ``tighten_wanted`` and ``loosen_wanted`` with the rule's name."""

    tighten_wanted = Signal(str)
    loosen_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, Button] = {}
        self.none = Label(NOTHING, "body", "text2", wrap=True)
        self._few = Label(FEW, "caption", "text3", wrap=True)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._cells: list[QWidget] = []
        self._shown: tuple[object, ...] = ()
        self._column = VBox(8, 0, self)
        for widget in (self.none, self._table, self._few):
            self._column.addWidget(widget)
        self.show_records((), {})
        follow_theme(self._dress)

    def show_records(self, records: Sequence[RuleRecord], limits: RuleLimits) -> None:
        """Show how it stands now."""
        if self._shown == (tuple(records), tuple(limits.items())):
            return
        self._shown = (tuple(records), tuple(limits.items()))
        for cell in self._cells:
            cell.hide()
            cell.deleteLater()
        self._cells, self.buttons = [], {}
        self._put(0, [Label(words, "caption", "text3") for words in HEADINGS])
        lines = 1
        for one in records:
            self._put(lines, self._line(one, limits))
            self._put_words(lines + 1, one)
            lines += 2
        for rule, most in limits.items():
            if rule != LIKENESS or most != OFF:
                self._put_limit(lines, rule, most)
                lines += 1
        self.none.setVisible(not records)
        self._table.setVisible(lines > 1)
        self._few.setVisible(any(not one.is_enough for one in records))
        told = " ".join(f"{rule_words(one.rule)} {one.verdict}" for one in records)
        self.words = f"record right confidence tighten loosen {NOTHING} {told}"

    def _line(self, one: RuleRecord, limits: RuleLimits) -> list[QWidget]:
        name = rule_words(one.rule)
        since = calendar_day(local(one.since).date()) if one.since else ""
        cells: list[QWidget] = [
            Label(name, "strong"),
            Label(f"{one.stated} %"),
            Label(f"{one.measured} %" if one.is_enough else "\N{EN DASH}"),
            Label(number(one.decided)),
            Label(number(one.corrected)),
            Label(number(one.unseen)),
            Label(since, "body", "text2"),
        ]
        most = one.tightened(limits)
        if most is None:
            cells.append(QWidget())
            return cells
        button = Button(f"Lower to {most} %" if most else "Switch off", small=True)
        button.setAccessibleName(f"{name}: {button.text().lower()}")
        button.clicked.connect(lambda _checked=False, rule=one.rule: self.tighten_wanted.emit(rule))
        self.buttons[one.rule] = button
        cells.append(button)
        return cells

    def _put_words(self, line: int, one: RuleRecord) -> None:
        words = Label(one.verdict, "caption", "warn" if one.advice else "text3", wrap=True)
        words.setContentsMargins(0, 0, 0, scaled(8))
        self._grid.addWidget(words, line, 0, 1, len(HEADINGS))
        self._cells.append(words)

    def _put_limit(self, line: int, rule: str, most: int) -> None:
        name = rule_words(rule)
        said = f"{name} says at most {most} %, because you lowered it." if most else f"{name} is switched off by you."
        words, button = Label(said, "body", "text2", wrap=True), Button("As before", small=True)
        button.setAccessibleName(f"{name}: as before")
        button.clicked.connect(lambda _checked=False: self.loosen_wanted.emit(rule))
        self.buttons.setdefault(f"loosen {rule}", button)
        self._grid.addWidget(words, line, 0, 1, len(HEADINGS) - 1)
        self._grid.addWidget(button, line, len(HEADINGS) - 1)
        self._cells += [words, button]

    def _put(self, line: int, cells: Sequence[QWidget]) -> None:
        far = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, cell in enumerate(cells):
            if at in NUMBERS and isinstance(cell, Label):
                cell.setAlignment(far)
            self._grid.addWidget(cell, line, at)
            self._cells.append(cell)

    def _dress(self) -> None:
        self._column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scaled(24))
        self._grid.setVerticalSpacing(scaled(4))
        self._grid.setColumnStretch(0, 1)

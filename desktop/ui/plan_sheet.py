"""Asks before a command whose effect is to be seen first: what would happen, a line for each kind, and one button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError
from desktop.ui.frame import Frame
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import ElidedLabel, Icon, Label, Line
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.states import LoadingRows
from desktop.ui.kit.surfaces import Card
from desktop.ui.ops import Command
from desktop.ui.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen: ``lines`` each with the name of its icon, ``details`` are pairs of what and why below.

    Not ``can``: there is nothing to do, and only that is said.
    """

    lines: Sequence[tuple[str, str]]
    details: Sequence[tuple[str, str]] = ()
    more: int = 0
    can: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a plan: title, head, a sentence, and the button that does it."""

    title: str
    head: str
    lead: str
    button: str
    icon: str = ""


class PlanSheet(Sheet):
    """Reads the plan, shows it, and carries the command out; what is refused is said, and the sheet stays."""

    def __init__(
        self,
        frame: Frame,
        parent: QWidget,
        question: Question,
        query: Callable[[Any], Plan],
        command: Command,
        done: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent, question.title, question.head, question.lead)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._frame, self._query, self._command, self._done = frame, query, command, done
        self.lines: list[str] = []
        self._card = Card()
        self._column = VBox(0, (16, 4, 16, 4), self._card)
        self._loading: QWidget = LoadingRows(3, 40)
        self._column.addWidget(self._loading)
        self.act = Button(question.button, question.icon or None, "primary")
        self.act.clicked.connect(lambda _checked=False: self._go())
        self.act.setEnabled(False)
        self.again = Button("Try again")
        self.again.clicked.connect(lambda _checked=False: self._read())
        self.again.hide()
        self.inside.addWidget(self._card)
        self.inside.addStretch(1)
        self.buttons.addWidget(self.again)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.act)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def _read(self) -> None:
        self.say("", "")
        self.again.hide()
        self._frame.ops.read(self, self._query, self._show, failed=self._fail, slot="plan")

    def _show(self, plan: Plan) -> None:
        self._loading.hide()
        for at, (icon, words) in enumerate(plan.lines):
            self._add(Line(color="line")) if at else None
            self._add(_line(icon, words))
            self.lines.append(words)
        for what, why in plan.details:
            self._add(Line(color="line"))
            self._add(_detail(what, why))
        if plan.more:
            self._add(_detail(f"and {plan.more:,} more", ""))
        self._card.setAccessibleName(". ".join(self.lines))
        self.setAccessibleDescription(". ".join(self.lines))
        self.act.setEnabled(plan.can)
        self.act.setDefault(plan.can)
        (self.act if plan.can else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def _add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        widget.show()

    def _fail(self, error: AppError) -> None:
        self._loading.setVisible(not self.lines)
        self.again.show()
        self.say("bad", str(error))

    def _go(self) -> None:
        self.act.setEnabled(False)
        self._frame.ops.run(self, self._command, then=self._carried_out, failed=self._refused)

    def _carried_out(self, _change: ChangeSet) -> None:
        self.accept()
        if self._done is not None:
            self._done()

    def _refused(self, error: AppError) -> None:
        self.act.setEnabled(True)
        self.say("bad", str(error))


def _line(icon: str, words: str) -> QWidget:
    row = QWidget()
    line = HBox(12, (0, 12, 0, 12), row)
    line.addWidget(Icon(icon, "text2"), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Label(words, "body", wrap=True), 1)
    return row


def _detail(what: str, why: str) -> QWidget:
    """Return two lines below the words of the lines above; one that counts the rest where there is no reason."""
    row = QWidget()
    sides = (0, 28) if row.isRightToLeft() else (28, 0)
    column = VBox(0, (sides[0], 8, sides[1], 8), row)
    lines = ((what, "medium", "text"), (why, "caption", "text2")) if why else ((what, "caption", "text3"),)
    for text, style, color in lines:
        label = ElidedLabel(text, style, color)
        label.setToolTip(text)
        column.addWidget(label)
    return row

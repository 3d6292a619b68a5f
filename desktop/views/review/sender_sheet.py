"""Ignoring a sender, previewed: what waits of them, what else would be hidden, and that it is one undo."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.services.ignoring import SenderRule
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import ElidedLabel, Icon, Label
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.messages import Note
from desktop.ui.sheet import Sheet
from desktop.ui.words import counted, number
from desktop.views.review.choice import Choice

MOST_SUBJECTS = 5


class SenderSheet(Sheet):
    """Shows what a rule for a sender would do. ``choice`` is what waits of them, as far as the queue shows it."""

    wanted = Signal()
    """The sender is to be ignored."""
    this_wanted = Signal()
    """Only the email at hand is to be ignored."""

    def __init__(self, parent: QWidget, rule: SenderRule, choice: Choice, *, at_hand: int) -> None:
        lead = (
            "A filter leaves their mail out from now on. It stands with your other filters, to be changed or removed."
        )
        super().__init__(parent, "Ignore a sender", f"Ignore everything from {rule.address}", lead)
        self.rule = rule
        waiting = len(rule.mail.waiting)
        self._add_warnings(rule)
        self._add_waiting(waiting, [item.mail.subject or "No subject" for item in choice.items])
        self._add_rest(rule)
        also = f" and {counted(waiting, 'email')}" if waiting else ""
        self.ignore = Button(f"Ignore sender{also}", "ban", "primary", "Enter")
        self.ignore.setEnabled(not rule.why_not)
        self.this = Button("Only this email" if at_hand == 1 else f"Only these {number(at_hand)} emails")
        self.this.setVisible(at_hand > 0)
        self.ignore.clicked.connect(lambda _checked=False: self._take())
        self.this.clicked.connect(lambda _checked=False: self._take_this())
        self.buttons.addWidget(self.this)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.ignore)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ignore on Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.ignore.isEnabled():
            self._take()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at what this is for."""
        super().showEvent(event)
        (self.ignore if self.ignore.isEnabled() else self.cancel).setFocus(Qt.FocusReason.PopupFocusReason)

    def lines(self) -> list[str]:
        """Return what is said, from top to bottom."""
        shown = [one for one in self.findChildren(QWidget) if isinstance(one, Label | ElidedLabel) and one.text()]
        return [one.text() for one in shown if one.isVisibleTo(self)]

    def _add_warnings(self, rule: SenderRule) -> None:
        if rule.why_not:
            self.inside.addWidget(Note("bad", rule.why_not, glyph=True))
        if rule.customers:
            names = ", ".join(rule.customers)
            self.inside.addWidget(Note("warn", f"It is an address of your customer {names}.", glyph=True))
        if rule.mail.filed:
            whose = ", ".join(rule.mail.filed_with)
            words = f"{counted(rule.mail.filed, 'email')} of theirs {_is(rule.mail.filed)} filed with {whose}."
            self.inside.addWidget(Note("warn", f"{words} They stay; more like them would be left out.", glyph=True))

    def _add_waiting(self, waiting: int, subjects: Sequence[str]) -> None:
        column = VBox(4)
        words = (
            "Nothing of theirs waits"
            if not waiting
            else f"{counted(waiting, 'email waits', 'emails wait')}: ignored now"
        )
        column.addWidget(_line("inbox", words, "strong"))
        for subject in subjects[:MOST_SUBJECTS]:
            column.addWidget(_line("", subject, "body"))
        more = waiting - min(waiting, len(subjects), MOST_SUBJECTS)
        if more:
            column.addWidget(_line("", f"and {number(more)} more", "caption"))
        self.inside.addLayout(column)

    def _add_rest(self, rule: SenderRule) -> None:
        column = VBox(8)
        if rule.mail.rest:
            words = f"{counted(rule.mail.rest, 'other email')} of theirs {_is(rule.mail.rest)} here already and "
            column.addWidget(
                _line("mail", f"{words}{'stays' if rule.mail.rest == 1 else 'stay'} as {_it(rule.mail.rest)}", "body")
            )
        column.addWidget(_line("list-filter", "What is left out is counted and listed, and can be brought in", "body"))
        column.addWidget(_line("undo-2", "One undo takes the filter and all of this back", "body"))
        self.inside.addLayout(column)

    def _take(self) -> None:
        self.wanted.emit()
        self.accept()

    def _take_this(self) -> None:
        self.this_wanted.emit()
        self.accept()


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _it(count: int) -> str:
    return "it is" if count == 1 else "they are"


def _line(icon: str, words: str, style: str) -> QWidget:
    row = QWidget()
    line = HBox(8, 0, row)
    mark = Icon(icon or "mail")
    policy = mark.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    mark.setSizePolicy(policy)
    mark.setVisible(bool(icon))
    line.addWidget(mark)
    line.addWidget(ElidedLabel(words, style, "text" if style == "strong" else "text2"), 1)
    return row

"""What stands in place of the email while several are chosen: who wrote them, and what an assignment does."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Avatar, ElidedLabel, Icon, Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.theme import theme
from desktop.ui.words import counted, local_part, number
from desktop.views.review.choice import Choice, Sender

MOST_SENDERS = 8
ROW = 38


class ManyPane(QScrollArea):
    """A summary of several chosen emails."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("The chosen emails")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.title = Label("", "section")
        self.days = ElidedLabel("", "caption", "text3")
        self._senders: QVBoxLayout = VBox(0)
        self._acts: QVBoxLayout = VBox(8)
        inner = QWidget()
        column = VBox(0, 0, inner)
        head = VBox(4, (16, 12, 16, 12))
        head.addWidget(self.title)
        head.addWidget(self.days)
        column.addLayout(head)
        column.addWidget(Line(color="line"))
        body = VBox(12, (16, 8, 16, 16))
        body.addLayout(self._senders)
        body.addWidget(Line(color="line"))
        body.addWidget(Label("What an assignment does", "strong"))
        body.addLayout(self._acts)
        body.addStretch(1)
        column.addLayout(body, 1)
        self.setWidget(inner)
        follow_theme(self._dress)

    def show_choice(self, choice: Choice, now: datetime) -> None:
        """Show who wrote the chosen emails."""
        count, senders = len(choice.items), choice.senders
        self.title.setText(f"{counted(count, 'email')} selected")
        self.days.setText(f"{counted(len(senders), 'sender')}, {choice.days(now)}")
        _empty(self._senders)
        for sender in senders[:MOST_SENDERS]:
            self._senders.addWidget(_sender_row(sender))
        if len(senders) > MOST_SENDERS:
            rest = senders[MOST_SENDERS:]
            emails = counted(sum(sender.count for sender in rest), "email")
            words = f"{counted(len(rest), 'more sender')} with {emails}"
            self._senders.addWidget(Label(words, "caption", "text3"))
        _empty(self._acts)
        whom = f" with {choice.first.customer.name}" if choice.first is not None else " with one customer"
        self._acts.addWidget(_act_row("history", f"Files all {number(count)}{whom}"))
        self._acts.addWidget(_act_row("undo-2", "One undo takes everything back"))

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme().color("surface"))
        self.setPalette(palette)


def _sender_row(sender: Sender) -> QWidget:
    row = QWidget()
    row.setFixedHeight(scaled(ROW))
    line = HBox(8, 0, row)
    line.addWidget(Avatar(sender.name, 24))
    line.addWidget(ElidedLabel(sender.name, "body"))
    line.addWidget(ElidedLabel(local_part(sender.address), "caption", "text3"))
    line.addStretch(1)
    line.addWidget(Label(counted(sender.count, "email"), "caption", "text3"))
    return row


def _act_row(icon: str, words: str) -> QWidget:
    row = QWidget()
    line = HBox(8, 0, row)
    line.addWidget(Icon(icon))
    line.addWidget(ElidedLabel(words, "body", "text2"), 1)
    return row


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()

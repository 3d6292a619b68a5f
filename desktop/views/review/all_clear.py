"""The empty queue: how much was done and in which way, what was filed, and Undo is still there."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Glyph, Icon, Label, Line, follow_theme
from desktop.ui.kit.layouts import HBox, VBox
from desktop.ui.kit.surfaces import Card
from desktop.ui.kit.theme import theme
from desktop.ui.words import clock_time, counted, in_time, number
from desktop.views.review.sitting import Filed, Kind, Sitting

MOST_SHOWN = 5
WIDEST, TEXT_WIDEST = 648, 440
WHY = "An email comes here when Postroom is not sure whose it is."
CENTRE = Qt.AlignmentFlag.AlignHCenter


class AllClear(QScrollArea):
    """Stands in place of queue and email when nothing waits."""

    emails_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("All clear")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title = Label("All clear", "number")
        self.words = Label("", "body", "text2", wrap=True)
        self.words.setAlignment(CENTRE | Qt.AlignmentFlag.AlignTop)
        self.see = Button("See what was filed", None, "primary")
        self.undo = Button("Undo last", "undo-2", "secondary", "Ctrl+Z")
        self.card = Card()
        self._figures: QHBoxLayout = HBox(0)
        self._rows: QVBoxLayout = VBox(0)
        self._lay_out()
        self.see.clicked.connect(lambda _checked=False: self.emails_wanted.emit())
        self.undo.clicked.connect(lambda _checked=False: self.undo_wanted.emit())
        follow_theme(self._dress)

    def show_sitting(self, sitting: Sitting, now: datetime) -> None:
        """Show what was done since the window opened; when nothing was, only that nothing waits."""
        done = sitting.emails()
        self.title.setText("All clear" if done else "Nothing to review")
        took = f"{counted(done, 'email')} reviewed in {in_time(sitting.seconds)}. " if done else ""
        self.words.setText(f"{took}{WHY}")
        self.undo.setVisible(bool(done))
        self.see.setText("See what was filed" if done else "See all emails")
        self.card.setVisible(bool(done))
        _empty(self._figures)
        _empty(self._rows)
        if done:
            self._show_figures(sitting)
            self._show_rows(sitting)
        self.setAccessibleDescription(f"{self.title.text()}. {self.words.text()}")

    def _show_figures(self, sitting: Sitting) -> None:
        domains = counted(sitting.decisions(Kind.DOMAIN), "domain")
        rules = counted(sitting.decisions(Kind.SENDER), "sender rule")
        figures = (
            (sitting.emails(Kind.ACCEPTED), "accepted", "first suggestion"),
            (sitting.emails(Kind.DOMAIN), "by domain", domains),
            (sitting.emails(Kind.PICKED), "other customer", "picked by you"),
            (sitting.emails(Kind.IGNORED) + sitting.emails(Kind.SENDER), "ignored", rules),
            (sitting.decisions(Kind.NEW), "new customers", "from the email"),
        )
        for place, (count, words, note) in enumerate(figures):
            if place:
                self._figures.addWidget(Line(upright=True))
            self._figures.addWidget(_figure(count, words, note), 1)

    def _show_rows(self, sitting: Sitting) -> None:
        for made in list(reversed(sitting.filed))[:MOST_SHOWN]:
            self._rows.addWidget(Line(color="line"))
            self._rows.addWidget(_filed_row(made))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = VBox(24, (32, 24, 32, 24), inner)
        column.addStretch(1)
        head = VBox(12)
        head.addWidget(Glyph("ok", px=44), 0, CENTRE)
        head.addWidget(self.title, 0, CENTRE)
        head.addWidget(self.words, 0, CENTRE)
        column.addLayout(head)
        buttons = HBox(8)
        buttons.addStretch(1)
        buttons.addWidget(self.see)
        buttons.addWidget(self.undo)
        buttons.addStretch(1)
        column.addLayout(buttons)
        inside = VBox(0, 0, self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addLayout(self._figures)
        inside.addLayout(self._rows)
        middle = HBox(0)
        middle.addStretch(1)
        middle.addWidget(self.card, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(1)
        self.setWidget(inner)

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme().color("surface"))
        self.setPalette(palette)
        self.words.setFixedWidth(scaled(TEXT_WIDEST))
        self.card.setMaximumWidth(scaled(WIDEST))


def _figure(count: int, words: str, note: str) -> QWidget:
    figure = QWidget()
    column = VBox(0, (16, 12, 16, 12), figure)
    column.addWidget(Label(number(count), "number"))
    column.addWidget(ElidedLabel(words, "medium"))
    column.addWidget(ElidedLabel(note, "caption", "text3"))
    return figure


def _filed_row(made: Filed) -> QWidget:
    row = QWidget()
    row.setFixedHeight(scaled(38))
    line = HBox(12, (16, 0, 16, 0), row)
    emails = counted(len(made.ids), "email")
    icon, words = {
        Kind.NEW: ("user-plus", f"New customer {made.customer}, {emails}"),
        Kind.IGNORED: ("ban", f"Ignored {emails}"),
        Kind.SENDER: ("ban", f"Ignored {made.of} from now on, {emails}"),
    }.get(made.kind, ("users-round", f"{emails} assigned to {made.customer}"))
    line.addWidget(Icon(icon))
    line.addWidget(ElidedLabel(words, "body"), 3)
    how = {Kind.DOMAIN: "by domain", Kind.SENDER: "sender rule"}.get(made.kind, made.of)
    about = ElidedLabel(how, "body", "text3")
    about.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    line.addWidget(about, 2)
    line.addWidget(Label(clock_time(made.at), "body", "text3"))
    return row


def _empty(layout: QHBoxLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()

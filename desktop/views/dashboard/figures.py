"""Today in a few figures; each opens the emails behind it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.dashboard import Dashboard
from desktop.ui import words
from desktop.ui.frame import Place
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import ElidedLabel, Label, Line
from desktop.ui.kit.paint import paint_box, paint_focus_ring
from desktop.ui.kit.surfaces import Card
from desktop.ui.kit.theme import theme


class Figure(QWidget):
    """A number with what it counts above and what it means below; pressed, it opens its list."""

    pressed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._is_hovered = False
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(16), scaled(12), scaled(16), scaled(12))
        column.setSpacing(0)
        self._number, self._note = Label("", "number"), ElidedLabel("", "caption", "text3")
        column.addWidget(ElidedLabel(title, "caption", "text3"))
        column.addWidget(self._number)
        column.addWidget(self._note)

    def show_figure(self, count: int, note: str) -> None:
        """Show a number and what it means."""
        self._number.setText(words.number(count))
        self._note.setText(note)
        self.setAccessibleName(f"{self._title}: {words.number(count)}, {note}")
        self.setToolTip("Open these emails")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter or Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open with a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        self._is_hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        """Be calm again."""
        self._is_hovered = False
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Tint while the pointer is over it, a ring while it has the focus."""
        painter, inside = QPainter(self), self.rect().adjusted(2, 2, -2, -2)
        if self._is_hovered:
            paint_box(painter, inside, scaled(6), theme().color("hover"))
        if self.hasFocus():
            paint_focus_ring(painter, inside, scaled(6))


class Figures(Card):
    """The strip of today's figures."""

    asked = Signal(object)
    """A :class:`Place`."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self._figures: dict[str, Figure] = {}
        for name, title, place in (
            ("received", "Received today", Place("emails", part="today")),
            ("matched", "Matched", Place("emails", part="today")),
            ("review", "To review today", Place("review")),
            ("failed", "Set aside", Place("emails", part="errors")),
        ):
            figure = Figure(title)
            figure.pressed.connect(lambda place=place: self.asked.emit(place))
            if self._figures:
                row.addWidget(Line(upright=True))
            row.addWidget(figure, 1)
            self._figures[name] = figure

    def show_figures(self, board: Dashboard) -> None:
        """Show today."""
        today = board.today
        share = (
            f"{round(100 * today.matched / today.received)} % of received" if today.received else "Nothing yet today"
        )
        self._figures["received"].show_figure(today.received, words.counted(len(board.cards), "mailbox", "mailboxes"))
        self._figures["matched"].show_figure(today.matched, share)
        self._figures["review"].show_figure(today.to_review, f"{words.number(board.queue)} in the queue")
        aside = "Could not be fetched or read" if board.failed else "Everything could be read"
        self._figures["failed"].show_figure(board.failed, aside)

"""The lane below the list: how much is selected, the rest of it one press away, and a long job with its way out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui import words
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.messages import KeyLane
from desktop.ui.kit.paint import paint_line
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.kit.theme import theme

HEIGHT = 36
HINTS = (("Space", "Preview"), ("X", "Add to selection"))


class Footer(QWidget):
    """Shows the selection, or a job while one runs."""

    all_wanted = Signal()
    """Everything that fits is to be selected."""
    cancelled = Signal()
    """The job is to end."""

    def __init__(self) -> None:
        super().__init__()
        self.selected = Label("", "caption", "text2")
        self.select_all = Button("", kind="quiet", small=True)
        self.select_all.clicked.connect(self.all_wanted)
        self.hints = KeyLane(HINTS, line=False)
        self.progress = ProgressBar(name="Progress")
        self.cancel = Button("Cancel", kind="quiet", small=True)
        self.cancel.clicked.connect(self.cancelled)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.selected)
        self._row.addWidget(self.select_all)
        self._row.addWidget(self.progress)
        self._row.addWidget(self.cancel)
        self._row.addStretch(1)
        self._row.addWidget(self.hints)
        self._is_working = False
        self._words: tuple[str, str] = ("", "")
        self.show_selection(0, 0, 0)
        self.show_job(0, 0)
        follow_theme(self._dress)

    def show_selection(self, selected: int, count: int, on_page: int) -> None:
        """Say how many of *count* are selected; *on_page* fit in the view, and are selected in one step."""
        some = (
            f"{words.number(selected)} of {words.number(count)} selected" if selected else words.counted(count, "email")
        )
        more = ""
        if 1 < selected < count:
            some = f"{words.number(selected)} {'on this page' if selected == on_page else ''} selected".replace(
                "  ", " "
            )
        if 0 < selected < count:
            more = f"Select all {words.number(count)}"
        self._words = (some if count else "", more)
        self._show()

    def show_hints(self, hints: Sequence[tuple[str, ...]]) -> None:
        """Show other keys."""
        self.hints.show_hints(hints)

    def show_job(self, done: int, total: int, what: str = "") -> None:
        """Show how far a job is; zero of zero when it is over."""
        self._is_working = total > 0
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)
        if self._is_working:
            self.selected.setText(f"{what} {words.number(done)} of {words.number(total)}")
            self.progress.setAccessibleName(f"{what}: progress")
            self.cancel.setAccessibleName(f"Cancel: {what}")
        self._show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("window"))
        paint_line(painter, self.rect().adjusted(0, 0, 0, 1 - self.height()), "border")

    def _show(self) -> None:
        some, more = self._words
        if not self._is_working:
            self.selected.setText(some)
            self.select_all.setText(more)
        self.selected.setAccessibleName(self.selected.text())
        self.select_all.setVisible(bool(more) and not self._is_working)
        for part in (self.progress, self.cancel):
            part.setVisible(self._is_working)

    def _dress(self) -> None:
        self.setFixedHeight(scaled(HEIGHT))
        self._row.setContentsMargins(scaled(12), 1, scaled(12), 0)
        self._row.setSpacing(scaled(8))
        self.progress.setFixedWidth(scaled(120))
        self.hints.setSizePolicy(self.hints.sizePolicy().Policy.Maximum, self.hints.sizePolicy().Policy.Fixed)
        self._row.setAlignment(self.select_all, Qt.AlignmentFlag.AlignVCenter)

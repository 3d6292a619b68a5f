"""What is shown until the profile is open: that it is being opened, what is in the way, or the question for its key."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.app.opening import Failure
from desktop.domain.errors import KeyUnavailable
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.icons import app_icon
from desktop.ui.kit.labels import Label, follow_theme
from desktop.ui.kit.states import ErrorPanel

if TYPE_CHECKING:  # most starts ask nothing
    from desktop.app.unlock import UnlockForm

WIDTH, HEIGHT = 640, 480
OPENING = "The desktop may ask for its keyring's password meanwhile."


class StartWindow(QWidget):
    """A small window of three pages. Closing it means giving up."""

    way_given = Signal(object)
    """A :class:`~desktop.app.unlock.Way`."""
    asked_again = Signal()
    """Try once more, with what was given before."""
    closed = Signal()
    """The person has given up."""

    def __init__(self, profile: Path, opening: str = "Opening…") -> None:
        super().__init__()
        self.setWindowTitle("Postroom")
        self.setWindowIcon(app_icon())
        self._profile, self._opening = profile, opening
        self._failure: Failure | None = None
        self._form: UnlockForm | None = None
        self._has_left = False
        self._pages = QStackedWidget()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._pages)
        follow_theme(self._dress)
        self.show_opening()

    @property
    def form(self) -> "UnlockForm | None":
        """The question for the key, when that is what is shown."""
        return self._form

    @property
    def is_new(self) -> bool:
        """Whether the profile that could not be opened has no database yet."""
        return self._failure is not None and self._failure.is_new

    def set_busy(self, *, busy: bool) -> None:
        """Let nothing be pressed twice while a way in is tried."""
        self._pages.setDisabled(busy)

    def leave(self) -> None:
        """Go: the main window is there."""
        self._has_left = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the person has given up, unless there is something better to see."""
        super().closeEvent(event)
        if not self._has_left:
            self.closed.emit()

    def show_opening(self) -> None:
        """Say that the profile is being opened."""
        heads = [
            Label(self._opening, "title"),
            Label(str(self._profile), "body", "text2", wrap=True),
            Label(OPENING, "caption", "text3", wrap=True),
        ]
        self._show(heads, QWidget())

    def show_failure(self, failure: Failure) -> None:
        """Say what is in the way, with what can be done about it."""
        self._failure = failure
        error = failure.error
        again = Button("&Try again", kind="primary")
        again.clicked.connect(self.asked_again)
        buttons = [again]
        if isinstance(error, KeyUnavailable):
            other = Button("Another &key…")
            other.clicked.connect(self.ask_for_key)
            buttons.append(other)
        panel = ErrorPanel(error.what, error.meaning or "Nothing was changed.", error.action, buttons)
        self._show([Label("The profile cannot be opened", "title")], panel, self._quit_row())
        again.setFocus()

    def ask_for_key(self) -> None:
        """Ask for another way into the profile that could not be opened."""
        failure = self._failure
        if failure is None:
            return
        from desktop.app.unlock import UnlockForm

        form = UnlockForm(is_new=failure.is_new, key_file=failure.key_file)
        form.given.connect(self.way_given)
        again = Button("Try the &keyring again")
        again.clicked.connect(self.asked_again)
        title = Label(failure.error.what, "section", wrap=True)
        self._show([title], form, self._quit_row(again))
        self._form = form
        form.begin()

    def ask_after(self, failure: Failure) -> None:
        """Ask for the key because of *failure*."""
        self._failure = failure
        self.ask_for_key()

    def _quit_row(self, *before: Button) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        leave = Button("&Quit", kind="quiet")
        leave.clicked.connect(self.close)
        line.addStretch(1)
        for button in (*before, leave):
            line.addWidget(button)
        return row

    def _show(self, heads: list[Label], *parts: QWidget) -> None:
        self.set_busy(busy=False)
        self._form = None
        page = QWidget()
        column = QVBoxLayout(page)
        for part in (*heads, *parts):
            column.addWidget(part, 1 if part is parts[0] else 0)
        before = self._pages.currentWidget()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()
        page.setAccessibleName(heads[0].text())

    def _dress(self) -> None:
        margin = scaled(24)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self.setMinimumSize(scaled(WIDTH), scaled(HEIGHT))

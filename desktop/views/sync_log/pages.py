"""What stands below the head of the log: its lines, or why there are none, or what kept them from being read."""

from collections.abc import Callable

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.errors import AppError
from desktop.ui.kit.states import EmptyState, LoadingRows
from desktop.views.sync_log.contents import NothingWords


class Pages(QStackedWidget):
    """One of them at a time; grey bars until something was read."""

    def __init__(self, table: QWidget, leave_empty: Callable[[NothingWords], None], again: Callable[[], None]) -> None:
        super().__init__()
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._table, self._words = table, NothingWords("", "")
        self.calm, self.problem = EmptyState("circle-check", "", ""), EmptyState("triangle-alert", "", "")
        self.calm.primary.clicked.connect(lambda _checked=False: leave_empty(self._words))
        self.problem.primary.clicked.connect(lambda _checked=False: again())
        for page in (LoadingRows(12), table, self.calm, self.problem):
            self.addWidget(page)

    def show_lines(self) -> None:
        """Show the lines."""
        self.setCurrentWidget(self._table)

    def show_nothing(self, words: NothingWords) -> None:
        """Say why there are no lines."""
        self._words = words
        self.calm.show_words(words.title, words.sentence, words.button)
        self.setCurrentWidget(self.calm)

    def show_failure(self, error: AppError) -> None:
        """Say that the log cannot be read, and why."""
        self.problem.show_words("The log cannot be read", str(error), "Try again")
        self.setCurrentWidget(self.problem)

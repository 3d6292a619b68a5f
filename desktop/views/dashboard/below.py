"""Below the cards: what to do next, and what happened last."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.activity import ActivityRow, Task
from desktop.ui import words
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.labels import Label
from desktop.ui.kit.states import EmptyState
from desktop.ui.kit.surfaces import Card
from desktop.views.dashboard.lists import ActivityDelegate, RowsModel, RowsView, TaskDelegate


class Below(QWidget):
    """Two lists side by side."""

    task_chosen = Signal(object)
    """A :class:`Task` that is to be done."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(16))
        row.addWidget(self._next_card(), 1)
        row.addWidget(self._latest_card(), 1)

    def show_rows(self, tasks: Sequence[Task], latest: Sequence[ActivityRow]) -> None:
        """Show what to do and what happened."""
        self.tasks.show(tasks)
        self._task_stack.setCurrentIndex(0 if tasks else 1)
        self.latest.show(latest)
        self._latest_stack.setCurrentIndex(0 if latest else 1)

    def _next_card(self) -> QWidget:
        card, column = _list_card("Do next")
        self.tasks: RowsModel[Task] = RowsModel(lambda task: f"{task.what}. {task.why}", self)
        self.task_view = RowsView("Do next")
        self.task_view.setModel(self.tasks)
        self.task_view.setItemDelegate(TaskDelegate(self.task_view))
        self.task_view.chosen.connect(self.task_chosen.emit)
        quiet = EmptyState("circle-check", "Nothing to do", "What needs a person appears here.")
        self._task_stack = _stacked(self.task_view, quiet)
        column.addWidget(self._task_stack, 1)
        return card

    def _latest_card(self) -> QWidget:
        card, column = _list_card("Latest activity", self._open_log_button())
        self.latest: RowsModel[ActivityRow] = RowsModel(
            lambda row: f"{words.exact(row.at)}, {row.outcome.value}, {row.mailbox}: {row.what}", self
        )
        self.latest_view = RowsView("Latest activity")
        self.latest_view.setModel(self.latest)
        self.latest_view.setItemDelegate(ActivityDelegate(self.frame.clock.now, self.latest_view))
        self.latest_view.chosen.connect(lambda row: self.frame.doors.go(Place("sync_log", part=row.key)))
        quiet = EmptyState("scroll-text", "No sync yet", "Each sync leaves a line here.")
        self._latest_stack = _stacked(self.latest_view, quiet)
        column.addWidget(self._latest_stack, 1)
        return card

    def _open_log_button(self) -> Button:
        button = Button("Open sync log", kind="quiet", key_hint="Ctrl+4", small=True)
        button.clicked.connect(lambda: self.frame.doors.go(Place("sync_log")))
        return button


def _list_card(title: str, button: Button | None = None) -> tuple[Card, QVBoxLayout]:
    card = Card()
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, scaled(8))
    column.setSpacing(0)
    head = QWidget()
    head.setFixedHeight(scaled(40))
    row = QHBoxLayout(head)
    row.setContentsMargins(scaled(16), 0, scaled(8), 0)
    row.addWidget(Label(title, "section"))
    row.addStretch(1)
    if button is not None:
        row.addWidget(button)
    column.addWidget(head)
    return card, column


def _stacked(*widgets: QWidget) -> QStackedWidget:
    stack = QStackedWidget()
    for widget in widgets:
        stack.addWidget(widget)
    return stack

"""A drag over the screen: the customers show themselves, the status bar says what a drop would do, and it is done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.domain.ids import EmailId
from desktop.ui.customer_list import CustomerLine
from desktop.ui.words import counted
from desktop.views.review.decisions import why_no_sender

if TYPE_CHECKING:
    from desktop.views.review.commands import Commands
    from desktop.views.review.screen import ReviewScreen


class Dragging(QObject):
    """Connects the queue that emails are dragged from with the customers that they are dropped on."""

    def __init__(self, screen: "ReviewScreen", commands: "Commands") -> None:
        super().__init__(commands)
        self._screen, self._commands = screen, commands
        screen.view.drag_began.connect(self._begin)
        screen.view.drag_ended.connect(self._end)
        customers = screen.desk.customers
        customers.dropped.connect(self._drop)
        customers.zones.dropped_on_new.connect(self._drop_on_new)
        customers.zones.dropped_on_ignore.connect(self._drop_on_ignore)
        customers.hovered.connect(self._tell)

    def _begin(self) -> None:
        choice = self._screen.choice()
        domains = {item.domain for item in choice.items}
        whom = next(iter(domains)) if len(domains) == 1 else f"{len(domains)} domains"
        self._screen.desk.begin_drag(f"From {whom or 'the email'}", choice.sender, why_no_sender(choice))
        self._tell("")

    def _tell(self, sentence: str) -> None:
        emails = counted(len(self._screen.choice().items), "email")
        self._screen.frame.doors.tell(sentence or f"Drop {emails} on a customer. Esc cancels. The key A does the same.")

    def _end(self) -> None:
        self._screen.desk.end_drag()
        self._screen.frame.doors.tell("")

    def _drop(self, line: CustomerLine, ids: Sequence[EmailId]) -> None:
        self._screen.decisions.drop(line, ids)
        self._commands.back_to_queue()

    def _drop_on_new(self, ids: Sequence[EmailId]) -> None:
        choice = self._screen.shelf.choice_of(ids)
        QTimer.singleShot(0, self, lambda: self._commands.ask_new(choice))  # the drag has to end before a dialog opens

    def _drop_on_ignore(self, ids: Sequence[EmailId]) -> None:
        choice = self._screen.shelf.choice_of(ids)
        QTimer.singleShot(0, self, lambda: self._commands.previews.ask_sender(choice))

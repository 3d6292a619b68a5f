"""Emails dropped on a customer of the list are filed there, as one command with one undo."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import EmailRow
from desktop.services.review import assign_seen
from desktop.ui.edge_scroll import EdgeScroll
from desktop.ui.frame import Frame
from desktop.ui.mail_drag import carries_emails, dragged_ids, drop_words
from desktop.ui.tables import TableView
from desktop.ui.words import counted
from desktop.views.customers.delegates import CustomerDelegate

NO_TARGET = "Drop the emails on a customer. Esc cancels."
CustomerAt = Callable[[int], tuple[CustomerId, str] | None]


class MailDrop(QObject):
    """Lights the customer a drag of emails is over, says what a drop would do or why it is refused, and does it.

    Nothing is selected or opened by it. What is known of the emails is read when they come in; an email that waited
    then and was decided on meanwhile is left as it was decided.
    """

    def __init__(self, frame: Frame, view: TableView, delegate: CustomerDelegate, customer_at: CustomerAt) -> None:
        super().__init__(view)
        self._frame, self._view, self._customer_at = frame, view, customer_at
        self.lit: CustomerId | None = None
        self._ids: tuple[EmailId, ...] = ()
        self._rows: Mapping[EmailId, EmailRow] = {}
        self._place = QPoint()
        self._edge = EdgeScroll(view)
        self._edge.scrolled.connect(self._show)
        lit_before = delegate.is_lit
        delegate.is_lit = lambda customer_id: self.lit == customer_id or lit_before(customer_id)
        view.viewport().setAcceptDrops(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer a drag of emails; every other drag is somebody else's."""
        if isinstance(event, QDropEvent) and carries_emails(event.mimeData()):
            self._place = event.position().toPoint()
            if isinstance(event, QDragEnterEvent):
                self._begin(dragged_ids(event.mimeData()))
            if event.type() == QEvent.Type.Drop:
                event.setAccepted(self._drop())
            else:  # one that may not be dropped here is let in all the same, to be told why
                event.setAccepted(self._show() or isinstance(event, QDragEnterEvent))
                self._edge.be_at(self._place)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._end()
        return super().eventFilter(watched, event)

    def _begin(self, ids: tuple[EmailId, ...]) -> None:
        self._ids, self._rows = ids, {}
        self._frame.ops.read(
            self, lambda read: read.emails.by_ids(ids), partial(self._know, ids), failed=self._unknown, slot="dragged"
        )

    def _know(self, ids: tuple[EmailId, ...], rows: Mapping[EmailId, EmailRow]) -> None:
        if ids == self._ids:
            self._rows = rows
            self._show()

    def _unknown(self, _error: AppError) -> None:
        """What cannot be read is found out by the command, which then says so."""

    def _end(self) -> None:
        self._ids, self._rows = (), {}
        self._edge.stop()
        self._light(None, "")

    def _why_not(self, customer_id: CustomerId, name: str) -> str:
        """Say why the emails cannot be dropped on a customer, if so."""
        if not self._ids:
            return "These are not emails."
        rows = [self._rows.get(one) for one in self._ids]
        if any(row is None or row.needs_review or row.customer_id != customer_id for row in rows):
            return ""
        those = "This email is" if len(rows) == 1 else f"These {counted(len(rows), 'email')} are"
        return f"{those} with {name} already."

    def _target(self) -> tuple[CustomerId, str] | None:
        return self._customer_at(self._view.indexAt(self._place).row())

    def _show(self) -> bool:
        """Light the customer under the pointer; tell whether the emails can be dropped there."""
        target = self._target()
        if target is None:
            self._light(None, NO_TARGET if self._ids else "")
            return False
        why_not = self._why_not(*target)
        self._light(None if why_not else target[0], why_not or drop_words(len(self._ids), target[1]))
        return not why_not

    def _light(self, customer_id: CustomerId | None, sentence: str) -> None:
        self.lit = customer_id
        self._frame.doors.tell(sentence)
        self._view.viewport().update()

    def _drop(self) -> bool:
        target, ids, rows = self._target(), self._ids, self._rows
        possible = target is not None and not self._why_not(*target)
        self._end()
        if target is not None and possible:
            waiting = [one for one in ids if one in rows and rows[one].needs_review]
            self._frame.ops.run(self, partial(_assign, ids, waiting, target[0]))
        return possible


def _assign(
    ids: Sequence[EmailId], waiting: Sequence[EmailId], customer_id: CustomerId, uow: Any, clock: Clock
) -> ChangeSet:
    return assign_seen(uow, ids, waiting, customer_id, clock=clock).change

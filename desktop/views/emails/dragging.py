"""Emails carried away from the list with the mouse: onto a customer, by way of the sidebar."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QDrag

from desktop.domain.rows import EmailRow
from desktop.ui.frame import Frame
from desktop.ui.mail_drag import DraggedMail, mail_drag, mail_mime
from desktop.ui.words import counted, number
from desktop.views.emails.commands import EmailCommands
from desktop.views.emails.table import EmailTable

MOST = 1_000
"""More emails are assigned by key, with progress and a way out."""


class Dragging(QObject):
    """Makes the drag of what is chosen, or says why there is none."""

    def __init__(self, frame: Frame, table: EmailTable, commands: EmailCommands) -> None:
        super().__init__(table)
        self._frame, self._table, self._commands = frame, table, commands
        table.drag_wanted.connect(self._carry)

    def drag(self) -> QDrag | None:
        """Return the drag of the chosen emails, ready for ``exec``; None, with the reason told, when there is none."""
        chosen = self._commands.chosen()
        why_not = chosen.why_no_email
        if len(chosen.emails) > MOST:
            why_not = f"Drag up to {number(MOST)} emails at once. The key A assigns more."
        if why_not:
            self._frame.doors.tell(why_not)
            return None
        known = self._table.first_selected(MOST)
        data = mail_mime(chosen.emails, [row.subject for row in known])
        return mail_drag(
            self._table, data, _card(chosen.row, len(chosen.emails)), targets_left=not self._table.isRightToLeft()
        )

    def _carry(self) -> None:
        drag = self.drag()
        if drag is None:
            return
        emails = counted(len(self._commands.chosen().emails), "email")
        self._frame.doors.tell(f"Hold over Customers to assign {emails}. Esc cancels. The key A does the same.")
        try:
            drag.exec(Qt.DropAction.MoveAction)
        finally:
            self._frame.doors.tell("")


def _card(row: EmailRow | None, count: int) -> DraggedMail:
    if row is None:
        return DraggedMail("", "", count)
    return DraggedMail(row.from_name or row.from_address, row.subject or "No subject", count)

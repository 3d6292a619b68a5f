"""Shows in the preview what is chosen in the list, once the hand rests."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop.domain.ids import EmailId
from desktop.domain.rows import EmailRow
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.preview.summary import LOOKED_AT
from desktop.ui.tables import selected_ids
from desktop.ui.toasts import announce
from desktop.views.emails.body import EmailsBody


class Following(QObject):
    """Follows the selection."""

    def __init__(self, frame: Frame, body: EmailsBody) -> None:
        super().__init__(body)
        self._frame, self._table, self._body = frame, body.table, body
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._follow)

    def follow(self) -> None:
        """Show what is chosen, when all that goes on now is over."""
        self._soon.start()

    def _follow(self) -> None:
        if not self._body.has_preview:
            return
        selected = selected_ids(self._table, self._table.emails)
        if len(selected) > 1:
            looked_at = selected[:LOOKED_AT]
            self._frame.ops.read(
                self,
                lambda read: read.email_list.rows(looked_at),
                partial(self._show_selection, len(selected)),
                slot="selection",
            )
            return
        number = selected[0] if selected else 0
        preview = self._body.preview
        if number < 0:
            preview.show_seen(-number)
        else:
            preview.show_email(EmailId(number) if number else None)

    def _show_selection(self, count: int, rows: Sequence[EmailRow]) -> None:
        if self._table.selected_count() == count:
            self._body.preview.show_selection(count, rows)
            announce(self._table, f"{words.counted(count, 'email')} selected")

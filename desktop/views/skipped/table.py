"""The list of skipped mail: when, who, what about, and which filter left it out."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu

from desktop.domain.filters import SkippedMail
from desktop.ui import words
from desktop.ui.kit.theme import theme
from desktop.ui.line_tables import Index, LineModel, LineTable
from desktop.ui.reasons import shorter

WHEN, SENDER, SUBJECT, WHY = range(4)
TITLES = ("When", "From", "Subject", "Why")
WIDTHS = {WHEN: 92, SENDER: 156, WHY: 208}
ROW, SHOWN = 30, 10


class SkippedModel(LineModel[SkippedMail]):
    """Mail that filters left out, newest first."""

    def __init__(self, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(TITLES, parent)
        self._now = now

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is asked of a cell."""
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._whole(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(line) if column == WHEN else self._text(line, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme().color("text" if column in {SENDER, SUBJECT} and not line.gone else "text2")
        return None

    def _text(self, mail: SkippedMail, column: int) -> str:
        if column == WHEN:
            return words.short_when(mail.received_at, self._now())
        if column == SENDER:
            return mail.sender_name or mail.sender or "Unknown sender"
        return (mail.subject or "(no subject)") if column == SUBJECT else shorter(mail.reason)

    def _whole(self, mail: SkippedMail, column: int) -> str:
        if column == WHEN:
            return words.exact(mail.received_at)
        if column == WHY:
            gone = " It is no longer on the server." if mail.gone and mail.email_id is None else ""
            return f"{mail.reason}{gone}"
        return mail.sender if column == SENDER else self._text(mail, column)

    def _sentence(self, mail: SkippedMail) -> str:
        when = words.when(mail.received_at, self._now())
        return f"{self._text(mail, SENDER)}, {self._text(mail, SUBJECT)}, {when}. {self._whole(mail, WHY)}"


class SkippedTable(LineTable):
    """Shows a :class:`SkippedModel`; *menu* fills what is offered for what is chosen."""

    def __init__(self, model: SkippedModel, menu: Callable[[QMenu], None]) -> None:
        super().__init__("Skipped mail", (ROW, SHOWN), WIDTHS, (SUBJECT, 120))
        self._menu = menu
        self.setModel(model)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the commands, by the second button, the Menu key and Shift+F10."""
        if not self.currentIndex().isValid():
            return
        menu = QMenu(self)
        menu.setAccessibleName("Skipped mail")
        self._menu(menu)
        menu.popup(self.menu_place(event))

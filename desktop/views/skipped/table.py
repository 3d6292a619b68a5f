"""The list of skipped mail: when, who, what about, and which filter left it out."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu

from desktop.domain.filters import SkippedMail
from desktop.ui import words
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.theme import theme
from desktop.ui.reasons import shorter
from desktop.ui.tables import TableView
from desktop.ui.text_cells import TextDelegate

Index = QModelIndex | QPersistentModelIndex
WHEN, SENDER, SUBJECT, WHY = range(4)
TITLES = ("When", "From", "Subject", "Why")
WIDTHS = {WHEN: 92, SENDER: 156, WHY: 208}
ROW, SHOWN = 30, 10


class SkippedModel(QAbstractTableModel):
    """Mail that filters left out, newest first."""

    def __init__(self, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._now = now
        self.lines: Sequence[SkippedMail] = ()

    def show_lines(self, lines: Sequence[SkippedMail]) -> None:
        """Show other mail."""
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a title."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return TITLES[section] if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is asked of a cell."""
        if not index.isValid():
            return None
        mail, column = self.lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(mail, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._whole(mail, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(mail) if column == WHEN else self._text(mail, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme().color("text" if column in {SENDER, SUBJECT} and not mail.gone else "text2")
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


class SkippedTable(TableView):
    """Shows a :class:`SkippedModel`; *menu* fills what is offered for what is chosen."""

    def __init__(self, model: SkippedModel, menu: Callable[[QMenu], None]) -> None:
        super().__init__("Skipped mail", scaled(ROW))
        self._menu = menu
        self.setModel(model)
        self.setItemDelegate(TextDelegate(self))
        header = self.horizontalHeader()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme().changed.connect(self._dress)
        self._dress()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the commands, by the second button, the Menu key and Shift+F10."""
        if not self.currentIndex().isValid():
            return
        menu, at = QMenu(self), event.globalPos()
        menu.setAccessibleName("Skipped mail")
        self._menu(menu)
        menu.popup(at if not at.isNull() else self.viewport().mapToGlobal(QPoint(0, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the subjects what room there is."""
        super().resizeEvent(event)
        self._stretch()

    def _stretch(self) -> None:
        rest = self.viewport().width() - sum(map(self.columnWidth, WIDTHS))
        self.setColumnWidth(SUBJECT, max(rest, scaled(120)))

    def _dress(self) -> None:
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, scaled(width))
        self.verticalHeader().setDefaultSectionSize(scaled(ROW))
        self.setMinimumHeight(scaled(ROW) * SHOWN + self.horizontalHeader().sizeHint().height())
        self._stretch()

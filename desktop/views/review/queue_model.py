"""The queue's rows for Qt: one column of heads and emails; rows come and go where they do, nothing else moves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.ids import EmailId
from desktop.ui.words import age, counted, exact
from desktop.views.review.choice import name_of, waits_because
from desktop.views.review.queue import GroupRow, MailRow, Row

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
MOST_COMPARED = 2000
"""Lists that differ in more rows than this are shown anew."""


class QueueModel(QAbstractTableModel):
    """The rows as :func:`queue.arrange` made them."""

    shown = Signal()
    """Rows have come and gone, and all are there now."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._rows: list[Row] = []
        self.selected: Mapping[str, int] = {}
        """How many emails of each group are selected, for their heads to say."""

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown."""
        return self._rows

    @property
    def now(self) -> datetime:
        """The time that ages are counted from."""
        return self._now()

    def row(self, at: int) -> Row | None:
        """Return one row, or None where there is none."""
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def mail(self, at: int) -> MailRow | None:
        """Return the email in a row that can be decided on, or None for a head or one that is taken."""
        row = self.row(at)
        return row if isinstance(row, MailRow) and not row.taken else None

    def position_of(self, email_id: EmailId) -> int:
        """Return where an email stands, or -1."""
        places = (at for at, row in enumerate(self._rows) if isinstance(row, MailRow) and row.item.mail.id == email_id)
        return next(places, -1)

    def mail_near(self, at: int) -> int:
        """Return the first email at or below *at*, else the last one above it, else -1."""
        mails = [place for place in range(len(self._rows)) if self.mail(place) is not None]
        return next((place for place in mails if place >= at), mails[-1] if mails else -1)

    def show(self, rows: Sequence[Row]) -> None:
        """Show *rows* with as few comings and goings as will do; nothing is done when they are shown already."""
        if list(rows) == self._rows:
            return
        old, new = [_key(row) for row in self._rows], [_key(row) for row in rows]
        first = _same(old, new)
        last = _same(old[first:][::-1], new[first:][::-1])
        between = (old[first : len(old) - last], new[first : len(new) - last])
        if max(map(len, between)) > MOST_COMPARED:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            self.shown.emit()
            return
        for tag, old_from, old_to, new_from, new_to in reversed(SequenceMatcher(None, *between, False).get_opcodes()):
            if tag in {"delete", "replace"}:
                self._take(first + old_from, first + old_to)
            if tag in {"insert", "replace"}:
                self._put(first + old_from, rows[first + new_from : first + new_to])
        self._rows = list(rows)
        self.shown.emit()
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 0))

    def repaint_heads(self) -> None:
        """What heads say about the selection has changed."""
        for at, row in enumerate(self._rows):
            if isinstance(row, GroupRow):
                self.dataChanged.emit(self.index(at, 0), self.index(at, 0))

    def _take(self, start: int, end: int) -> None:
        self.beginRemoveRows(QModelIndex(), start, end - 1)
        del self._rows[start:end]
        self.endRemoveRows()

    def _put(self, at: int, rows: Sequence[Row]) -> None:
        self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
        self._rows[at:at] = rows
        self.endInsertRows()

    # --- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are, heads too."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """There is one column."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Emails can be selected and dragged; heads only open and close."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return Qt.ItemFlag.NoItemFlags
        if isinstance(row, GroupRow) or row.taken:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a view, a delegate or a screen reader asks of a row."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title if isinstance(row, GroupRow) else row.item.mail.subject
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, MailRow):
            mail = row.item.mail
            lines = (mail.from_address, mail.subject, exact(mail.received_at), row.item.handed_on, row.item.warning)
            return "\n".join(part for part in lines if part)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name the column, and number the rows for screen readers."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return "Email" if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"

    def _sentence(self, row: Row) -> str:
        if isinstance(row, GroupRow):
            hidden = f"{row.hidden} more folded away" if row.hidden else ""
            state = "closed" if row.is_closed else ""
            parts = (row.title, counted(row.count, "email"), row.hint, hidden, state)
            return ", ".join(part for part in parts if part)
        mail = row.item.mail
        whom, figure = waits_because(row.item)
        failed = f"{row.trouble.words[0].lower()}{row.trouble.words[1:]}: {row.trouble.what}" if row.trouble else ""
        trouble = failed or row.taken
        subject = mail.subject or "no subject"
        warning = "the sender is in doubt" if row.item.warning else ""
        whose, when = f"{whom} {figure}".strip(), age(mail.received_at, self.now)
        said = (name_of(row.item), subject, whose, when, row.item.handed_on, warning, trouble)
        return ", ".join(part for part in said if part)


def _key(row: Row) -> str:
    return f"g{row.key}" if isinstance(row, GroupRow) else f"m{row.item.mail.id}"


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items two lists have in common from the start."""
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    return at

"""The rows of the log: entries, problems and tasks in one shape, and one opened row with its detail below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.activity import ActivityRow, Fix, Level, Outcome, Problem, Task
from desktop.domain.ids import EmailId, MailboxId
from desktop.ui import words

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole
IS_DETAIL = Qt.ItemDataRole.UserRole + 1

COLUMNS = ("", "Time", "Result", "Mailbox", "What happened", "Run", "Took")
FOLD, TIME, RESULT, MAILBOX, WHAT, RUN, TOOK = range(len(COLUMNS))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, how it went (as glyph and word), where, what; and for trouble its three sentences and fix."""

    key: str
    at: datetime | None
    level: Level
    word: str
    mailbox_id: MailboxId | None
    mailbox: str
    what: str
    run: int | None = None
    seconds: float | None = None
    count: int = 1
    code: str = ""
    happened: str = ""
    meaning: str = ""
    action: str = ""
    fix: Fix = Fix.NONE
    email_id: EmailId | None = None

    @property
    def can_open(self) -> bool:
        """Whether there is more to say than the line."""
        return bool(self.happened)


def of_activity(row: ActivityRow, now: datetime) -> Entry:
    """Return the line of an entry; several alike say how many and since when."""
    what = row.what
    if row.count > 1 and row.since is not None:
        what = f"{what.removesuffix('.')}, {words.number(row.count)} times since {words.when(row.since, now).lower()}"
    return Entry(
        row.key,
        row.at,
        row.level,
        row.outcome.value,
        row.mailbox_id,
        row.mailbox,
        what,
        row.run,
        row.seconds,
        row.count,
        row.code,
        row.happened,
        row.meaning,
        row.action,
        row.fix,
        row.email_id,
    )


def of_problem(row: Problem) -> Entry:
    """Return the line of something that is wrong now."""
    word = Outcome.FAILED.value if row.level is Level.FAILED else "Open"
    return Entry(
        row.key,
        row.since,
        row.level,
        word,
        row.mailbox_id,
        row.mailbox,
        row.happened,
        count=row.count,
        code=row.code,
        happened=row.happened,
        meaning=row.meaning,
        action=row.action,
        fix=row.fix,
        email_id=row.email_id,
    )


def of_task(row: Task) -> Entry:
    """Return the line of something that waits for a person."""
    return Entry(
        row.key,
        row.since,
        row.level,
        "To do",
        row.mailbox_id,
        row.mailbox,
        f"{row.what}. {row.why}",
        count=row.count,
        fix=row.fix,
        email_id=row.email_id,
    )


class LogModel(QAbstractTableModel):
    """Entries, and below the opened one a row for its detail."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._opened = -1

    @property
    def entries(self) -> Sequence[Entry]:
        """What is listed."""
        return self._entries

    @property
    def opened(self) -> Entry | None:
        """The entry whose detail is open."""
        return self._entries[self._opened] if self._opened >= 0 else None

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these entries; the detail stays open while its entry is among them. New ones on top are inserted."""
        kept = self.opened.key if self.opened is not None else ""
        more = len(entries) - len(self._entries)
        if more > 0 and self._opened < 0 and list(entries[more:]) == self._entries and self._entries:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._entries = list(entries)
            self.endInsertRows()
            return
        if list(entries) == self._entries:
            return
        self.beginResetModel()
        self._entries = list(entries)
        self._opened = next((at for at, entry in enumerate(entries) if kept and entry.key == kept), -1)
        self.endResetModel()

    def set_open(self, key: str) -> None:
        """Open the detail of one entry and close any other; an empty key closes."""
        if self._opened >= 0:
            self.beginRemoveRows(QModelIndex(), self._opened + 1, self._opened + 1)
            before, self._opened = self._opened, -1
            self.endRemoveRows()
            self.dataChanged.emit(self.index(before, 0), self.index(before, len(COLUMNS) - 1))
        at = next((at for at, entry in enumerate(self._entries) if key and entry.key == key), -1)
        if at >= 0 and self._entries[at].can_open:
            self.beginInsertRows(QModelIndex(), at + 1, at + 1)
            self._opened = at
            self.endInsertRows()
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))

    def detail_row(self) -> int:
        """Return the row of the open detail, or -1."""
        return self._opened + 1 if self._opened >= 0 else -1

    def entry_at(self, row: int) -> Entry | None:
        """Return the entry a row belongs to; the detail belongs to the entry above it."""
        if self._opened >= 0 and row > self._opened:
            row -= 1
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def row_of(self, key: str) -> int:
        """Return the row of an entry, or -1."""
        at = next((at for at, entry in enumerate(self._entries) if entry.key == key), -1)
        return at + 1 if 0 <= self._opened < at else at

    # --- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the rows, the detail's too."""
        return 0 if parent.isValid() else len(self._entries) + (1 if self._opened >= 0 else 0)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The detail is not a row one can be on: its buttons are."""
        if index.isValid() and index.row() == self.detail_row():
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is asked of a cell."""
        entry = self.entry_at(index.row()) if index.isValid() else None
        if entry is None:
            return None
        is_detail = index.row() == self.detail_row()
        if role == IS_DETAIL:
            return is_detail
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if is_detail else _cell(entry, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return "Details" if is_detail else _sentence(entry)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == TIME and not is_detail:
            return words.exact(entry.at)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignRight if section in {RUN, TOOK} else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return COLUMNS[section] if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"


def _cell(entry: Entry, column: int) -> str:
    return {
        TIME: words.clock_second(entry.at) if entry.at else "",
        RESULT: entry.word,
        MAILBOX: words.local_part(entry.mailbox),
        WHAT: entry.what,
        RUN: str(entry.run) if entry.run is not None else "",
        TOOK: words.took(entry.seconds) if entry.seconds is not None else "",
    }.get(column, "")


def _sentence(entry: Entry) -> str:
    parts = [words.exact(entry.at), entry.word, entry.mailbox, entry.what]
    return ", ".join(part for part in parts if part) + (". Enter opens the details." if entry.can_open else "")

"""The report as a table: a row for each folder and day, sorted by any column, as text for the clipboard and a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.audit import AuditReport, DayAudit, Tally
from desktop.services.spreadsheets import spreadsheet_cell
from desktop.ui.kit.fonts import font
from desktop.ui.kit.theme import theme
from desktop.ui.words import number
from desktop.views.audit.words import day_words, left_out_words

Index = QModelIndex | QPersistentModelIndex
FOLDER, DAY, MISSING, WAITING, ON_SERVER, KEPT, LEFT_OUT, NEW = range(8)
TITLES = ("Folder", "Day", "Missing", "Waiting", "On server", "Kept", "Left out", "New")
AMISS = Qt.ItemDataRole.UserRole
"""Whether something is amiss on this row's day."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    folder: str
    day: DayAudit

    @property
    def is_amiss(self) -> bool:
        """Whether a message of this day has no verdict."""
        return bool(self.day.tally.holes or self.day.tally.waiting)

    @property
    def sort_day(self) -> date:
        """The day, those that are unknown before all others."""
        return self.day.day or date.min


_COUNTS: dict[int, Callable[[Tally], int]] = {
    MISSING: lambda tally: tally.holes,
    WAITING: lambda tally: tally.waiting,
    ON_SERVER: lambda tally: tally.on_server,
    KEPT: lambda tally: tally.kept,
    LEFT_OUT: lambda tally: tally.judged - tally.kept,
    NEW: lambda tally: tally.new,
}


class AuditModel(QAbstractTableModel):
    """Rows of one report. What is amiss stands first until somebody sorts otherwise; then the newest day."""

    def __init__(self, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._now = now
        self._lines: list[Line] = []

    @property
    def lines(self) -> Sequence[Line]:
        """The rows in their order."""
        return self._lines

    def show_report(self, report: AuditReport) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._lines = [Line(folder.name, day) for folder in report.folders for day in folder.days]
        self._lines.sort(key=lambda line: (line.is_amiss, line.sort_day), reverse=True)
        self.endResetModel()

    def has_any(self, column: int) -> bool:
        """Tell whether a count is more than nothing in any row."""
        return any(_COUNTS[column](line.day.tally) for line in self._lines)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; rows that are equal in it stay in their order."""
        if not 0 <= column < len(TITLES):
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        lines = [self._lines[index.row()] for index in held]
        self._lines.sort(key=lambda line: _key(line, column), reverse=order == Qt.SortOrder.DescendingOrder)
        rows = {id(line): row for row, line in enumerate(self._lines)}
        fresh = [self.index(rows[id(line)], index.column()) for line, index in zip(lines, held, strict=True)]
        self.changePersistentIndexList(held, fresh)
        self.layoutChanged.emit()

    def cells(self, row: int) -> list[str]:
        """Return a row as text for a file or the clipboard: the day in full, no sign between thousands."""
        line = self._lines[row]
        day = line.day.day.isoformat() if line.day.day else ""
        return [spreadsheet_cell(line.folder), day, *(str(count(line.day.tally)) for count in _COUNTS.values())]

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return one cell; what is amiss is tinted, and its count is bold."""
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role == Qt.ItemDataRole.ToolTipRole and column == LEFT_OUT:
            return left_out_words(line.day) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(line, column)
        if role == AMISS:
            return line.is_amiss
        if role == Qt.ItemDataRole.BackgroundRole and line.is_amiss:
            return theme().color("warn_bg")
        is_count = column in {WAITING, MISSING} and bool(_COUNTS[column](line.day.tally))
        return font("strong") if role == Qt.ItemDataRole.FontRole and is_count else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title; rows are numbered for screen readers."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return _side(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return TITLES[section] if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"

    def _text(self, line: Line, column: int) -> str:
        if column == FOLDER:
            return line.folder
        if column == DAY:
            return day_words(line.day, self._now())
        count = _COUNTS[column](line.day.tally)
        return number(count) if count or column in {MISSING, ON_SERVER} else ""

    def _spoken(self, line: Line, column: int) -> str:
        """Say the whole row in its first cell, and a count with its title elsewhere."""
        if column != FOLDER:
            return f"{TITLES[column]}: {self._text(line, column) or number(0)}"
        counts = (f"{number(count(line.day.tally))} {TITLES[at].lower()}" for at, count in _COUNTS.items())
        return f"{line.folder}, {day_words(line.day, self._now())}: {', '.join(counts)}"


def _key(line: Line, column: int) -> tuple[object, ...]:
    if column == FOLDER:
        return (line.folder.casefold(),)
    return (line.sort_day,) if column == DAY else (_COUNTS[column](line.day.tally),)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in {FOLDER, DAY} else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter

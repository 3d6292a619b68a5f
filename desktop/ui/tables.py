"""Tables that stay smooth at a million rows: the model knows every id, and reads the rows that are looked at.

What hurts at that size is avoided here once (ux section 7): no fetchMore and no proxy model, rows read in pages by a
worker, headers with a selection model of their own, selections read as ranges, and no search by typing letters.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.ui.ops import Ops

PAGE = 200
PAGES_KEPT = 40
MAX_ROWS = 70_000_000
"""Beyond it a view's length in pixels overflows."""

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
ROW = Qt.ItemDataRole.UserRole
"""The whole row object of an index, or None while it is being read."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: what it is called, how a row reads in it, and where it stands. ``order`` names its sort, if any."""

    key: str
    title: str
    text: Callable[[Row], str]
    width: int = 120
    trailing: bool = False
    order: str = ""
    tooltip: Callable[[Row], str] | None = None


class _Fetch(Protocol):
    def __call__(self, read: Any, ids: Sequence[int], /) -> Sequence[Any]: ...


class WindowedModel(QAbstractTableModel, Generic[Row]):
    """All ids at once (8 bytes each), rows in pages of 200 as they come into view.

    *fetch* is given the reader and ids and returns their rows in that order; *sentence* says a whole row to a screen
    reader; *id_of* returns a row's id.
    """

    filled = Signal()
    """Rows that were looked at have arrived."""

    def __init__(
        self,
        ops: Ops,
        columns: Sequence[Column[Row]],
        fetch: _Fetch,
        sentence: Callable[[Row], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ops, self.columns, self._fetch, self._sentence = ops, tuple(columns), fetch, sentence
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, Sequence[Row | None]] = OrderedDict()
        self._asked: set[int] = set()
        self._version = 0

    # --- content ----------------------------------------------------------------------------------------------------

    @property
    def ids(self) -> "array[int]":
        """The ids of all rows, in order."""
        return self._ids

    def show(self, ids: "array[int]") -> None:
        """Show these rows. What is the same at the beginning and at the end stays: rows come and go between.

        So nothing moves under the hand when mail arrives on top, a list grows at its end or a row leaves it.
        """
        ids = ids if len(ids) <= MAX_ROWS else ids[:MAX_ROWS]
        self._forget()
        if ids != self._ids:
            first, last = _same_at_ends(self._ids, ids)
            if first or last:
                self._replace(first, last, ids)
            else:
                self.beginResetModel()
                self._ids = ids
                self.endResetModel()
            self._forget()  # a view may have asked for rows while it heard of the change
        self._repaint()

    def _replace(self, first: int, last: int, ids: "array[int]") -> None:
        """Become *ids*, of which the *first* at the start and the *last* at the end are here already."""
        gone, come = len(self._ids) - first - last, len(ids) - first - last
        if gone:
            self.beginRemoveRows(QModelIndex(), first, first + gone - 1)
            self._ids = self._ids[:first] + self._ids[first + gone :]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), first, first + come - 1)
            self._ids = ids
            self.endInsertRows()

    def give(self, first: int, rows: Sequence[Row | None]) -> None:
        """Put rows that are known already in their page, so that they show at once; *first* begins a page.

        None stands for a row that has gone meanwhile.
        """
        if first % PAGE == 0 and rows:
            self._pages[first // PAGE] = rows
            self._repaint()

    def read_again(self) -> None:
        """Rows may have changed: those in view are read anew, and stand as they were meanwhile."""
        self._version += 1
        self._asked.clear()
        for page in list(self._pages):
            self._ask(page)

    def row_at(self, row: int) -> Row | None:
        """Return a row, or None while it is being read (which this begins)."""
        page = self._pages.get(row // PAGE)
        if page is None:
            self._ask(row // PAGE)
            return None
        self._pages.move_to_end(row // PAGE)
        at = row % PAGE
        return page[at] if at < len(page) else None

    def known(self, first: int, last: int) -> Iterator[Row]:
        """Yield the rows from *first* to *last* that have been read already, in order; this begins no reading."""
        for page in sorted(self._pages):
            begun = page * PAGE
            for row in self._pages[page][max(0, first - begun) : max(0, last + 1 - begun)]:
                if row is not None:
                    yield row

    def position_of(self, row_id: int) -> int:
        """Return where a row stands, or -1."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return -1

    def _ask(self, page: int) -> None:
        wanted = self._ids[page * PAGE : (page + 1) * PAGE]
        if page in self._asked or not wanted:
            return
        self._asked.add(page)
        self._ops.read(self, lambda read: self._fetch(read, wanted), partial(self._take, page, self._version))

    def _take(self, page: int, version: int, rows: Sequence[Row | None]) -> None:
        if version != self._version:
            return
        self._asked.discard(page)
        self._pages[page] = rows
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        first = page * PAGE
        last = min(len(self._ids), first + PAGE) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.filled.emit()

    def _forget(self) -> None:
        self._version += 1
        self._asked.clear()
        self._pages.clear()

    def _repaint(self) -> None:
        if len(self._ids):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    # --- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the true number of rows."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one cell, or for :data:`ROW` the row itself."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[index.column()].trailing else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role not in _ROW_ROLES:
            return None
        row = self.row_at(index.row())
        if role == ROW or row is None:
            return row
        return self._said(row, self.columns[index.column()], index.column(), role)

    def _said(self, row: Row, column: Column[Row], at: int, role: int) -> str | None:
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(row) if column.tooltip else None
        if role == Qt.ItemDataRole.AccessibleTextRole and at == 0:
            return self._sentence(row)
        return column.text(row)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title; rows are numbered for screen readers, though no view shows that header."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].trailing else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].title if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"


_ROW_ROLES = frozenset(
    role.value
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.UserRole,
    )
)


def _same_at_ends(one: "array[int]", other: "array[int]") -> tuple[int, int]:
    """Return how many items two lists have in common at the start, and how many of the others at the end.

    They may be millions, and are looked at where they are: copies of them would stay in memory.
    """
    here, there = memoryview(one), memoryview(other)
    shorter = min(len(one), len(other))
    first = _most(shorter, lambda low, high: here[low:high] == there[low:high])
    ends = len(one), len(other)
    last = _most(
        shorter - first,
        lambda low, high: here[ends[0] - high : ends[0] - low] == there[ends[1] - high : ends[1] - low],
    )
    return first, last


def _most(high: int, are_same: Callable[[int, int], bool]) -> int:
    """Return up to where all *are_same*, which is told of what stretch; halving keeps it at the speed of comparing."""
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        if are_same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


class TableView(QTableView):
    """A table with one row height, whole-row selection and none of what freezes at a million rows."""

    opened = Signal(int)
    """A row was activated (Enter or double click): its position."""
    moved = Signal(int)
    """The current row is another: its position, or -1."""

    def __init__(self, name: str, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setMinimumSectionSize(16)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height)
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setSectionsMovable(True)
        self.doubleClicked.connect(self._open)

    def setModel(self, model: Any) -> None:
        """Show *model*; the header asks a selection model of its own, which is never asked for a million rows."""
        super().setModel(model)
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self))
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def menu_place(self, event: QContextMenuEvent) -> QPoint:
        """Return where a menu belongs on the screen, asked for by the second button, the Menu key or Shift+F10."""
        at = event.globalPos()
        return at if not at.isNull() else self.viewport().mapToGlobal(QPoint(0, 0))

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here: searching by them would read every row."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row: a row is one thing here, not a line of cells."""
        if action in {QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd}:
            count = self.model().rowCount()
            row = 0 if action == QAbstractItemView.CursorAction.MoveHome else count - 1
            return self.model().index(row, 0) if count else QModelIndex()
        return super().moveCursor(action, modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row with Enter; everything else is Qt's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            event.accept()
            return
        super().keyPressEvent(event)

    def go_by(self, steps: int) -> None:
        """Move the current row (J and K)."""
        self.go_to(max(0, self.currentIndex().row() + steps) if self.currentIndex().isValid() else 0)

    def go_to(self, row: int) -> None:
        """Make *row* the current and only selected one, and visible; the last one where there is no such row."""
        count = self.model().rowCount() if self.model() is not None else 0
        if count == 0:
            return
        index = self.model().index(min(row, count - 1), 0)
        self.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        )
        self.scrollTo(index)

    def toggle_current(self) -> None:
        """Add the current row to the selection, or take it out (X)."""
        index = self.currentIndex()
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.Toggle | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().select(index, flags)

    def selected_ranges(self) -> list[tuple[int, int]]:
        """Return the selected rows as (first, last), in order, each row once."""
        selection: QItemSelection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.count())]
        spans = sorted({(span.top(), span.bottom()) for span in ranges if span.isValid()})
        merged: list[tuple[int, int]] = []
        for top, bottom in spans:
            if merged and top <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
            else:
                merged.append((top, bottom))
        return merged

    def selected_count(self) -> int:
        """Return how many rows are selected; costs nothing, however many."""
        return sum(last - first + 1 for first, last in self.selected_ranges())

    def selected_rows(self) -> Iterator[int]:
        """Yield the positions of the selected rows."""
        for first, last in self.selected_ranges():
            yield from range(first, last + 1)

    def visible_rows(self) -> tuple[int, int]:
        """Return the first and last row in view."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        count = self.model().rowCount() if self.model() is not None else 0
        return max(0, first), last if last >= 0 else count - 1

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.moved.emit(current.row() if current.isValid() else -1)


def selected_ids(view: TableView, model: WindowedModel[Any]) -> "array[int]":
    """Return the ids of the rows selected in *view*, which shows *model*, in order."""
    found: array[int] = array("q")
    for first, last in view.selected_ranges():
        found.extend(model.ids[first : last + 1])
    return found


KEPT_SELECTED = 500
"""So many selected rows are looked for one by one after a reset."""


@contextmanager
def in_place(view: TableView, model: WindowedModel[Any]) -> Iterator[None]:
    """Keep the current row, the selection and what is in view, while *model* is given other rows inside the block.

    At the very top the view stays at the top: there, new rows are to be seen.
    """
    resets: list[bool] = []
    noting = model.modelReset.connect(lambda: resets.append(True))
    bar = view.verticalScrollBar()
    current, top = view.currentIndex().row(), view.rowAt(0)
    current_id = model.ids[current] if current >= 0 else 0
    top_id, above = (model.ids[top], -view.rowViewportPosition(top)) if top > 0 or bar.value() else (0, 0)
    few = view.selected_count() <= KEPT_SELECTED
    chosen = selected_ids(view, model) if few else array("q")
    yield
    model.modelReset.disconnect(noting)
    if resets:
        _choose_again(view, model, chosen, current_id)
    at = model.position_of(top_id) if top_id else -1
    if at >= 0:
        bar.setValue(at * view.verticalHeader().defaultSectionSize() + above)


def _choose_again(view: TableView, model: WindowedModel[Any], chosen: "array[int]", current_id: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    selection = QItemSelection()
    for row in filter(lambda row: row >= 0, map(model.position_of, chosen)):
        selection.select(model.index(row, 0), model.index(row, len(model.columns) - 1))
    if (row := model.position_of(current_id)) >= 0:
        view.selectionModel().setCurrentIndex(model.index(row, 0), flags.NoUpdate)
    view.selectionModel().select(selection, flags.ClearAndSelect)

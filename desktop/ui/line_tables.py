"""Tables of a list that is held whole, some hundred lines long; :mod:`desktop.ui.tables` has those for a million."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.theme import theme
from desktop.ui.tables import TableView
from desktop.ui.text_cells import TextDelegate

Index = QModelIndex | QPersistentModelIndex
Line = TypeVar("Line")


class LineModel(QAbstractTableModel, Generic[Line]):
    """Lines of one kind under *titles*; what stands in their cells is told by ``data``, as Qt asks for it."""

    def __init__(self, titles: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.titles = tuple(titles)
        self.lines: Sequence[Line] = ()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title; rows are numbered for screen readers."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.titles[section] if orientation == Qt.Orientation.Horizontal else f"Row {section + 1}"


class LineTable(TableView):
    """*rows* are their height and how many are in sight at least; columns as wide as *widths* says, before scaling.

    *rest* is the column that is given what they leave, and its least width.
    """

    def __init__(self, name: str, rows: tuple[int, int], widths: Mapping[int, int], rest: tuple[int, int]) -> None:
        self._row, self._shown = rows
        super().__init__(name, scaled(self._row))
        self._widths, self._rest = widths, rest
        self.setItemDelegate(TextDelegate(self))
        header = self.horizontalHeader()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme().changed.connect(self._dress)

    def setModel(self, model: Any) -> None:
        """Show *model*."""
        super().setModel(model)
        self._dress()

    def stretch(self) -> None:
        """Give the column that takes the rest what room there is."""
        column, least = self._rest
        room = self.viewport().width() - sum(map(self.columnWidth, self._widths))
        self.setColumnWidth(column, max(room, scaled(least)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room."""
        super().resizeEvent(event)
        self.stretch()

    def _dress(self) -> None:
        for column, width in self._widths.items():
            self.setColumnWidth(column, scaled(width))
        self.verticalHeader().setDefaultSectionSize(scaled(self._row))
        self.setMinimumHeight(scaled(self._row) * self._shown + self.horizontalHeader().sizeHint().height())
        self.stretch()

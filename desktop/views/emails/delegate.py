"""Paints the rows of the list: the ground of each row, and in it the cells."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.rows import EmailRow
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.paint import mirrored_in, paint_focus_bar, paint_line
from desktop.ui.kit.theme import theme
from desktop.ui.tables import ROW, TableView, WindowedModel
from desktop.views.emails.cells import PAINTERS, Cell, paint_bars, paint_plain

Index = QModelIndex | QPersistentModelIndex
State = QStyle.StateFlag

ONE_LINE, TWO_LINES, PAD = 30, 42, 12


class EmailDelegate(QStyledItemDelegate):
    """One delegate for all columns. The table says which row is under the pointer and how many lines a row has."""

    def __init__(self, model: WindowedModel[EmailRow], now: Callable[[], datetime], view: TableView) -> None:
        super().__init__(view)
        self._model, self._now, self._view = model, now, view
        self.is_two_line = True
        self.hovered = -1
        self.leading_column = 0
        """The column at the side where reading begins: it has the bar of the current row."""

    @property
    def row_height(self) -> int:
        """The height of every row, in px of now."""
        return scaled(TWO_LINES if self.is_two_line else ONE_LINE)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Rows have one height."""
        return QSize(scaled(48), self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell of a row."""
        rect = QRectF(option.rect)
        painter.save()
        self._paint_ground(painter, rect, option, index)
        box = mirrored_in(painter, rect.adjusted(scaled(PAD), 0, 0, -1), rect)
        column = self._model.columns[index.column()]
        row: EmailRow | None = index.data(ROW)
        if row is None:
            paint_bars(painter, box, is_two_line=self.is_two_line)
        else:
            cell = Cell(painter, box, row, column, self.is_two_line, self._now())
            PAINTERS.get(column.key, paint_plain)(cell)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> None:
        is_selected = bool(option.state & State.State_Selected)
        if is_selected:
            is_active = bool(option.state & State.State_Active) and self._view.hasFocus()
            painter.fillRect(rect, theme().color("sel" if is_active else "sel_inactive"))
        elif index.row() == self.hovered:
            painter.fillRect(rect, theme().color("hover"))
        if not is_selected:
            paint_line(painter, QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1))
        is_current = index.row() == self._view.currentIndex().row() and (is_selected or self._view.hasFocus())
        if index.column() == self.leading_column and is_current:
            paint_focus_bar(painter, rect)

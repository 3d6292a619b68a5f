"""The list itself: its columns, the row under the pointer, and selecting in two steps."""

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop.domain.email_list import EmailOrder
from desktop.domain.rows import EmailRow
from desktop.ui.frame import Frame
from desktop.ui.kit import fonts
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.theme import theme
from desktop.ui.preview.verdicts import sentence_of
from desktop.ui.tables import TableView, WindowedModel
from desktop.ui.words import exact
from desktop.views.emails.arrangement import Arrangement, arranged
from desktop.views.emails.columns import (
    ORDERS,
    SHOWN,
    SHOWN_ALONE,
    WIDTHS_BESIDE_PREVIEW,
    columns,
    date_of,
)
from desktop.views.emails.delegate import EmailDelegate

HEADER = 28
Index = QModelIndex | QPersistentModelIndex
Order = Qt.SortOrder
Flags = QItemSelectionModel.SelectionFlag


class EmailModel(WindowedModel[EmailRow]):
    """The emails of the list."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        now = frame.clock.now
        super().__init__(
            frame.ops,
            columns(now),
            lambda read, ids: read.email_list.rows_still_there(ids),
            lambda row: sentence_of(row, exact(date_of(row))),
            parent,
        )

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Emails can be dragged."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def column_of(self, key: str) -> int:
        """Return where a column stands in the model."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)


class EmailTable(TableView):
    """Shows emails; each click on a head asks for an order."""

    order_wanted = Signal(object)
    """An :class:`EmailOrder`."""
    selection_changed = Signal()
    asked_for_menu = Signal(QPoint)
    """A context menu is wanted at this point of the screen."""
    asked_for_columns = Signal(QPoint)
    """The menu of the columns is wanted at this point of the screen."""
    arrangement_changed = Signal()
    drag_wanted = Signal()
    """What is chosen is pulled with the mouse."""

    def __init__(self, frame: Frame) -> None:
        super().__init__("Emails", scaled(42))
        self.emails = EmailModel(frame, self)
        self._state = frame.state
        self._delegate = EmailDelegate(self.emails, frame.clock.now, self)
        self._is_fitting = False
        self._arrangements = {two: self._kept(is_two_line=two) for two in (True, False)}
        self.setModel(self.emails)
        self.setItemDelegate(self._delegate)
        self.setDragEnabled(True)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self.asked_for_columns.emit(header.viewport().mapToGlobal(at))
        )
        header.sectionClicked.connect(self._head_clicked)
        header.sectionResized.connect(self._section_resized)
        header.sectionMoved.connect(self._section_moved)
        self.entered.connect(lambda index: self._hover(index.row()))
        self._refit = QTimer(self, singleShot=True, interval=0)
        self._refit.timeout.connect(self.fit)
        self.selectionModel().selectionChanged.connect(lambda _now, _before: self.selection_changed.emit())
        theme().changed.connect(self._dress)
        self.show_order(EmailOrder.NEWEST)
        self._dress()

    # --- one line or two --------------------------------------------------------------------------------------------

    @property
    def is_two_line(self) -> bool:
        """Whether rows have a second line."""
        return self._delegate.is_two_line

    def set_two_line(self, is_two_line: bool) -> None:
        """Give rows a second line, beside the preview, or more columns, without it."""
        if is_two_line != self._delegate.is_two_line:
            top = self.rowAt(0)
            self._delegate.is_two_line = is_two_line
            self._dress()
            if top > 0:
                self.verticalScrollBar().setValue(top * self._delegate.row_height)
            if self.currentIndex().isValid():
                self.scrollTo(self.currentIndex())

    # --- columns ----------------------------------------------------------------------------------------------------

    @property
    def arrangement(self) -> Arrangement:
        """Which columns are shown now, in which order and how wide."""
        return self._arrangements[self.is_two_line]

    def arrange(self, arrangement: Arrangement) -> None:
        """Arrange the columns, and keep that for the next start."""
        self._arrangements[self.is_two_line] = arrangement
        self._state.set(_state_name(is_two_line=self.is_two_line), arrangement.as_values())
        self._lay_out()
        self.arrangement_changed.emit()

    @property
    def arrangements(self) -> dict[str, Any]:
        """How the columns are arranged in both layouts, as values a view can keep."""
        return {_state_name(is_two_line=two): one.as_values() for two, one in self._arrangements.items()}

    def arrange_as(self, values: Mapping[str, Any]) -> None:
        """Arrange the columns as :attr:`arrangements` had them; what *values* do not tell stays."""
        for two in (True, False):
            name = _state_name(is_two_line=two)
            if name in values:
                made = arranged(values[name], _usual(self.emails, is_two_line=two))
                self._arrangements[two] = made
                self._state.set(name, made.as_values())
        self._lay_out()
        self.arrangement_changed.emit()

    def reset_columns(self) -> None:
        """Arrange the columns as they were at first."""
        self.arrange(_usual(self.emails, is_two_line=self.is_two_line))

    def fit(self) -> None:
        """Let the columns fill the width there is."""
        widths = self.arrangement.fitted(_unscaled(self.viewport().width()))
        header = self.horizontalHeader()
        self._is_fitting = True
        left = self.viewport().width()
        for at, (key, width) in enumerate(widths.items()):
            px = min(scaled(width), left) if at < len(widths) - 1 else left
            header.resizeSection(self.emails.column_of(key), max(px, 1))
            left -= px
        self._is_fitting = False

    def show_order(self, order: EmailOrder) -> None:
        """Mark the head of the column by which the list is ordered."""
        key = next(key for key, orders in ORDERS.items() if order in orders)
        first, _ = ORDERS[key]
        is_first = order is first
        arrow = Order.DescendingOrder if is_first == (key == "date") else Order.AscendingOrder
        self.horizontalHeader().setSortIndicator(self.emails.column_of(key), arrow)
        self._order = order

    def _kept(self, *, is_two_line: bool) -> Arrangement:
        return arranged(
            self._state.get(_state_name(is_two_line=is_two_line)), _usual(self.emails, is_two_line=is_two_line)
        )

    def _lay_out(self) -> None:
        header, wanted = self.horizontalHeader(), self.arrangement
        self._is_fitting = True
        for column in range(len(self.emails.columns)):
            header.setSectionHidden(column, self.emails.columns[column].key not in wanted.shown)
        for place, key in enumerate(wanted.order):
            header.moveSection(header.visualIndex(self.emails.column_of(key)), place)
        self._is_fitting = False
        self._delegate.leading_column = self.emails.column_of(wanted.in_order()[0])
        self.fit()

    def _head_clicked(self, column: int) -> None:
        orders = ORDERS.get(self.emails.columns[column].key)
        if orders is None:
            self.show_order(self._order)  # Qt has moved the arrow; this column has no order
            return
        self.order_wanted.emit(orders[1] if self._order is orders[0] else orders[0])

    def _section_resized(self, column: int, before: int, now: int) -> None:
        if self._is_fitting or not before or not now:
            return
        wanted = self.arrangement.dragged(self.emails.columns[column].key, _unscaled(before), _unscaled(now))
        self._arrangements[self.is_two_line] = wanted
        self._state.set(_state_name(is_two_line=self.is_two_line), wanted.as_values())
        self._refit.start()

    def _section_moved(self, _column: int, _before: int, _now: int) -> None:
        if self._is_fitting:
            return
        header = self.horizontalHeader()
        every = [self.emails.columns[header.logicalIndex(place)].key for place in range(header.count())]
        self.arrange(self.arrangement.with_order([key for key in every if key in self.arrangement.shown]))

    def go_by(self, steps: int) -> None:
        """Move the current row; where none is selected yet, begin with the first in view."""
        if self.selected_count():
            super().go_by(steps)
        else:
            self.go_to(self.visible_rows()[0])

    # --- selecting --------------------------------------------------------------------------------------------------

    def select_page_or_all(self) -> None:
        """Select the rows in view; when they are selected already, or are all there are, select all (Ctrl+A)."""
        first, last = self.visible_rows()
        if self.selected_ranges() == [(first, last)] or last - first + 1 >= self.emails.rowCount():
            self.selectAll()
            return
        page = QItemSelection(self.emails.index(first, 0), self.emails.index(last, len(self.emails.columns) - 1))
        self.selectionModel().select(page, Flags.ClearAndSelect)

    def select_all(self) -> None:
        """Select every row there is."""
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_selected(self, most: int) -> Sequence[EmailRow]:
        """Return up to *most* selected rows that have been read already."""
        every = (self.emails.known(first, last) for first, last in self.selected_ranges())
        return list(islice(chain.from_iterable(every), most))

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Say that a drag begins."""
        self.drag_wanted.emit()

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+A goes in two steps; everything else is the table's."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_page_or_all()
            event.accept()
            return
        is_plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if is_plain and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up} and not self.selected_count():
            self.go_by(0)
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: at the pointer, or under the current row for the keys that do the same."""
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
            cell = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(cell.bottomLeft())
        self.asked_for_menu.emit(at)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns into the new width."""
        super().resizeEvent(event)
        self.fit()

    def viewportEvent(self, event: QEvent) -> bool:
        """Forget the row under the pointer when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Note when the pointer is under the last row."""
        super().mouseMoveEvent(event)
        if self.rowAt(round(event.position().y())) < 0:
            self._hover(-1)

    def _hover(self, row: int) -> None:
        before, self._delegate.hovered = self._delegate.hovered, row
        for changed in {before, row} - {-1}:
            top = self.rowViewportPosition(changed)
            self.viewport().update(0, top, self.viewport().width(), self._delegate.row_height)

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height)
        header = self.horizontalHeader()
        header.setFixedHeight(scaled(HEADER))
        header.setMinimumSectionSize(scaled(24))
        header.setFont(fonts.font("caption_medium"))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._lay_out()


def _unscaled(px: int) -> int:
    return round(px * 1000 / scaled(1000))


def _state_name(*, is_two_line: bool) -> str:
    return "emails.columns.beside" if is_two_line else "emails.columns.alone"


def _usual(model: EmailModel, *, is_two_line: bool) -> Arrangement:
    widths = {column.key: column.width for column in model.columns}
    order = tuple(column.key for column in model.columns)
    if is_two_line:
        return Arrangement(order, frozenset(SHOWN), {**widths, **WIDTHS_BESIDE_PREVIEW})
    return Arrangement(order, frozenset(SHOWN_ALONE), widths)

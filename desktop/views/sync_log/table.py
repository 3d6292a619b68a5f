"""The log's table: one line for each entry, and the opened one's detail as a real widget across all columns."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.activity import Level
from desktop.ui import words
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import follow_theme
from desktop.ui.kit.paint import (
    leading,
    mirrored_in,
    paint_focus_bar,
    paint_glyph,
    paint_icon,
    paint_line,
    saved,
    trailing,
)
from desktop.ui.kit.text import draw_text, elided, text_width
from desktop.ui.kit.theme import theme
from desktop.ui.tables import TableView
from desktop.views.sync_log.fixes import link_text
from desktop.views.sync_log.model import (
    COLUMNS,
    ENTRY,
    FOLD,
    IS_DETAIL,
    MAILBOX,
    RESULT,
    RUN,
    TIME,
    TOOK,
    WHAT,
    Entry,
    LogModel,
)

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 30
LINK_GAP = 16
LEAST_TEXT = 120
"""So much of the line's own words has to be seen beside its link."""
LEAST_WHAT = 160
"""Where that has less, the columns of runs give way."""
WIDTHS = {FOLD: 36, TIME: 128, RESULT: 112, MAILBOX: 100, RUN: 72, TOOK: 72}
GLYPHS = {Level.DONE: "ok", Level.ATTENTION: "warn", Level.FAILED: "bad"}


class LogDelegate(QStyledItemDelegate):
    """Paints a cell of the log."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._now = now
        self.open_key = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell; the detail's row is a widget and paints itself."""
        if index.data(IS_DETAIL):
            return
        entry: Entry = index.data(ENTRY)
        with saved(painter):
            self._ground(painter, option, index)
            room = option.rect.adjusted(scaled(12) if index.column() != FOLD else scaled(8), 0, -scaled(12), -1)
            self._cell(painter, room, entry, index)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        room, state = option.rect, option.state
        if state & QStyle.StateFlag.State_Selected:
            active = bool(state & QStyle.StateFlag.State_Active) and option.widget.hasFocus()
            painter.fillRect(room, theme().color("sel" if active else "sel_inactive"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, theme().color("hover"))
        view = option.widget
        current = view.currentIndex().row() if isinstance(view, QAbstractItemView) and view.hasFocus() else -1
        if index.column() == FOLD and index.row() == current:
            paint_focus_bar(painter, room)
        paint_line(painter, QRect(room.left(), room.bottom(), room.width(), 1))

    def _cell(self, painter: QPainter, room: QRect, entry: Entry, index: Index) -> None:
        column = index.column()
        if column == FOLD:
            if entry.can_open:
                name = "chevron-down" if entry.key == self.open_key else "chevron-right"
                side = scaled(14)
                paint_icon(painter, QRect(room.left() + scaled(4), room.center().y() - side // 2 + 1, side, side), name,
                           theme().color("text3"))  # fmt: skip
            return
        text = self._time(entry) if column == TIME else str(index.data() or "")
        style = font("strong") if column == RESULT and entry.level is Level.FAILED else font("body")
        if column == RESULT:
            side = scaled(14)
            glyph = QRect(room.left(), room.center().y() - side // 2 + 1, side, side).toRectF()
            paint_glyph(painter, mirrored_in(painter, glyph, room), self._glyph(entry))
            words_at = room.adjusted(side + scaled(6), 0, 0, 0)
            room = mirrored_in(painter, words_at.toRectF(), room).toRect()
        if column == WHAT:
            room = self._link(painter, room, entry)
        painter.setPen(theme().color("text" if column in {RESULT, WHAT} else "text2" if column == MAILBOX else "text3"))
        side_of_text = trailing(painter) if column in {RUN, TOOK} else leading(painter)
        draw_text(painter, room, elided(text, style, room.width()), side_of_text, style)

    def _link(self, painter: QPainter, room: QRect, entry: Entry) -> QRect:
        """Paint what the entry's button would do at the end of its line; returns the room that is left for the words.

        An opened entry has the button itself.
        """
        text, style = link_text(entry), font("strong")
        link = link_room(room, text)
        if link.isEmpty() or entry.key == self.open_key:
            return room
        painter.setPen(theme().color("accent_text"))
        draw_text(painter, mirrored_in(painter, link.toRectF(), room).toRect(), text, trailing(painter), style)
        rest = room.adjusted(0, 0, -link.width() - scaled(LINK_GAP), 0)
        return mirrored_in(painter, rest.toRectF(), room).toRect()

    @staticmethod
    def _glyph(entry: Entry) -> str:
        return "info" if entry.word == "Running" else GLYPHS[entry.level]

    def _time(self, entry: Entry) -> str:
        if entry.at is None:
            return ""
        today = words.local(entry.at).date() == words.local(self._now()).date()
        return words.clock_second(entry.at) if today else words.when(entry.at, self._now())


def link_room(room: QRect, text: str) -> QRect:
    """Return where *text* stands as a link in a cell that reads from left to right; empty where there is no room."""
    width = text_width(text, font("strong")) if text else 0
    if not width or room.width() - width - scaled(LINK_GAP) < scaled(LEAST_TEXT):
        return QRect()
    return QRect(room.right() - width + 1, room.top(), width, room.height())


class LogTable(TableView):
    """Enter, a click on the arrow or Right opens a row's detail; Left and Esc close it."""

    toggled = Signal(str)
    """The key of the entry to open or close."""
    linked = Signal(str)
    """The key of the entry whose link was clicked."""

    def __init__(self, model: LogModel, now: Callable[[], datetime]) -> None:
        super().__init__("Sync log", scaled(ROW_HEIGHT))
        self._log = model
        self._delegate = LogDelegate(now, self)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setSelectionMode(TableView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        header.setSectionsMovable(False)
        for column in range(len(COLUMNS)):
            if column == WHAT:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._unit, self._has_runs = 0, True
        follow_theme(self._dress)
        model.rowsAboutToBeRemoved.connect(self._clear_spans)
        model.modelAboutToBeReset.connect(self._clear_spans)

    def _dress(self) -> None:
        """Be as high and as wide as the words, also when their size is set anew; widths set by hand stay till then."""
        unit = scaled(ROW_HEIGHT)
        if unit == self._unit:
            return
        self._unit = unit
        self.verticalHeader().setDefaultSectionSize(unit)
        self.horizontalHeader().setMinimumSectionSize(scaled(24))
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, scaled(width))
        self._fit_runs()
        self._fit_detail()

    def _fit_detail(self) -> None:
        """Have the row of the detail as high as the detail is in this width."""
        row = self._log.detail_row()
        detail = self.indexWidget(self._log.index(row, 0)) if row >= 0 else None
        if detail is not None:
            high = detail.heightForWidth(self.viewport().width())
            self.verticalHeader().resizeSection(row, max(high, detail.sizeHint().height(), scaled(ROW_HEIGHT)))

    def show_runs(self, is_shown: bool) -> None:
        """Show the columns of runs, or give their room to the words."""
        self._has_runs = is_shown
        self._fit_runs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What happened comes before the number of its run and how long it took."""
        super().resizeEvent(event)
        self._fit_runs()
        self._fit_detail()

    def _fit_runs(self) -> None:
        has_room = self.width() >= scaled(sum(WIDTHS.values()) + LEAST_WHAT)
        for column in (RUN, TOOK):
            self.setColumnHidden(column, not (self._has_runs and has_room))

    def current_entry(self) -> Entry | None:
        """Return the entry of the current row."""
        index = self.currentIndex()
        return self._log.entry_at(index.row()) if index.isValid() else None

    def chosen_entries(self) -> list[Entry]:
        """Return the entries of the selected rows, or all when none is selected."""
        rows = [entry for row in self.selected_rows() if (entry := self._log.entry_at(row)) is not None]
        return rows or list(self._log.entries)

    def show_detail(self, widget: QWidget | None) -> None:
        """Put the detail's widget into its row, as high as it needs to be."""
        row = self._log.detail_row()
        self._delegate.open_key = self._log.opened.key if self._log.opened is not None else ""
        if widget is None or row < 0:
            return
        self.setSpan(row, 0, 1, len(COLUMNS))
        self.setIndexWidget(self._log.index(row, 0), widget)
        self._fit_detail()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open and close with the arrows too."""
        entry = self._log.entry_at(self.currentIndex().row()) if self.currentIndex().isValid() else None
        is_open = entry is not None and self._log.opened is not None and self._log.opened.key == entry.key
        key = event.key()
        opens = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        closes = Qt.Key.Key_Right if self.isRightToLeft() else Qt.Key.Key_Left
        if entry is not None and ((key == opens and not is_open) or (key == closes and is_open)):
            self.toggled.emit(entry.key)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the arrow's column opens or closes; one on a link does what it says."""
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        entry = self._log.entry_at(index.row()) if index.isValid() and not index.data(IS_DETAIL) else None
        if entry is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if index.column() == FOLD and entry.can_open:
            self.toggled.emit(entry.key)
        elif self.is_link(at):
            self.linked.emit(entry.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the hand over a link."""
        super().mouseMoveEvent(event)
        shape = Qt.CursorShape.PointingHandCursor if self.is_link(event.position().toPoint()) else None
        if shape is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(shape)

    def is_link(self, at: QPoint) -> bool:
        """Tell whether a link stands at a place of the viewport."""
        index = self.indexAt(at)
        if not index.isValid() or index.column() != WHAT or index.data(IS_DETAIL):
            return False
        entry: Entry = index.data(ENTRY)
        cell = self.visualRect(index)
        room = cell.adjusted(scaled(12), 0, -scaled(12), -1)
        link = link_room(room, link_text(entry))
        if self.isRightToLeft():
            link.moveLeft(room.left() + room.right() - link.right())
        return entry.key != self._delegate.open_key and link.contains(at)

    @contextmanager
    def staying(self) -> Iterator[None]:
        """Keep the current entry, the selected ones and what is in view, while the model is shown others inside.

        At the very top the view stays at the top: there, new entries are to be seen.
        """
        bar, rows = self.verticalScrollBar(), self.verticalHeader()
        top = self._log.entry_at(self.rowAt(0)) if bar.value() else None
        above = bar.value() - rows.sectionPosition(self.rowAt(0)) if top is not None else 0
        current = self.current_entry()
        chosen = [entry.key for row in self.selected_rows() if (entry := self._log.entry_at(row)) is not None]
        yield
        flags = QItemSelectionModel.SelectionFlag
        selection = QItemSelection()
        for row in filter(lambda row: row >= 0, map(self._log.row_of, chosen)):
            selection.select(self._log.index(row, 0), self._log.index(row, len(COLUMNS) - 1))
        if current is not None and (row := self._log.row_of(current.key)) >= 0:
            self.selectionModel().setCurrentIndex(self._log.index(row, 0), flags.NoUpdate)
        self.selectionModel().select(selection, flags.ClearAndSelect)
        if top is not None and (row := self._log.row_of(top.key)) >= 0:
            bar.setValue(rows.sectionPosition(row) + above)

    def _clear_spans(self) -> None:
        row = self._log.detail_row()
        if row >= 0:
            self.setIndexWidget(self._log.index(row, 0), None)  # type: ignore[arg-type]
            self.verticalHeader().resizeSection(row, scaled(ROW_HEIGHT))
        self.clearSpans()
        self._delegate.open_key = ""

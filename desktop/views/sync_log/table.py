"""The log's table: one line for each entry, and the opened one's detail as a real widget across all columns."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.activity import Level
from desktop.ui import words
from desktop.ui.kit.fonts import font, scaled
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
from desktop.ui.kit.text import draw_text, elided
from desktop.ui.kit.theme import theme
from desktop.ui.tables import TableView
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
WIDTHS = {FOLD: 36, TIME: 96, RESULT: 112, MAILBOX: 100, RUN: 72, TOOK: 72}
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
            if active and index.column() == FOLD:
                paint_focus_bar(painter, room)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, theme().color("hover"))
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
            room = QRect(room.left() + side + scaled(6), room.top(), room.width() - side - scaled(6), room.height())
        painter.setPen(theme().color("text" if column in {RESULT, WHAT} else "text2" if column == MAILBOX else "text3"))
        side_of_text = trailing(painter) if column in {RUN, TOOK} else leading(painter)
        draw_text(painter, room, elided(text, style, room.width()), side_of_text, style)

    @staticmethod
    def _glyph(entry: Entry) -> str:
        return "info" if entry.word == "Running" else GLYPHS[entry.level]

    def _time(self, entry: Entry) -> str:
        if entry.at is None:
            return ""
        today = words.local(entry.at).date() == words.local(self._now()).date()
        return words.clock_second(entry.at) if today else words.day(entry.at, self._now())


class LogTable(TableView):
    """Enter, a click on the arrow or Right opens a row's detail; Left and Esc close it."""

    toggled = Signal(str)
    """The key of the entry to open or close."""

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
            else:
                self.setColumnWidth(column, scaled(WIDTHS[column]))
        header.setMinimumSectionSize(scaled(24))
        model.rowsAboutToBeRemoved.connect(self._clear_spans)
        model.modelAboutToBeReset.connect(self._clear_spans)

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
        self.verticalHeader().resizeSection(row, max(widget.sizeHint().height(), scaled(ROW_HEIGHT)))

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
        """A click on the arrow's column opens or closes."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == FOLD and event.button() == Qt.MouseButton.LeftButton:
            entry = self._log.entry_at(index.row())
            if entry is not None and entry.can_open and not index.data(IS_DETAIL):
                self.toggled.emit(entry.key)

    def _clear_spans(self) -> None:
        row = self._log.detail_row()
        if row >= 0:
            self.setIndexWidget(self._log.index(row, 0), None)  # type: ignore[arg-type]
            self.verticalHeader().resizeSection(row, scaled(ROW_HEIGHT))
        self.clearSpans()
        self._delegate.open_key = ""

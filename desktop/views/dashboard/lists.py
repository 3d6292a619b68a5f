"""The two lists below the cards: what to do next, and what happened last."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.domain.activity import ActivityRow, Fix, Level, Task
from desktop.ui import words
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    keys_width,
    leading,
    mirrored_in,
    paint_focus_bar,
    paint_glyph,
    paint_icon,
    paint_keys,
    paint_line,
    saved,
    trailing,
)
from desktop.ui.kit.text import draw_text, elided, text_width
from desktop.ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
ROW = Qt.ItemDataRole.UserRole
GLYPHS = {Level.DONE: "ok", Level.ATTENTION: "warn", Level.FAILED: "bad"}
TASK_HEIGHT, ACTIVITY_HEIGHT = 46, 37
TASK_KEYS = {Fix.OPEN_REVIEW: "Ctrl+3"}
TASK_ICONS = {Fix.OPEN_REVIEW: "inbox", Fix.REVIEW_SETTINGS: "square-check-big"}
TASK_WORDS = {
    Fix.RECONNECT: "Reconnect",
    Fix.SETTINGS: "Settings",
    Fix.FOLDERS: "Folders",
    Fix.REVIEW_SETTINGS: "Start",
    Fix.OWN_APP: "Settings",
    Fix.SYNC: "Sync now",
    Fix.OPEN_EMAIL: "Open",
    Fix.SHOW_ERRORS: "Show",
    Fix.OPEN_REVIEW: "Review",
    Fix.NONE: "",
}


class RowsModel(QAbstractListModel, Generic[Row]):
    """A handful of rows; *sentence* says one in full."""

    def __init__(self, sentence: Callable[[Row], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows. The row that has the focus stays where it is: others come under it as mail arrives."""
        if list(rows) == list(self.rows):
            return
        had, have = len(self.rows), len(rows)
        if have > had:
            self.beginInsertRows(QModelIndex(), had, have - 1)
            self.rows = tuple(rows)
            self.endInsertRows()
        elif have < had:
            self.beginRemoveRows(QModelIndex(), have, had - 1)
            self.rows = tuple(rows)
            self.endRemoveRows()
        self.rows = tuple(rows)
        if rows:
            self.dataChanged.emit(self.index(0), self.index(have - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row, or its sentence."""
        if not index.isValid():
            return None
        if role == ROW:
            return self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self._sentence(self.rows[index.row()])
        return None


class _LineDelegate(QStyledItemDelegate):
    """Background, focus and the line above; a subclass paints what is in it."""

    height = ACTIVITY_HEIGHT

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All rows are alike."""
        return QSize(scaled(160), scaled(self.height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        with saved(painter):
            state, room = option.state, option.rect
            if state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(room, theme().color("sel"))
                paint_focus_bar(painter, room)
            elif state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(room, theme().color("hover"))
            paint_line(painter, QRect(room.left(), room.top(), room.width(), 1))
            self.paint_row(painter, room.adjusted(scaled(16), 1, -scaled(16), 0), index.data(ROW))

    def paint_row(self, painter: QPainter, room: QRect, row: Any) -> None:
        """Paint what a row says."""
        raise NotImplementedError


class TaskDelegate(_LineDelegate):
    """What to do and why, with its key or its word."""

    height = TASK_HEIGHT

    def paint_row(self, painter: QPainter, room: QRect, row: Task) -> None:
        """Paint a task."""
        side = scaled(16)
        glyph = mirrored_in(painter, QRect(room.left(), room.center().y() - side // 2 + 1, side, side).toRectF(), room)
        if row.fix in TASK_ICONS:
            paint_icon(painter, glyph, TASK_ICONS[row.fix], theme().color("text2"))
        else:
            paint_glyph(painter, glyph, GLYPHS[row.level])
        key, word = TASK_KEYS.get(row.fix, ""), TASK_WORDS[row.fix]
        note = keys_width(key) if key else text_width(word, font("medium"))
        if key:
            paint_keys(painter, room, key)
        else:
            painter.setPen(theme().color("accent_text"))
            draw_text(painter, room, word, trailing(painter), font("medium"))
        left = room.left() + side + scaled(12)
        width = room.right() - note - scaled(12) - left
        top = QRect(left, room.top() + scaled(5), width, scaled(18))
        below = QRect(left, top.bottom() + 1, width, scaled(16))
        for place, text, style, ink in ((top, row.what, "medium", "text"), (below, row.why, "caption", "text3")):
            painter.setPen(theme().color(ink))
            box = mirrored_in(painter, place.toRectF(), room)
            draw_text(painter, box, elided(text, font(style), width), leading(painter), font(style))


class ActivityDelegate(_LineDelegate):
    """When, how it went, where, and what."""

    def __init__(self, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._now = now

    def paint_row(self, painter: QPainter, room: QRect, row: ActivityRow) -> None:
        """Paint an entry of the log."""
        glyph_side, gap = scaled(14), scaled(12)
        when = words.short_when(row.at, self._now())
        took = words.took(row.seconds) if row.seconds is not None else ""
        when_width = max(text_width(one, font("body")) for one in (when, "Yesterday"))  # rows of both stand in line
        at = room.left()

        def put(text: str, width: int, ink: str, *, end: bool = False) -> None:
            place = QRect(room.right() - width + 1 if end else at, room.top(), width, room.height()).toRectF()
            painter.setPen(theme().color(ink))
            side = trailing(painter) if end else leading(painter)
            shown = elided(text, font("body"), width)
            draw_text(painter, mirrored_in(painter, place, room), shown, side, font("body"))

        put(when, when_width, "text3")
        at += when_width + gap
        glyph = QRect(at, room.center().y() - glyph_side // 2 + 1, glyph_side, glyph_side).toRectF()
        paint_glyph(painter, mirrored_in(painter, glyph, room), GLYPHS[row.level])
        at += glyph_side + gap
        mailbox = words.local_part(row.mailbox)
        mailbox_width = max(scaled(60), min(scaled(110), text_width(mailbox, font("body"))))
        put(mailbox, mailbox_width, "text2")
        at += mailbox_width + gap
        took_width = text_width(took, font("body"))
        put(took, took_width, "text3", end=True)
        put(row.what, max(0, room.right() - took_width - gap - at), "text")


class RowsView(QListView):
    """A short list that shows all its rows; Enter or a click does what a row is about."""

    chosen = Signal(object)
    """The row."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.clicked.connect(self._choose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what the current row is about."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(ROW))

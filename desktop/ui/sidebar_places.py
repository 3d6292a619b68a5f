"""Lists of places to go to: a model, and how a place is painted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import count_width, paint_count, paint_focus_ring, paint_icon
from desktop.ui.kit.text import draw_text, elided
from desktop.ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
ITEM = Qt.ItemDataRole.UserRole

WIDTH = 208
MARGIN = 8
LEAST_WORDS = 64
"""Where there is less, the icon stands alone; its words are in the tooltip."""
ITEM_HEIGHT = 33
"""32 and 1 to the next."""


@dataclass(frozen=True, slots=True)
class SidebarItem:
    """One place: its screen's id, its words, and how much waits there; ``is_bad`` gives the count its error glyph."""

    id: str
    text: str
    icon: str
    key: str = ""
    count: int = 0
    count_words: str = ""
    is_bad: bool = False


class SidebarModel(QAbstractListModel):
    """The places of one list."""

    def __init__(self, items: Sequence[SidebarItem], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items = list(items)

    def item(self, row: int) -> SidebarItem:
        """Return the place in *row*."""
        return self._items[row]

    def row_of(self, place_id: str) -> int:
        """Return the row of a place, or -1."""
        return next((row for row, item in enumerate(self._items) if item.id == place_id), -1)

    def show_items(self, items: Sequence[SidebarItem]) -> None:
        """Show other places."""
        if list(items) != self._items:
            self.beginResetModel()
            self._items = list(items)
            self.endResetModel()

    def set_count(self, place_id: str, count: int, words: str, *, is_bad: bool = False) -> None:
        """Show how much waits at a place; *words* say it in full for screen readers and the tooltip."""
        row = self.row_of(place_id)
        if row >= 0:
            self._items[row] = replace(self._items[row], count=count, count_words=words, is_bad=is_bad)
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many places there are."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a view, a delegate or a screen reader asks of a place."""
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.text}, {item.count_words}" if item.count else item.text
        if role == Qt.ItemDataRole.ToolTipRole:
            words = f"{item.text}: {item.count_words}" if item.count and item.count_words else item.text
            return "  ".join(part for part in (words, item.key) if part)
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a place: a white tab for where I am, an icon, the words, a count."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one place."""
        item: SidebarItem = index.data(ITEM)
        tokens = theme().tokens
        state = option.state
        is_here = bool(state & QStyle.StateFlag.State_Selected)
        is_lit = isinstance(option.widget, PlaceList) and option.widget.lit == item.id
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = option.rect.adjusted(scaled(MARGIN), 0, -scaled(MARGIN), -1)
        has_focus = isinstance(option.widget, PlaceList) and index.row() == option.widget.focused_row()
        _paint_ground(painter, room, state, is_here=is_here, is_lit=is_lit)
        if is_lit or has_focus:
            paint_focus_ring(painter, room, 6)
        inside = room.adjusted(scaled(8), 0, -scaled(8), 0)
        side = scaled(16)
        glyph = QRect(inside.left(), inside.center().y() - side // 2 + 1, side, side)
        count = count_width(item.count, is_bad=item.is_bad) if item.count else 0
        words = inside.adjusted(side + scaled(8), 0, -(count + scaled(8) if count else 0), 0)
        badge = QRect(inside.right() - count + 1, inside.center().y() - scaled(9) + 1, count, scaled(18))
        if mirrored:
            glyph, words, badge = (_mirrored(one, room) for one in (glyph, words, badge))
        paint_icon(painter, glyph, item.icon, tokens.accent_text if is_here else tokens.text2)
        style = font("strong") if is_here else font("medium")
        painter.setFont(style)
        painter.setPen(theme().color("text" if is_here else "text2"))
        side_of_text = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        if words.width() >= scaled(LEAST_WORDS):
            text = elided(item.text, style, words.width())
            draw_text(painter, words, text, side_of_text | Qt.AlignmentFlag.AlignVCenter)
        if item.count:
            paint_count(painter, badge, item.count, is_bad=item.is_bad)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Every place is as high as the other."""
        return QSize(scaled(WIDTH), scaled(ITEM_HEIGHT))


def _paint_ground(painter: QPainter, room: QRect, state: QStyle.StateFlag, *, is_here: bool, is_lit: bool) -> None:
    if is_here:
        painter.setPen(theme().color("border"))
        painter.setBrush(theme().color("surface"))
        painter.drawRoundedRect(room.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    elif is_lit or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("sel" if is_lit else "hover"))
        painter.drawRoundedRect(room, 6, 6)


def _mirrored(inner: QRect, outer: QRect) -> QRect:
    return QRect(outer.left() + outer.right() - inner.right(), inner.top(), inner.width(), inner.height())


class PlaceList(QListView):
    """A list of places; arrows move, Enter and a click go."""

    def __init__(self, name: str, model: SidebarModel) -> None:
        super().__init__()
        self.lit = ""
        """The place that a drag rests over, by its id."""
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.fit()

    def fit(self) -> None:
        """Be as high as what is in it."""
        self.setFixedHeight(scaled(ITEM_HEIGHT) * self.model().rowCount() + 1)

    def focused_row(self) -> int:
        """Return the row that the keys are at: the first where none of the list is where we are; -1 without focus."""
        return max(0, self.currentIndex().row()) if self.hasFocus() else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the first place where none of the list is where we are."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self.currentIndex().isValid():
            self.setCurrentIndex(self.model().index(0, 0))
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

"""The list of pages on the leading side of the settings."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
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

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    draw_text,
    elided,
    leading,
    mirrored_in,
    paint_box,
    paint_focus_ring,
    paint_icon,
    saved,
)
from desktop.ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole
HEIGHT, PAD, ICON, RADIUS = 31, 8, 16, 6


class NavModel(QAbstractListModel):
    """The pages by title and icon."""

    def __init__(self, entries: Sequence[tuple[str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries = list(entries)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many pages there are."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is asked of a page."""
        if not index.isValid():
            return None
        if role == ENTRY:
            return self._entries[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._entries[index.row()][0]
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a page: a white tab for the one that is open, as in the sidebar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one page."""
        title, icon = index.data(ENTRY)
        state = option.state
        is_here = bool(state & QStyle.StateFlag.State_Selected)
        room = QRectF(option.rect).adjusted(0, 0, 0, -1)
        with saved(painter):
            if is_here:
                paint_box(painter, room, scaled(RADIUS), theme().color("surface"), theme().color("border"))
            elif state & QStyle.StateFlag.State_MouseOver:
                paint_box(painter, room, scaled(RADIUS), theme().color("hover"))
            if is_here and state & QStyle.StateFlag.State_HasFocus:
                paint_focus_ring(painter, room, scaled(RADIUS))
            side, left = scaled(ICON), room.left() + scaled(PAD)
            box = QRectF(left, room.top() + (room.height() - side) // 2, side, side)
            ink = theme().tokens.accent_text if is_here else theme().tokens.text2
            paint_icon(painter, mirrored_in(painter, box, room), icon, ink)
            words = QRectF(left + side + scaled(PAD), room.top(), 0, room.height())
            words.setRight(room.right() - scaled(PAD))
            style = font("strong" if is_here else "body")
            painter.setPen(theme().color("text" if is_here else "text2"))
            text = elided(title, style, words.width())
            draw_text(painter, mirrored_in(painter, words, room), text, leading(painter), style)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Every page is as high as the other."""
        return QSize(scaled(100), scaled(HEIGHT))


class NavList(QListView):
    """Pages to choose from. ``typed`` with what a person types here: it is a search."""

    chosen = Signal(int)
    typed = Signal(str)

    def __init__(self, entries: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages of the settings")
        self.setModel(NavModel(entries, self))
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._moved)
        theme().changed.connect(self.doItemsLayout)

    def choose(self, row: int) -> None:
        """Be at a page."""
        self.setCurrentIndex(self.model().index(row, 0))

    def show_rows(self, rows: Sequence[int]) -> None:
        """Show these pages alone."""
        for row in range(self.model().rowCount()):
            self.setRowHidden(row, row not in rows)

    def shown_rows(self) -> list[int]:
        """Return the pages that are shown."""
        return [row for row in range(self.model().rowCount()) if not self.isRowHidden(row)]

    def step(self, by: int) -> None:
        """Go to the next page that is shown."""
        shown = self.shown_rows()
        here = self.currentIndex().row()
        if here in shown:
            self.choose(shown[max(0, min(len(shown) - 1, shown.index(here) + by))])
        elif shown:
            self.choose(shown[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters search; arrows move."""
        text = event.text()
        is_command = bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
        if text.strip() and text.isprintable() and not is_command:
            self.typed.emit(text)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters search, by :attr:`typed`."""

    def _moved(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.row())

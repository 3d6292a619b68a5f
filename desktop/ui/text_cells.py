"""Cells of words, each in its own direction of reading: an English subject keeps its dots where they belong."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import draw_text, elided, leading, mirrored_in, paint_focus_bar, paint_line, saved
from desktop.ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
PAD, ICON, GAP = 12, 14, 6


class TextDelegate(QStyledItemDelegate):
    """Paints a cell's icon and words by its roles, on the ground of a row: chosen, under the pointer, or plain."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        room = QRectF(option.rect)
        with saved(painter):
            _ground(painter, option, index)
            left, right = room.left() + scaled(PAD), room.right() - scaled(PAD)
            icon = index.data(Qt.ItemDataRole.DecorationRole)
            if isinstance(icon, QIcon):
                side = scaled(ICON)
                box = QRectF(left, room.top() + (room.height() - side) // 2, side, side)
                icon.paint(painter, mirrored_in(painter, box, room).toAlignedRect())
                left += side + scaled(GAP)
            held, color = index.data(Qt.ItemDataRole.FontRole), index.data(Qt.ItemDataRole.ForegroundRole)
            style = held if isinstance(held, QFont) else font("body")
            painter.setFont(style)
            painter.setPen(color if isinstance(color, QColor) else theme().color("text"))
            words = QRectF(left, room.top(), max(0.0, right - left), room.height() - 1)
            text = elided(str(index.data() or ""), style, words.width())
            draw_text(painter, mirrored_in(painter, words, room), text, leading(painter), style)


def _ground(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    room, state = QRectF(option.rect), option.state
    if state & QStyle.StateFlag.State_Selected:
        active = bool(state & QStyle.StateFlag.State_Active) and option.widget.hasFocus()
        painter.fillRect(room, theme().color("sel" if active else "sel_inactive"))
        if active and index.column() == 0:
            paint_focus_bar(painter, room)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(room, theme().color("hover"))
    paint_line(painter, QRectF(room.left(), room.bottom() - 1, room.width(), 1))

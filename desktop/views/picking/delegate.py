"""Paints a message of the server: a box to tick, who and when, what about and how large."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionButton, QStyleOptionViewItem

from desktop.domain.browsing import RemoteEnvelope
from desktop.ui import words
from desktop.ui.kit.drawing.choices import BOX, draw_check
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import (
    CHIP_HEIGHT,
    chip_width,
    leading,
    mirrored_in,
    paint_chip,
    paint_focus_bar,
    paint_line,
    saved,
    trailing,
)
from desktop.ui.kit.text import draw_text, elided, text_width
from desktop.ui.kit.theme import theme
from desktop.views.picking.model import ENVELOPE, sender_of, subject_of

Index = QModelIndex | QPersistentModelIndex
State = QStyle.StateFlag
HEIGHT, PAD, GAP = 42, 12, 12
HERE_CHIP = ("mute", "Here already")


class EnvelopeDelegate(QStyledItemDelegate):
    """One row of two lines."""

    def __init__(self, now: Callable[[], datetime], view: QListView) -> None:
        super().__init__(view)
        self._now, self._view = now, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Rows have one height."""
        return QSize(scaled(240), scaled(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        one: RemoteEnvelope = index.data(ENVELOPE)
        rect = QRectF(option.rect)
        is_chosen = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        with saved(painter):
            if is_chosen:
                painter.fillRect(rect, theme().color("sel"))
            elif option.state & State.State_MouseOver:
                painter.fillRect(rect, theme().color("hover"))
            paint_line(painter, QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1))
            if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
                paint_focus_bar(painter, rect)
            if not one.is_here:
                self._paint_box(painter, rect, is_chosen=is_chosen)
            self._paint_words(painter, rect, one)

    def _paint_box(self, painter: QPainter, rect: QRectF, *, is_chosen: bool) -> None:
        side = scaled(BOX)
        box = QRectF(rect.left() + scaled(PAD), rect.top() + (rect.height() - side) // 2, side, side)
        mark = QStyleOptionButton()
        mark.rect = mirrored_in(painter, box, rect).toRect()
        mark.state = State.State_Enabled | (State.State_On if is_chosen else State.State_Off)
        draw_check(mark, painter, None)

    def _paint_words(self, painter: QPainter, rect: QRectF, one: RemoteEnvelope) -> None:
        left = rect.left() + scaled(PAD + BOX + GAP)
        right = rect.right() - scaled(PAD)
        upper, lower = rect.top() + scaled(4), rect.top() + scaled(21)
        when = words.short_when(one.received_at, self._now())
        end = right - self._put_end(painter, rect, QRectF(left, upper, right - left, scaled(18)), when)
        sender = font("medium")
        line = QRectF(left, upper, max(0.0, end - scaled(GAP) - left), scaled(18))
        painter.setPen(theme().color("text2" if one.is_here else "text"))
        shown = elided(sender_of(one), sender, line.width(), "address")
        draw_text(painter, mirrored_in(painter, line, rect), shown, leading(painter), sender)
        below = QRectF(left, lower, right - left, scaled(16))
        if one.is_here:
            width = chip_width(*HERE_CHIP, glyph=False)
            chip = QRectF(right - width, lower - scaled(2), width, scaled(CHIP_HEIGHT))
            paint_chip(painter, mirrored_in(painter, chip, rect), *HERE_CHIP, glyph=False)
        else:
            width = self._put_end(painter, rect, below, words.size(one.size_bytes))
        room = QRectF(left, lower, max(0.0, right - width - scaled(GAP) - left), scaled(16))
        painter.setPen(theme().color("text3" if one.is_here else "text2"))
        caption = font("caption")
        subject = elided(subject_of(one), caption, room.width())
        draw_text(painter, mirrored_in(painter, room, rect), subject, leading(painter), caption)

    def _put_end(self, painter: QPainter, rect: QRectF, line: QRectF, text: str) -> int:
        """Put a few words at the end of a line; returns their width."""
        caption = font("caption")
        width = text_width(text, caption)
        painter.setPen(theme().color("text3"))
        place = QRectF(line.right() - width, line.top(), width, line.height())
        draw_text(painter, mirrored_in(painter, place, rect), text, trailing(painter), caption)
        return width

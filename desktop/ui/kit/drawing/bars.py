"""Scroll bars, progress bars and table headers."""

import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionHeader, QStyleOptionProgressBar, QStyleOptionSlider, QWidget

from desktop.ui.kit.fonts import font, metrics, scaled
from desktop.ui.kit.icons import draw_icon
from desktop.ui.kit.paint import centred, elided, is_mirrored, leading, mirrored_in, paint_box, saved, text_width
from desktop.ui.kit.text import draw_text
from desktop.ui.kit.theme import theme

State = QStyle.StateFlag
SubControl = QStyle.SubControl

SCROLL_EXTENT, THUMB, THUMB_EDGE, SHORTEST_THUMB = 10, 6, 2, 24
HEADER_HEIGHT, HEADER_PADDING, SORT_PX = 28, 12, 12
PROGRESS_HEIGHT, THICK_PROGRESS = 6, 8
WAITING_PART = 0.24
"""How much of the bar moves while there is no percentage."""


# --- scroll bars ----------------------------------------------------------------------------------------------------


def scroll_rect(option: QStyleOptionSlider, part: QStyle.SubControl) -> QRect:
    """Return where a part of a scroll bar is: no arrows, the groove is all of it."""
    rect = option.rect
    thumb = _thumb_rect(option)
    is_upright = option.orientation == Qt.Orientation.Vertical
    if part == SubControl.SC_ScrollBarGroove:
        return rect
    if part == SubControl.SC_ScrollBarSlider:
        return thumb
    if part == SubControl.SC_ScrollBarSubPage:
        before = QRect(rect)
        before.setBottom(thumb.top() - 1) if is_upright else before.setRight(thumb.left() - 1)
        return before
    if part == SubControl.SC_ScrollBarAddPage:
        after = QRect(rect)
        after.setTop(thumb.bottom() + 1) if is_upright else after.setLeft(thumb.right() + 1)
        return after
    return QRect()


def _thumb_rect(option: QStyleOptionSlider) -> QRect:
    rect = option.rect
    is_upright = option.orientation == Qt.Orientation.Vertical
    room = rect.height() if is_upright else rect.width()
    span = option.maximum - option.minimum
    length = room
    if span > 0:
        whole = span + option.pageStep
        length = min(room, max(scaled(SHORTEST_THUMB), round(room * option.pageStep / whole) if whole else room))
    start = QStyle.sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, room - length, option.upsideDown
    )
    if is_upright:
        return QRect(rect.left(), rect.top() + start, rect.width(), length)
    return QRect(rect.left() + start, rect.top(), length, rect.height())


def draw_scroll_bar(option: QStyleOptionSlider, painter: QPainter) -> None:
    """Draw the thumb; the track has no colour."""
    if option.maximum <= option.minimum:
        return
    thumb = QRectF(_thumb_rect(option))
    edge, width = scaled(THUMB_EDGE), scaled(THUMB)
    if option.orientation == Qt.Orientation.Vertical:
        left = thumb.left() + edge if is_mirrored(painter) else thumb.right() - edge - width
        bar = QRectF(left, thumb.top() + edge, width, thumb.height() - 2 * edge)
    else:
        bar = QRectF(thumb.left() + edge, thumb.bottom() - edge - width, thumb.width() - 2 * edge, width)
    is_touched = option.state & (State.State_MouseOver | State.State_Sunken)
    paint_box(painter, bar, width / 2, theme().color("control" if is_touched else "scroll"))


# --- progress -------------------------------------------------------------------------------------------------------


def draw_progress(option: QStyleOptionProgressBar, painter: QPainter) -> None:
    """Draw track and fill; no figure, which stands beside in words."""
    box = QRectF(option.rect)
    if box.height() > scaled(THICK_PROGRESS):
        box = centred(box, box.width(), scaled(PROGRESS_HEIGHT))
    radius = box.height() / 2
    paint_box(painter, box, radius, theme().color("badge"))
    span = option.maximum - option.minimum
    if span <= 0:
        part = QRectF(box.left() + box.width() * 0.3, box.top(), box.width() * WAITING_PART, box.height())
    else:
        done = min(1.0, max(0.0, (option.progress - option.minimum) / span))
        if done <= 0:
            return
        part = QRectF(box.left(), box.top(), max(box.height(), box.width() * done), box.height())
    paint_box(painter, mirrored_in(painter, part, box), radius, theme().color("progress"))


# --- headers --------------------------------------------------------------------------------------------------------


def header_size(option: QStyleOptionHeader) -> QSize:
    """Return the room a header cell needs for its words and the arrow of its sort."""
    width = text_width(option.text, font("caption_medium")) + 2 * scaled(HEADER_PADDING) + scaled(4) + scaled(SORT_PX)
    return QSize(width, scaled(HEADER_HEIGHT))


def draw_header(option: QStyleOptionHeader, painter: QPainter, widget: QWidget | None) -> None:
    """Draw one header cell: ground, a line below, words, and an arrow after the words of the sorted column."""
    box = QRectF(option.rect)
    painter.fillRect(box, theme().color("surface"))
    painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme().color("border"))
    is_sorted = option.sortIndicator != QStyleOptionHeader.SortIndicator.None_
    inside = box.adjusted(scaled(HEADER_PADDING), 0, -scaled(HEADER_PADDING), -1)
    arrow = scaled(4) + scaled(SORT_PX) if is_sorted else 0
    words = elided(option.text, font("caption_medium"), inside.width() - arrow + 1)
    width = math.ceil(metrics("caption_medium").horizontalAdvance(words))
    is_trailing = bool(option.textAlignment & Qt.AlignmentFlag.AlignRight)
    left = inside.right() - width - arrow if is_trailing else inside.left()
    room = mirrored_in(painter, QRectF(left, inside.top(), width, inside.height()), inside)
    is_hovered = option.state & State.State_MouseOver and widget is not None and widget.isEnabled()
    with saved(painter):
        painter.setPen(theme().color("text" if is_sorted or is_hovered else "text3"))
        draw_text(painter, room, words, leading(painter), font("caption_medium"))
        if is_sorted:
            side = scaled(SORT_PX)
            at = QRectF(left + width + scaled(4), inside.top() + (inside.height() - side) / 2, side, side)
            is_ascending = option.sortIndicator == QStyleOptionHeader.SortIndicator.SortDown  # Qt's word for it
            name = "arrow-up" if is_ascending else "arrow-down"
            draw_icon(painter, mirrored_in(painter, at, inside), name, theme().color("text"))

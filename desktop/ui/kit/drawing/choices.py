"""Boxes, circles and switches: small marks, and rows of 24 px to hit."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOption, QStyleOptionButton, QWidget

from desktop.ui.kit.drawing.words import draw_label, without_mnemonic
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.paint import mirrored_in, paint_box, saved, text_width
from desktop.ui.kit.theme import theme

State = QStyle.StateFlag

BOX, ROW, GAP = 16, 24, 8
SWITCH = "switch"
"""Dynamic property of a check box that is drawn as a switch."""
SWITCH_SIZE = (32, 18)
CHECK = ((3.2, 8.2), (6.6, 11.4), (12.8, 4.9))


def is_switch(widget: QWidget | None) -> bool:
    """Tell whether a check box is drawn as a switch."""
    return widget is not None and bool(widget.property(SWITCH))


def mark_size(widget: QWidget | None) -> tuple[int, int]:
    """Return width and height of the mark."""
    width, height = SWITCH_SIZE if is_switch(widget) else (BOX, BOX)
    return scaled(width), scaled(height)


def choice_size(option: QStyleOptionButton, widget: QWidget | None) -> QSize:
    """Return the room a check box, radio button or switch takes with its words."""
    width, height = mark_size(widget)
    words = scaled(GAP) + text_width(without_mnemonic(option.text), font("body")) + 1 if option.text else 0
    return QSize(width + words, max(scaled(ROW), height))


def mark_rect(option: QStyleOption, widget: QWidget | None) -> QRect:
    """Return where the mark of a check box, radio button or switch is."""
    width, height = mark_size(widget)
    rect = option.rect
    mark = QRect(rect.left(), rect.top() + math.floor((rect.height() - height) / 2), width, height)
    return QStyle.visualRect(option.direction, rect, mark)


def label_rect(option: QStyleOption, widget: QWidget | None) -> QRect:
    """Return where the words beside the mark are."""
    width, _ = mark_size(widget)
    rest = option.rect.adjusted(width + scaled(GAP), 0, 0, 0)
    return QStyle.visualRect(option.direction, option.rect, rest)


def draw_choice_label(option: QStyleOptionButton, painter: QPainter) -> None:
    """Draw the words beside the mark; *option.rect* is theirs."""
    ink = theme().color("text" if option.state & State.State_Enabled else "disabled")
    with saved(painter):
        draw_label(painter, QRectF(option.rect), option.text, font("body"), ink)


def draw_check(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw a box or a switch in *option.rect*."""
    if is_switch(widget):
        _draw_switch(option, painter)
        return
    box = QRectF(option.rect)
    enabled = bool(option.state & State.State_Enabled)
    is_on = bool(option.state & (State.State_On | State.State_NoChange))
    if not is_on:
        _draw_empty(painter, box, scaled(4), option.state)
        return
    fill = theme().color("accent" if enabled else "disabled")
    paint_box(painter, box, scaled(4), fill)
    with saved(painter):
        pen = painter.pen()
        pen.setColor(theme().color("on_accent" if enabled else "surface"))
        pen.setWidthF(1.6 * box.width() / BOX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(box.topLeft())
        painter.scale(box.width() / BOX, box.height() / BOX)
        if option.state & State.State_NoChange:
            painter.drawLine(QPointF(4.6, 8), QPointF(11.4, 8))
        else:
            painter.drawPolyline([QPointF(x, y) for x, y in CHECK])


def draw_radio(option: QStyleOption, painter: QPainter) -> None:
    """Draw a circle in *option.rect*."""
    box = QRectF(option.rect)
    if not option.state & State.State_On:
        _draw_empty(painter, box, box.width() / 2, option.state)
        return
    enabled = bool(option.state & State.State_Enabled)
    ring = theme().color("accent" if enabled else "disabled")
    paint_box(painter, box, box.width() / 2, theme().color("surface"), ring, width=scaled(5))


def _draw_empty(painter: QPainter, box: QRectF, radius: float, state: QStyle.StateFlag) -> None:
    if not state & State.State_Enabled:
        paint_box(painter, box, radius, theme().color("window"), theme().color("border"))
        return
    fill = "hover" if state & (State.State_MouseOver | State.State_Sunken) else "surface"
    paint_box(painter, box, radius, theme().color(fill), theme().color("control"))


def _draw_switch(option: QStyleOption, painter: QPainter) -> None:
    box = QRectF(option.rect)
    is_on = bool(option.state & State.State_On)
    track = "disabled" if not option.state & State.State_Enabled else "accent" if is_on else "control"
    paint_box(painter, box, box.height() / 2, theme().color(track))
    inset = scaled(2)
    side = box.height() - 2 * inset
    left = box.right() - inset - side if is_on else box.left() + inset
    knob = mirrored_in(painter, QRectF(left, box.top() + inset, side, side), box)
    paint_box(painter, knob, side / 2, theme().color("knob"))

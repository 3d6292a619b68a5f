"""Fields: lines to type in, choices, numbers. One outline for all: 2 px in the focus, red when the content is wrong."""

import math

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QStyle,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStyleOptionSpinBox,
    QWidget,
)

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import draw_icon
from desktop.ui.kit.paint import elided, leading, mirrored_in, paint_box, saved
from desktop.ui.kit.text import draw_text
from desktop.ui.kit.theme import theme

State = QStyle.StateFlag
SubControl = QStyle.SubControl

HEIGHT, SMALL_HEIGHT, PADDING, RADIUS = 32, 28, 11, 6
ARROW_PX, ARROW_ROOM, STEP_ROOM = 14, 34, 24
ERROR = "error"
SMALL = "small"
"""Dynamic properties of fields: in error, and low as in rows."""


def is_wrong(widget: QWidget | None) -> bool:
    """Tell whether a field is marked as wrong."""
    return widget is not None and bool(widget.property(ERROR))


def field_height(widget: QWidget | None) -> int:
    """Return how high a field is."""
    return scaled(SMALL_HEIGHT if widget is not None and widget.property(SMALL) else HEIGHT)


def field_size(size: QSize, widget: QWidget | None) -> QSize:
    """Return the room a line to type in takes, from what its content takes."""
    return QSize(size.width() + 2 * scaled(PADDING), max(field_height(widget), size.height()))


def field_contents(option: QStyleOption) -> QRect:
    """Return where the letters of a field may stand; the field itself keeps 2 px more."""
    rect = option.rect
    if isinstance(option, QStyleOptionFrame) and option.lineWidth <= 0:
        return rect
    return rect.adjusted(scaled(PADDING) - 2, 1, -(scaled(PADDING) - 2), -1)


def draw_field(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw ground and outline of a field; one without a frame, inside another control, has neither."""
    if isinstance(option, QStyleOptionFrame) and option.lineWidth <= 0:
        return
    has_focus = bool(option.state & State.State_HasFocus)
    wrong = is_wrong(widget)
    if not option.state & State.State_Enabled:
        paint_box(painter, option.rect, scaled(RADIUS), theme().color("window"), theme().color("border"))
        return
    edge = "bad" if wrong else "focus" if has_focus else "control"
    width = scaled(2) if wrong or has_focus else 1
    paint_box(painter, option.rect, scaled(RADIUS), theme().color("surface"), theme().color(edge), width=width)


# --- choices --------------------------------------------------------------------------------------------------------


def combo_size(option: QStyleOptionComboBox, size: QSize, widget: QWidget | None) -> QSize:
    """Return the room a choice takes, from what its words take."""
    icon = option.iconSize.width() + scaled(8) if not option.currentIcon.isNull() else 0
    return QSize(max(size.width(), icon) + scaled(PADDING) + scaled(ARROW_ROOM) + 4, field_height(widget))


def combo_rect(option: QStyleOptionComboBox, part: QStyle.SubControl) -> QRect | None:
    """Return where a part of a choice is; None leaves it to Fusion."""
    rect = option.rect
    if part == SubControl.SC_ComboBoxEditField:
        inside = rect.adjusted(scaled(PADDING), 1, -scaled(ARROW_ROOM), -1)
    elif part == SubControl.SC_ComboBoxArrow:
        inside = QRect(rect.right() + 1 - scaled(ARROW_ROOM), rect.top(), scaled(ARROW_ROOM), rect.height())
    else:
        return None
    return QStyle.visualRect(option.direction, rect, inside)


def draw_combo(option: QStyleOptionComboBox, painter: QPainter, widget: QWidget | None) -> None:
    """Draw a choice without its words."""
    draw_field(option, painter, widget)
    box = QRectF(option.rect)
    side = scaled(ARROW_PX)
    top = box.top() + math.floor((box.height() - side) / 2)
    at = QRectF(box.right() - scaled(PADDING) - side, top, side, side)
    ink = "text2" if option.state & State.State_Enabled else "disabled"
    draw_icon(painter, mirrored_in(painter, at, box), "chevron-down", theme().color(ink))


def draw_combo_label(option: QStyleOptionComboBox, painter: QPainter) -> None:
    """Draw the words of a choice that is not typed."""
    if option.editable:
        return
    room = combo_rect(option, SubControl.SC_ComboBoxEditField)
    if room is None:
        return
    with saved(painter):
        if not option.currentIcon.isNull():
            side = option.iconSize.width()
            at = QRectF(room.left(), room.top() + math.floor((room.height() - side) / 2), side, side)
            option.currentIcon.paint(painter, mirrored_in(painter, at, room).toRect())
            rest = QRectF(room.left() + side + scaled(8), room.top(), room.width() - side - scaled(8), room.height())
            room = mirrored_in(painter, rest, room).toRect()
        painter.setPen(theme().color("text" if option.state & State.State_Enabled else "disabled"))
        words = elided(option.currentText, font("body"), room.width() + 1)
        draw_text(painter, room, words, leading(painter), font("body"))


# --- numbers --------------------------------------------------------------------------------------------------------


def spin_size(size: QSize, widget: QWidget | None) -> QSize:
    """Return the room a number takes."""
    return QSize(size.width() + scaled(PADDING) + scaled(STEP_ROOM), field_height(widget))


def spin_rect(option: QStyleOptionSpinBox, part: QStyle.SubControl) -> QRect | None:
    """Return where a part of a number field is; None leaves it to Fusion."""
    rect = option.rect
    steps = QRect(rect.right() + 1 - scaled(STEP_ROOM), rect.top() + 1, scaled(STEP_ROOM) - 1, rect.height() - 2)
    half = steps.height() // 2
    if part == SubControl.SC_SpinBoxEditField:
        inside = rect.adjusted(scaled(PADDING) - 2, 2, -scaled(STEP_ROOM), -2)
    elif part == SubControl.SC_SpinBoxUp:
        inside = QRect(steps.left(), steps.top(), steps.width(), half)
    elif part == SubControl.SC_SpinBoxDown:
        inside = QRect(steps.left(), steps.top() + half, steps.width(), steps.height() - half)
    else:
        return None
    return QStyle.visualRect(option.direction, rect, inside)


def draw_spin(option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget | None) -> None:
    """Draw ground, outline and steps of a number field."""
    draw_field(option, painter, widget)
    for part, name, step in (
        (SubControl.SC_SpinBoxUp, "chevron-up", QAbstractSpinBox.StepEnabledFlag.StepUpEnabled),
        (SubControl.SC_SpinBoxDown, "chevron-down", QAbstractSpinBox.StepEnabledFlag.StepDownEnabled),
    ):
        room = spin_rect(option, part)
        if room is None:
            continue
        side = scaled(12)
        box = QRectF(room)
        top = box.top() + (box.height() - side) / 2
        at = QRectF(box.left() + math.floor((box.width() - side) / 2), math.floor(top), side, side)
        can = option.stepEnabled & step and option.state & State.State_Enabled
        is_hovered = option.activeSubControls == part and option.state & State.State_MouseOver
        draw_icon(painter, at, name, theme().color(("text" if is_hovered else "text2") if can else "disabled"))

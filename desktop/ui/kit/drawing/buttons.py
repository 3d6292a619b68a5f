"""Buttons: fill, edge and ink by kind and state, and icon, words, hint, badge and arrow in one row."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOption, QStyleOptionButton, QWidget

from desktop.ui.kit.drawing.words import draw_label, without_mnemonic
from desktop.ui.kit.face import BY_MOUSE, Face, face_of
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import draw_icon, has_icon
from desktop.ui.kit.paint import (
    count_width,
    leading,
    mirrored_in,
    paint_box,
    paint_count,
    paint_focus_ring,
    saved,
)
from desktop.ui.kit.text import advance, draw_text
from desktop.ui.kit.theme import theme

State = QStyle.StateFlag
ARROW = "chevron-down"
ARROW_PX = 14


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of a kind of button in px at 100 %: height, the same when small, padding, likewise, gap, radius."""

    height: int = 32
    small_height: int = 28
    padding: int = 13
    small_padding: int = 9
    gap: int = 8
    radius: int = 6

    def height_of(self, face: Face) -> int:
        """Return how high a button is now."""
        return scaled(self.small_height if face.is_small else self.height)

    def padding_of(self, face: Face) -> int:
        """Return the room at both ends now."""
        return scaled(self.small_padding if face.is_small else self.padding)


SHAPES = {
    "filter": Shape(28, 28, 11, 11, 6, 14),
    "segment": Shape(26, 22, 13, 9, 6, 4),
    "tab": Shape(36, 36, 0, 0, 6, 0),
    "toast": Shape(26, 22, 8, 8, 8, 4),
}
USUAL = Shape()


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a button in one state, as token names; an empty one is not painted."""

    fill: str = ""
    edge: str = ""
    ink: str = "text"
    hint: str = "text3"
    style: str = "medium"


def shape_of(face: Face) -> Shape:
    """Return the measures of a button."""
    return SHAPES.get(face.kind, USUAL)


def look_of(face: Face, state: QStyle.StateFlag) -> Look:
    """Return the colours of a button in a state."""
    is_on = bool(state & State.State_On)
    if not state & State.State_Enabled:
        return _disabled(face, is_on=is_on)
    is_down = bool(state & State.State_Sunken)
    is_hovered = bool(state & State.State_MouseOver)
    if face.kind == "filter":
        return _filter(face, is_on=is_on, is_lit=is_hovered or is_down)
    if face.kind in {"segment", "tab"}:
        return _one_of_many(face, is_on=is_on, is_lit=is_hovered or is_down)
    if face.kind == "toast":
        return Look("toast_line" if is_hovered or is_down else "", "", "toast_link", "toast_text", "strong")
    if face.kind == "primary" and state & State.State_Active:
        fill = "accent_press" if is_down else "accent_hover" if is_hovered else "accent"
        return Look(fill, fill, "on_accent", "on_accent", "strong")
    fill = "sel_inactive" if is_down or (is_on and face.kind != "filter") else "hover" if is_hovered else ""
    return {
        "primary": Look("hover" if is_hovered else "sel_inactive", "edge", "text", "text3", "strong"),
        "quiet": Look(fill, "", "accent_text"),
        "icon": Look(fill, "", "text2"),
        "danger": Look(fill or "surface", "edge", "bad"),
        "danger_filled": Look("bad_bg", "bad", "bad", "bad"),
    }.get(face.kind, Look(fill or "surface", "edge"))


def _disabled(face: Face, *, is_on: bool) -> Look:
    has_edge = face.kind not in {"quiet", "icon", "segment", "tab", "toast"} or (is_on and face.kind == "segment")
    return Look("", "border" if has_edge else "", "disabled", "disabled")


def _filter(face: Face, *, is_on: bool, is_lit: bool) -> Look:
    if is_on:
        return Look("sel", "focus", "sel_text", "text2")
    if face.is_dashed:
        return Look("hover" if is_lit else "", "edge", "text2", "text3", "body")
    return Look("hover" if is_lit else "surface", "border", "text2", "text3", "body")


def _one_of_many(face: Face, *, is_on: bool, is_lit: bool) -> Look:
    if face.kind == "tab":
        return Look("", "", "text" if is_on or is_lit else "text2", "text3", "strong" if is_on else "body")
    if is_on:
        return Look("segment", "edge", "text")
    return Look("", "", "text" if is_lit else "text2", "text3", "body")


def button_size(option: QStyleOptionButton, widget: QWidget | None) -> QSize:
    """Return the room a button takes; nothing of it is ever cut."""
    face = face_of(widget)
    height = shape_of(face).height_of(face)
    if face.kind == "icon" or (face.kind == "toast" and not option.text):
        return QSize(height, height)
    width = _content_width(option, face, widest=True) + 2 * shape_of(face).padding_of(face)
    return QSize(width - (scaled(4) if _has_arrow(option, face) and face.kind != "filter" else 0), height)


def draw_button(option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
    """Draw a whole push button."""
    face = face_of(widget)
    look = look_of(face, option.state)
    _draw_ground(painter, option.rect, face, look)
    if face.kind == "tab" and option.state & State.State_On:
        line = QRectF(option.rect.left(), option.rect.bottom() + 1 - scaled(2), option.rect.width(), scaled(2))
        painter.fillRect(line, theme().color("accent_text"))
    if face.kind in {"segment", "tab", "toast"} and option.state & State.State_HasFocus and _by_key(widget):
        paint_focus_ring(painter, option.rect, scaled(4))
    _draw_content(option, painter, face, look)


def draw_tool_button(option: QStyleOption, painter: QPainter) -> None:
    """Draw the ground of a flat tool button; its label is drawn by Fusion, with our icons and palette."""
    if option.state & State.State_Enabled:
        if option.state & (State.State_Sunken | State.State_On):
            paint_box(painter, option.rect, scaled(4), theme().color("sel_inactive"))
        elif option.state & State.State_MouseOver:
            paint_box(painter, option.rect, scaled(4), theme().color("hover"))


def draw_tool_focus(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw the ring of a tool button inside its edge: bars leave no room outside."""
    if option.state & State.State_HasFocus and _by_key(widget):
        paint_focus_ring(painter, option.rect, scaled(4))


def _by_key(widget: QWidget | None) -> bool:
    return widget is None or not widget.property(BY_MOUSE)


def _draw_ground(painter: QPainter, rect: QRect, face: Face, look: Look) -> None:
    if look.fill or look.edge:
        paint_box(
            painter,
            rect,
            scaled(shape_of(face).radius),
            theme().color(look.fill) if look.fill else None,
            theme().color(look.edge) if look.edge else None,
            dashed=face.is_dashed and look.fill != "sel",
        )


# --- what stands in it ----------------------------------------------------------------------------------------------


def _icon_name(option: QStyleOptionButton, face: Face) -> str:
    return face.icon or ("" if option.icon.isNull() else option.icon.name())


def _has_icon(option: QStyleOptionButton, face: Face) -> bool:
    return bool(face.icon) or not option.icon.isNull()


def _has_arrow(option: QStyleOptionButton, face: Face) -> bool:
    has_menu = bool(option.features & QStyleOptionButton.ButtonFeature.HasMenu)
    return face.has_arrow or (has_menu and face.kind not in {"icon", "toast"})


def _parts(option: QStyleOptionButton, face: Face, style: str) -> list[tuple[str, float, int]]:
    """The parts in reading order: name, width, and the gap before it."""
    gap = scaled(shape_of(face).gap)
    parts: list[tuple[str, float, int]] = []
    if _has_icon(option, face):
        parts.append(("icon", scaled(14 if face.kind == "filter" else face.icon_px), 0))
    if option.text:
        parts.append(("text", advance(without_mnemonic(option.text), font(style)), gap))
    if face.hint:
        parts.append(("hint", advance(face.hint, font("caption")), gap))
    if face.badge:
        parts.append(("badge", count_width(face.badge, is_bad=False), gap))
    if _has_arrow(option, face):
        parts.append(("arrow", scaled(ARROW_PX), gap - (0 if face.kind == "filter" else scaled(2))))
    return parts


def _content_width(option: QStyleOptionButton, face: Face, *, widest: bool = False) -> int:
    styles = {look_of(face, option.state).style}
    if widest:  # a chip or tab that is chosen has heavier letters, and may not push its neighbours
        styles |= {look_of(face, State.State_Enabled | State.State_Active | on).style for on in _CHOSEN}
    return round(max(_width(_parts(option, face, style)) for style in styles))


_CHOSEN = (State.State_On, State.State_Off)


def _width(parts: list[tuple[str, float, int]]) -> float:
    return sum(width + (gap if number else 0) for number, (_, width, gap) in enumerate(parts))


def _draw_content(option: QStyleOptionButton, painter: QPainter, face: Face, look: Look) -> None:
    parts = _parts(option, face, look.style)
    box = QRectF(option.rect)
    trim = scaled(4) if _has_arrow(option, face) and face.kind != "filter" else 0
    left = box.left() + round((box.width() + trim - _width(parts)) / 2)
    if face.kind == "tab":
        left = box.left()
    with saved(painter):
        for number, (name, width, gap) in enumerate(parts):
            left += gap if number else 0
            room = mirrored_in(painter, QRectF(left, box.top(), width, box.height()), box)
            _draw_part(name, room, option, painter, face, look)
            left += width


def _draw_part(name: str, room: QRectF, option: QStyleOptionButton, painter: QPainter, face: Face, look: Look) -> None:
    if name == "text":
        draw_label(painter, room, option.text, font(look.style), theme().color(look.ink))
    elif name == "hint":
        painter.setPen(theme().color(look.hint))
        draw_text(painter, room, face.hint, leading(painter), font("caption"))
    elif name == "badge":
        height = scaled(18)
        pill = QRectF(room.left(), room.top() + math.floor((room.height() - height) / 2), room.width(), height)
        paint_badge(painter, pill, face)
    else:
        _draw_icon(name, room, option, painter, face, look)


def paint_badge(painter: QPainter, rect: QRectF, face: Face) -> None:
    """Paint a tab's count: on the error tint when it counts what is wrong, without the glyph its words stand for."""
    if not face.badge_is_bad:
        paint_count(painter, rect, face.badge or 0)
        return
    paint_box(painter, rect, rect.height() / 2, theme().color("bad_bg"))
    with saved(painter):
        painter.setPen(theme().color("bad"))
        draw_text(painter, rect, str(face.badge), Qt.AlignmentFlag.AlignHCenter, font("caption_medium"))


def _draw_icon(name: str, room: QRectF, option: QStyleOptionButton, painter: QPainter, face: Face, look: Look) -> None:
    side = room.width()
    at = QRectF(room.left(), room.top() + math.floor((room.height() - side) / 2), side, side)
    lucide = ARROW if name == "arrow" else _icon_name(option, face)
    ink = "toast_text" if face.kind == "toast" and not option.text else look.ink
    if lucide and (lucide == ARROW or has_icon(lucide)):
        draw_icon(painter, at, lucide, theme().color(ink))
    else:
        option.icon.paint(painter, at.toRect())

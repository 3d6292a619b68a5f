"""Menus and the menu bar: icons in one column, words in the next, keys at the end."""

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QMenuBar, QStyle, QStyleOption, QStyleOptionMenuItem, QWidget

from desktop.ui.kit.drawing.words import draw_label, shows_mnemonics, without_mnemonic
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import draw_icon, has_icon
from desktop.ui.kit.paint import mirrored_in, paint_box, saved, text_width, trailing
from desktop.ui.kit.text import draw_text
from desktop.ui.kit.theme import theme

State = QStyle.StateFlag
Kind = QStyleOptionMenuItem.MenuItemType

ITEM, LEADING, TRAILING, ICON, GAP, KEY_GAP = 28, 8, 12, 16, 10, 24
SEPARATOR = 9
BAR_ITEM, BAR_PADDING = 24, 8
RADIUS, ITEM_RADIUS = 8, 4
ROUND_PLATFORMS = frozenset({"offscreen", "windows", "cocoa", "wayland"})
"""Platforms whose windows may be see-through for certain; on X11 without a compositor the corners would be black."""


def has_round_popups() -> bool:
    """Tell whether popups may have round corners here."""
    return QGuiApplication.platformName() in ROUND_PLATFORMS


def popup_radius(radius: int) -> int:
    """Return a popup's radius in px of now, 0 where corners cannot be round."""
    return scaled(radius) if has_round_popups() else 0


def item_size(option: QStyleOptionMenuItem) -> QSize:
    """Return the room an item takes; the menu adds the widest key itself."""
    if option.menuItemType == Kind.Separator:
        return QSize(scaled(LEADING), scaled(SEPARATOR))
    words, _, key = option.text.partition("\t")
    width = scaled(LEADING) + scaled(ICON) + scaled(GAP) + text_width(without_mnemonic(words), font("body"))
    if key or option.menuItemType == Kind.SubMenu:
        width += scaled(KEY_GAP)
    return QSize(width + scaled(TRAILING) + 1, scaled(ITEM))


def draw_item(option: QStyleOptionMenuItem, painter: QPainter) -> None:
    """Draw one item of a menu."""
    box = QRectF(option.rect)
    if option.menuItemType == Kind.Separator:
        line = QRectF(box.left() + scaled(8), box.top() + scaled(4), box.width() - 2 * scaled(8), 1)
        painter.fillRect(line, theme().color("border"))
        return
    enabled = bool(option.state & State.State_Enabled)
    if option.state & State.State_Selected and enabled:
        paint_box(painter, box, scaled(ITEM_RADIUS), theme().color("sel"))
    words, _, key = option.text.partition("\t")
    left = box.left() + scaled(LEADING) + scaled(ICON) + scaled(GAP)
    room = QRectF(left, box.top(), box.right() - scaled(TRAILING) - left, box.height())
    with saved(painter):
        _draw_mark(option, painter, box)
        ink = theme().color("text" if enabled else "disabled")
        words_font = font("strong" if option.menuItemType == Kind.DefaultItem else "body")
        draw_label(painter, mirrored_in(painter, room, box), words, words_font, ink, underline=True)
        if key:
            painter.setPen(theme().color("text3" if enabled else "disabled"))
            draw_text(painter, mirrored_in(painter, room, box), key, trailing(painter), font("caption"))
        if option.menuItemType == Kind.SubMenu:
            side = scaled(14)
            at = QRectF(box.right() - scaled(8) - side, box.top() + (box.height() - side) / 2, side, side)
            draw_icon(painter, mirrored_in(painter, at, box), "chevron-right", ink)


def _draw_mark(option: QStyleOptionMenuItem, painter: QPainter, box: QRectF) -> None:
    enabled = bool(option.state & State.State_Enabled)
    side = scaled(ICON)
    at = QRectF(box.left() + scaled(LEADING), box.top() + math.floor((box.height() - side) / 2), side, side)
    at = mirrored_in(painter, at, box)
    ink = theme().color("text" if enabled else "disabled")
    if option.checkType != QStyleOptionMenuItem.CheckType.NotCheckable:
        if option.checked:
            draw_icon(painter, at, "check", ink)
        return
    name = option.icon.name()
    if name and has_icon(name):
        draw_icon(painter, at, name, ink)
    elif not option.icon.isNull():
        option.icon.paint(painter, at.toRect())


def draw_panel(option: QStyleOption, painter: QPainter) -> None:
    """Draw a menu's ground: raised, with an edge."""
    radius = popup_radius(RADIUS)
    paint_box(painter, option.rect, radius, theme().color("raised"), theme().color("edge"))


def bar_item_size(option: QStyleOptionMenuItem) -> QSize:
    """Return the room a name in the menu bar takes."""
    return QSize(text_width(without_mnemonic(option.text), font("body")) + 2 * scaled(BAR_PADDING), scaled(BAR_ITEM))


def draw_bar_item(option: QStyleOptionMenuItem, painter: QPainter, widget: QWidget | None) -> None:
    """Draw a name in the menu bar; its letter is underlined once Alt was pressed."""
    box = QRectF(option.rect)
    painter.fillRect(box, theme().color("window"))
    if not option.text:
        return
    if option.state & (State.State_Selected | State.State_Sunken) and option.state & State.State_Enabled:
        paint_box(painter, box, scaled(ITEM_RADIUS), theme().color("sel"))
    by_key = isinstance(widget, QMenuBar) and widget.hasFocus()
    words = without_mnemonic(option.text)
    left = box.left() + math.floor((box.width() - text_width(words, font("body"))) / 2)
    room = mirrored_in(painter, QRectF(left, box.top(), box.right() - left, box.height()), box)
    with saved(painter):
        ink = theme().color("text" if option.state & State.State_Enabled else "disabled")
        draw_label(painter, room, option.text, font("body"), ink, underline=by_key or shows_mnemonics())


def draw_bar_ground(option: QStyleOption, painter: QPainter) -> None:
    """Draw the menu bar where there are no names."""
    painter.fillRect(option.rect, theme().color("window"))


def draw_tip(option: QStyleOption, painter: QPainter) -> None:
    """Draw a tooltip's ground."""
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    radius = popup_radius(ITEM_RADIUS)
    paint_box(painter, option.rect, radius, theme().color("toast"), theme().color("toast_line"))

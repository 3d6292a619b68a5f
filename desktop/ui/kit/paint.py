"""The painters of small parts: delegates and widgets call the same, so a chip in a card and in a table never differ.

All take a painter and a box in px of now, and leave the painter as it was.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtCore import QLocale, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.icons import draw_glyph, draw_icon
from desktop.ui.kit.text import KEPT, advance, draw_text, elided, text_width
from desktop.ui.kit.theme import theme

__all__ = [
    "avatar_tint",
    "centred",
    "chip_width",
    "count_text",
    "count_width",
    "draw_text",
    "elided",
    "initials",
    "is_mirrored",
    "keycap_width",
    "keys_width",
    "leading",
    "mirrored_in",
    "paint_avatar",
    "paint_box",
    "paint_chip",
    "paint_count",
    "paint_focus_bar",
    "paint_focus_ring",
    "paint_glyph",
    "paint_icon",
    "paint_keycap",
    "paint_keys",
    "paint_line",
    "paint_status",
    "painter_on",
    "saved",
    "status_width",
    "text_width",
    "trailing",
]

CENTRE = Qt.AlignmentFlag.AlignHCenter
CHIP_HEIGHT, COUNT_HEIGHT, KEYCAP_HEIGHT = 20, 18, 18
HASH_STEP, HASH_BITS = 67, 0xFFFFFFFF


# --- ground work ----------------------------------------------------------------------------------------------------


def painter_on(widget: QWidget) -> QPainter:
    """Return a painter on a widget that reads as the widget does; Qt's own reads as the program does."""
    painter = QPainter(widget)
    painter.setLayoutDirection(widget.layoutDirection())
    return painter


@contextmanager
def saved(painter: QPainter) -> Iterator[QPainter]:
    """Paint smoothly, and have the painter as it was afterwards."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.restore()


def is_mirrored(painter: QPainter) -> bool:
    """Tell whether the painter's widget reads from right to left."""
    return painter.layoutDirection() == Qt.LayoutDirection.RightToLeft


def leading(painter: QPainter) -> Qt.AlignmentFlag:
    """Return the side where reading begins, as :func:`draw_text` takes it."""
    return Qt.AlignmentFlag.AlignRight if is_mirrored(painter) else Qt.AlignmentFlag.AlignLeft


def trailing(painter: QPainter) -> Qt.AlignmentFlag:
    """Return the side where reading ends, as :func:`draw_text` takes it."""
    return Qt.AlignmentFlag.AlignLeft if is_mirrored(painter) else Qt.AlignmentFlag.AlignRight


def mirrored_in(painter: QPainter, inner: QRectF, outer: QRect | QRectF) -> QRectF:
    """Return *inner*, laid out from left to right in *outer*, where it stands in the painter's direction."""
    if not is_mirrored(painter):
        return QRectF(inner)
    around = QRectF(outer)
    return QRectF(around.left() + around.right() - inner.right(), inner.top(), inner.width(), inner.height())


def centred(rect: QRect | QRectF, width: float, height: float) -> QRectF:
    """Return a box of this size in the middle of another, on whole px."""
    box = QRectF(rect)
    left = box.left() + math.floor((box.width() - width) / 2)
    return QRectF(left, box.top() + math.floor((box.height() - height) / 2), width, height)


def paint_box(
    painter: QPainter,
    rect: QRect | QRectF,
    radius: float,
    fill: QColor | str | None = None,
    edge: QColor | str | None = None,
    *,
    width: float = 1,
    dashed: bool = False,
) -> None:
    """Paint a rounded box; the edge lies inside *rect*."""
    with saved(painter):
        box = QRectF(rect)
        painter.setBrush(QColor(fill) if fill is not None else Qt.BrushStyle.NoBrush)
        if edge is None:
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            pen = QPen(QColor(edge), width)
            if dashed:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            box.adjust(width / 2, width / 2, -width / 2, -width / 2)
            radius = max(0, radius - width / 2)
        painter.drawRoundedRect(box, radius, radius)


def paint_line(painter: QPainter, rect: QRect | QRectF, color: str = "line") -> None:
    """Fill a line: a filled box stays sharp at any scale, a pen does not."""
    painter.fillRect(QRectF(rect), theme().color(color))


# --- icons, glyphs, focus -------------------------------------------------------------------------------------------


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, color: QColor | str) -> None:
    """Paint a Lucide icon in one colour."""
    draw_icon(painter, rect, name, color)


def paint_glyph(painter: QPainter, rect: QRect | QRectF, state: str) -> None:
    """Paint a status glyph: ok, warn, bad, info, mute, none (no answer), half (pending), todo (not reached)."""
    draw_glyph(painter, rect, state)


def paint_focus_ring(painter: QPainter, rect: QRect | QRectF, radius: float) -> None:
    """Paint the 2 px ring inside the edge of a focused row, field or place."""
    paint_box(painter, rect, radius, edge=theme().color("focus"), width=scaled(2))


def paint_focus_bar(painter: QPainter, rect: QRect | QRectF) -> None:
    """Paint the 3 px bar at the leading edge of the current row."""
    box = QRectF(rect)
    bar = QRectF(box.left(), box.top(), scaled(3), box.height())
    painter.fillRect(mirrored_in(painter, bar, box), theme().color("focus"))


# --- chips and status -----------------------------------------------------------------------------------------------


def chip_width(state: str, word: str, *, glyph: bool = True) -> int:
    """Return how wide a chip is. State ``tag`` is a neutral label."""
    if state == "tag":
        return round(advance(word, font("caption"))) + 2 * scaled(8)
    words = round(advance(word, font("caption_medium")))
    return words + (scaled(4) + scaled(14) + scaled(4) + scaled(8) if glyph else 2 * scaled(6))


def paint_chip(painter: QPainter, rect: QRect | QRectF, state: str, word: str, *, glyph: bool = True) -> None:
    """Paint a filled chip (ok, warn, bad, info, mute, tag); without glyph it holds a figure such as "92 %"."""
    tokens = theme().tokens
    name = "mute" if state == "tag" else state
    box = QRectF(rect)
    paint_box(painter, box, scaled(4), tokens.color(f"{name}_bg"))
    glyph = glyph and state != "tag"
    pad = scaled(8) if state == "tag" else scaled(6)
    inside = QRectF(box.left() + pad, box.top(), box.width() - 2 * pad, box.height())
    if glyph:
        side = scaled(14)
        at = QRectF(box.left() + scaled(4), box.top() + (box.height() - side) / 2, side, side)
        draw_glyph(painter, mirrored_in(painter, at, box), state)
        left = box.left() + scaled(4) + side + scaled(4)
        inside = mirrored_in(painter, QRectF(left, box.top(), box.right() - scaled(8) - left, box.height()), box)
    style = font("caption" if state == "tag" else "caption_medium")
    with saved(painter):
        painter.setPen(QColor(tokens.text2 if state == "tag" else tokens.color(name)))
        draw_text(painter, inside, elided(word, style, inside.width() + 1), leading(painter), style)


def status_width(word: str) -> int:
    """Return how wide a quiet status (glyph and words without fill) is."""
    return scaled(14) + scaled(6) + text_width(word, font("body"))


def paint_status(painter: QPainter, rect: QRect | QRectF, state: str, word: str, ink: str = "text2") -> None:
    """Paint a quiet status at the leading side of *rect*: good news has no fill."""
    box = QRectF(rect)
    side = scaled(14)
    at = QRectF(box.left(), box.top() + math.floor((box.height() - side) / 2), side, side)
    draw_glyph(painter, mirrored_in(painter, at, box), state)
    left = box.left() + side + scaled(6)
    words = mirrored_in(painter, QRectF(left, box.top(), box.right() - left, box.height()), box)
    with saved(painter):
        painter.setPen(theme().color(ink))
        draw_text(painter, words, elided(word, font("body"), words.width() + 1), leading(painter), font("body"))


# --- counts and keys ------------------------------------------------------------------------------------------------


def count_text(count: int | str) -> str:
    """Return a count as it is shown, thousands separated."""
    if isinstance(count, str):
        return count
    here = QLocale()
    if here.language() == QLocale.Language.C:  # it has no separators
        here = QLocale(QLocale.Language.English)
    return here.toString(count)


def count_width(count: int | str, *, is_bad: bool = False) -> int:
    """Return how wide a count is."""
    width = round(advance(count_text(count), font("caption_medium"))) + 2 * scaled(6)
    return max(scaled(22), width + (scaled(12) + scaled(3) if is_bad else 0))


def paint_count(
    painter: QPainter, rect: QRect | QRectF, count: int | str, *, is_bad: bool = False, is_accent: bool = False
) -> None:
    """Paint a count: neutral, with the error glyph, or in the accent's colour (on a card that is dragged)."""
    tokens = theme().tokens
    box = QRectF(rect)
    fill, ink = (tokens.bad_bg, tokens.bad) if is_bad else (tokens.badge, tokens.text2)
    if is_accent:
        fill, ink = tokens.accent, tokens.on_accent
    paint_box(painter, box, box.height() / 2, fill)
    style = font("caption_strong" if is_accent else "caption_medium")
    words = count_text(count)
    with saved(painter):
        painter.setPen(QColor(ink))
        if not is_bad:
            draw_text(painter, box, words, CENTRE, style)
            return
        side, width = scaled(12), text_width(words, style)
        start = box.left() + (box.width() - side - scaled(3) - width) / 2
        at = QRectF(start, box.top() + (box.height() - side) / 2, side, side)
        draw_glyph(painter, mirrored_in(painter, at, box), "bad")
        rest = mirrored_in(painter, QRectF(start + side + scaled(3), box.top(), width, box.height()), box)
        draw_text(painter, rest, words, CENTRE, style)


def keycap_width(key: str) -> int:
    """Return how wide a key cap is."""
    return max(scaled(18), round(advance(key, font("caption_medium"))) + 2 * scaled(5))


def paint_keycap(painter: QPainter, rect: QRect | QRectF, key: str) -> None:
    """Paint a key."""
    tokens = theme().tokens
    paint_box(painter, rect, scaled(4), tokens.surface, tokens.edge)
    with saved(painter):
        painter.setPen(QColor(tokens.text2))
        draw_text(painter, rect, key, CENTRE, font("caption_medium"))


def keys_width(keys: str) -> int:
    """Return how wide the keys of a shortcut are."""
    caps = _caps(keys)
    return sum(map(keycap_width, caps)) + scaled(4) * (len(caps) - 1)


def paint_keys(painter: QPainter, rect: QRect | QRectF, keys: str) -> int:
    """Paint a shortcut such as "Ctrl+K" as caps at the trailing end of *rect*; return the width they took."""
    box = QRectF(rect)
    width = keys_width(keys)
    left = box.right() - width
    height = scaled(KEYCAP_HEIGHT)
    for cap in _caps(keys):
        at = QRectF(left, box.top() + math.floor((box.height() - height) / 2), keycap_width(cap), height)
        paint_keycap(painter, mirrored_in(painter, at, box), cap)
        left += keycap_width(cap) + scaled(4)
    return width


def _caps(keys: str) -> list[str]:
    parts = [part for part in keys.split("+") if part]
    return [*parts, "+"] if keys.endswith("++") or keys == "+" else parts


# --- avatars --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=KEPT)
def initials(name: str) -> str:
    """Return one or two letters for a name; "?" when it has none."""
    words = "".join(letter if letter.isalnum() else " " if letter.isspace() else "" for letter in name).split()
    if not words:
        return "?"
    second = words[1][0] if len(words) > 1 else words[0][1:2]
    return (words[0][0] + second).upper()


def avatar_tint(name: str) -> tuple[str, str]:
    """Return ground and letters of a name's tint, the same for the same name on every computer."""
    tints = theme().tokens.avatars
    return tints[_hash_of(name) % len(tints)]


@lru_cache(maxsize=KEPT)
def _hash_of(name: str) -> int:
    units = name.encode("utf-16-le")
    value = 0
    for at in range(0, len(units), 2):
        value = (value * HASH_STEP + units[at] + units[at + 1] * 256) & HASH_BITS
    return value


def paint_avatar(painter: QPainter, rect: QRect | QRectF, name: str, *, is_company: bool = False) -> None:
    """Paint the initials of a person (round) or a company (square, radius 6) in the tint of the name."""
    ground, letters = avatar_tint(name)
    box = QRectF(rect)
    paint_box(painter, box, scaled(6) if is_company else box.width() / 2, ground)
    style = "initials" if box.width() < scaled(26) else "section" if box.width() > scaled(36) else "caption_strong"
    with saved(painter):
        painter.setPen(QColor(letters))
        draw_text(painter, box, initials(name), CENTRE, font(style))

"""Icons: Lucide's lines and our status glyphs, drawn in the colours of now at any size and resolution."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.ui.kit.theme import theme
from desktop.ui.resources import resource

STROKE = 'stroke-width="1.75"'
KEPT = 1024
"""Drawn icons that are kept; the least used goes first."""

POINTS_SIDEWAYS = frozenset(
    [
        "align-left",
        "arrow-down-left",
        "arrow-left",
        "arrow-right",
        "arrow-up-right",
        "chevron-left",
        "chevron-right",
        "corner-down-left",
        "external-link",
        "forward",
        "list",
        "log-in",
        "log-out",
        "panel-left",
        "panel-right",
        "redo-2",
        "reply",
        "send",
        "undo-2",
    ]
)
"""Icons that are mirrored where one reads from right to left."""

_RING = '<circle cx="8" cy="8" r="6.3" fill="none" stroke="{ink}" stroke-width="1.4"/>'
_LINE = 'fill="none" stroke="{ink}" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"'
_CUT = 'fill="none" stroke="{cut}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
GLYPHS = {
    "ok": f'<circle cx="8" cy="8" r="7" fill="{{ink}}"/><path d="m4.9 8.2 2.2 2.2 4-4.6" {_CUT}/>',
    "warn": '<path d="M8 2 14.6 13.6H1.4z" fill="{ink}" stroke="{ink}" stroke-width="1.6" stroke-linejoin="round"/>'
    f'<path d="M8 6v3.6" {_CUT}/><circle cx="8" cy="12" r=".95" fill="{{cut}}"/>',
    "bad": '<path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z" fill="{ink}"/>'
    f'<path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" {_CUT}/>',
    "mute": f'{_RING}<path d="M6.4 5.6v4.8M9.6 5.6v4.8" {_LINE}/>',
    "none": f'{_RING}<path d="M6.3 6.5c0-2.3 3.5-2.2 3.5-.1 0 1.4-1.8 1.5-1.8 2.6" {_LINE}/>'
    '<circle cx="8" cy="11.2" r=".85" fill="{ink}"/>',
    "half": f'{_RING}<path d="M8 4.8V8l2.2 1.5" {_LINE}/>',
    "todo": _RING,
}
GLYPH_INK = {
    "ok": "ok_glyph",
    "warn": "warn_glyph",
    "bad": "bad_glyph",
    "info": "info_glyph",
    "mute": "mute_glyph",
    "none": "mute_glyph",
    "half": "mute_glyph",
    "todo": "edge",
}
STATES = tuple(GLYPH_INK)
"""Status glyphs by name: health (ok, warn, bad, info, mute), then no answer, pending and not reached."""


def icon(name: str) -> QIcon:
    """Return a Lucide icon that follows the theme, for actions, menus and buttons; raises when there is none."""
    _lines(name)
    return QIcon(_LucideEngine(name))


def glyph_icon(state: str) -> QIcon:
    """Return a status glyph of :data:`STATES` as an icon."""
    return QIcon(_GlyphEngine(state))


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(resource("icons", "app.svg")))


def has_icon(name: str) -> bool:
    """Tell whether there is a Lucide icon of this name."""
    return (resource("icons", "lucide") / f"{name}.svg").is_file()


def draw_icon(painter: QPainter, rect: QRect | QRectF, name: str, color: QColor | str) -> None:
    """Draw a Lucide icon in *rect* and one colour; those that point sideways turn with the painter's direction."""
    mirrored = name in POINTS_SIDEWAYS and painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    box = QRectF(rect)
    image = _drawn(name, _hex(color), "", _device_size(painter, box), mirrored)
    painter.drawImage(box, image)


def draw_glyph(painter: QPainter, rect: QRect | QRectF, state: str, ink: QColor | str = "") -> None:
    """Draw a status glyph in *rect*, in its own colour or in *ink*."""
    color = ink or theme().color(GLYPH_INK[state])
    if state == "info":
        draw_icon(painter, rect, "refresh-cw", color)
        return
    box = QRectF(rect)
    cut = theme().tokens.cut
    painter.drawImage(box, _drawn(f":{state}", _hex(color), cut, _device_size(painter, box), mirrored=False))


class _Engine(QIconEngine):
    """Draws when asked, so that nothing of an old theme is ever kept."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def iconName(self) -> str:
        return self.name

    def isNull(self) -> bool:
        return False

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = QPixmap(size * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


class _LucideEngine(_Engine):
    def clone(self) -> QIconEngine:
        return _LucideEngine(self.name)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        token = {QIcon.Mode.Disabled: "disabled", QIcon.Mode.Selected: "sel_text"}.get(mode, "text2")
        draw_icon(painter, _square(rect), self.name, theme().color(token))


class _GlyphEngine(_Engine):
    def clone(self) -> QIconEngine:
        return _GlyphEngine(self.name)

    def iconName(self) -> str:
        return ""

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        ink = theme().color("disabled") if mode == QIcon.Mode.Disabled else ""
        draw_glyph(painter, _square(rect), self.name, ink)


def _square(rect: QRect) -> QRectF:
    side = min(rect.width(), rect.height())
    return QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side)


def _hex(color: QColor | str) -> str:
    return color if isinstance(color, str) else color.name()


def _device_size(painter: QPainter, box: QRectF) -> int:
    ratio = painter.device().devicePixelRatio() * abs(painter.worldTransform().m11() or 1.0)
    return max(1, round(box.width() * ratio))


@cache
def _lines(name: str) -> str:
    return resource("icons", "lucide", f"{name}.svg").read_text(encoding="utf-8").replace('stroke-width="2"', STROKE)


@lru_cache(maxsize=KEPT)
def _drawn(name: str, ink: str, cut: str, side: int, mirrored: bool) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, ink, cut).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image.flipped(Qt.Orientation.Horizontal) if mirrored else image


def _renderer(name: str, ink: str, cut: str) -> QSvgRenderer:
    if name.startswith(":"):
        shapes = GLYPHS[name[1:]].format(ink=ink, cut=cut)
        text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{shapes}</svg>'
    else:
        text = _lines(name).replace("currentColor", ink)
    return QSvgRenderer(QByteArray(text.encode()))


theme().changed.connect(_drawn.cache_clear)

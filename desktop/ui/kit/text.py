"""Text, placed by its baseline: one line in a box, cut at a letter, or a paragraph on a fixed line height."""

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from desktop.ui.kit import fonts

MORE = "…"
HALF_UP = 0.5
KEPT = 4096


@lru_cache(maxsize=256)
def _extents(font: QFont) -> tuple[int, int]:
    found = QFontMetricsF(font)
    return math.floor(found.ascent() + HALF_UP), math.floor(found.descent() + HALF_UP)


def baseline(top: float, height: float, font: QFont) -> float:
    """Return the y of the baseline of one line that stands in the middle of a box."""
    ascent, descent = _extents(font)
    return top + math.floor((height - ascent - descent) / 2) + ascent


@lru_cache(maxsize=KEPT)
def advance(text: str, font: QFont) -> float:
    """Return the exact width of one line, nothing cut. Shaping costs 20 µs, and rows are painted over and over."""
    return QFontMetricsF(font).horizontalAdvance(text)


def text_width(text: str, font: QFont) -> int:
    """Return the width of one line, in whole px, nothing cut."""
    return math.ceil(advance(text, font))


def draw_text(
    painter: QPainter,
    rect: QRect | QRectF,
    text: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    font: QFont | None = None,
) -> None:
    """Draw one line in the middle of *rect*'s height, with the painter's pen; *align* is left, right or centre.

    The text is read in its own direction, so that an English subject keeps its mark at its end in a mirrored window.
    """
    if font is not None:
        painter.setFont(font)
    box = QRectF(rect)
    left = box.left()
    if align & Qt.AlignmentFlag.AlignRight:
        left = box.right() - advance(text, painter.font())
    elif align & Qt.AlignmentFlag.AlignHCenter:
        left = box.left() + (box.width() - advance(text, painter.font())) / 2
    direction = painter.layoutDirection()
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(QPointF(left, baseline(box.top(), box.height(), painter.font())), text)
    painter.setLayoutDirection(direction)


@lru_cache(maxsize=KEPT)
def elided(text: str, font: QFont, width: float, mode: str = "right") -> str:
    """Return *text* as it fits in *width*. *mode*: right, middle, or address (which loses letters before the @).

    Measuring costs more than drawing, and a list in which one row is new is painted with all its rows.
    """
    if advance(text, font) <= width:
        return text
    known = QFontMetricsF(font)
    if mode == "address" and "@" in text:
        return _elided_address(text, known, width)
    side = Qt.TextElideMode.ElideMiddle if mode == "middle" else Qt.TextElideMode.ElideRight
    return known.elidedText(text, side, width)


def _elided_address(address: str, known: QFontMetricsF, width: float) -> str:
    at = address.rindex("@")
    local, domain = address[:at], address[at:]
    while local and known.horizontalAdvance(f"{local}{MORE}{domain}") > width:
        local = local[:-1]
    local = local.rstrip("._-")
    if local or known.horizontalAdvance(f"{MORE}{domain}") <= width:
        return f"{local}{MORE}{domain}"
    while domain and known.horizontalAdvance(f"{MORE}{domain}{MORE}") > width:
        domain = domain[:-1]
    return f"{MORE}{domain}{MORE}"


class Paragraph:
    """Text broken into lines of a width, on the line height of its style."""

    def __init__(self, text: str, style: str, width: float, align: Qt.AlignmentFlag, most_lines: int = 0) -> None:
        self._line = fonts.line_height(style)
        self._font = fonts.font(style)
        option = QTextOption(align)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout = QTextLayout(text.replace("\n", "\u2028"), self._font)
        self._layout.setTextOption(option)
        self.width = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            self.width = max(self.width, line.naturalTextWidth())
            if self._layout.lineCount() == most_lines:
                break
        self._layout.endLayout()

    @property
    def height(self) -> int:
        """The height of all lines in px."""
        return max(1, self._layout.lineCount()) * self._line

    def draw(self, painter: QPainter, top_left: QPointF) -> None:
        """Draw the lines with the painter's pen."""
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            y = baseline(top_left.y() + number * self._line, self._line, self._font)
            line.draw(painter, QPointF(top_left.x(), y - line.ascent() - line.y()))

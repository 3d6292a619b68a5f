"""Labels with a mnemonic: the ampersand is never shown, its letter is underlined while Alt is down or in a menu."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPainter

from desktop.ui.kit.paint import leading
from desktop.ui.kit.text import baseline, draw_text


def without_mnemonic(text: str) -> str:
    """Return a label as it is read: without the marks of its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def mnemonic_at(text: str) -> int:
    """Return where in the read label the underlined letter is, or -1."""
    at = text.replace("&&", "\0").find("&")
    return at if at < len(text.replace("&&", "\0")) - 1 else -1


def shows_mnemonics() -> bool:
    """Tell whether the letters of commands are underlined now."""
    return bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier)


def draw_label(
    painter: QPainter, room: QRectF, text: str, font: QFont, ink: QColor, *, underline: bool | None = None
) -> None:
    """Draw a label at the leading side of *room*."""
    words = without_mnemonic(text)
    painter.setPen(ink)
    draw_text(painter, room, words, leading(painter), font)
    at = mnemonic_at(text)
    if at < 0 or not (shows_mnemonics() if underline is None else underline):
        return
    if leading(painter) == Qt.AlignmentFlag.AlignRight:
        return
    known = QFontMetricsF(font)
    start = room.left() + known.horizontalAdvance(words[:at])
    y = baseline(room.top(), room.height(), font) + 2
    painter.fillRect(QRectF(start, y, known.horizontalAdvance(words[at]), 1), ink)

"""What one sees of a widget: its colours, and where they are."""

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget


def picture(widget: QWidget) -> QImage:
    """The widget as it is painted now, on its own ground."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def painted(width: int, height: int, paint: Callable[[QPainter], None], ground: str = "#FFFFFF") -> QImage:
    """What a painter's work looks like on a ground."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def share(image: QImage, color: str) -> float:
    """Which part of a picture has exactly this colour."""
    wanted = QColor(color).rgb()
    found = sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))
    return found / (image.width() * image.height())


def has(image: QImage, color: str) -> bool:
    """Whether a picture has this colour anywhere."""
    return share(image, color) > 0


def has_hue(image: QImage, color: str, within: int = 12) -> bool:
    """Whether a picture has a clear shade of this colour anywhere: thin lines are mixed with their ground."""
    wanted = QColor(color)
    shades = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return any(
        abs(one.hue() - wanted.hue()) <= within and one.saturation() >= wanted.saturation() // 2 for one in shades
    )


def bounds(image: QImage, color: str) -> QRect:
    """The box around all pixels of a colour."""
    wanted = QColor(color).rgb()
    spots = [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) == wanted]
    if not spots:
        return QRect()
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return QRect(min(across), min(down), max(across) - min(across) + 1, max(down) - min(down) + 1)

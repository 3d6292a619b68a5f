"""Type: seven styles on a scale that starts at the system's font size, never under 12 px at 100 %.

On Linux the letters are Inter, which ships with Postroom; elsewhere they are the system's own.
"""

import sys
from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QGuiApplication

from desktop.ui.resources import resource

BASE_PX = 13
FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
LARGEST_PERCENT = 300
ROOMY_PLATFORMS = frozenset({"offscreen", "minimal"})
"""Platforms without a person's font size."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A style of text: size, line height and space added between letters in px at 100 %, and weight."""

    size: int
    weight: QFont.Weight
    line: int
    spacing: float = 0


STYLES = {
    "caption": TextStyle(12, QFont.Weight.Normal, 16),
    "caption_medium": TextStyle(12, QFont.Weight.Medium, 16),
    "caption_strong": TextStyle(12, QFont.Weight.DemiBold, 16),
    "body": TextStyle(13, QFont.Weight.Normal, 18),
    "medium": TextStyle(13, QFont.Weight.Medium, 18),
    "strong": TextStyle(13, QFont.Weight.DemiBold, 18),
    "initials": TextStyle(11, QFont.Weight.DemiBold, 16),
    "section": TextStyle(15, QFont.Weight.DemiBold, 20),
    "large": TextStyle(16, QFont.Weight.Normal, 24),
    "title": TextStyle(18, QFont.Weight.DemiBold, 24, -0.1),
    "number": TextStyle(24, QFont.Weight.DemiBold, 32, -0.3),
}


class _Type:
    """What all sizes hang on: the family, the system's size and the size a person chose."""

    def __init__(self) -> None:
        self.family = ""
        self.system_px = float(BASE_PX)
        self.percent = 100

    @property
    def factor(self) -> float:
        return self.system_px / BASE_PX * self.percent / 100


_type = _Type()


def load_fonts() -> str:
    """Make the letters known to Qt, once there is an application, and return their family's name."""
    if sys.platform.startswith("linux"):
        ids = [QFontDatabase.addApplicationFont(str(resource("fonts", name))) for name in FILES]
        families = [family for one in ids if one >= 0 for family in QFontDatabase.applicationFontFamilies(one)]
        _type.family = families[0] if families else ""
    if not _type.family:
        _type.family = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if QGuiApplication.platformName() not in ROOMY_PLATFORMS:
        system = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).pixelSize()
        _type.system_px = float(max(BASE_PX, system))
    _forget()
    return _type.family


def set_text_scale(percent: int) -> None:
    """Set the size of text and controls in percent, 100 to 300. ``Theme.set_text_scale`` also repaints."""
    _type.percent = max(100, min(LARGEST_PERCENT, percent))
    _forget()


def text_scale() -> int:
    """Return the size of text and controls in percent."""
    return _type.percent


def scaled(px: float) -> int:
    """Return *px*, meant at 100 %, at the size of now, as whole px; what is there at all keeps at least one."""
    return max(1, round(px * _type.factor)) if px > 0 else -scaled(-px) if px < 0 else 0


@cache
def font(style: str) -> QFont:
    """Return the font of a style of text by its name in :data:`STYLES`; figures are as wide as each other."""
    how = STYLES[style]
    made = QFont(_type.family) if _type.family else QFont()
    made.setPixelSize(scaled(how.size))
    made.setWeight(how.weight)
    if how.spacing:
        made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, how.spacing * _type.factor)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(style: str) -> QFontMetricsF:
    """Return the metrics of a style of text."""
    return QFontMetricsF(font(style))


def line_height(style: str) -> int:
    """Return the height of one line in a style of text, in px of now."""
    return scaled(STYLES[style].line)


def _forget() -> None:
    font.cache_clear()
    metrics.cache_clear()

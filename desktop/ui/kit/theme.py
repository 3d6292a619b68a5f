"""The theme of now: light, dark or as the system, switched while the window is open."""

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessibilityHints, QColor, QGuiApplication, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication, QToolTip

from desktop.ui.kit import fonts
from desktop.ui.kit.tokens import DARK, LIGHT, Tokens, with_more_contrast

if TYPE_CHECKING:
    from desktop.ui.kit.focus import FocusRing
    from desktop.ui.kit.style import PostroomStyle

MODES = ("light", "dark", "system")
Role, Group = QPalette.ColorRole, QPalette.ColorGroup

ROLES = {
    Role.Window: "window",
    Role.WindowText: "text",
    Role.Base: "surface",
    Role.AlternateBase: "sunken",
    Role.Text: "text",
    Role.Button: "surface",
    Role.ButtonText: "text",
    Role.BrightText: "on_accent",
    Role.Light: "raised",
    Role.Midlight: "hover",
    Role.Mid: "border",
    Role.Dark: "control",
    Role.Shadow: "edge",
    Role.Accent: "accent",
    Role.Link: "accent_text",
    Role.LinkVisited: "accent_text",
    Role.Highlight: "sel",
    Role.HighlightedText: "sel_text",
    Role.PlaceholderText: "text3",
    Role.ToolTipBase: "toast",
    Role.ToolTipText: "toast_text",
}
DISABLED = (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText, Role.PlaceholderText, Role.Link)

# Names of classes: Qt takes them as str; the stubs say bytes.
RAISED: tuple[Any, ...] = ("QMenu", "QComboBoxListView", "QComboBoxPrivateContainer")
FONTS: dict[Any, str] = {"QPushButton": "medium", "QHeaderView": "caption_medium", "QTipLabel": "caption"}


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette that Fusion, and every widget of Qt's own, is painted with."""
    palette = QPalette()
    for role, name in ROLES.items():
        palette.setColor(role, QColor(tokens.color(name)))
    palette.setColor(Group.Inactive, Role.Highlight, QColor(tokens.sel_inactive))
    palette.setColor(Group.Inactive, Role.HighlightedText, QColor(tokens.text))
    for role in DISABLED:
        palette.setColor(Group.Disabled, role, QColor(tokens.disabled))
    palette.setColor(Group.Disabled, Role.Highlight, QColor(tokens.sel_inactive))
    palette.setColor(Group.Disabled, Role.Base, QColor(tokens.window))
    return palette


class Theme(QObject):
    """Gives painters their colours; ``changed`` tells them that colours or sizes are others now."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = "system"
        self._tokens = LIGHT
        self._colors: dict[str, QColor] = {}
        self._app: QApplication | None = None
        self._style: PostroomStyle | None = None
        self._ring: FocusRing | None = None
        self._hints: QStyleHints | None = None
        self._accessibility: QAccessibilityHints | None = None

    @property
    def mode(self) -> str:
        """What a person chose: light, dark or system."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The colours of now."""
        return self._tokens

    def color(self, name: str) -> QColor:
        """Return a colour of now by its token's name."""
        found = self._colors.get(name)
        if found is None:
            found = self._colors[name] = QColor(self._tokens.color(name))
        return found

    def apply(self, app: QApplication) -> None:
        """Dress the application: fonts, style, palette, focus ring; and follow the system from now on."""
        from desktop.ui.kit.focus import FocusRing  # they paint with the theme, and would import this module first
        from desktop.ui.kit.style import PostroomStyle

        if self._app is app:
            return
        self._app = app
        fonts.load_fonts()
        self._style = PostroomStyle()
        app.setStyle(self._style)
        self._ring = FocusRing(self)
        self._ring.install(app)
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow)
        self._accessibility = self._hints.accessibility()
        self._accessibility.contrastPreferenceChanged.connect(self._follow)
        self._dress()

    def set_mode(self, mode: str) -> None:
        """Switch to light, dark or system; raises ValueError for anything else."""
        if mode not in MODES:
            raise ValueError(f"{mode!r} is no theme; there are {', '.join(MODES)}")
        if mode != self._mode:
            self._mode = mode
            self._dress()

    def set_text_scale(self, percent: int) -> None:
        """Set the size of text and controls in percent, 100 to 300."""
        if percent != fonts.text_scale():
            fonts.set_text_scale(percent)
            self._dress()

    @property
    def allows_motion(self) -> bool:
        """Whether things may move on their own; no where the system asks for calm and where nobody looks."""
        if self._app is None or QGuiApplication.platformName() in {"offscreen", "minimal", "vnc"}:
            return False
        return sys.platform != "win32" or self._app.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)

    def _follow(self) -> None:
        self._dress()

    def _dress(self) -> None:
        self._tokens = self._wanted()
        self._colors.clear()
        if self._app is not None:
            self._dress_app(self._app)
        self.changed.emit()

    def _dress_app(self, app: QApplication) -> None:
        palette = palette_of(self._tokens)
        app.setPalette(palette)
        raised = QPalette(palette)
        for role in (Role.Window, Role.Base):
            raised.setColor(role, QColor(self._tokens.raised))
        for of in RAISED:
            app.setPalette(raised, of)
        QToolTip.setPalette(palette)
        app.setFont(fonts.font("body"))
        for of, style in FONTS.items():
            app.setFont(fonts.font(style), of)
        QToolTip.setFont(fonts.font("caption"))

    def _wanted(self) -> Tokens:
        is_dark = self._mode == "dark"
        if self._mode == "system" and self._hints is not None:
            is_dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        tokens = DARK if is_dark else LIGHT
        if self._accessibility is not None:
            wish = self._accessibility.contrastPreference()
            if wish == Qt.ContrastPreference.HighContrast:
                return with_more_contrast(tokens)
        return tokens


@cache
def theme() -> Theme:
    """Return the theme that everything is painted with; the application applies it once, at its start."""
    return Theme()

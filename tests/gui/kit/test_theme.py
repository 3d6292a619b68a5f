"""The theme is switched while widgets live: words, icons and grounds follow at once."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop.ui.kit.buttons import Button, IconButton
from desktop.ui.kit.fonts import font, scaled
from desktop.ui.kit.labels import Chip, Label
from desktop.ui.kit.theme import Theme, palette_of, theme
from desktop.ui.kit.tokens import DARK, LIGHT
from tests.gui.kit.looking import has, picture


def test_the_palette_has_the_roles_of_the_mockups() -> None:
    palette = palette_of(LIGHT)
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    assert palette.color(role.Window).name().upper() == LIGHT.window
    assert palette.color(role.Base).name().upper() == LIGHT.surface
    assert palette.color(role.AlternateBase).name().upper() == LIGHT.sunken
    assert palette.color(role.Highlight).name().upper() == LIGHT.sel
    assert palette.color(group.Inactive, role.Highlight).name().upper() == LIGHT.sel_inactive
    assert palette.color(role.PlaceholderText).name().upper() == LIGHT.text3
    assert palette.color(group.Disabled, role.Text).name().upper() == LIGHT.disabled
    assert palette.color(role.ToolTipBase).name().upper() == LIGHT.toast


def test_words_change_colour_when_the_theme_does(qtbot: QtBot, dressed: Theme) -> None:
    label = Label("Needs attention", "title")
    qtbot.addWidget(label)
    assert has(picture(label), LIGHT.text)
    dressed.set_mode("dark")
    assert has(picture(label), DARK.text)
    assert not has(picture(label), LIGHT.text)


def test_widgets_of_qts_own_follow_too(qtbot: QtBot, dressed: Theme) -> None:
    field, plain = QLineEdit("support@acme.example"), QLabel("Plain")
    for widget in (field, plain):
        qtbot.addWidget(widget)
        widget.show()
    dressed.set_mode("dark")
    assert has(picture(field), DARK.surface)
    assert has(picture(field), DARK.control)
    qtbot.waitUntil(lambda: has(picture(plain), DARK.text))
    assert QToolTip.palette().color(QPalette.ColorRole.ToolTipBase).name().upper() == DARK.toast


MAKERS: dict[str, Callable[[], QWidget]] = {
    "icon": lambda: IconButton("inbox", "Inbox"),
    "chip": lambda: Chip("bad", "Error"),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_painted_parts_follow(qtbot: QtBot, dressed: Theme, make: Callable[[], QWidget]) -> None:
    widget = make()
    qtbot.addWidget(widget)
    before = picture(widget)
    dressed.set_mode("dark")
    assert picture(widget) != before
    dressed.set_mode("light")
    assert picture(widget) == before


def test_the_system_is_followed_as_long_as_that_is_wished(
    qapp: QApplication, dressed: Theme, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    scheme = [Qt.ColorScheme.Light]
    hints = dressed._hints
    assert hints is not None

    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return scheme[0]

    monkeypatch.setattr(dressed, "_hints", Hints())
    dressed.set_mode("system")
    assert dressed.tokens == LIGHT
    scheme[0] = Qt.ColorScheme.Dark
    with qtbot.waitSignal(dressed.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert dressed.tokens == DARK
    dressed.set_mode("light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert dressed.tokens == LIGHT


def test_a_wish_for_more_contrast_is_heard(dressed: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wish:
        def contrastPreference(self) -> Qt.ContrastPreference:
            return Qt.ContrastPreference.HighContrast

    monkeypatch.setattr(dressed, "_accessibility", Wish())
    dressed.set_mode("dark")
    assert dressed.tokens.text3 == DARK.text
    assert dressed.tokens.line == DARK.control


def test_a_mode_there_is_not_is_refused(dressed: Theme) -> None:
    with pytest.raises(ValueError, match="there are light, dark, system"):
        dressed.set_mode("sepia")


def test_sizes_change_while_widgets_live(qtbot: QtBot, dressed: Theme) -> None:
    button, plain, label = Button("Sync all", "refresh-cw", key_hint="F5"), QPushButton("OK"), Label("Title", "title")
    for widget in (button, plain, label):
        qtbot.addWidget(widget)
    before = [widget.sizeHint() for widget in (button, plain, label)]
    dressed.set_text_scale(200)

    def twice_as_large() -> bool:
        after = [widget.sizeHint() for widget in (button, plain, label)]
        return all(
            large.height() == 2 * small.height() and abs(large.width() - 2 * small.width()) <= 4
            for small, large in zip(before, after, strict=True)
        )

    qtbot.waitUntil(twice_as_large)
    assert scaled(16) == 32
    assert font("body").pixelSize() == 26
    assert QApplication.font().pixelSize() == 26


def test_sizes_stay_between_100_and_300_percent(dressed: Theme) -> None:
    dressed.set_text_scale(20)
    assert font("caption").pixelSize() == 12
    dressed.set_text_scale(900)
    assert font("caption").pixelSize() == 36


def test_a_widget_that_is_gone_hears_nothing(dressed: Theme) -> None:
    label, button = Label("Gone"), Button("Gone")
    delete(label)
    delete(button)
    dressed.set_mode("dark")
    assert theme().tokens == DARK


def test_nothing_moves_where_nobody_looks(dressed: Theme) -> None:
    is_looked_at = QApplication.platformName() not in {"offscreen", "minimal", "vnc"}
    assert dressed.allows_motion == is_looked_at

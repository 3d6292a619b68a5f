"""Icons: ours by name, sharp at any resolution, in the colours of now, turned around where reading is."""

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter

from desktop.ui.kit.icons import STATES, app_icon, draw_glyph, draw_icon, glyph_icon, has_icon, icon
from desktop.ui.kit.theme import Theme
from desktop.ui.kit.tokens import DARK, LIGHT
from desktop.ui.resources import MissingResource, resource
from tests.gui.kit.looking import bounds, has, painted

NEEDED = [
    "align-left",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "ban",
    "bell",
    "bookmark",
    "calendar",
    "chart-line",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-check",
    "circle-help",
    "circle-pause",
    "clock",
    "columns",
    "copy",
    "database",
    "download",
    "ellipsis",
    "external-link",
    "eye",
    "eye-off",
    "file-text",
    "filter",
    "flask-conical",
    "folder",
    "gauge",
    "globe",
    "history",
    "image-off",
    "inbox",
    "info",
    "key-round",
    "keyboard",
    "link",
    "list",
    "lock",
    "log-in",
    "mail",
    "monitor",
    "moon",
    "octagon-x",
    "palette",
    "panel-right",
    "paperclip",
    "pause",
    "pencil",
    "play",
    "plug",
    "plus",
    "power",
    "redo-2",
    "refresh-cw",
    "scroll-text",
    "search",
    "server",
    "settings",
    "shield-check",
    "square",
    "star",
    "sun",
    "tag",
    "ticket",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "upload",
    "user",
    "user-plus",
    "users",
    "x",
]


@pytest.mark.parametrize("name", NEEDED)
def test_every_icon_that_screens_name_is_there_and_draws(name: str) -> None:
    assert has_icon(name)
    assert has(painted(32, 32, lambda p: draw_icon(p, QRect(0, 0, 32, 32), name, "#000000")), "#000000")


def test_every_shipped_icon_draws() -> None:
    for path in resource("icons", "lucide").glob("*.svg"):
        image = painted(48, 48, lambda p, name=path.stem: draw_icon(p, QRect(0, 0, 48, 48), name, "#000000"))  # type: ignore[misc]
        assert not bounds(image, "#000000").isEmpty(), path.stem


def test_a_name_that_is_none_fails_where_it_is_written() -> None:
    with pytest.raises(MissingResource, match=r"no-such-icon\.svg"):
        icon("no-such-icon")


def test_an_icon_follows_the_theme_and_the_mode(dressed: Theme) -> None:
    made = icon("inbox")

    def ink(mode: QIcon.Mode) -> QImage:
        return painted(64, 64, lambda p: made.paint(p, QRect(0, 0, 64, 64), Qt.AlignmentFlag.AlignCenter, mode))

    assert has(ink(QIcon.Mode.Normal), LIGHT.text2)
    assert has(ink(QIcon.Mode.Disabled), LIGHT.disabled)
    dressed.set_mode("dark")
    assert has(ink(QIcon.Mode.Normal), DARK.text2)
    assert has(ink(QIcon.Mode.Selected), DARK.sel_text)


def test_a_copy_of_an_icon_is_the_same_icon() -> None:
    made = QIcon(icon("inbox"))
    assert made.name() == "inbox"
    assert not made.isNull()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_an_icon_is_as_sharp_as_the_screen(ratio: float) -> None:
    pixmap = icon("inbox").pixmap(QSize(16, 16), ratio)
    assert pixmap.size() == QSize(16, 16) * ratio
    assert pixmap.devicePixelRatio() == ratio


def test_a_painter_on_a_sharp_screen_draws_as_sharp_as_it_is() -> None:
    sharp = QImage(64, 64, QImage.Format.Format_RGB32)
    sharp.setDevicePixelRatio(4)
    sharp.fill(QColor("#FFFFFF"))
    painter = QPainter(sharp)
    draw_icon(painter, QRect(0, 0, 16, 16), "inbox", "#000000")
    painter.end()
    sharp.setDevicePixelRatio(1)
    assert sharp == painted(64, 64, lambda p: draw_icon(p, QRect(0, 0, 64, 64), "inbox", "#000000"))


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_glyph_in_its_own_colour(state: str, dressed: Theme) -> None:
    light = painted(32, 32, lambda p: draw_glyph(p, QRect(0, 0, 32, 32), state))
    dressed.set_mode("dark")
    assert painted(32, 32, lambda p: draw_glyph(p, QRect(0, 0, 32, 32), state)) != light
    assert not glyph_icon(state).isNull()


def test_health_glyphs_have_shapes_of_their_own() -> None:
    """In one grey, as a person without colours sees them, no two are alike."""

    def shape(state: str) -> tuple[bool, ...]:
        image = painted(28, 28, lambda p: draw_glyph(p, QRect(0, 0, 28, 28), state, "#000000"))
        return tuple(image.pixelColor(x, y).lightness() < 128 for x in range(28) for y in range(28))

    assert len({shape(state) for state in STATES}) == len(STATES)


def test_icons_that_point_turn_around_where_reading_does() -> None:
    def drawn(name: str, direction: Qt.LayoutDirection) -> QImage:
        def paint(painter: QPainter) -> None:
            painter.setLayoutDirection(direction)
            draw_icon(painter, QRect(0, 0, 32, 32), name, "#000000")

        return painted(32, 32, paint)

    left, right = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
    assert drawn("chevron-right", right) == drawn("chevron-right", left).flipped(Qt.Orientation.Horizontal)
    assert drawn("search", right) == drawn("search", left)


def test_the_program_has_an_icon_of_its_own() -> None:
    image = app_icon().pixmap(QSize(64, 64)).toImage()
    assert has(image, LIGHT.accent)

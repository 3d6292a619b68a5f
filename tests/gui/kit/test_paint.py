"""Text and small parts: where they stand, what is cut, which tint a name has."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from desktop.ui.kit.fonts import STYLES, font, line_height
from desktop.ui.kit.paint import (
    avatar_tint,
    chip_width,
    count_text,
    count_width,
    draw_text,
    elided,
    initials,
    keycap_width,
    paint_avatar,
    paint_chip,
    paint_count,
    paint_focus_bar,
    paint_focus_ring,
    paint_keys,
    paint_status,
    text_width,
)
from desktop.ui.kit.text import Paragraph, baseline
from desktop.ui.kit.theme import theme
from desktop.ui.kit.tokens import LIGHT
from tests.gui.kit.looking import bounds, has, painted, share


def test_no_text_is_under_12_px_but_the_initials() -> None:
    sizes = {name: font(name).pixelSize() for name in STYLES}
    assert {name for name, px in sizes.items() if px < 12} == {"initials"}
    assert (sizes["caption"], sizes["body"], sizes["section"], sizes["title"], sizes["number"]) == (12, 13, 15, 18, 24)


def test_figures_are_as_wide_as_each_other() -> None:
    known = QFontMetricsF(font("body"))
    assert len({known.horizontalAdvance(figure * 4) for figure in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("height", "style", "expected"),
    [(18, "body", 14), (32, "medium", 21), (20, "caption_medium", 14), (16, "caption", 12)],
)
def test_a_line_stands_on_the_baseline_of_the_mockups(height: int, style: str, expected: int) -> None:
    assert baseline(0, height, font(style)) == expected


@pytest.mark.parametrize(
    ("width", "shown"),
    [(500, "purchasing.department@acme.example"), (150, "…@acme.example"), (60, "…")],
)
def test_an_address_loses_letters_before_the_at(width: int, shown: str) -> None:
    found = elided("purchasing.department@acme.example", font("body"), width, "address")
    assert text_width(found, font("body")) <= width + 1
    if shown == "…@acme.example":
        assert found.endswith(shown)
        assert found.startswith("pu")
    else:
        assert found.startswith(shown)


def test_an_address_never_ends_its_first_half_in_a_dot() -> None:
    for width in range(90, 240):
        assert ".…" not in elided("a.b.c.d.e.f.g.h@acme.example", font("body"), width, "address")


def test_what_fits_is_left_alone() -> None:
    assert elided("Short", font("body"), 400) == "Short"
    assert elided("A very long subject of a mail", font("body"), 80).endswith("…")
    middle = elided("A very long name of a file.pdf", font("body"), 120, "middle")
    assert middle.startswith("A ")
    assert middle.endswith("df")


def test_a_mixed_subject_keeps_its_mark_at_its_end_when_all_is_mirrored() -> None:
    def drawn(direction: Qt.LayoutDirection) -> QImage:
        def paint(painter: QPainter) -> None:
            painter.setLayoutDirection(direction)
            painter.setPen(QColor("#000000"))
            draw_text(painter, QRect(0, 0, 120, 20), "Can we move?", Qt.AlignmentFlag.AlignLeft, font("body"))

        return painted(120, 20, paint)

    assert drawn(Qt.LayoutDirection.RightToLeft) == drawn(Qt.LayoutDirection.LeftToRight)


def test_a_paragraph_has_as_many_lines_as_it_needs() -> None:
    words = "Everything up to 10:42 is here and the newest email is the newest one in Postroom."
    left = Qt.AlignmentFlag.AlignLeft
    assert Paragraph(words, "body", 2000, left).height == line_height("body")
    assert Paragraph(words, "body", 160, left).height >= 3 * line_height("body")
    assert Paragraph(words, "body", 160, left, most_lines=2).height == 2 * line_height("body")
    assert Paragraph("One\nTwo", "caption", 2000, left).height == 2 * line_height("caption")
    assert Paragraph("", "body", 100, left).height == line_height("body")


def test_the_same_name_has_the_same_tint_everywhere() -> None:
    assert avatar_tint("Wei Zhang") == avatar_tint("Wei Zhang")
    assert avatar_tint("Acme Parts") == LIGHT.avatars[0]
    assert avatar_tint("Northwind Traders") == LIGHT.avatars[2]
    theme().set_mode("dark")
    assert avatar_tint("Acme Parts") == theme().tokens.avatars[0]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Wei Zhang", "WZ"),
        ("Acme", "AC"),
        ("J", "J"),
        ("Orchard & Vine", "OV"),
        ("Élodie Marchand", "ÉM"),
        ("王伟", "王伟"),
        ("", "?"),
        ("<>", "?"),
        ("  ana   maria ruiz ", "AM"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_people_are_round_and_companies_are_square() -> None:
    ground, _ = avatar_tint("Acme Parts")
    person = painted(40, 40, lambda p: paint_avatar(p, QRect(0, 0, 40, 40), "Acme Parts"))
    company = painted(40, 40, lambda p: paint_avatar(p, QRect(0, 0, 40, 40), "Acme Parts", is_company=True))
    assert person.pixelColor(3, 3) == QColor("#FFFFFF")
    assert company.pixelColor(3, 3) == QColor(ground)


@pytest.mark.parametrize("state", ["ok", "warn", "bad", "info", "mute"])
def test_a_chip_has_its_ground_its_glyph_and_its_word(state: str) -> None:
    width = chip_width(state, "Needs attention")
    image = painted(width, 20, lambda p: paint_chip(p, QRect(0, 0, width, 20), state, "Needs attention"))
    assert share(image, LIGHT.color(f"{state}_bg")) > 0.3
    assert bounds(image, LIGHT.color(f"{state}_glyph")).left() < 18
    assert width > chip_width(state, "Needs attention", glyph=False)


def test_trouble_is_counted_with_its_glyph() -> None:
    assert count_width(3, is_bad=True) > count_width(3)
    image = painted(40, 18, lambda p: paint_count(p, QRect(0, 0, 40, 18), 3, is_bad=True))
    assert has(image, LIGHT.bad_bg)
    assert has(image, LIGHT.bad_glyph)


def test_thousands_are_separated() -> None:
    assert count_text(12480) in {"12,480", "12 480", "12.480"}
    assert count_width(3) == 22


def test_a_shortcut_is_caps_at_the_far_end() -> None:
    taken: list[int] = []
    image = painted(200, 30, lambda p: taken.append(paint_keys(p, QRect(0, 0, 200, 30), "Ctrl+K")))
    assert taken == [keycap_width("Ctrl") + 4 + keycap_width("K")]
    assert bounds(image, LIGHT.edge).right() >= 198
    assert bounds(image, LIGHT.edge).left() >= 200 - taken[0]


def test_the_plus_key_is_a_key_too() -> None:
    taken: list[int] = []
    painted(200, 30, lambda p: taken.append(paint_keys(p, QRect(0, 0, 200, 30), "Ctrl++")))
    assert taken == [keycap_width("Ctrl") + 4 + keycap_width("+")]


@pytest.mark.parametrize(
    ("direction", "edge"), [(Qt.LayoutDirection.LeftToRight, 0), (Qt.LayoutDirection.RightToLeft, 57)]
)
def test_the_bar_of_the_current_row_is_where_reading_begins(direction: Qt.LayoutDirection, edge: int) -> None:
    def paint(painter: QPainter) -> None:
        painter.setLayoutDirection(direction)
        paint_focus_bar(painter, QRect(0, 0, 60, 20))

    assert bounds(painted(60, 20, paint), LIGHT.focus) == QRect(edge, 0, 3, 20)


def test_the_ring_lies_inside_and_is_2_px_wide() -> None:
    image = painted(60, 40, lambda p: paint_focus_ring(p, QRect(0, 0, 60, 40), 6))
    assert [image.pixelColor(x, 20).name().upper() for x in range(3)] == [LIGHT.focus, LIGHT.focus, "#FFFFFF"]


def test_a_painter_is_left_as_it_was() -> None:
    def state(painter: QPainter) -> tuple[object, ...]:
        return painter.pen(), painter.brush(), painter.font(), painter.renderHints(), painter.layoutDirection()

    def paint(painter: QPainter) -> None:
        painter.setPen(QColor("#123456"))
        before = state(painter)
        box = QRect(0, 0, 90, 20)
        paint_chip(painter, box, "ok", "Healthy")
        paint_status(painter, box, "ok", "Synced")
        paint_count(painter, box, 3, is_bad=True)
        paint_keys(painter, box, "Ctrl+K")
        paint_avatar(painter, box, "Wei Zhang")
        paint_focus_ring(painter, box, 6)
        assert state(painter) == before

    painted(90, 20, paint)

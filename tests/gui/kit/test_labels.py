"""Words and marks: shown as they are, cut at a letter, named for those who do not see them."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.ui.kit.labels import (
    AppMark,
    Avatar,
    Chip,
    Count,
    ElidedLabel,
    Glyph,
    Icon,
    KeyCap,
    Label,
    Line,
    Status,
)
from desktop.ui.kit.tokens import LIGHT
from tests.gui.kit.looking import bounds, has, picture, share


def test_words_of_a_mail_are_never_markup(qtbot: QtBot) -> None:
    label = Label("<b>Urgent</b> <img src='file:///etc/passwd'>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.sizeHint().width() > 200


@pytest.mark.parametrize(
    ("style", "height"), [("caption", 16), ("body", 18), ("section", 20), ("title", 24), ("number", 32)]
)
def test_lines_are_as_high_as_in_the_mockups(qtbot: QtBot, style: str, height: int) -> None:
    label = Label("Needs Review", style)
    qtbot.addWidget(label)
    assert label.sizeHint().height() == height


def test_a_colour_is_one_of_the_tokens(qtbot: QtBot) -> None:
    label = Label("2 today", "title", "warn")
    qtbot.addWidget(label)
    assert has(picture(label), LIGHT.warn)
    label.set_color("bad")
    assert has(picture(label), LIGHT.bad)
    with pytest.raises(AttributeError):
        Label("x", "body", "salmon")


def test_a_paragraph_grows_down_when_it_gets_narrow(qtbot: QtBot) -> None:
    label = Label("Everything up to 10:42 is here. Gmail's newest email is the newest one in Postroom.", wrap=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(2000) == 18
    assert label.heightForWidth(200) >= 3 * 18


def test_what_is_cut_is_whole_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("purchasing.department@acme.example", mode="address")
    qtbot.addWidget(label)
    label.resize(150, 18)
    label.show()
    assert label.shown_text().endswith("…@acme.example")
    assert label.toolTip() == "purchasing.department@acme.example"
    label.resize(400, 18)
    assert label.toolTip() == ""
    label.setText("a@b.example")
    assert label.shown_text() == "a@b.example"
    label.setToolTip("First seen on 21 November")
    label.resize(40, 18)
    assert label.toolTip() == "First seen on 21 November"


def test_a_line_of_words_stands_where_reading_begins(qtbot: QtBot, mirrored: None) -> None:
    label = Label("Wei Zhang", "strong")
    qtbot.addWidget(label)
    label.resize(300, 18)
    assert bounds(picture(label), LIGHT.text).left() > 200
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    assert bounds(picture(label), LIGHT.text).right() < 100


def test_marks_have_names(qtbot: QtBot) -> None:
    marks = {
        Chip("bad", "Disconnected"): "Disconnected",
        Status("half", "Pending"): "Pending",
        Glyph("bad"): "Error",
        Glyph("ok", "Synced"): "Synced",
        Count(3, "3 errors", is_bad=True): "3 errors",
        Count(12480): "12,480",
        KeyCap("Ctrl"): "Ctrl",
        Avatar("Wei Zhang"): "Wei Zhang",
    }
    for mark, name in marks.items():
        qtbot.addWidget(mark)
        assert mark.accessibleName() == name
        assert mark.minimumSizeHint() == mark.sizeHint()


def test_marks_show_something_else_when_told(qtbot: QtBot) -> None:
    chip, status, glyph, count, avatar = (
        Chip("ok", "Healthy"),
        Status("ok", "Synced"),
        Glyph("ok"),
        Count(3),
        Avatar("A"),
    )
    for mark in (chip, status, glyph, count, avatar):
        qtbot.addWidget(mark)
    before = [picture(mark) for mark in (chip, status, glyph, count, avatar)]
    narrow = chip.sizeHint().width()
    chip.show_state("warn", "Needs attention")
    status.show_state("none", "No match")
    glyph.show_state("bad")
    count.set_count(4711)
    avatar.show_name("Zoë Quist", is_company=True)
    assert [picture(mark) for mark in (chip, status, glyph, count, avatar)] != before
    assert [mark.accessibleName() for mark in (chip, status, glyph, count, avatar)] == [
        "Needs attention",
        "No match",
        "Error",
        "4,711",
        "Zoë Quist",
    ]
    assert chip.sizeHint().width() > narrow


def test_icons_and_lines_have_their_colour(qtbot: QtBot) -> None:
    mark, line = Icon("square", "accent", px=24), Line(upright=True)
    for widget in (mark, line):
        qtbot.addWidget(widget)
    line.resize(1, 40)
    assert has(picture(mark), LIGHT.accent)
    mark.show_icon("square", "bad")
    assert has(picture(mark), LIGHT.bad)
    assert share(picture(line), LIGHT.border) == 1


def test_the_brand_is_the_icon_and_the_name(qtbot: QtBot) -> None:
    mark = AppMark()
    qtbot.addWidget(mark)
    mark.resize(208, 52)
    assert mark.height() == 52
    assert has(picture(mark), LIGHT.accent)
    assert has(picture(mark), LIGHT.text)

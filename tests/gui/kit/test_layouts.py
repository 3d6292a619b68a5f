"""Layouts, surfaces and bars."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.labels import Chip
from desktop.ui.kit.layouts import FlowLayout, HBox, VBox
from desktop.ui.kit.progress import ProgressBar, Spark
from desktop.ui.kit.surfaces import Card, Scrim
from desktop.ui.kit.theme import Theme
from desktop.ui.kit.tokens import LIGHT
from tests.gui.kit.looking import bounds, has, picture, share


def flow(qtbot: QtBot) -> tuple[QWidget, FlowLayout, list[Chip]]:
    """Five chips that flow."""
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(8, holder)
    chips = [Chip("tag", word) for word in ("Pending", "All mailboxes", "Today", "No match", "Shared")]
    for chip in chips:
        layout.addWidget(chip)
    return holder, layout, chips


def test_chips_flow_into_the_next_line(qtbot: QtBot) -> None:
    holder, layout, chips = flow(qtbot)
    holder.resize(600, 60)
    holder.show()
    assert len({chip.y() for chip in chips}) == 1
    holder.resize(200, 100)
    qtbot.waitUntil(lambda: len({chip.y() for chip in chips}) > 1)
    assert max(chip.geometry().right() for chip in chips) < 200
    boxes = [chip.geometry() for chip in chips]
    assert not any(one.intersects(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])
    assert layout.heightForWidth(200) > layout.heightForWidth(600)


def test_a_hidden_chip_takes_no_room(qtbot: QtBot) -> None:
    holder, _, chips = flow(qtbot)
    holder.resize(600, 60)
    holder.show()
    second = chips[1].x()
    chips[0].hide()
    qtbot.waitUntil(lambda: chips[1].x() < second)
    assert chips[1].x() == 0


def test_chips_flow_from_where_reading_begins(qtbot: QtBot, mirrored: None) -> None:
    holder, _, chips = flow(qtbot)
    holder.resize(600, 60)
    holder.show()
    assert chips[0].geometry().right() == 599
    assert chips[1].x() < chips[0].x()


def test_items_of_a_flow_can_be_taken_out(qtbot: QtBot) -> None:
    _holder, layout, chips = flow(qtbot)
    assert layout.count() == 5
    taken = layout.takeAt(0)
    assert taken is not None
    assert taken.widget() is chips[0]
    assert layout.count() == 4
    assert layout.itemAt(9) is None


def test_spaces_are_on_the_scale(dressed: Theme) -> None:
    assert HBox(16).spacing() == 16
    assert VBox(8, (4, 12)).contentsMargins().left() == 12
    assert VBox(8, (1, 2, 3, 4)).contentsMargins().bottom() == 4
    with pytest.raises(ValueError, match="not on the scale"):
        HBox(10)
    dressed.set_text_scale(200)
    assert HBox(16).spacing() == 32


def test_a_card_is_round_and_tinted_when_chosen(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    card.resize(100, 60)
    assert has(picture(card), LIGHT.border)
    assert picture(card).pixelColor(0, 0).name().upper() == LIGHT.window
    card.set_chosen(chosen=True)
    assert card.is_chosen
    assert share(picture(card), LIGHT.sel) > 0.8


def test_a_veil_covers_its_window_and_grows_with_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    window.show()
    veil = Scrim(window)
    window.resize(300, 150)
    assert veil.geometry() == QRect(0, 0, 300, 150)


def test_progress_is_as_long_as_it_is_far(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.resize(200, 6)
    assert bar.height() == 6
    bar.setRange(0, 100)
    bar.setValue(0)
    assert not has(picture(bar), LIGHT.progress)
    bar.setValue(50)
    assert bounds(picture(bar), LIGHT.progress).width() in range(97, 102)
    bar.setRange(0, 0)
    assert 0 < bounds(picture(bar), LIGHT.progress).width() < 60


def test_progress_runs_from_where_reading_begins(qtbot: QtBot, mirrored: None) -> None:
    bar = ProgressBar(thick=True)
    qtbot.addWidget(bar)
    bar.resize(200, 8)
    bar.setRange(0, 100)
    bar.setValue(25)
    assert bounds(picture(bar), LIGHT.progress).left() >= 149


def test_hours_without_contact_are_a_red_line(qtbot: QtBot) -> None:
    spark = Spark([3, 9, 1, 0, *([None] * 20)])
    qtbot.addWidget(spark)
    spark.resize(spark.sizeHint())
    red = bounds(picture(spark), LIGHT.bad_glyph)
    assert (red.left(), red.height(), red.bottom()) == (16, 2, 39)
    assert bounds(picture(spark), LIGHT.bar).top() == 1
    spark.show_values([1] * 24)
    assert not has(picture(spark), LIGHT.bad_glyph)

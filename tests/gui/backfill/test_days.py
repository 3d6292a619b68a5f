"""The days of a range as bars and as rows: a long range in weeks or more, each with what is here and what is not."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.backfill_days import DayCount
from desktop.ui.kit.theme import theme
from desktop.views.backfill.day_bars import Bar, DayBars, bars_of, step_of, summary
from desktop.views.backfill.day_chart import DayChart

LAST = date(2025, 11, 21)


def days(count: int, here: int = 0) -> list[DayCount]:
    """So many days of ten emails each, of which the newest *here* are here."""
    first = LAST - timedelta(days=count - 1)
    return [DayCount(first + timedelta(days=at), *((10, 0) if at >= count - here else (0, 10))) for at in range(count)]


@pytest.mark.parametrize(
    ("count", "each", "bars"), [(1, "day", 1), (62, "day", 62), (63, "week", 9), (3650, "4 weeks", 131)]
)
def test_a_long_range_has_wider_bars_and_loses_nothing(count: int, each: str, bars: int) -> None:
    made = bars_of(days(count))
    assert (step_of(days(count))[1], len(made)) == (each, bars)
    assert sum(bar.total for bar in made) == 10 * count
    assert (made[-1].last, made[0].first) == (LAST, LAST - timedelta(days=count - 1))


def test_a_sentence_says_what_the_bars_show() -> None:
    assert summary(bars_of(days(14, here=6)), "day") == "140 emails by day, 60 of them here; most of 8 Nov: 10."
    assert summary(bars_of([DayCount(LAST, 0, 0)]), "day") == "No emails."
    assert Bar(LAST - timedelta(days=6), LAST, 1, 2).days == "15 Nov to 21 Nov"


def test_the_table_has_each_bar_newest_first(qapp: QApplication, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    theme().apply(qapp)
    chart = DayChart(shows_here=True)
    qtbot.addWidget(chart)
    chart.show_days(days(3, here=1))
    qtmodeltester.check(chart.model)  # type: ignore[no-untyped-call]
    rows = [[chart.model.index(row, column).data() for column in range(3)] for row in range(3)]
    assert rows == [["21 Nov", "10", "0"], ["20 Nov", "0", "10"], ["19 Nov", "0", "10"]]
    chart.show_days(days(3, here=2))
    assert chart.model.index(1, 1).data() == "10"


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_pointer_is_told_what_it_rests_on(qapp: QApplication, qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    theme().apply(qapp)
    bars = DayBars(shows_here=True)
    qtbot.addWidget(bars)
    bars.setLayoutDirection(direction)
    bars.show_bars(bars_of(days(10, here=1)), "day")
    bars.resize(400, 140)
    bars.show()
    newest = QPoint(380 if direction is Qt.LayoutDirection.LeftToRight else 20, 100)
    QApplication.sendEvent(bars, QHelpEvent(QEvent.Type.ToolTip, newest, bars.mapToGlobal(newest)))
    assert QToolTip.text() == "21 Nov: 10 here, 0 still on the server"
    assert not bars.grab().isNull()

"""Tables over a million rows: the count is true, what is looked at is read, and nothing asks for the rest."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.store.attachment_files import AttachmentFiles
from desktop.ui.ops import Ops
from desktop.ui.tables import PAGE, ROW, Column, TableView, WindowedModel, in_place, selected_ids

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    words: str


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class Shelf:
    """Rows made up on demand; remembers which were asked for."""

    files = AttachmentFiles(Path())

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.edition = 1

    @contextmanager
    def read(self) -> Iterator["Shelf"]:
        yield self

    walk = read

    @contextmanager
    def write(self) -> Iterator["Shelf"]:
        yield self

    def interrupt(self) -> None:
        """Nothing here takes long."""

    def rows(self, ids: Sequence[int]) -> list[Entry]:
        self.asked += ids
        return [Entry(number, f"row {number} edition {self.edition}") for number in ids]


def fetch(shelf: Shelf, ids: Sequence[int]) -> list[Entry]:
    return shelf.rows(ids)


class Scene:
    def __init__(self, qtbot: QtBot) -> None:
        self.shelf = Shelf()
        self.ops = Ops(self.shelf, Clock())
        columns: list[Column[Entry]] = [Column("words", "Words", lambda row: row.words, order="words")]
        self.model: WindowedModel[Entry] = WindowedModel(self.ops, columns, fetch, lambda row: row.words)
        self.view = TableView("Entries", 30)
        qtbot.addWidget(self.view)
        self.view.setModel(self.model)
        self.view.resize(400, 300)
        self.view.show()
        self.qtbot = qtbot

    def show(self, count: int) -> None:
        self.model.show(array("q", range(count)))
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(self.ops.is_idle)
        self.view.viewport().repaint()
        self.qtbot.waitUntil(self.ops.is_idle)

    def words(self, row: int) -> str | None:
        shown: str | None = self.model.index(row, 0).data()
        return shown


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    made = Scene(qtbot)
    yield made
    made.ops.close()


def test_the_model_is_sound(scene: Scene, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    scene.show(500)
    check(scene.model)
    scene.model.show(array("q", [7, 8, *range(500)]))
    scene.model.show(array("q"))
    check(scene.model)


def test_a_million_rows_are_counted_and_only_those_in_view_are_read(scene: Scene) -> None:
    scene.show(MILLION)
    assert scene.model.rowCount() == MILLION
    assert set(scene.shelf.asked) <= set(range(2 * PAGE))
    assert scene.words(0) == "row 0 edition 1"


def test_the_end_is_reached_with_one_key(scene: Scene) -> None:
    scene.show(MILLION)
    scene.view.setFocus()
    QTest.keyClick(scene.view, Qt.Key.Key_Home)
    QTest.keyClick(scene.view, Qt.Key.Key_End)
    scene.settle()
    assert scene.words(MILLION - 1) == f"row {MILLION - 1} edition 1"
    assert len(scene.shelf.asked) <= 4 * PAGE


def test_everything_is_selected_without_asking_for_it(scene: Scene) -> None:
    scene.show(MILLION)
    asked = len(scene.shelf.asked)
    scene.view.selectAll()
    scene.settle()
    assert scene.view.selected_ranges() == [(0, MILLION - 1)]
    assert scene.view.selected_count() == MILLION
    assert len(scene.shelf.asked) - asked <= PAGE
    assert len(selected_ids(scene.view, scene.model)) == MILLION


def test_a_letter_searches_nothing(scene: Scene) -> None:
    scene.show(MILLION)
    asked = len(scene.shelf.asked)
    scene.view.setFocus()
    QTest.keyClicks(scene.view, "zqj")
    scene.settle()
    assert len(scene.shelf.asked) - asked <= PAGE


def test_rows_that_come_on_top_move_nothing_under_the_hand(scene: Scene) -> None:
    scene.show(1000)
    scene.view.go_to(10)
    resets: list[bool] = []
    scene.model.modelReset.connect(lambda: resets.append(True))
    scene.model.show(array("q", [5001, 5002, *range(1000)]))
    scene.settle()
    assert resets == []
    assert scene.view.currentIndex().row() == 12
    assert selected_ids(scene.view, scene.model) == array("q", [10])


@pytest.mark.parametrize(
    ("now", "came", "went"),
    [
        pytest.param([*range(10), *range(20, 40)], [(10, 29)], [], id="grows-at-its-end"),
        pytest.param([0, 1, 2, 4, 5, 6, 7, 8, 9], [], [(3, 3)], id="one-leaves"),
        pytest.param([0, 1, 77, 78, *range(4, 10)], [(2, 3)], [(2, 3)], id="others-between"),
        pytest.param([], [], [], id="nothing-left-is-a-reset"),
        pytest.param([*range(10)], [], [], id="the-same"),
    ],
)
def test_rows_come_and_go_where_they_do(
    scene: Scene, now: list[int], came: list[tuple[int, int]], went: list[tuple[int, int]]
) -> None:
    scene.show(10)
    inserted: list[tuple[int, int]] = []
    removed: list[tuple[int, int]] = []
    scene.model.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    scene.model.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    scene.model.show(array("q", now))
    assert (inserted, removed) == (came, went)
    assert list(scene.model.ids) == now
    assert scene.model.rowCount() == len(now)


def test_what_a_view_asks_in_the_middle_of_a_change_is_not_taken_for_the_new_rows(scene: Scene) -> None:
    scene.show(10)
    scene.model.rowsAboutToBeInserted.connect(lambda: scene.model.row_at(0))
    scene.model.show(array("q", [77, *range(10)]))
    scene.model.give(0, [Entry(number, f"given {number}") for number in (77, *range(10))])
    scene.settle()
    assert scene.words(0) == "given 77"


def test_the_place_is_kept_over_a_reset(scene: Scene) -> None:
    scene.show(1000)
    scene.view.go_to(500)
    scene.view.setCurrentIndex(scene.model.index(502, 0))
    scene.view.toggle_current()
    chosen = selected_ids(scene.view, scene.model)
    before = scene.view.visible_rows()
    top = scene.view.rowViewportPosition(before[0])
    with in_place(scene.view, scene.model):
        scene.model.show(array("q", [*range(1000, 1100), *range(1000), 5000, 5001]))
    scene.settle()
    assert scene.view.visible_rows() == (before[0] + 100, before[1] + 100)
    assert scene.view.rowViewportPosition(before[0] + 100) == top
    assert selected_ids(scene.view, scene.model) == chosen
    assert scene.view.currentIndex().row() == 602


def test_at_the_top_new_rows_are_seen(scene: Scene) -> None:
    scene.show(1000)
    with in_place(scene.view, scene.model):
        scene.model.show(array("q", [5001, *range(1000)]))
    assert scene.view.visible_rows()[0] == 0


def test_rows_that_changed_are_read_anew_and_stand_meanwhile(scene: Scene) -> None:
    scene.show(50)
    scene.shelf.edition = 2
    scene.model.read_again()
    assert scene.words(3) == "row 3 edition 1"
    scene.settle()
    assert scene.words(3) == "row 3 edition 2"


def test_an_answer_for_rows_that_are_not_shown_any_more_is_dropped(scene: Scene) -> None:
    scene.model.show(array("q", range(10)))
    scene.model.row_at(0)
    scene.model.show(array("q", range(100, 110)))
    scene.settle()
    assert scene.words(0) == "row 100 edition 1"


def test_keys_move_toggle_and_open(scene: Scene) -> None:
    scene.show(100)
    opened: list[int] = []
    scene.view.opened.connect(opened.append)
    scene.view.go_by(1)
    scene.view.go_by(1)
    assert scene.view.currentIndex().row() == 1
    scene.view.selectionModel().setCurrentIndex(scene.model.index(5, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    scene.view.toggle_current()
    assert scene.view.selected_ranges() == [(1, 1), (5, 5)]
    scene.view.setFocus()
    QTest.keyClick(scene.view, Qt.Key.Key_Return)
    assert opened == [5]


def test_a_screen_reader_hears_a_whole_row(scene: Scene) -> None:
    scene.show(10)
    assert scene.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "row 2 edition 1"
    assert scene.model.headerData(2, Qt.Orientation.Vertical) == "Row 3"
    assert scene.view.accessibleName() == "Entries"


def test_the_row_object_is_there_for_delegates(scene: Scene) -> None:
    scene.show(10)
    index = scene.view.indexAt(QPoint(5, 5))
    assert index.data(ROW) == Entry(0, "row 0 edition 1")

"""Importing customers by hand: columns are found or said, bad rows named, nothing stored before the last button."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.services.customer_csv import read_csv
from desktop.store.store import Store
from desktop.ui.ops import Ops
from desktop.views.customer_import.dialog import ImportDialog, sample_csv
from tests.gui.frames import make_frame
from tests.helpers.mails import FixedClock


class Scene:
    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, folder: Path) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.frame, self.went, _, _ = make_frame(ops, clock, self.window)
        self.said: list[str] = []
        ops.said.connect(lambda change: self.said.append(change.words))
        self.dialog = ImportDialog(self.frame, self.window)
        self.dialog.open()
        self.qtbot, self.ops, self.store, self.folder = qtbot, ops, store, folder

    def load(self, text: str) -> None:
        path = self.folder / "people.csv"
        path.write_text(text, encoding="utf-8")
        self.dialog.load(path)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(self.ops.is_idle)

    def count(self) -> int:
        with self.store.read() as read:
            return read.customers.count()


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, tmp_path: Path) -> Scene:
    return Scene(qtbot, store, ops, clock, tmp_path)


def test_a_file_is_previewed_and_then_imported_by_one_button(scene: Scene) -> None:
    scene.load("Name,E-Mail\nAnn,ann@acme.example\nBob,bob@acme.example\n")
    assert scene.count() == 0
    assert scene.dialog._import.text() == "Import 2 customers"
    assert scene.dialog._outcomes.count() == 2
    QTest.mouseClick(scene.dialog._import, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.count() == 2
    assert scene.said == ["Imported 2 customers from people.csv"]
    assert not scene.dialog.isVisible()


def test_a_column_can_be_said_by_hand(scene: Scene) -> None:
    scene.load("Who,Where\nAnn,ann@acme.example\n")
    assert "No column of the file is known to hold mail addresses" in scene.dialog._said.label.text()
    assert not scene.dialog._import.isEnabled()
    (_, who), (_, where) = scene.dialog._choices
    who.choose("name")
    where.choose("email")
    scene.settle()
    assert scene.dialog._import.text() == "Import 1 customer"


def test_a_column_can_be_left_out(scene: Scene) -> None:
    scene.load("name,email,company\nAnn,ann@acme.example,Acme\n")
    scene.dialog._choices[2][1].choose("unused")
    scene.settle()
    QTest.mouseClick(scene.dialog._import, Qt.MouseButton.LeftButton)
    scene.settle()
    with scene.store.read() as read:
        assert read.customers.find()[0].company == ""


def test_bad_rows_are_named_and_left_out_only_when_told(scene: Scene) -> None:
    scene.load("name,email\nAnn,ann@acme.example\nBob,not an address\n")
    assert "Line 3" in scene.dialog._outcomes.item(0).text()
    assert not scene.dialog._import.isEnabled()
    scene.dialog._skip.setChecked(True)
    assert scene.dialog._import.isEnabled()


def test_importing_again_says_that_there_is_nothing_to_do(scene: Scene) -> None:
    scene.load("name,email\nAnn,ann@acme.example\n")
    QTest.mouseClick(scene.dialog._import, Qt.MouseButton.LeftButton)
    scene.settle()
    again = ImportDialog(scene.frame, scene.window)
    again.open()
    again.load(scene.folder / "people.csv")
    scene.settle()
    assert not again._import.isEnabled()
    assert again._import.toolTip() == "Everything in the file is here already."


def test_a_file_that_is_no_table_says_what_it_is(scene: Scene) -> None:
    path = scene.folder / "book.xlsx"
    path.write_bytes(b"PK\x03\x04 and more")
    scene.dialog.load(path)
    scene.settle()
    assert "Excel" in scene.dialog._start.sentence.text()
    scene.dialog.load(scene.folder / "missing.csv")
    scene.settle()
    assert "missing.csv cannot be read" in scene.dialog._start.sentence.text()


def test_the_sample_can_be_imported() -> None:
    table = read_csv(sample_csv().encode())
    assert [row.name for row in table.rows] == ["Wei Zhang", "Front Desk"]
    assert table.bad == ()

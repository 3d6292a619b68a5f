"""The dialog of skipped mail: listed with its filter, imported from here or from the server, never skipped again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.errors import AppError, Transient
from desktop.domain.filters import Comparison, Effect, Facts, Field, FilterRow
from desktop.domain.ids import FilterId, Ref
from desktop.domain.intake import LeftOut, LeftOutFacts
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.services import filters
from desktop.services.filter_past import Past
from desktop.store.store import Store
from desktop.ui.frame import Place
from desktop.ui.ops import Ops
from desktop.views.skipped.dialog import SkippedDialog
from tests.gui.frames import EmptyServer, Went, make_frame
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import SUPPORT, Office, letter, waits

CLOCK = FixedClock(NOON)
BULK = "Filter 1 leaves it out: it was sent to a mailing list (List-Id)."


@dataclass
class Server(EmptyServer):
    """Notes what it is asked for; delivers it, or is not to be reached."""

    asked: list[Sequence[int]] = field(default_factory=list)
    trouble: AppError | None = None

    def bring_in(self, _job: Any, mailbox: Any, folder: str, _epoch: Any, refs: Sequence[int]) -> MailboxReceipt:
        self.asked.append(list(refs))
        if self.trouble is not None:
            return MailboxReceipt(mailbox.address, error=self.trouble)
        receipt = FolderReceipt(folder)
        receipt.stored = len(refs)
        return MailboxReceipt(mailbox.address, [receipt])


@dataclass
class Scene:
    qtbot: QtBot
    dialog: SkippedDialog
    server: Server
    went: Went
    store: Store
    ops: Ops

    def settle(self) -> None:
        self.qtbot.waitUntil(self.ops.is_idle)

    def subjects(self) -> list[str]:
        return [one.subject for one in self.dialog.model.lines]


@pytest.fixture
def office(store: Store) -> Office:
    """One mail that never came in, and one that a filter took out of the lists."""
    office = Office(store)
    office.mail(letter("Ana", "ana@nobody.example", "Question"), waits())
    row = FilterRow(FilterId(0), Effect.EXCLUDE, Field.SUBJECT, Comparison.CONTAINS, ("question",))
    with store.write() as uow:
        filters.add_row(uow, row, CLOCK, past=Past())
    known = LeftOutFacts(Facts("news@shop.example", (), "may"), "<m>", "News", "May", FilterId(7))
    left = LeftOut(Ref("900"), ReasonCode.BULK_OR_LIST, BULK, NOON, known)
    place = office.place(SUPPORT)
    with store.write() as uow:
        uow.intake.take_in(place, [], [left], NOON)
    return office


@pytest.fixture
def scene(qtbot: QtBot, office: Office, ops: Ops) -> Scene:
    return opened(qtbot, office.store, ops)


def opened(qtbot: QtBot, store: Store, ops: Ops) -> Scene:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    server = Server()
    frame, went, _, _ = make_frame(ops, CLOCK, window)
    dialog = SkippedDialog(replace(frame, picking=server), window)
    dialog.open()
    qtbot.waitExposed(dialog)
    made = Scene(qtbot, dialog, server, went, store, ops)
    made.settle()
    return made


def test_what_was_skipped_is_listed_with_its_filter_and_searched(scene: Scene, qtmodeltester: ModelTester) -> None:
    dialog = scene.dialog
    assert scene.subjects() == ["May", "Question"]
    assert dialog.counted.text() == "2 of 2 skipped emails shown"
    assert dialog.model.index(0, 3).data() == "Filter 1: it was sent to a mailing list (List-Id)."
    assert dialog.model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole) == BULK
    check: Callable[[object], None] = qtmodeltester.check
    check(dialog.model)
    assert dialog.which.itemText(1).startswith("Filter 1: Leaves out mail whose subject contains")
    dialog.which.setCurrentIndex(1)
    dialog.which.activated.emit(1)
    assert scene.subjects() == ["Question"]
    dialog.search.setText("nobody writes this")
    assert dialog.said.title.text() == "No skipped mail is like that"
    QTest.mouseClick(dialog.said.primary, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.subjects() == ["May", "Question"]


def test_one_is_imported_from_here_and_one_from_the_server(scene: Scene) -> None:
    dialog = scene.dialog
    dialog.table.setFocus()
    dialog.table.selectAll()
    assert dialog.import_button.text() == "Import 2 emails"
    QTest.keyClick(dialog.table, Qt.Key.Key_I)
    scene.qtbot.waitUntil(lambda: scene.ops.is_idle() and scene.subjects() == ["May"])
    assert scene.server.asked == [[900]]
    assert dialog.outcome.label.text() in {"1 email brought in.", "Brought back 1 email."}
    with scene.store.read() as read:
        assert read.review.count() == 1


def test_a_server_that_is_not_there_says_so(scene: Scene) -> None:
    scene.server.trouble = Transient(ReasonCode.OFFLINE, "This computer is offline.", action="Try again later.")
    scene.dialog.table.go_to(0)
    QTest.mouseClick(scene.dialog.import_button, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: scene.dialog.outcome.label.text() == "This computer is offline. Try again later.")
    assert scene.subjects() == ["May", "Question"]


def test_a_sender_is_never_skipped_again_and_mail_that_is_here_is_opened(scene: Scene) -> None:
    dialog = scene.dialog
    dialog.table.setFocus()
    dialog.table.go_to(1)
    QTest.keyClick(dialog.table, Qt.Key.Key_N)
    scene.qtbot.waitUntil(lambda: scene.ops.is_idle() and scene.subjects() == ["May"])
    assert dialog.outcome.label.text().startswith("Never skip mail from ana@nobody.example.")
    with scene.store.read() as read:
        assert read.filters.rows()[0].sentence() == "Always keeps mail from “ana@nobody.example”."
    assert not dialog._acts["open"].isEnabled()


def test_a_mail_that_is_here_is_opened(scene: Scene) -> None:
    scene.dialog.table.setFocus()
    scene.dialog.table.go_to(1)
    QTest.keyClick(scene.dialog.table, Qt.Key.Key_O)
    assert [one.email_id for one in scene.went.places] == [1]
    assert scene.went.places == [Place("emails", email_id=scene.went.places[0].email_id)]


def test_nothing_skipped_says_what_would_be_here(qtbot: QtBot, store: Store, ops: Ops) -> None:
    scene = opened(qtbot, store, ops)
    assert scene.dialog.said.title.text() == "Nothing was skipped"
    assert not scene.dialog.import_button.isEnabled()

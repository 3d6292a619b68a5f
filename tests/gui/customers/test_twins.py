"""Customers who are here twice: flagged, listed, compared, merged and taken back; mail that would be filed otherwise;
an address that goes to another customer by key and by drag.
"""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.decision import Decision
from desktop.domain.ids import CustomerId
from desktop.domain.merging import Side
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details, add_address, add_customer
from desktop.services.merging import merge_customers
from desktop.services.undo import undo
from desktop.store.store import Store
from desktop.ui.frame import Place
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.messages import Banner
from desktop.ui.ops import Ops
from desktop.ui.plan_sheet import PlanSheet
from desktop.ui.sheet import Sheet
from desktop.views.customers import twins
from desktop.views.customers.addresses import address_mime
from desktop.views.customers.compare import CompareSheet
from desktop.views.customers.pairs import PairsSheet
from desktop.views.customers.screen import CustomersScreen
from tests.gui.frames import make_frame
from tests.helpers.mails import NOON, FixedClock, packed, parsed, place_in

Kind = TypeVar("Kind", bound=Sheet)
ACME, DOUBLE, LUMEN = CustomerId(1), CustomerId(2), CustomerId(3)


class Scene:
    """Acme Parts, its double and somebody else, with two mails of the double and one that waits."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
        self.qtbot, self.ops, self.store, self.clock = qtbot, ops, store, clock
        with store.write() as uow:
            add_customer(uow, Details("Acme Parts", "Acme", "Ana"), ["ann@acme.example"], clock)
            add_customer(uow, Details("ACME parts", "", "Ben"), ["lena@acme.example"], clock)
            add_customer(uow, Details("Lumen Clinic"), ["desk@lumen.example"], clock)
        filed = Decision(ReasonCode.SYNCED, "Exact address.", "rule:exact_address", DOUBLE, 100)
        mails = [packed(at, parsed(f"{at}", "lena@acme.example"), filed) for at in (1, 2)]
        place = place_in(store)
        with store.write() as uow:
            uow.intake.take_in(place, [*mails, packed(3, parsed("3", "new@home.example"))], [], NOON)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.frame, self.went, _, _ = make_frame(ops, clock, self.window)
        self.screen = CustomersScreen(self.frame)
        self.window.setCentralWidget(self.screen)
        self.window.resize(1280, 800)
        self.window.show()
        self.settle()

    def settle(self) -> None:
        screen = self.screen
        quiet = (screen._soon, screen._typing, screen.twins._soon)
        self.qtbot.waitUntil(lambda: self.ops.is_idle() and not any(timer.isActive() for timer in quiet))
        screen._list.viewport().repaint()
        self.qtbot.waitUntil(self.ops.is_idle)

    def names(self) -> list[str]:
        model = self.screen._model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def sheet(self, kind: type[Kind]) -> Kind:
        found = [one for one in self.window.findChildren(kind) if one.isVisible()]
        assert len(found) == 1
        return found[0]

    def twin(self) -> Banner | None:
        return self.screen._opened.notices.twin

    def offer(self) -> Banner | None:
        return self.screen._opened.notices.offer

    def key(self, key: Qt.Key) -> None:
        self.screen._list.setFocus()
        QTest.keyClick(self.screen._list, key)
        self.settle()

    def press(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def undo(self) -> None:
        self.ops.run(self.screen, undo)
        self.settle()


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    return Scene(qtbot, store, ops, clock)


def test_a_double_is_named_above_the_mail_and_in_the_list_until_it_is_closed(scene: Scene) -> None:
    banner = scene.twin()
    assert banner is not None
    assert banner.accessibleName() == "“ACME parts” may be the same customer: same domain, other spelling."
    assert scene.screen._delegate.twin_of(DOUBLE) == "Acme Parts"
    assert scene.screen._delegate.twin_of(ACME) == ""
    close = next(one for one in banner.findChildren(IconButton) if one.accessibleName().startswith("Close"))
    scene.press(close)
    assert scene.twin() is None
    assert scene.screen._opened.notices.isHidden()


def test_compare_merge_and_undo_with_the_keyboard(scene: Scene) -> None:
    scene.key(Qt.Key.Key_U)
    sheet = scene.sheet(CompareSheet)
    assert sheet.compared is not None
    assert sheet.go.text() == "Merge into Acme Parts"
    assert set(sheet.choices) == {"name", "company", "owner"}
    assert "same domain, other spelling" in sheet.accessibleDescription()
    assert "2 emails" in sheet.accessibleDescription()
    sheet.choices["owner"][Side.MERGED].setChecked(True)
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    scene.settle()
    assert scene.names() == ["Acme Parts", "Lumen Clinic"]
    with scene.store.read() as read:
        kept = read.customers.get(ACME)
    assert kept is not None
    assert (kept.name, kept.owner, kept.emails) == ("Acme Parts", "Ben", ("ann@acme.example", "lena@acme.example"))
    assert scene.twin() is None
    scene.undo()
    assert sorted(scene.names()) == ["ACME parts", "Acme Parts", "Lumen Clinic"]
    assert scene.twin() is not None


def test_the_other_one_may_stay_and_a_refusal_is_said(scene: Scene) -> None:
    scene.key(Qt.Key.Key_U)
    sheet = scene.sheet(CompareSheet)
    scene.press(sheet.swap)
    assert sheet.go.text() == "Merge into ACME parts"
    with scene.store.write() as uow:  # somebody else takes them away meanwhile
        merge_customers(uow, LUMEN, ACME, None, scene.clock)
    scene.press(sheet.go)
    assert sheet.isVisible()
    assert "There is no customer" in sheet.outcome.accessibleName()


def test_a_merge_is_taken_back_from_the_customers_page(scene: Scene) -> None:
    scene.key(Qt.Key.Key_U)
    scene.press(scene.sheet(CompareSheet).go)
    facts = scene.screen._opened.facts
    back = next(one for one in facts.findChildren(QPushButton) if one.accessibleName() == "Un-merge ACME parts")
    scene.press(back)
    sheet = scene.sheet(PlanSheet)
    assert sheet.lines == [
        "2 emails that moved with the merge go back to ACME parts",
        "ACME parts has lena@acme.example again",
    ]
    scene.press(sheet.act)
    assert len(scene.names()) == 3
    with scene.store.read() as read:
        assert [row.customer for row in read.customer_list.emails(DOUBLE, limit=9)] == ["ACME parts", "ACME parts"]


def test_every_pair_is_listed_and_one_that_is_none_is_gone_for_good(scene: Scene, qtmodeltester: ModelTester) -> None:
    scene.screen._search.setText("lumen")
    scene.settle()
    scene.key(Qt.Key.Key_U)
    sheet = scene.sheet(PairsSheet)
    check: Callable[[object], None] = qtmodeltester.check
    check(sheet.model)
    assert sheet.model.index(0).data() == "Acme Parts and ACME parts. Very likely: same domain, other spelling"
    QTest.keyClick(sheet.list, Qt.Key.Key_X)
    scene.settle()
    assert sheet.pages.currentWidget() is sheet.empty
    assert sheet.empty.sentence.text() == "3 customers were compared by address, name, domain, phone and thread."
    assert not sheet.compare.isEnabled()
    scene.undo()
    scene.settle()
    assert sheet.model.rowCount() == 1
    QTest.keyClick(sheet.list, Qt.Key.Key_Return)
    scene.settle()
    (compare,) = (one for one in scene.window.findChildren(CompareSheet) if one.isVisible())
    assert compare.parentWidget() is sheet


def test_mail_that_would_be_filed_otherwise_is_offered_shown_and_filed_with_one_undo(scene: Scene) -> None:
    assert scene.offer() is None
    scene.ops.run(scene.screen, lambda uow, clock: add_address(uow, ACME, "new@home.example", clock))
    scene.settle()
    banner = scene.offer()
    assert banner is not None
    assert banner.accessibleName() == "1 email would now be filed with Acme Parts."
    assert banner.button is not None
    scene.press(banner.button)
    sheet = scene.sheet(PlanSheet)
    assert sheet.lines == ["1 email would now be filed with Acme Parts."]
    scene.press(sheet.act)
    assert scene.offer() is None
    with scene.store.read() as read:
        assert len(read.customer_list.emails(ACME, limit=9)) == 1
    scene.undo()
    with scene.store.read() as read:
        assert len(read.customer_list.emails(ACME, limit=9)) == 0


def test_an_address_goes_to_another_customer_by_key_and_its_mail_follows(scene: Scene) -> None:
    scene.screen.open(Place("customers", customer_id=DOUBLE))
    scene.settle()
    facts = scene.screen._opened.facts
    scene.press(next(one for one in facts.findChildren(IconButton) if one.accessibleName().startswith("Move lena@")))
    picker = scene.screen.desk.picker
    assert picker is not None
    picker.field.setText("lumen")
    scene.settle()
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    scene.settle()
    sheet = scene.sheet(PlanSheet)
    assert sheet.lines == ["From ACME parts to Lumen Clinic", "2 emails from lena@acme.example follow"]
    scene.press(sheet.act)
    with scene.store.read() as read:
        assert len(read.customer_list.emails(LUMEN, limit=9)) == 2
    scene.undo()
    with scene.store.read() as read:
        assert len(read.customer_list.emails(DOUBLE, limit=9)) == 2


def test_an_address_is_dragged_onto_another_customer(scene: Scene) -> None:
    view = scene.screen._list
    data = address_mime(ACME, "ann@acme.example")
    where = {row: QPointF(view.visualRect(scene.screen._model.index(row, 0)).center()) for row in range(3)}
    at = scene.names().index("Lumen Clinic")
    action, left, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(where[at].toPoint()), action, data, left, none)
    QApplication.sendEvent(view.viewport(), enter)
    own = QDragMoveEvent(where[scene.names().index("Acme Parts")].toPoint(), action, data, left, none)
    QApplication.sendEvent(view.viewport(), own)
    assert not own.isAccepted()
    assert scene.went.told[-1] == "ann@acme.example is theirs already"
    move = QDragMoveEvent(where[at].toPoint(), action, data, left, none)
    QApplication.sendEvent(view.viewport(), move)
    assert move.isAccepted()
    assert scene.went.told[-1] == "Move ann@acme.example to Lumen Clinic"
    assert scene.screen._delegate.is_lit(LUMEN)
    drop = QDropEvent(where[at], action, data, left, none, QEvent.Type.Drop)
    QApplication.sendEvent(view.viewport(), drop)
    scene.settle()
    assert not scene.screen._delegate.is_lit(LUMEN)
    sheet = scene.sheet(PlanSheet)
    assert sheet.lines == ["From Acme Parts to Lumen Clinic", "No email follows"]
    scene.press(sheet.act)
    with scene.store.read() as read:
        moved = read.customers.get(LUMEN)
    assert moved is not None
    assert moved.emails == ("desk@lumen.example", "ann@acme.example")


def test_among_very_many_doubles_are_looked_for_only_when_asked(
    qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "BY_ITSELF", 2)
    scene = Scene(qtbot, store, ops, clock)
    assert scene.twin() is None
    scene.key(Qt.Key.Key_U)
    assert scene.sheet(PairsSheet).model.rowCount() == 1
    assert scene.twin() is not None


def test_a_long_search_says_how_far_it_is_and_closing_the_list_ends_it(
    qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "BY_ITSELF", 2)
    scene = Scene(qtbot, store, ops, clock)
    goes_on, told = Event(), list[str]()

    def hear(what: str, _share: float) -> None:
        told.append(what)
        goes_on.wait(60)

    scene.screen.twins.looking.connect(hear, Qt.ConnectionType.DirectConnection)
    QTest.keyClick(scene.screen._list, Qt.Key.Key_U)
    sheet = scene.sheet(PairsSheet)
    qtbot.waitUntil(lambda: told == ["addresses"])
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    goes_on.set()
    scene.settle()
    assert told == ["addresses"]
    assert scene.screen.twins.duplicates is not None
    assert not scene.screen.twins.duplicates.is_whole
    sheet = scene.screen.twins.list_all()
    scene.settle()
    assert sheet.model.rowCount() == 1
    assert sheet.doing.text() == "Comparing what was found: 65 %"

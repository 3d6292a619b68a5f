"""Customers: found by a few letters, opened with their mail, made and mended in one form, all of it undone."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.decision import Decision
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.services.customers import Details, add_customer
from desktop.services.undo import undo
from desktop.store.store import Store
from desktop.ui.customer_form import CustomerForm
from desktop.ui.frame import Place
from desktop.ui.kit.buttons import IconButton
from desktop.ui.ops import Ops
from desktop.ui.tables import ROW
from desktop.views.customers.screen import CustomersScreen
from desktop.views.customers.timeline import Day, Event
from tests.gui.frames import make_frame
from tests.helpers.mails import NOON, FixedClock, packed, parsed, place_in

ACME, LUMEN = CustomerId(1), CustomerId(2)


class Scene:
    """Two customers; two mails of one of them."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
        with store.write() as uow:
            add_customer(uow, Details("Acme Parts", "Acme", "Ana"), ["ann@acme.example", "bob@acme.example"], clock)
            add_customer(uow, Details("Lumen Clinic"), [], clock)
        place = place_in(store)
        filed = Decision(ReasonCode.SYNCED, "Exact address.", "rule:exact_address", ACME, 100)
        with store.write() as uow:
            uow.intake.take_in(place, [packed(1, parsed("1"), filed), packed(3000, parsed("2"), filed)], [], NOON)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.frame, self.went, self.sync, _ = make_frame(ops, clock, self.window)
        self.screen = CustomersScreen(self.frame)
        self.window.setCentralWidget(self.screen)
        self.window.resize(1280, 800)
        self.window.show()
        self.qtbot, self.ops, self.store = qtbot, ops, store
        self.settle()

    def settle(self) -> None:
        quiet = (self.screen._soon, self.screen._typing)
        self.qtbot.waitUntil(lambda: self.ops.is_idle() and not any(timer.isActive() for timer in quiet))
        self.screen._list.viewport().repaint()
        self.qtbot.waitUntil(self.ops.is_idle)

    def names(self) -> list[str]:
        model = self.screen._model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def form(self) -> CustomerForm:
        forms = [one for one in self.window.findChildren(CustomerForm) if one.isVisible()]
        assert len(forms) == 1
        return forms[0]


def name_of(form: CustomerForm) -> QLineEdit:
    editor = form.name.editor
    assert isinstance(editor, QLineEdit)
    return editor


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    return Scene(qtbot, store, ops, clock)


def test_the_first_one_is_open_with_their_mail_by_days(scene: Scene, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    assert scene.names() == ["Acme Parts", "Lumen Clinic"]
    assert scene.screen._opened.name.text() == "Acme Parts"
    model = scene.screen._opened.timeline
    check(model)
    rows = [model.index(row).data(ROW) for row in range(model.rowCount())]
    assert [type(row) for row in rows] == [Day, Event, Day, Event]
    assert rows[1].title == "Ann to support@"


def test_arrows_and_letters_go_from_customer_to_customer(scene: Scene) -> None:
    scene.screen._list.setFocus()
    QTest.keyClick(scene.screen._list, Qt.Key.Key_J)
    scene.settle()
    assert scene.screen._opened.name.text() == "Lumen Clinic"
    assert scene.screen._opened.stack.currentIndex() == 1
    QTest.keyClick(scene.screen._list, Qt.Key.Key_K)
    scene.settle()
    assert scene.screen._opened.name.text() == "Acme Parts"


def test_search_finds_by_address_and_is_cleared(scene: Scene) -> None:
    scene.screen._search.setText("bob@acme")
    scene.settle()
    assert scene.names() == ["Acme Parts"]
    scene.screen._search.setText("nobody")
    scene.settle()
    assert scene.screen._nothing.title.text() == "Nobody fits"
    QTest.mouseClick(scene.screen._nothing.primary, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.names() == ["Acme Parts", "Lumen Clinic"]


def test_an_email_is_opened_with_enter(scene: Scene) -> None:
    view = scene.screen._opened.mails
    view.setFocus()
    view.setCurrentIndex(scene.screen._opened.timeline.index(1))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [place.screen for place in scene.went.places] == ["emails"]
    assert scene.went.places[0].email_id is not None


def test_a_customer_is_edited_in_one_form_and_one_undo(scene: Scene, clock: FixedClock) -> None:
    scene.screen._list.setFocus()
    QTest.keyClick(scene.screen._list, Qt.Key.Key_E)
    form = scene.form()
    name_of(form).setText("Acme Spares")
    form.rows[1].editor.setText("carol@acme.example")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    scene.settle()
    assert scene.screen._opened.name.text() == "Acme Spares"
    with scene.store.write() as uow:
        assert set(uow.read.customers.by_ids([ACME])[0].emails) == {"ann@acme.example", "carol@acme.example"}
        undo(uow, clock)
        assert uow.read.customers.by_ids([ACME])[0].name == "Acme Parts"


def test_a_new_customer_is_opened_at_once(scene: Scene) -> None:
    scene.frame.actions.action("customer.new").trigger()
    form = scene.form()
    name_of(form).setText("Zhang Imports")
    form.rows[0].editor.setText("hello@zhang.example")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    scene.settle()
    scene.qtbot.waitUntil(lambda: scene.screen._opened.name.text() == "Zhang Imports")
    assert "Zhang Imports" in scene.names()


def test_a_refused_customer_keeps_what_was_typed(scene: Scene) -> None:
    scene.frame.actions.action("customer.new").trigger()
    form = scene.form()
    name_of(form).setText("Acme Parts")
    form.rows[0].editor.setText("ann@acme.example")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(scene.ops.is_idle)
    assert "is here already" in form.refusal
    assert name_of(form).text() == "Acme Parts"


def test_an_address_is_taken_away_with_one_button(scene: Scene) -> None:
    button = next(
        one
        for one in scene.screen._opened.facts.findChildren(IconButton)
        if one.accessibleName().startswith("Remove bob@")
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    scene.settle()
    with scene.store.read() as read:
        assert read.customers.by_ids([ACME])[0].emails == ("ann@acme.example",)


def test_a_place_leads_to_a_customer(scene: Scene) -> None:
    scene.screen.open(Place("customers", customer_id=LUMEN))
    scene.settle()
    assert scene.screen._opened.name.text() == "Lumen Clinic"
    assert scene.screen._list.currentIndex().row() == 1


def test_without_customers_the_first_step_is_to_import(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, _, _ = make_frame(ops, clock, window)
    screen = CustomersScreen(frame)
    window.setCentralWidget(screen)
    window.show()
    qtbot.waitUntil(ops.is_idle)
    assert screen._nothing.title.text() == "No customer yet"
    QTest.mouseClick(screen._nothing.primary, Qt.MouseButton.LeftButton)
    assert went.asked == [("import", None)]

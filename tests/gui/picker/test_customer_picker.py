"""Type-ahead for a customer: a few letters and Enter, and the focus is back where it was."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.ids import EmailId
from desktop.services.review import assign
from desktop.store.store import Store
from desktop.ui.customer_list import Caption, CustomerLine, NewLine
from desktop.ui.customer_picker import CustomerPicker
from tests.gui.picker.conftest import Scene
from tests.helpers.mails import FixedClock, packed, parsed, place_in


class Picking:
    def __init__(self, scene: Scene, qtbot: QtBot) -> None:
        self.scene, self.qtbot = scene, qtbot
        self.picker = CustomerPicker(scene.frame, scene.window)
        self.chosen: list[int] = []
        self.new: list[str] = []
        self.picker.chosen.connect(self.chosen.append)
        self.picker.new_wanted.connect(self.new.append)

    def open(self, **options: object) -> None:
        self.picker.open(self.scene.anchor, **options)  # type: ignore[arg-type]
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(self.scene.frame.ops.is_idle)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.picker.field, text)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.picker.field, key, modifier)

    def names(self) -> list[str]:
        return [line.name for line in self.picker.model.lines if isinstance(line, CustomerLine)]

    def captions(self) -> list[str]:
        return [line.text for line in self.picker.model.lines if isinstance(line, Caption)]

    def current(self) -> str:
        return str(self.picker.list.currentIndex().data())


@pytest.fixture
def picking(scene: Scene, qtbot: QtBot) -> Picking:
    return Picking(scene, qtbot)


def waiting_mail(store: Store, sender: str) -> EmailId:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("one", sender))], [], FixedClock().now())
        return uow.read.review.waiting()[0].id


def test_letters_of_a_name_find_and_enter_takes(picking: Picking) -> None:
    picking.open()
    picking.type("lum")
    assert picking.names() == ["Lumen Clinic"]
    picking.press(Qt.Key.Key_Return)
    assert picking.chosen == [picking.scene.ids["Lumen Clinic"]]
    assert not picking.picker.isVisible()
    assert picking.scene.anchor.hasFocus()


def test_words_are_looked_for_in_names_and_addresses(picking: Picking) -> None:
    picking.open()
    picking.type("zhang ac")
    assert picking.names() == ["Acme Retail"]
    note = next(line.note for line in picking.picker.model.lines if isinstance(line, CustomerLine))
    assert note == "zhang@acme-retail.example"


def test_of_those_that_fit_the_last_ones_filed_with_come_first(
    picking: Picking, store: Store, clock: FixedClock
) -> None:
    picking.open()
    picking.type("a")
    assert picking.names().index("Acme Parts") < picking.names().index("Zhang Imports")
    picking.press(Qt.Key.Key_Escape)
    mail = waiting_mail(store, "somebody@free.example")
    with store.write() as uow:
        assign(uow, [mail], picking.scene.ids["Zhang Imports"], remember=False, clock=clock)
    picking.open()
    picking.type("a")
    assert picking.names()[0] == "Zhang Imports"


def test_arrows_move_over_captions(picking: Picking) -> None:
    picking.open()
    picking.type("a")
    first = picking.current()
    picking.press(Qt.Key.Key_Down)
    assert picking.current() != first
    picking.press(Qt.Key.Key_Up)
    assert picking.current() == first


def test_escape_returns_to_the_same_place(picking: Picking) -> None:
    picking.open()
    picking.type("acme")
    picking.press(Qt.Key.Key_Escape)
    assert not picking.picker.isVisible()
    assert picking.scene.anchor.hasFocus()
    assert (picking.chosen, picking.new) == ([], [])


def test_what_nobody_is_called_becomes_a_new_customer(picking: Picking) -> None:
    picking.open(new_name="Wei Zhang")
    last = picking.picker.model.lines[-1]
    assert isinstance(last, NewLine)
    assert last.text == "New customer “Wei Zhang”"
    picking.type("Fjord Outdoor")
    assert picking.captions() == ["No customer fits what you typed"]
    picking.press(Qt.Key.Key_Return)
    assert picking.new == ["Fjord Outdoor"]


def test_a_new_customer_is_one_key_away_whatever_was_found(picking: Picking) -> None:
    picking.open(new_name="Wei Zhang")
    picking.type("acme")
    picking.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert (picking.chosen, picking.new) == ([], ["acme"])


def test_suggested_customers_come_before_recent_ones(picking: Picking, store: Store, clock: FixedClock) -> None:
    mail = waiting_mail(store, "tom@acme-parts.example")
    with store.write() as uow:
        assign(uow, [mail], picking.scene.ids["Lumen Clinic"], remember=False, clock=clock)
    other = EmailId(mail)
    with store.write() as uow:
        uow.journal.undo(clock.now())
    picking.open(emails=[other])
    assert picking.captions() == ["Suggested", "Recent"]
    assert picking.names()[0] == "Acme Parts"
    picking.type("acme")
    assert picking.names()[0] == "Acme Parts"


def test_a_click_takes(picking: Picking) -> None:
    picking.open()
    picking.type("zhang imp")
    view = picking.picker.list
    place = view.visualRect(picking.picker.model.index(0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert picking.chosen == [picking.scene.ids["Zhang Imports"]]


def test_it_stays_inside_the_window_and_says_what_it_is(picking: Picking) -> None:
    picking.open(act="Assign 12 emails to")
    window = picking.scene.window
    assert window.rect().contains(picking.picker.geometry())
    assert picking.picker.field.accessibleName()
    assert picking.picker.list.accessibleName()
    assert picking.picker.head.text() == "Assign 12 emails to"


def test_the_focus_elsewhere_closes_it(picking: Picking) -> None:
    picking.open()
    picking.scene.anchor.setFocus()
    assert not picking.picker.isVisible()


def test_the_model_is_sound(picking: Picking, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    picking.open()
    check(picking.picker.model)
    picking.type("acme")
    picking.picker.model.light(0, "Assign 2 emails")
    check(picking.picker.model)

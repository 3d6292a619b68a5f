"""Ignoring from the queue: a mail by one key, its sender by the key again, by Shift+I or by a drop; previewed."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.services.customers import add_address
from desktop.ui.kit.messages import Note
from desktop.views.review.sender_sheet import SenderSheet
from tests.gui.review.conftest import CTRL, LEFT, SHIFT, Make, Scene
from tests.gui.review.queue_data import LETTERS, Letter

Key = Qt.Key
DEALS = tuple(Letter(300 + at, "Deals Weekly", "deals@weekly.example", f"Offer {at}") for at in range(3))


@pytest.fixture
def scene(make: Make) -> Scene:
    made = make(*LETTERS, *DEALS)
    made.go_to("Offer 0")
    return made


def sheet_of(scene: Scene) -> SenderSheet:
    scene.qtbot.waitUntil(lambda: any(one.isVisible() for one in scene.window.findChildren(SenderSheet)))
    (sheet,) = (one for one in scene.window.findChildren(SenderSheet) if one.isVisible())
    scene.qtbot.waitUntil(sheet.isActiveWindow)
    return sheet


def notes(sheet: QWidget) -> Sequence[str]:
    return [one.label.text() for one in sheet.findChildren(Note) if one.isVisible()]


def test_i_takes_an_email_out_and_goes_on(scene: Scene) -> None:
    number = scene.id_of("Offer 0")
    scene.press("I")
    assert scene.said == ["Ignored 1 email"]
    assert (scene.stored(number).code, scene.current(), scene.has_focus()) == ("IGNORED_BY_PERSON", "Offer 1", True)
    scene.press(Key.Key_Z, CTRL)
    assert (scene.current(), scene.stored(number).needs_review) == ("Offer 0", True)


def test_i_again_shows_what_a_rule_for_the_sender_would_hide(scene: Scene) -> None:
    scene.press("I")
    scene.press("I")
    sheet = sheet_of(scene)
    said = sheet.lines()
    assert said[0] == "Ignore everything from deals@weekly.example"
    assert "2 emails wait: ignored now" in said
    assert {"Offer 1", "Offer 2"} <= set(said)
    assert "1 other email of theirs is here already and stays as it is" in said
    assert sheet.ignore.text() == "Ignore sender and 2 emails"
    assert scene.left() == len(LETTERS) + 2, "a preview changes nothing"
    QTest.keyClick(sheet, Key.Key_Return)
    scene.settle()
    assert scene.said[-1] == "Left out deals@weekly.example from now on and ignored 2 emails"
    assert scene.left() == len(LETTERS)
    with scene.store.read() as read:
        assert [row.sentence() for row in read.filters.rows()] == ["Leaves out mail from “deals@weekly.example”."]
    scene.qtbot.waitUntil(scene.has_focus)
    scene.press(Key.Key_Z, CTRL)
    assert scene.left() == len(LETTERS) + 2
    assert scene.chosen() == ["Offer 1", "Offer 2"]
    with scene.store.read() as read:
        assert read.filters.rows() == []


def test_only_this_email_after_all(scene: Scene) -> None:
    scene.press("I")
    scene.press("I")
    QTest.mouseClick(sheet_of(scene).this, LEFT)
    scene.settle()
    assert scene.said == ["Ignored 1 email", "Ignored 1 email"]
    assert scene.left() == len(LETTERS) + 1


def test_esc_changes_nothing_and_goes_back_to_the_row(scene: Scene) -> None:
    scene.press(Key.Key_I, SHIFT)
    QTest.keyClick(sheet_of(scene), Key.Key_Escape)
    scene.settle()
    scene.qtbot.waitUntil(scene.has_focus)
    assert (scene.said, scene.current()) == ([], "Offer 0")


def test_known_customers_that_would_be_hidden_are_named(scene: Scene) -> None:
    with scene.store.write() as uow:
        add_address(uow, scene.ids["Acme Parts"], "deals@weekly.example", scene.clock)
    number = scene.id_of("Offer 2")
    scene.go_to("Offer 2")
    scene.press("A")
    scene.type("fjord")
    scene.press(Key.Key_Return)
    assert scene.stored(number).customer == "Fjord Outdoor"
    scene.go_to("Offer 0")
    scene.press(Key.Key_I, SHIFT)
    assert notes(sheet_of(scene)) == [
        "It is an address of your customer Acme Parts.",
        "1 email of theirs is filed with Fjord Outdoor. They stay; more like them would be left out.",
    ]


def test_a_drop_on_ignore_asks_first_and_several_senders_are_refused(scene: Scene) -> None:
    zone = scene.screen.desk.customers.zones.ignoring
    ids = [scene.id_of(f"Offer {at}") for at in range(3)]
    scene.screen.view.drag_began.emit()
    assert (zone.isVisible(), zone.note) == (True, "deals@weekly.example")
    assert not scene.drop(zone, zone.rect().center(), [*ids, scene.id_of(LETTERS[0].subject)])
    assert scene.went.told[-2] == "Not possible: 2 senders"
    assert scene.drop(zone, zone.rect().center(), ids)
    scene.screen.view.drag_ended.emit()
    assert not zone.isVisible()
    sheet = sheet_of(scene)
    assert sheet.this.text() == "Only these 3 emails"
    sheet.ignore.click()
    scene.settle()
    assert scene.left() == len(LETTERS)


def test_several_senders_have_no_rule_and_are_ignored_as_emails(scene: Scene) -> None:
    scene.screen.view.select({scene.id_of("Offer 0"), scene.id_of(LETTERS[0].subject)})
    scene.press(Key.Key_I, SHIFT)
    assert scene.went.toasts[-1] == "Not possible: 2 senders."
    scene.press("I")
    assert scene.said == ["Ignored 2 emails"]


def test_all_clear_counts_what_was_ignored(make: Make) -> None:
    scene = make(*DEALS)
    scene.press("I")
    scene.press("I")
    sheet_of(scene).ignore.click()
    scene.settle()
    assert scene.screen.desk.is_clear
    labels = [one.text() for one in scene.screen.desk.clear.findChildren(QWidget) if hasattr(one, "text")]
    assert {"ignored", "1 sender rule", "Ignored deals@weekly.example from now on, 2 emails"} <= set(labels)

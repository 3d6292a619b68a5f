"""Shift+Enter: the suggestions of 90 % and above, listed first, left out one by one, accepted with one undo."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from desktop.domain.reasons import ReasonCode
from desktop.views.review.decide_panel import IN_DOUBT
from desktop.views.review.sure_list import SureModel
from desktop.views.review.sure_sheet import SureSheet
from tests.gui.review.conftest import CTRL, LEFT, SHIFT, Make, Scene
from tests.gui.review.queue_data import LETTERS, Letter

Key = Qt.Key
SIMILAR = ReasonCode.SIMILAR_MATCH
SURE = (
    Letter(5, "Sales", "sales+shop@acme-parts.example", "Tagged", SIMILAR),
    Letter(6, "Office", "of.fice@northwind.example", "Dotted", SIMILAR),
)
FORGED = Letter(7, "Ops", "ops+x@kestrel.example", "Perhaps forged", ReasonCode.SENDER_UNAUTHENTICATED)


@pytest.fixture
def scene(make: Make) -> Scene:
    return make(*LETTERS, *SURE)


def sheet_of(scene: Scene) -> SureSheet:
    (sheet,) = (one for one in scene.window.findChildren(SureSheet) if one.isVisible())
    scene.qtbot.waitUntil(sheet.list.hasFocus)
    return sheet


def test_what_is_sure_is_listed_first_and_accepted_with_one_undo(scene: Scene) -> None:
    numbers = {one.subject: scene.id_of(one.subject) for one in SURE}
    place = scene.current()
    scene.press(Key.Key_Return, SHIFT)
    sheet = sheet_of(scene)
    assert [item.mail.subject for item in sheet.model.chosen] == ["Dotted", "Tagged"]
    assert sheet.accept_all.text() == "Accept 2 suggestions"
    assert scene.left() == len(LETTERS) + 2
    QTest.keyClick(sheet.list, Key.Key_Return)
    scene.settle()
    assert scene.said == ["Accepted 2 suggestions"]
    assert {subject: scene.stored(number).customer for subject, number in numbers.items()} == {
        "Tagged": "Acme Parts",
        "Dotted": "Northwind Traders",
    }
    scene.qtbot.waitUntil(scene.has_focus)
    assert scene.current() == place
    scene.press(Key.Key_Z, CTRL)
    assert scene.left() == len(LETTERS) + 2


def test_one_can_be_left_out(scene: Scene) -> None:
    scene.press(Key.Key_Return, SHIFT)
    sheet = sheet_of(scene)
    QTest.keyClick(sheet.list, Key.Key_Space)
    assert sheet.accept_all.text() == "Accept 1 suggestion"
    QTest.keyClick(sheet.list, Key.Key_Down)
    QTest.keyClick(sheet.list, Key.Key_X)
    assert not sheet.accept_all.isEnabled()
    QTest.keyClick(sheet.list, Key.Key_X)
    QTest.mouseClick(sheet.accept_all, LEFT)
    scene.settle()
    assert scene.said == ["Accepted 1 suggestion"]
    assert scene.left() == len(LETTERS) + 1


def test_only_what_is_in_view_is_offered(scene: Scene) -> None:
    scene.screen.top.search.setText("dotted")
    scene.settle()
    scene.screen.view.setFocus()
    scene.press(Key.Key_Return, SHIFT)
    assert [item.mail.subject for item in sheet_of(scene).model.chosen] == ["Dotted"]
    QTest.keyClick(sheet_of(scene), Key.Key_Escape)
    scene.settle()
    assert scene.said == []


def test_the_button_above_the_queue_does_the_same_and_says_why_it_cannot(make: Make) -> None:
    scene = make(*LETTERS, FORGED)
    button = scene.screen.top.sure
    assert (button.text(), button.isEnabled()) == ("Accept 90 % and &above", False)
    assert "each is decided by itself" in button.toolTip()
    scene.put(*SURE)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)
    assert "Perhaps forged" not in [item.mail.subject for item in sheet_of(scene).model.chosen]


def test_what_may_be_forged_is_warned_of_beside_the_suggestion(make: Make) -> None:
    scene = make(FORGED)
    about = scene.screen.desk.panel.about
    assert about.isVisible()
    assert about.state == "warn"
    (item,) = scene.screen.choice().items
    assert item.warning == item.mail.reason
    assert about.label.text() == f"{IN_DOUBT} {item.warning}"
    assert "the sender is in doubt" in str(scene.screen.view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole))


def test_the_rows_show_ninety_percent(scene: Scene) -> None:
    scene.go_to("Tagged")
    (offer,) = scene.screen.choice().offers
    assert (offer.customer.name, offer.percent) == ("Acme Parts", 90)
    said = scene.screen.view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Acme Parts 90 %" in said


def test_the_list_is_a_sound_model(scene: Scene, qtmodeltester: ModelTester) -> None:
    model = SureModel(scene.screen.shelf.sure())
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("ticked")
    model.toggle(0)
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("not ticked")

"""Needs Review by mouse: clicks, the context menu, and emails dragged onto customers."""

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop.ui.customer_form import CustomerForm
from desktop.views.review.decisions import REVIEW_AGAIN
from desktop.views.review.queue import GroupRow
from tests.gui.review.conftest import LEFT, MOVE, NONE, Make, Scene
from tests.gui.review.queue_data import LETTERS

FIRST, SECOND = "Two orders merged into one shipment", "Re: Ticket #1182, new delivery window"
CTRL = Qt.KeyboardModifier.ControlModifier


def click_row(scene: Scene, row: int, *, x: int = -1, modifier: Qt.KeyboardModifier = NONE) -> None:
    view = scene.screen.view
    box = view.visualRect(scene.screen.model.index(row, 0))
    place = QPoint(box.right() - 20 if x < 0 else x, box.center().y())
    QTest.mouseClick(view.viewport(), LEFT, modifier, place)
    scene.settle()


def targets(scene: Scene) -> QWidget:
    return scene.screen.desk.customers.list.viewport()


# --- clicks ---------------------------------------------------------------------------------------------------------


def test_a_click_at_the_end_of_a_head_shows_the_rest_and_folds_it_again(scene: Scene) -> None:
    click_row(scene, 0)
    assert len(scene.subjects()) == len(LETTERS)
    assert scene.current() == FIRST
    click_row(scene, 0)
    assert len(scene.subjects()) == len(LETTERS) - 2


def test_a_click_on_a_head_closes_and_opens_the_group(scene: Scene) -> None:
    click_row(scene, 0, x=60)
    assert scene.rows()[1] == "[freemail.example]"
    head = scene.screen.model.row(0)
    assert isinstance(head, GroupRow)
    assert head.is_closed
    click_row(scene, 0, x=60)
    assert scene.rows()[1] == FIRST


def test_clicks_choose_one_or_several(scene: Scene) -> None:
    click_row(scene, 2)
    assert scene.chosen() == [SECOND]
    click_row(scene, 4, modifier=CTRL)
    assert scene.chosen() == [SECOND, "New contact for the Leeds warehouse"]
    assert scene.screen.desk.panel.remember.words == "Remember these 2 addresses"


def test_clicks_leave_the_focus_in_the_queue(scene: Scene) -> None:
    panel, top = scene.screen.desk.panel, scene.screen.top
    QTest.mouseClick(panel.remember, LEFT, NONE, QPoint(8, panel.remember.height() // 2))
    assert panel.remember.isChecked()
    QTest.mouseClick(top.chip(None), LEFT)
    assert scene.has_focus()


def test_a_click_on_a_suggestion_files_with_it(scene: Scene) -> None:
    offers = scene.screen.desk.panel.offers
    place = offers.visualRect(offers.offers.index(0)).center()
    QTest.mouseClick(offers.viewport(), LEFT, NONE, place)
    scene.settle()
    assert scene.said == ["Assigned 1 email to Acme Parts"]
    assert scene.has_focus()


def test_the_buttons_do_what_they_say(scene: Scene) -> None:
    panel = scene.screen.desk.panel
    assert (panel.primary.text(), panel.domain.text()) == ("Assign to Acme Parts", "All 6 from domain")
    QTest.mouseClick(panel.domain, LEFT)
    assert len(scene.chosen()) == 6
    QTest.mouseClick(panel.primary, LEFT)
    scene.settle()
    assert scene.said == ["Assigned 6 emails to Acme Parts"]
    assert not panel.domain.isVisible() or not panel.domain.isEnabled()
    assert panel.domain.toolTip() == "Shared provider: one by one"


def test_a_double_click_on_a_customer_files_with_them(scene: Scene) -> None:
    number = scene.id_of(FIRST)
    QTest.mouseClick(targets(scene), LEFT, NONE, scene.place_of("Fjord Outdoor"))
    QTest.mouseDClick(targets(scene), LEFT, NONE, scene.place_of("Fjord Outdoor"))
    scene.settle()
    assert scene.stored(number).customer == "Fjord Outdoor"
    assert scene.has_focus()


def test_the_context_menu_names_the_commands_and_their_keys(scene: Scene) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        seen.append([action.objectName() for action in menu.actions() if not action.isSeparator()])
        menu.close()

    QTimer.singleShot(0, look)
    scene.screen.view.customContextMenuRequested.emit(QPoint(60, 40))
    scene.qtbot.waitUntil(lambda: bool(seen))
    assert {"review.accept", "review.find", "review.new", "review.domain", "review.skip"} < set(seen[0])


# --- dragging -------------------------------------------------------------------------------------------------------


def test_the_customer_under_a_drag_lights_up_and_names_the_act(scene: Scene) -> None:
    ids = [scene.id_of(FIRST), scene.id_of(SECOND)]
    pane = scene.screen.desk.customers
    assert scene.drag_over(targets(scene), scene.place_of("Fjord Outdoor"), ids)
    assert pane.model.lit == pane.model.row_of(scene.ids["Fjord Outdoor"])
    assert pane.model.act == "Assign 2 emails"
    assert scene.went.told[-1] == "Drop to assign 2 emails to Fjord Outdoor. Esc cancels."
    QApplication.sendEvent(targets(scene), QDragLeaveEvent())
    assert pane.model.lit == -1


def test_a_caption_is_no_target(scene: Scene) -> None:
    pane = scene.screen.desk.customers
    place = pane.list.visualRect(pane.model.index(0)).center()
    assert not scene.drag_over(targets(scene), place, [scene.id_of(FIRST)])
    assert pane.model.lit == -1


def test_a_drop_files_and_the_next_row_is_chosen(scene: Scene) -> None:
    number = scene.id_of(FIRST)
    assert scene.drop(targets(scene), scene.place_of("Fjord Outdoor"), [number])
    assert scene.stored(number).customer == "Fjord Outdoor"
    assert scene.said == ["Assigned 1 email to Fjord Outdoor"]
    assert scene.current() == SECOND
    assert scene.has_focus()
    scene.undo()
    assert scene.left() == len(LETTERS)


def test_a_drop_of_many_is_one_act(scene: Scene) -> None:
    scene.press("D")
    ids = [item.mail.id for item in scene.screen.choice().items]
    assert scene.drop(targets(scene), scene.place_of("Acme Parts"), ids)
    assert scene.said == ["Assigned 6 emails to Acme Parts"]
    assert scene.left() == len(LETTERS) - 6
    scene.undo()
    assert scene.left() == len(LETTERS)


def test_emails_that_do_not_wait_any_more_are_refused_with_the_reason(scene: Scene) -> None:
    number = scene.id_of(FIRST)
    scene.press(Qt.Key.Key_Return)
    assert not scene.drop(targets(scene), scene.place_of("Fjord Outdoor"), [number])
    assert REVIEW_AGAIN in scene.went.told
    assert scene.stored(number).customer == "Acme Parts"


def test_what_is_no_email_is_not_let_in(scene: Scene) -> None:
    data = QMimeData()
    data.setText("some words")
    event = QDragEnterEvent(scene.place_of("Acme Parts"), MOVE, data, LEFT, NONE)
    QApplication.sendEvent(targets(scene), event)
    assert not event.isAccepted()


def test_the_customers_scroll_while_a_drag_is_near_an_edge_and_escape_ends_that(make: Make) -> None:
    scene = make(*LETTERS, height=460)
    ids, view = [scene.id_of(FIRST)], scene.screen.desk.customers.list
    bar, bottom = view.verticalScrollBar(), view.viewport().height()
    scene.drag_over(targets(scene), QPoint(40, bottom - 3), ids)
    scene.qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    scene.drag_over(targets(scene), QPoint(40, 3), ids)
    scene.qtbot.waitUntil(lambda: bar.value() == 0)
    QApplication.sendEvent(targets(scene), QDragLeaveEvent())  # what Qt sends when Esc ends a drag
    assert scene.screen.desk.customers.model.lit == -1
    assert scene.said == []
    assert scene.left() == len(LETTERS)


def test_a_drag_shows_the_place_for_a_new_customer(scene: Scene) -> None:
    pane = scene.screen.desk.customers
    scene.screen.view.drag_began.emit()
    assert pane.zones.new.isVisible()
    assert not pane.new.isVisible()
    assert scene.went.told[-1].startswith("Drop 1 email on a customer.")
    number = scene.id_of("Where is my replacement part?")
    assert scene.drop(pane.zones.new, pane.zones.new.rect().center(), [number])
    scene.screen.view.drag_ended.emit()
    assert not pane.zones.new.isVisible()
    assert scene.went.told[-1] == ""
    scene.qtbot.waitUntil(lambda: bool(scene.window.findChildren(CustomerForm)))
    (form,) = scene.window.findChildren(CustomerForm)
    assert form.draft().name == "Daniel Costa"
    form.save.click()
    scene.settle()
    assert scene.stored(number).customer == "Daniel Costa"


def test_where_there_is_no_room_a_drag_shows_the_customers(make: Make) -> None:
    scene = make(*LETTERS, width=660)
    desk = scene.screen.desk
    assert not desk.has_customers
    scene.screen.view.drag_began.emit()
    assert desk.customers.isVisible()
    assert not desk.middle.isVisible()
    scene.screen.view.drag_ended.emit()
    assert not desk.customers.isVisible()
    scene.press("A")
    scene.type("kes")
    scene.press(Qt.Key.Key_Return)
    assert scene.said == ["Assigned 1 email to Kestrel Logistics"]

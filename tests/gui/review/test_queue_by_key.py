"""Needs Review by keyboard: what each key does, and that the focus stays in the queue."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.services.review import assign
from desktop.ui.customer_form import CustomerForm
from desktop.ui.frame import Place
from tests.gui.review.conftest import Make, Scene
from tests.gui.review.queue_data import LETTERS, Letter

Key = Qt.Key
FIRST, SECOND = "Two orders merged into one shipment", "Re: Ticket #1182, new delivery window"


def form_of(scene: Scene) -> CustomerForm:
    found = scene.window.findChildren(CustomerForm)
    shown = [form for form in found if form.isVisible()]
    assert len(shown) == 1
    return shown[0]


def test_the_queue_is_grouped_by_domain_the_largest_first(scene: Scene) -> None:
    assert scene.rows()[:7] == [
        "[acme-parts.example]",
        FIRST,
        SECOND,
        "Order confirmation 20893",
        "New contact for the Leeds warehouse",
        "[freemail.example]",
        "Invoice 4471 shows the wrong VAT number",
    ]
    assert scene.current() == FIRST
    assert scene.has_focus()


def test_enter_files_with_the_suggestion_and_goes_on(scene: Scene) -> None:
    number = scene.id_of(FIRST)
    scene.press(Key.Key_Return)
    assert FIRST not in scene.subjects()
    assert scene.current() == SECOND
    assert scene.has_focus()
    assert scene.said == ["Assigned 1 email to Acme Parts"]
    row = scene.stored(number)
    assert (row.customer, row.needs_review, row.decided_by) == ("Acme Parts", False, "person")


def test_the_row_goes_before_the_store_has_answered(scene: Scene) -> None:
    accept = scene.frame.actions.action("review.accept")
    accept.trigger()
    assert FIRST not in scene.subjects()
    assert scene.current() == SECOND
    assert not scene.frame.ops.is_idle()
    scene.settle()
    assert FIRST not in scene.subjects()


def test_j_and_k_pass_over_heads_and_the_email_follows(scene: Scene) -> None:
    for _ in range(4):
        scene.press("J")
    assert scene.current() == "Invoice 4471 shows the wrong VAT number"
    letter = scene.screen.desk.preview.letter
    assert letter is not None
    assert letter.row.subject == scene.current()
    scene.press("K")
    assert scene.current() == "New contact for the Leeds warehouse"
    assert scene.has_focus()


def test_a_number_takes_that_suggestion(make: Make) -> None:
    scene = make(*LETTERS)
    scene.go_to("Re: Appointment reminders")
    offers = [offer.customer.name for offer in scene.screen.choice().offers]
    assert offers == ["Lumen Clinic", "Lumen Eye Care"]
    number = scene.id_of("Re: Appointment reminders")
    scene.press("2")
    assert scene.stored(number).customer == "Lumen Eye Care"


def test_a_key_that_can_do_nothing_says_why(scene: Scene) -> None:
    scene.go_to("Where is my replacement part?")
    scene.press(Key.Key_Return)
    scene.press("D")
    scene.press("3")
    assert scene.went.toasts == [
        "There is no suggestion for this email: A finds the customer.",
        "Shared provider: one by one",
        "There is no suggestion 3.",
    ]
    assert scene.left() == len(LETTERS)


def test_d_chooses_the_whole_domain_and_enter_files_it_as_one(scene: Scene) -> None:
    scene.press("D")
    assert len(scene.chosen()) == 6
    assert scene.screen.desk.many.title.text() == "6 emails selected"
    assert scene.screen.desk.panel.primary.text() == "Assign 6 to Acme Parts"
    scene.press(Key.Key_Return)
    assert scene.said == ["Assigned 6 emails to Acme Parts"]
    assert scene.rows()[0] == "[freemail.example]"
    assert scene.has_focus()
    scene.undo()
    assert scene.left() == len(LETTERS)
    assert len(scene.chosen()) == 6


def test_a_finds_a_customer_by_a_few_letters(scene: Scene) -> None:
    number = scene.id_of(FIRST)
    scene.press("A")
    assert QApplication.focusWidget() is scene.screen.desk.customers.field
    scene.type("kes")
    scene.press(Key.Key_Return)
    assert scene.stored(number).customer == "Kestrel Logistics"
    assert scene.has_focus()
    assert scene.screen.desk.customers.field.text() == ""


def test_escape_out_of_finding_returns_to_the_same_row(scene: Scene) -> None:
    scene.press("J")
    scene.press("A")
    scene.type("kes")
    scene.press(Key.Key_Escape)
    assert scene.has_focus()
    assert scene.current() == SECOND
    assert scene.left() == len(LETTERS)


def test_finding_nobody_offers_a_new_customer_of_that_name(scene: Scene) -> None:
    scene.press("A")
    scene.type("Marlow Print")
    scene.press(Key.Key_Return)
    form = form_of(scene)
    assert form.draft().name == "Marlow Print"
    form.reject()
    scene.settle()
    assert scene.left() == len(LETTERS)


def test_n_makes_a_customer_and_files_in_one_undo(scene: Scene) -> None:
    scene.go_to("Where is my replacement part?")
    number = scene.id_of("Where is my replacement part?")
    scene.press("N")
    form = form_of(scene)
    assert form.draft().name == "Daniel Costa"
    assert form.draft().emails == ("daniel@freemail.example",)
    assert form.draft().company == ""
    form.save.click()
    scene.settle()
    assert [one for one in scene.window.findChildren(CustomerForm) if one.isVisible()] == []
    scene.qtbot.waitUntil(scene.has_focus)
    assert scene.stored(number).customer == "Daniel Costa"
    assert scene.said == ["Added the customer Daniel Costa and assigned 1 email"]
    scene.undo()
    assert scene.left() == len(LETTERS)
    with scene.store.read() as read:
        assert read.customers.find(search="Daniel Costa") == []


def test_a_new_customer_that_is_refused_keeps_the_form_and_the_row(scene: Scene) -> None:
    scene.go_to("Re: Appointment reminders")
    scene.press("N")
    form = form_of(scene)
    field = form.name.editor
    field.setText("Lumen Clinic")  # type: ignore[attr-defined]
    form.save.click()
    scene.settle()
    assert form.refusal.startswith("The customer Lumen Clinic is here already")
    assert scene.left() == len(LETTERS)
    form.reject()


def test_l_remembers_until_it_is_switched_off(scene: Scene) -> None:
    assert not scene.screen.desk.panel.remember.isChecked()
    scene.press("L")
    assert scene.screen.desk.panel.remember.isChecked()
    assert scene.screen.desk.panel.remember.words == "Remember wei@acme-parts.example"
    scene.press(Key.Key_Return)
    scene.press(Key.Key_Return)
    with scene.store.read() as read:
        acme = read.customers.get(scene.ids["Acme Parts"])
    assert acme is not None
    assert {"wei@acme-parts.example", "tom@acme-parts.example"} < set(acme.emails)
    scene.press("L")
    assert not scene.screen.desk.panel.remember.isChecked()


def test_s_puts_an_email_at_the_end(scene: Scene) -> None:
    scene.press("S")
    assert scene.rows()[-2:] == ["[Skipped]", FIRST]
    assert scene.current() == SECOND
    assert scene.left() == len(LETTERS)


def test_x_and_shift_choose_several(scene: Scene) -> None:
    scene.press(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert scene.chosen() == [FIRST, SECOND]
    scene.press("X")
    assert scene.chosen() == [FIRST]
    scene.press("X")
    scene.press(Key.Key_Return)
    assert scene.said == ["Assigned 2 emails to Acme Parts"]


def test_choosing_everything_leaves_nothing_folded_away(scene: Scene) -> None:
    scene.press(Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(scene.chosen()) == len(LETTERS)


def test_several_that_share_no_suggestion_are_not_filed_by_enter(scene: Scene) -> None:
    scene.press(Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    scene.press(Key.Key_Return)
    assert scene.went.toasts == [
        "No suggestion fits all of these emails: pick one with its number, or A finds the customer."
    ]
    assert scene.screen.desk.panel.primary.text() == "Find a customer"


def test_g_shows_the_oldest_first_without_groups(scene: Scene) -> None:
    scene.press("G")
    assert scene.rows()[0] == "Re: Appointment reminders"
    assert scene.rows() == scene.subjects()
    assert scene.current() == FIRST
    assert scene.screen.top.order.text() == "Oldest first"
    scene.press("G")
    assert scene.rows()[0] == "[acme-parts.example]"


def test_right_and_left_open_and_close_a_group(scene: Scene) -> None:
    scene.press(Key.Key_Right)
    assert len([row for row in scene.rows()[:8] if not row.startswith("[")]) == 6
    scene.press(Key.Key_Left)
    assert scene.rows()[5] == "[freemail.example]"
    scene.press(Key.Key_Left)
    assert scene.rows()[:2] == ["[acme-parts.example]", "[freemail.example]"]
    scene.press("K")
    scene.press(Key.Key_Right)
    assert scene.rows()[1] == FIRST


def test_undo_brings_the_email_back_and_chooses_it(scene: Scene) -> None:
    scene.press("J")
    scene.press(Key.Key_Return)
    assert scene.current() == "Order confirmation 20893"
    scene.undo()
    assert scene.current() == SECOND
    assert scene.has_focus()
    assert scene.screen.filing.sitting.emails() == 0


def test_the_keys_are_those_of_the_queue_and_not_of_its_search(scene: Scene) -> None:
    scene.screen.search_field().setFocus()
    scene.type("ajdns")
    assert scene.screen.search_field().text() == "ajdns"
    assert scene.rows() == []
    scene.press(Key.Key_Escape)
    assert len(scene.subjects()) == 10


@pytest.mark.parametrize(("words", "found"), [("leeds", 2), ("becker delivery", 2), ("tom 1182", 1), ("nobody", 0)])
def test_the_search_looks_at_people_and_words(scene: Scene, words: str, found: int) -> None:
    scene.screen.search_field().setText(words)
    scene.settle()
    assert len(scene.subjects()) == found
    assert scene.screen.top.chip(None).accessibleName() == f"All, {found}"


def test_chips_leave_what_they_count(scene: Scene) -> None:
    for bucket, chip in scene.screen.top._chips.items():
        chip.setChecked(True)
        scene.press(Key.Key_A, Qt.KeyboardModifier.ControlModifier) if scene.subjects() else None
        assert chip.accessibleName().endswith(f", {len(scene.subjects())}"), bucket


def test_a_place_opens_a_chip_or_an_email(scene: Scene) -> None:
    scene.screen.open(Place("review", part="no_match"))
    scene.settle()
    assert len(scene.subjects()) == 5
    scene.screen.open(Place("review", email_id=scene.id_of("Gate code for deliveries has changed")))
    scene.settle()
    assert scene.current() == "Gate code for deliveries has changed"


def test_mail_that_arrives_moves_nothing_under_the_hand(scene: Scene) -> None:
    scene.go_to("Where is my replacement part?")
    more = [Letter(1, f"Person {one}", f"p{one}@bulk.example", f"New {one}") for one in range(7)]
    scene.put(*more)
    assert scene.current() == "Where is my replacement part?"
    assert scene.rows().index("[freemail.example]") > scene.rows().index("[acme-parts.example]")
    assert scene.screen.top.chip(None).accessibleName() == f"All, {len(LETTERS) + 7}"


def test_email_that_was_filed_elsewhere_leaves_the_queue(scene: Scene) -> None:
    with scene.store.write() as uow:
        assign(uow, [scene.id_of(FIRST)], scene.ids["Acme Parts"], remember=False, clock=scene.clock)
    scene.screen.refresh()
    scene.settle()
    assert scene.current() == SECOND

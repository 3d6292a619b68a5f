"""Needs Review when something is missing, wrong or done; and what it says to those who do not see it."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.services import review
from desktop.services.taking import Outcome
from desktop.ui.kit.theme import theme
from desktop.views.review import acts, filing
from desktop.views.review.queue import MailRow
from tests.gui.review.conftest import Make, Scene
from tests.gui.review.queue_data import LETTERS, Letter

Key = Qt.Key
KEY_S, BUSY = 0.05, 6
"""What a key may take, and how much slower a machine with other work may be."""
FIRST, SECOND = "Two orders merged into one shipment", "Re: Ticket #1182, new delivery window"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let every assignment fail as on a full disk; calling it makes room again."""
    usual = review.assign_waiting

    def fail(*_arguments: object, **_options: object) -> Outcome:
        raise StoreError(ReasonCode.STORE_FULL, "The disk is full.", action="Make room, then try again.")

    monkeypatch.setattr(filing, "assign_waiting", fail)
    return lambda: monkeypatch.setattr(filing, "assign_waiting", usual)


def trouble_of(scene: Scene, subject: str) -> str:
    row = scene.screen.model.mail(scene.screen.model.position_of(scene.id_of(subject)))
    assert isinstance(row, MailRow)
    return row.trouble.what if row.trouble else ""


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_an_assignment_that_fails_brings_the_row_back_with_the_reason(
    scene: Scene, full_disk: Callable[[], None]
) -> None:
    scene.press(Key.Key_Return)
    assert scene.subjects()[:2] == [FIRST, SECOND]
    assert scene.current() == SECOND
    assert trouble_of(scene, FIRST) == "The disk is full."
    assert scene.said == []
    scene.press("K")
    panel = scene.screen.desk.panel
    assert panel.trouble.label.text() == "Not assigned to Acme Parts. The disk is full."
    assert panel.retry.isVisible()
    full_disk()
    scene.press("R")
    assert scene.said == ["Assigned 1 email to Acme Parts"]
    assert FIRST not in scene.subjects()
    assert scene.has_focus()


def test_all_of_a_failed_domain_come_back(scene: Scene, full_disk: Callable[[], None]) -> None:
    scene.press("D")
    scene.press(Key.Key_Return)
    assert scene.left() == len(scene.screen.shelf.waiting) == len(LETTERS)
    assert trouble_of(scene, FIRST) == trouble_of(scene, SECOND) == "The disk is full."
    full_disk()
    scene.go_to(FIRST)
    scene.press(Key.Key_Return)
    assert scene.said == ["Assigned 1 email to Acme Parts"]
    assert trouble_of(scene, SECOND) == "The disk is full."


def test_an_old_answer_does_not_show_a_filed_email_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question about the queue that began before an assignment is answered after it."""
    gate, begun = threading.Event(), threading.Event()
    usual = scene.frame.ops.read
    held: list[object] = []

    def slow(
        owner: object, query: Callable[[object], object], then: Callable[[object], None], **options: object
    ) -> object:
        def wait(read: object) -> object:
            found = query(read)
            begun.set()
            gate.wait(60)
            return found

        return usual(owner, wait if options.get("slot") == "queue" else query, then, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.frame.ops, "read", slow)
    scene.screen.refresh()
    assert begun.wait(20)
    monkeypatch.setattr(scene.frame.ops, "read", usual)
    shown: list[bool] = []
    scene.screen.model.rowsInserted.connect(
        lambda _parent, first, last: held.extend(
            row
            for row in scene.screen.model.rows[first : last + 1]
            if isinstance(row, MailRow) and row.item.mail.subject == FIRST
        )
    )
    scene.frame.actions.action("review.accept").trigger()
    scene.qtbot.waitUntil(lambda: bool(scene.said))
    gate.set()
    scene.settle()
    assert held == shown == []
    assert FIRST not in scene.subjects()


def test_a_queue_that_cannot_be_read_says_so_and_can_be_read_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_read: object) -> None:
        raise StoreError(ReasonCode.STORE_BUSY, "The profile is busy.", meaning="Nothing is lost.", action="Wait.")

    monkeypatch.setattr("desktop.views.review.screen.review_queue", fail)
    scene.screen.refresh()
    scene.settle()
    error = scene.screen.desk.error
    assert error.isVisible()
    assert (error.title.text(), error.sentence.text()) == ("The profile is busy.", "Nothing is lost. Wait.")
    assert not scene.frame.actions.action("review.accept").isEnabled()
    monkeypatch.undo()
    error.primary.click()
    scene.settle()
    assert scene.subjects()[0] == FIRST


# --- what is not there ----------------------------------------------------------------------------------------------


def test_before_the_first_answer_there_are_rows_to_be(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def slow(_read: object) -> list[object]:
        gate.wait(10)
        return []

    monkeypatch.setattr("desktop.views.review.screen.review_queue", slow)
    scene = make(settled=False)
    scene.screen.panes()[0].setFocus()
    assert scene.screen.desk.loading.isVisible()
    assert scene.screen.choice().items == ()
    assert scene.screen.top.chip(None).accessibleName() == "All"
    gate.set()
    scene.settle()
    assert scene.screen.desk.clear.isVisible()
    assert QApplication.focusWidget() is scene.screen.desk.clear


def test_an_empty_queue_says_what_comes_here(make: Make) -> None:
    scene = make()
    clear = scene.screen.desk.clear
    assert clear.isVisible()
    assert clear.title.text() == "Nothing to review"
    assert not clear.undo.isVisible()
    assert not scene.screen.desk.customers.new.isVisible()
    clear.see.click()
    assert scene.went.places[-1].screen == "emails"


def test_all_clear_counts_what_was_done_and_undo_is_still_there(make: Make) -> None:
    scene = make(
        Letter(1, "Old", "one@kestrel.example", "One"),
        Letter(2, "Old", "two@kestrel.example", "Two"),
        Letter(3, "Ann", "ann@freemail.example", "Three"),
    )
    scene.press("D")
    scene.press(Key.Key_Return)
    scene.clock.advance(seconds=30)
    scene.press("A")
    scene.type("tide")
    scene.press(Key.Key_Return)
    clear = scene.screen.desk.clear
    assert clear.title.text() == "All clear"
    assert clear.words.text().startswith("3 emails reviewed in 32 s.")
    pane = scene.screen.desk.customers.model
    assert [pane.index(row).data() for row in range(3)] == ["Just filed", "Tidewater Marine", "Kestrel Logistics"]
    assert not scene.frame.actions.action("review.accept").isEnabled()
    clear.undo.click()
    scene.settle()
    assert scene.subjects() == ["Three"]
    assert scene.has_focus()


def test_when_nothing_waits_a_customer_found_is_opened(make: Make) -> None:
    scene = make()
    scene.screen.desk.customers.field.setFocus()
    scene.type("tide")
    scene.press(Key.Key_Return)
    place = scene.went.places[-1]
    assert (place.screen, place.customer_id) == ("customers", scene.ids["Tidewater Marine"])


def test_a_search_that_finds_nothing_can_be_left(scene: Scene) -> None:
    scene.screen.search_field().setText("nobody at all")
    nothing = scene.screen.desk.nothing
    assert nothing.isVisible()
    assert nothing.title.text() == "No email matches “nobody at all”"
    nothing.primary.click()
    assert scene.subjects()[0] == FIRST


def test_mail_of_an_unknown_sender_teaches_nothing(make: Make) -> None:
    scene = make(Letter(1, "Two Names", "x@doubt.example", "Who is it", ReasonCode.SENDER_AMBIGUOUS))
    assert not scene.screen.desk.panel.remember.isEnabled()
    scene.press("L")
    assert scene.went.toasts == ["Who sent it is in doubt: there is nothing to remember."]


# --- for everybody --------------------------------------------------------------------------------------------------


def test_every_command_has_a_menu_and_says_why_it_cannot(scene: Scene) -> None:
    actions = scene.frame.actions
    for act in acts.ACTS:
        assert act.menu
        assert actions.action(act.id).isEnabled() or actions.reason(act.id)
    scene.screen.hide()
    assert actions.reason("review.accept") == acts.ELSEWHERE


def test_no_key_is_named_that_is_switched_off(scene: Scene) -> None:
    scene.frame.actions.use_letters(False)
    assert scene.screen.keys.accessibleName() == (
        "Keys. Up or Down: Move; Enter: Accept; Ctrl+A: Select all; Ctrl+Z: Undo"
    )
    assert scene.screen.desk.panel.domain.face.hint == ""
    scene.press("S")
    assert scene.current() == FIRST
    scene.press(Key.Key_Return)
    assert scene.said == ["Assigned 1 email to Acme Parts"]
    scene.frame.actions.use_letters(True)
    assert scene.screen.desk.customers.new.face.hint == "N"


def test_five_thousand_emails_are_no_burden(make: Make) -> None:
    letters = [Letter(one, f"Person {one}", f"p{one}@d{one % 900}.example", f"Mail {one}") for one in range(5000)]
    scene = make(*letters)
    assert scene.screen.top.chip(None).accessibleName() == "All, 5,000"
    worst = max(scene.press("J") for _ in range(5))
    scene.press("S")
    assert scene.rows()[-1] == scene.screen.model.rows[-1].item.mail.subject  # type: ignore[union-attr]
    assert worst < BUSY * KEY_S


def test_tab_goes_through_the_panes_in_reading_order(scene: Scene) -> None:
    seen: list[QWidget] = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen:
            break
        seen.append(focus)
        scene.press(Key.Key_Tab)
    assert all(one.accessibleName() for one in seen), [one for one in seen if not one.accessibleName()]
    desk = scene.screen.desk
    wanted = [scene.screen.view, desk.panel.remember, desk.panel.primary, desk.customers.field, desk.customers.list]
    places = [seen.index(one) for one in wanted]
    assert places == sorted(places)


def test_the_theme_is_switched_while_it_is_open(scene: Scene) -> None:
    theme().set_mode("light")
    before = scene.window.grab().toImage()
    theme().set_mode("dark")
    scene.qtbot.waitUntil(lambda: scene.screen.view.palette().base().color() == theme().color("surface"))
    after = scene.window.grab().toImage()
    assert after.pixelColor(300, 200).lightness() < 80 < before.pixelColor(300, 200).lightness()


@pytest.mark.parametrize(("width", "height", "scale"), [(752, 540, 100), (1072, 740, 200), (752, 540, 200)])
def test_nothing_overlaps_in_small_windows(make: Make, width: int, height: int, scale: int) -> None:
    theme().set_text_scale(scale)
    try:
        scene = make(*LETTERS, width=width, height=height)
        panel = scene.screen.desk.panel
        boxes = [one for one in (panel.offers, panel.remember, panel.primary) if one.isVisible()]
        boxes.sort(key=lambda one: one.mapTo(panel, one.rect().topLeft()).y())
        tops = [one.mapTo(panel, one.rect().topLeft()).y() for one in boxes]
        bottoms = [one.mapTo(panel, one.rect().bottomLeft()).y() for one in boxes]
        assert all(bottom < top for bottom, top in zip(bottoms, tops[1:], strict=False))
        search, order = scene.screen.top.search, scene.screen.top.order
        assert search.geometry().right() < order.geometry().left()
    finally:
        theme().set_text_scale(100)


WARNED = Letter(3, "Acme Retail", "wei@lumenclinic.example", "Perhaps forged", ReasonCode.SENDER_UNAUTHENTICATED)
RETAIL = Letter(9, "Wei Zhang", "zhang@lumenclinic.example", "Another name")


@pytest.mark.parametrize(("width", "height", "least"), [(1072, 703, 160), (752, 503, 100)])
def test_the_letter_can_be_read_beside_a_warning_and_all_suggestions(
    make: Make, width: int, height: int, least: int
) -> None:
    """At 1280 x 800 and at 960 x 600, what the window keeps for itself taken off."""
    scene = make(WARNED, RETAIL, width=width, height=height)
    scene.go_to("Perhaps forged")
    scene.settle()
    panel, letter = scene.screen.desk.panel, scene.screen.desk.preview.page.sheet.view
    assert len(scene.screen.choice().offers) == 3

    def seen(widget: QWidget) -> int:
        return widget.visibleRegion().boundingRect().height()

    scene.qtbot.waitUntil(lambda: seen(letter) >= least)
    scene.qtbot.waitUntil(lambda: all(seen(one) == one.height() for one in (panel.primary, panel.offers, panel.about)))


def test_what_is_cut_of_a_warning_is_one_press_away(make: Make) -> None:
    scene = make(WARNED, RETAIL)
    scene.go_to("Perhaps forged")
    scene.settle()
    about = scene.screen.desk.panel.about
    scene.qtbot.waitUntil(about.more.isVisible)
    assert not about.label.isVisible()
    about.more.click()
    assert about.label.isVisible()
    assert about.label.text().endswith("No customer has the address wei@lumenclinic.example.")
    about.more.click()
    assert not about.label.isVisible()

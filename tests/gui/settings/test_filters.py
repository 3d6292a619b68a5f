"""The page of filters: rows typed, moved and removed, rehearsed as they are typed, applied with one undo."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.errors import AppError
from desktop.domain.filters import Comparison, DomainRole, Effect, Field, FilterRow, Kind
from desktop.domain.ids import FilterId
from desktop.domain.reasons import ReasonCode
from desktop.filtering.presets import PRESETS
from desktop.services import filters
from desktop.services.undo import undo
from desktop.store.store import Store
from desktop.ui.ops import Ops
from desktop.views.settings.filters import foot, past_sheet
from desktop.views.settings.filters.page import FiltersPage
from tests.gui.settings.conftest import Scene, add_mailboxes, show_screen
from tests.helpers.mails import NOON, FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

SUPPORT, SALES = "support@acme.example", "sales@acme.example"
LIST = {"list-id": "<news.example>"}


def row(effect: str, field: str, comparison: str, *values: str) -> FilterRow:
    return FilterRow(FilterId(0), Effect(effect), Field(field), Comparison(comparison), values)


@pytest.fixture
def office(store: Store) -> Office:
    add_mailboxes(store)
    made = Office(store)
    lumen = made.customer("Lumen Clinic", "mia@lumen.example")
    made.mail(letter("Mia", "mia@lumen.example", "Re: newsletter layout"), filed_with(lumen), mailbox=SUPPORT)
    made.mail(letter("Deals", "shop@deals.example", "Our newsletter", flags=LIST), waits(), mailbox=SUPPORT)
    made.mail(letter("Bank", "noreply@bank.example", "Statement"), waits(), mailbox=SUPPORT)
    made.mail(letter("Ana", "ana@nobody.example", "Question"), waits(), mailbox=SALES)
    return made


@pytest.fixture
def opened(qtbot: QtBot, office: Office, ops: Ops) -> tuple[Scene, FiltersPage]:
    scene = show_screen(qtbot, office.store, ops, FixedClock(NOON))
    return scene, page_of(scene)


def page_of(scene: Scene) -> FiltersPage:
    page = scene.go("filters")
    assert isinstance(page, FiltersPage)
    settle(scene, page)
    return page


def settle(scene: Scene, page: FiltersPage) -> None:
    scene.qtbot.waitUntil(lambda: scene.ops.is_idle() and not page.rehearsing.is_waiting)
    scene.settle()


def fill(scene: Scene, page: FiltersPage, made: FilterRow) -> None:
    """Add a row as a person does: the button, the choices, the field."""
    QTest.mouseClick(page.rows.add_button, Qt.MouseButton.LeftButton)
    editor = page.rows.editors[-1]
    for choice, value in ((editor.effect, made.effect), (editor.field, made.field), (editor.how, made.comparison)):
        choice.choose(value)
        choice.activated.emit(choice.currentIndex())
    assert editor.values.hasFocus()
    QTest.keyClicks(editor.values, ", ".join(made.values))
    settle(scene, page)


def figures(page: FiltersPage) -> tuple[str, str, str]:
    shown = page.preview.figures
    return shown.kept.text(), shown.before.text(), shown.more.text()


def stored(store: Store) -> list[str]:
    with store.read() as read:
        return [one.sentence() for one in read.filters.rows()]


def test_the_users_example_is_typed_seen_and_applied(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    assert page.rows.nothing.isVisible()
    assert not page.foot.apply_button.isEnabled()
    fill(scene, page, row("include", "to", "is", "support@shop.example"))
    fill(scene, page, row("exclude", "from", "starts-with", "noreply@", "no-reply@"))
    fill(scene, page, row("exclude", "subject", "contains", "unsubscribe", "newsletter"))
    assert [one.sentence.text() for one in page.rows.editors[:2]] == [
        "Brings in only mail sent to “support@shop.example”.",
        "Leaves out mail from an address that begins with “noreply@” or “no-reply@”.",
    ]
    assert [one.hits.text() for one in page.rows.editors] == ["keeps 1", "skips 1", "skips 2"]
    assert page.rows.editors[2].sentence.text().startswith("1 of these is from a known customer.")
    assert figures(page) == ("1", "0", "3")
    assert page.preview.warned.words.text() == "1 email from known customers would be skipped from now on."
    assert page.preview.model.lines[0].row.subject == "Re: newsletter layout"
    assert page.foot.apply_button.text() == "Apply: skip 3 more"
    assert stored(scene.store) == []
    QTest.mouseClick(page.foot.apply_button, Qt.MouseButton.LeftButton)
    settle(scene, page)
    assert len(stored(scene.store)) == 3
    assert figures(page) == ("1", "3", "0")
    assert not page.is_edited
    with scene.store.read() as read:
        assert read.filters.skipped() == []


def test_where_more_is_here_than_is_looked_at_while_typing_all_of_it_is_shown_first(
    opened: tuple[Scene, FiltersPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (foot, past_sheet):
        monkeypatch.setattr(module, "REHEARSED", 4)
    scene, page = opened
    fill(scene, page, row("exclude", "subject", "contains", "newsletter"))
    assert page.foot.past_words.text().startswith("Of the newest 100,000 emails; Apply looks through all")
    QTest.mouseClick(page.foot.past, Qt.MouseButton.LeftButton, pos=QPoint(8, page.foot.past.height() // 2))
    for escaped in (True, False):
        QTest.mouseClick(page.foot.apply_button, Qt.MouseButton.LeftButton)
        scene.qtbot.waitUntil(lambda: page.sheet is not None and bool(page.sheet.lines) and scene.ops.is_idle())
        sheet = page.sheet
        assert sheet is not None
        assert sheet.lines[0].startswith("2 emails would leave your lists")
        assert "1 of them from known customers" in sheet.lines[0]
        assert stored(scene.store) == []
        QTest.keyClick(sheet, Qt.Key.Key_Escape if escaped else Qt.Key.Key_Return)
        page.sheet = None
    scene.qtbot.waitUntil(lambda: len(stored(scene.store)) == 1)
    settle(scene, page)
    with scene.store.write() as uow:
        assert len(uow.read.filters.skipped()) == 2
        undo(uow, FixedClock(NOON))
        assert uow.read.filters.skipped() == []
    assert stored(scene.store) == []


def test_a_customer_is_kept_by_one_press_and_only_customers_are_shown_by_another(
    opened: tuple[Scene, FiltersPage],
) -> None:
    scene, page = opened
    fill(scene, page, row("exclude", "subject", "contains", "newsletter", "question"))
    assert page.preview.model.rowCount() == 3
    page.preview.warned.only.click()
    assert [line.row.customer for line in page.preview.model.lines] == ["Lumen Clinic"]
    page.preview.table.setFocus()
    page.preview.table.go_to(0)
    QTest.keyClick(page.preview.table, Qt.Key.Key_N)
    settle(scene, page)
    assert page.rows.editors[0].sentence.text() == "Always keeps mail from “mia@lumen.example”."
    assert not page.preview.warned.isVisible()
    assert page.foot.apply_button.text() == "Apply: skip 2 more"
    page.revert()
    settle(scene, page)
    assert not page.rows.editors
    assert figures(page) == ("4", "0", "0")


def test_what_is_here_is_left_out_too_when_asked_and_one_undo_takes_both_back(
    opened: tuple[Scene, FiltersPage],
) -> None:
    scene, page = opened
    page.preview.period.choose(0)
    fill(scene, page, row("exclude", "subject", "contains", "question"))
    assert page.foot.past_words.text() == "1 email would leave your lists; nothing is deleted, one undo takes it back."
    page.foot.past.click()
    assert page.foot.apply_button.text() == "Apply: skip 1 that are here"
    QTest.keyClick(page.rows.editors[0].values, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(scene, page)
    with scene.store.read() as read:
        assert [one.subject for one in read.filters.skipped()] == ["Question"]
        assert read.review.count() == 2
    assert page.skipped_button.text() == "Skipped mail (1)…"
    with scene.store.write() as uow:
        change = undo(uow, scene.frame.clock)
    scene.ops.announce(change)
    scene.qtbot.waitUntil(lambda: not page.rows.editors)
    settle(scene, page)
    with scene.store.read() as read:
        assert (read.filters.skipped(), read.filters.rows(), read.review.count()) == ([], [], 3)


def test_rows_move_by_key_and_by_drag_and_keep_the_focus(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    for word in ("one", "two", "three"):
        fill(scene, page, row("exclude", "subject", "contains", word))
    QTest.keyClick(page.rows.editors[2].values, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [one.row.values[0] for one in page.rows.editors] == ["one", "three", "two"]
    assert page.rows.editors[1].values.hasFocus()
    QTest.keyClick(page.rows.editors[1].values, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [one.values[0] for one in page.rows.rows] == ["one", "two", "three"]
    handle, last = page.rows.editors[0].handle, page.rows.editors[2]
    target = handle.mapFromGlobal(last.mapToGlobal(QPoint(5, last.height() - 2)))
    QTest.mousePress(handle, Qt.MouseButton.LeftButton)
    QTest.mouseMove(handle, target)
    handle.dragged.emit(handle.mapToGlobal(target))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert [one.values[0] for one in page.rows.rows] == ["two", "three", "one"]
    QTest.mouseClick(page.rows.editors[1].remove, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: len(page.rows.editors) == 2)
    assert [one.values[0] for one in page.rows.rows] == ["two", "one"]
    assert page.rows.editors[1].accessibleName().startswith("Filter 2: ")


def test_presets_kinds_and_wrong_rows(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    for name in ("Newsletters", "Newsletters", "Vendors"):
        page.rows.presets[name].click()
    settle(scene, page)
    assert len(page.rows.editors) == 2
    assert page.rows.presets["Newsletters"].isChecked()
    vendors = page.rows.editors[1]
    assert vendors.values.placeholderText() == next(one.asks_for for one in PRESETS if one.name == "Vendors")
    assert page.foot.apply_button.toolTip().startswith("Filter 2: A filter needs something to look for.")
    vendors.how.choose(Comparison.IS)
    vendors.how.activated.emit(0)
    QTest.keyClicks(vendors.values, "acme")
    settle(scene, page)
    assert vendors.error.text().startswith("“acme” is no address.")
    assert not page.foot.apply_button.isEnabled()
    menu = page.rows.editors[0].kinds_menu()
    next(one for one in menu.actions() if one.text() == "Spam and junk").trigger()
    assert set(page.rows.editors[0].row.values) == {Kind.NEWSLETTER, Kind.SPAM}
    assert page.rows.editors[0].kinds.text() == "Newsletters, Spam and junk"


def test_one_mailbox_shows_its_own_rows_and_all_keep_their_places(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    with scene.store.read() as read:
        boxes = {one.address: one.id for one in read.mailboxes.every()}
    with scene.store.write() as uow:
        for made in (
            replace(row("exclude", "subject", "contains", "a"), mailbox_id=boxes[SALES]),
            row("exclude", "subject", "contains", "b"),
        ):
            _, change = filters.add_row(uow, made, scene.frame.clock)
    scene.ops.announce(change)
    scene.qtbot.waitUntil(lambda: len(page.rows.editors) == 2)
    assert "Only for sales@acme.example." in page.rows.editors[0].sentence.text()
    page.mailbox.choose(boxes[SUPPORT])
    page.mailbox.activated.emit(page.mailbox.currentIndex())
    settle(scene, page)
    assert [one.row.values for one in page.rows.editors] == [("b",)]
    assert figures(page)[0] == "3"
    fill(scene, page, row("exclude", "subject", "contains", "c"))
    assert [(one.values[0], one.mailbox_id) for one in page.draft.rows] == [
        ("a", boxes[SALES]),
        ("b", None),
        ("c", boxes[SUPPORT]),
    ]


def test_domains_are_blocked_and_internal_mail_let_in_with_the_rest(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    QTest.keyClicks(page.domains.entry, "gmail.com")
    QTest.keyClick(page.domains.entry, Qt.Key.Key_Return)
    assert page.domains.field.error.startswith("Strangers of all kinds have addresses at gmail.com.")
    page.domains.entry.clear()
    QTest.keyClicks(page.domains.entry, "nobody.example")
    QTest.keyClick(page.domains.entry, Qt.Key.Key_Return)
    page.domains.switches["acme.example"].click()
    settle(scene, page)
    assert figures(page) == ("3", "0", "1")
    page.apply()
    settle(scene, page)
    with scene.store.read() as read:
        assert read.filters.domains(DomainRole.BLOCKED) == {"nobody.example"}
        assert read.filters.domains(DomainRole.INTERNAL) == {"acme.example"}
    assert list(page.domains.chips) == ["nobody.example"]


def test_a_mail_is_tried_and_a_change_elsewhere_is_not_lost(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    fill(scene, page, row("exclude", "from", "starts-with", "noreply@"))
    QTest.keyClicks(page.preview.try_field, "noreply@x.example")
    settle(scene, page)
    tried = "Would be skipped. Filter 1 leaves it out: its sender is noreply@x.example."
    assert page.preview.try_answer.text() == tried
    with scene.store.write() as uow:
        filters.add_row(uow, row("exclude", "subject", "contains", "elsewhere"), scene.frame.clock)
    page.apply()
    settle(scene, page)
    assert page.note.label.text().startswith("The filters were changed elsewhere meanwhile.")
    assert len(stored(scene.store)) == 1


def test_a_page_that_was_left_holds_no_mail_and_goes_on_with_the_draft(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    fill(scene, page, row("exclude", "subject", "contains", "newsletter"))
    before = figures(page)
    scene.go("appearance")
    page.apply()
    scene.qtbot.waitUntil(scene.ops.is_idle)
    assert page.rehearsing.is_ready is False
    assert len(stored(scene.store)) == 1
    page_of(scene)
    assert (before[0], figures(page)[0]) == ("2", "2")


def test_no_mail_and_what_cannot_be_read_say_so(qtbot: QtBot, store: Store, ops: Ops) -> None:
    scene = show_screen(qtbot, store, ops, FixedClock(NOON))
    page = page_of(scene)
    assert page.preview.said.title.text() == "No mail to try filters on"
    page.show_failure(AppError(ReasonCode.STORE_DAMAGED, "The database could not be read.", meaning="It stays."))
    assert page.preview.said.title.text() == "The database could not be read."
    QTest.mouseClick(page.preview.said.primary, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: page.preview.said.title.text() == "No mail to try filters on")


def test_every_stop_has_a_name(opened: tuple[Scene, FiltersPage], qtmodeltester: ModelTester) -> None:
    scene, page = opened
    fill(scene, page, row("exclude", "subject", "contains", "newsletter"))
    assert [stop for stop in page.stops() if not stop.accessibleName() and not getattr(stop, "text", str)()] == []
    check: Callable[[object], None] = qtmodeltester.check
    check(page.preview.model)
    sentence = page.preview.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert sentence == "Skip: Mia, Lumen Clinic, Re: newsletter layout. Filter 1 leaves it out: its subject fits."


def test_long_values_are_seen_from_their_beginning_unless_one_types(opened: tuple[Scene, FiltersPage]) -> None:
    scene, page = opened
    long = [f"a-long-value-{number}" for number in range(30)]
    fill(scene, page, row("exclude", Field.SENDER, Comparison.CONTAINS, *long))
    values = page.rows.editors[-1].values
    assert values.cursorPosition() == len(values.text())
    page.rows.add_button.setFocus()
    assert values.cursorPosition() == 0
    page.rows.editors[-1].set_row(row("exclude", Field.SENDER, Comparison.CONTAINS, "x"))
    values.setText("y" * 300)
    assert values.cursorPosition() == 0

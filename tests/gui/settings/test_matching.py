"""The page of matching: what a person sees, does by key and by mouse, and takes back."""

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.clock import Clock
from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate, Decision
from desktop.domain.ids import CustomerId, EmailId, RuleId
from desktop.domain.match_rule import Action, Condition, MatchRule, Where
from desktop.domain.reasons import ReasonCode
from desktop.domain.rule_limits import MatchingMode, mode_of
from desktop.services.match_rules import add_rule
from desktop.services.review import assign
from desktop.services.undo import undo
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.views.settings.matching import MatchingPage
from desktop.views.settings.matching_rules import APPLY, DOWN, EDIT, REMOVE, UP
from desktop.views.settings.rule_editor import RuleEditor
from tests.gui.settings.conftest import Scene
from tests.helpers.mails import FixedClock
from tests.unit.store.screens import Office, filed_with, letter, waits

CLOCK = FixedClock()


@pytest.fixture
def page(scene: Scene) -> MatchingPage:
    return open_page(scene)


def open_page(scene: Scene) -> MatchingPage:
    page = cast("MatchingPage", scene.go("matching"))
    scene.qtbot.waitUntil(lambda: page.known is not None and scene.ops.is_idle())
    return page


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def store_rules(scene: Scene, *names: str) -> list[RuleId]:
    found = []
    for name in names:
        rule = MatchRule(RuleId(0), name, (Condition(Where.SUBJECT, name.lower()),), Action.TAG, None, name.lower())
        with scene.store.write() as uow:
            found.append(add_rule(uow, rule, CLOCK)[0])
    return found


def names(page: MatchingPage) -> list[str]:
    return [row.rule.name for row in page.rules.rows]


def do(scene: Scene, page: MatchingPage, command: Callable[[UnitOfWork, Clock], object]) -> None:
    """A command of somebody else, announced as undo of the window is."""
    with scene.store.write() as uow:
        command(uow, CLOCK)
    page._read()
    scene.qtbot.waitUntil(scene.ops.is_idle)


def mode(scene: Scene) -> MatchingMode:
    with scene.store.read() as read:
        return mode_of(read.matching.limits())


def test_the_mode_applies_at_once_and_is_one_undo(scene: Scene, page: MatchingPage) -> None:
    assert page.mode.buttons[MatchingMode.SIMILAR].isChecked()
    assert "80 %" in page.mode.buttons[MatchingMode.SIMILAR].accessibleDescription()
    described = {one: button.accessibleDescription() for one, button in page.mode.buttons.items()}
    assert [one for one, words in described.items() if words.endswith("This is the default.")] == [MatchingMode.SIMILAR]
    page.mode.buttons[MatchingMode.SIMILAR].setFocus()
    QTest.keyClick(page.mode.buttons[MatchingMode.SIMILAR], Qt.Key.Key_Up)
    QTest.keyClick(page.mode.buttons[MatchingMode.EXACT], Qt.Key.Key_Space)
    scene.qtbot.waitUntil(lambda: mode(scene) is MatchingMode.EXACT)
    do(scene, page, undo)
    assert page.mode.buttons[MatchingMode.SIMILAR].isChecked()


def test_rules_are_moved_and_removed_by_key_and_keep_the_focus(scene: Scene) -> None:
    store_rules(scene, "Pallets", "Crates", "Boxes")
    page = open_page(scene)
    assert names(page) == ["Pallets", "Crates", "Boxes"]
    assert not page.rules.rows[0].buttons[UP].isEnabled()
    assert "Crates" in page.rules.rows[1].accessibleName()
    down = page.rules.rows[0].buttons[DOWN]
    down.setFocus()
    QTest.keyClick(down, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    scene.qtbot.waitUntil(lambda: names(page) == ["Crates", "Pallets", "Boxes"])
    assert page.rules.rows[1].buttons[DOWN].hasFocus()
    QTest.keyClick(page.rules.rows[1].buttons[DOWN], Qt.Key.Key_Delete)
    scene.qtbot.waitUntil(lambda: names(page) == ["Crates", "Boxes"])
    assert page.rules.rows[-1].buttons[EDIT].hasFocus()
    do(scene, page, undo)
    assert names(page) == ["Crates", "Pallets", "Boxes"]
    click(page.rules.rows[0].buttons[REMOVE])
    scene.qtbot.waitUntil(lambda: names(page) == ["Pallets", "Boxes"])


def test_a_rule_is_applied_to_stored_mail_shown_first_with_one_undo(scene: Scene) -> None:
    office = Office(scene.store)
    number = office.mail(letter("Ana", "ana@x.example", "pallets 1"), waits(), mailbox="support@acme.example")
    store_rules(scene, "Pallets")
    page = open_page(scene)
    click(page.rules.rows[0].buttons[APPLY])
    scene.qtbot.waitUntil(lambda: page.sheet is not None and bool(page.sheet.lines) and scene.ops.is_idle())
    sheet = page.sheet
    assert sheet is not None
    assert sheet.lines == ["The rule Pallets fits 1 of 1 email. 1 email would get the tag pallets."]
    assert sheet.act.hasFocus()
    QTest.keyClick(sheet.act, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: tags_of(scene, number) == ("pallets",) and scene.ops.is_idle())
    click(page.rules.rows[0].buttons[APPLY])
    scene.qtbot.waitUntil(lambda: page.sheet is not sheet and bool(page.sheet and page.sheet.lines))
    again = page.sheet
    assert again is not None
    assert again.lines == ["The rule Pallets fits 1 of 1 email. Nothing would change."]
    assert not again.act.isEnabled()
    QTest.keyClick(again, Qt.Key.Key_Escape)
    do(scene, page, undo)
    assert tags_of(scene, number) == ()


def tags_of(scene: Scene, number: EmailId) -> tuple[str, ...]:
    with scene.store.read() as read:
        return read.emails.by_ids([number])[number].tags


def fill(editor: RuleEditor, name: str, pattern: str) -> None:
    editor.name.setFocus()
    QTest.keyClicks(editor.name, name)
    QTest.keyClicks(editor.conditions[0].pattern, pattern)


def previewed(scene: Scene, editor: RuleEditor, words: str) -> None:
    scene.qtbot.waitUntil(lambda: words in editor.preview.said.text())


def test_a_rule_is_written_with_a_live_preview_and_stored_by_enter(scene: Scene) -> None:
    office = Office(scene.store)
    acme, other = office.customer("Acme Parts", "wei@acme.example"), office.customer("Bolt", "b@bolt.example")
    office.mail(letter("Wei", "wei@acme.example", "pallet 1"), filed_with(acme), mailbox="support@acme.example")
    office.mail(letter("Ana", "ana@x.example", "pallet 2"), waits(), mailbox="support@acme.example")
    page = open_page(scene)
    editor = page.editor
    click(page.rules.add)
    assert editor.isVisible()
    assert editor.name.hasFocus()
    fill(editor, "Pallets", "pallet")
    previewed(scene, editor, "Fits 2 of the newest 2 emails.")
    assert editor.preview.against.isHidden(), "nobody is suggested yet, so nothing is contradicted"
    click(editor.customer)
    picker = editor.customer.picker
    assert picker is not None
    QTest.keyClicks(picker.field, "bolt")
    scene.qtbot.waitUntil(lambda: picker.model.rowCount() > 0 and scene.ops.is_idle())
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: editor.customer.text() == "Bolt")
    scene.qtbot.waitUntil(lambda: not editor.preview.against.isHidden())
    assert editor.preview.against.label.text() == "1 of them is filed otherwise: the rule contradicts it."
    assert editor.preview.shown == [
        ("Wei", "pallet 1", "Contradicts Acme Parts"),
        ("Ana", "pallet 2", "waits in Needs Review"),
    ]
    QTest.keyClick(editor.name, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: names(page) == ["Pallets"])
    assert not editor.isVisible()
    assert page.rules.add.hasFocus()
    with scene.store.read() as read:
        (rule,) = read.match_rules.every()
    assert (rule.customer, rule.words) == (
        CustomerRef(other, "Bolt"),
        "When the subject has \u201cpallet\u201d: suggest Bolt.",
    )


def test_a_pattern_that_is_too_long_is_said_beside_it_and_not_stored(scene: Scene, page: MatchingPage) -> None:
    editor = page.editor
    click(page.rules.add)
    editor.name.setText("Long")
    editor.conditions[0].pattern.setText("x" * 240)
    assert editor.conditions[0].error == "A pattern has at most 200 characters, this one 240."
    previewed(scene, editor, "No preview while a condition is wrong.")
    click(editor.save)
    assert editor.conditions[0].pattern.hasFocus()
    editor.conditions[0].pattern.setText("ok")
    assert editor.conditions[0].error == ""
    click(editor.save)
    scene.qtbot.waitUntil(editor.error.isVisible)
    assert editor.error.label.text() == "A rule that suggests a customer needs one."
    QTest.keyClick(editor.name, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    with scene.store.read() as read:
        assert read.match_rules.every() == []


def test_a_rule_is_changed_with_another_condition_and_taken_back(scene: Scene) -> None:
    store_rules(scene, "Pallets")
    page = open_page(scene)
    editor = page.editor
    page.rules.rows[0].buttons[EDIT].setFocus()
    QTest.keyClick(page.rules.rows[0].buttons[EDIT], Qt.Key.Key_Return)
    assert (editor.head.text(), editor.tag.text()) == ("Change the rule Pallets", "pallets")
    previewed(scene, editor, "Fits")
    click(editor.more)
    assert editor.conditions[1].pattern.hasFocus()
    editor.conditions[1].where.choose(Where.HEADER)
    assert not editor.conditions[1].header.isHidden()
    editor.conditions[1].header.choose("list-id")
    QTest.keyClicks(editor.conditions[1].pattern, "*freight*")
    click(editor.conditions[0].remove)
    click(editor.save)
    scene.qtbot.waitUntil(lambda: not editor.isVisible() and scene.ops.is_idle())
    sentence = "When the header list-id is \u201c*freight*\u201d: tag it pallets."
    assert [row.rule.words for row in page.rules.rows] == [sentence]
    assert page.rules.rows[0].buttons[EDIT].hasFocus()
    do(scene, page, undo)
    assert [row.rule.words for row in page.rules.rows] == ["When the subject has \u201cpallets\u201d: tag it pallets."]


def suggestion(customer: CustomerId) -> Decision:
    found = Candidate(CustomerRef(customer, "Acme"), Band.STRONG, "The same domain.", "same_domain")
    return Decision(ReasonCode.NO_MATCH, "No.", "rule:review", None, 80, needs_review=True, suggestions=(found,))


def test_a_rule_that_is_wrong_too_often_is_tightened_by_its_button(scene: Scene) -> None:
    office = Office(scene.store)
    acme, other = office.customer("Acme", "a@acme.example"), office.customer("Other", "o@other.example")
    mails = [
        office.mail(letter("X", f"x{n}@acme.example", f"{n}"), suggestion(acme), mailbox="support@acme.example")
        for n in range(21)
    ]
    with scene.store.write() as uow:
        assign(uow, mails[:19], other, remember=False, clock=CLOCK)
    page = open_page(scene)
    assert page.table.buttons == {}
    assert "Too few decisions to tell." in page.table.words
    do(scene, page, lambda uow, clock: assign(uow, mails[19:], acme, remember=False, clock=clock))
    button = page.table.buttons["same_domain"]
    assert button.accessibleName() == "Company domain: lower to 50 %"
    assert "It says 80 % and is right in 10 %" in page.table.words
    click(button)
    scene.qtbot.waitUntil(lambda: "loosen same_domain" in page.table.buttons)
    with scene.store.read() as read:
        assert read.matching.limits() == {"same_domain": 50}
    click(page.table.buttons["loosen same_domain"])
    scene.qtbot.waitUntil(lambda: "same_domain" in page.table.buttons)
    do(scene, page, undo)
    assert "loosen same_domain" in page.table.buttons


def test_what_is_ours_is_listed_added_and_taken_away(scene: Scene, page: MatchingPage) -> None:
    assert page.known is not None
    assert ("acme.example", "domain of a mailbox") in page.known.ours
    page.ours.field.setText("gmail.com")
    QTest.keyClick(page.ours.field, Qt.Key.Key_Return)
    scene.qtbot.waitUntil(lambda: "Strangers have addresses at gmail.com too." in page.ours.labelled.error)
    page.ours.field.setText("Team.Example")
    assert page.ours.labelled.error == ""
    click(page.ours.add)
    scene.qtbot.waitUntil(lambda: list(page.ours.removers) == ["team.example"])
    assert page.ours.field.text() == ""
    click(page.ours.removers["team.example"])
    scene.qtbot.waitUntil(lambda: not page.ours.removers)


def test_a_domain_is_looked_up_for_being_shared(scene: Scene, page: MatchingPage) -> None:
    for typed, says in (
        ("ann@gmail.com", "gmail.com is shared"),
        ("co.uk", "Anybody can register below co.uk"),
        ("acme.example", "acme.example counts as one company's"),
    ):
        page.shared.field.setText(typed)
        scene.qtbot.waitUntil(lambda says=says: says in page.shared.labelled._hint)  # type: ignore[misc]


def test_the_page_is_found_by_what_it_is_about(scene: Scene, page: MatchingPage) -> None:
    scene.screen.search.setText("alias")
    assert scene.screen.page is page
    assert [section.isVisible() for section in page.sections] == [False, False, False, True, False]
    scene.screen.search.clear()
    assert all(section.isVisible() for section in page.sections)


def tabbed(page: MatchingPage, first: QWidget, count: int) -> list[QWidget | None]:
    first.setFocus()
    found = []
    for _ in range(count):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        found.append(QApplication.focusWidget())
    return found


def test_tab_goes_through_the_page_as_it_is_read(scene: Scene) -> None:
    store_rules(scene, "Pallets", "Crates")
    page = open_page(scene)
    first, second = (row.buttons for row in page.rules.rows)
    buttons = [first[one] for one in (DOWN, APPLY, EDIT, REMOVE)]
    buttons += [second[one] for one in (UP, APPLY, EDIT, REMOVE)]
    assert tabbed(page, page.mode.buttons[MatchingMode.SIMILAR], len(buttons) + 1) == [*buttons, page.rules.add]
    click(page.rules.add)
    editor = page.editor
    previewed(scene, editor, "Say what a mail must have")
    click(editor.more)
    one, two = editor.conditions
    scene.qtbot.waitUntil(two.where.isVisible)
    stops = [one.where, one.pattern, one.remove, two.where, two.pattern, two.remove, editor.more, editor.action]
    assert tabbed(page, editor.name, len(stops)) == stops


def test_nothing_is_cut_where_there_is_little_room(scene: Scene) -> None:
    store_rules(scene, "Pallets with a name that goes on for quite a while and then some")
    page = open_page(scene)
    scene.window.resize(600, 600)
    click(page.rules.add)
    page.editor.conditions[0].where.choose(Where.HEADER)
    scene.qtbot.waitUntil(page.editor.conditions[0].header.isVisible)
    inner = page.area.widget()
    assert inner is not None
    assert inner.minimumSizeHint().width() <= page.area.viewport().width()

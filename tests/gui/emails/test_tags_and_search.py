"""Search with operators by key, tags by key and menu, and commands on all that match."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import EmailId
from desktop.services.undo import undo
from desktop.ui.frame import EXPLAIN, Place
from desktop.views.emails import acts, changing
from tests.gui.emails.conftest import Desk, entries


def hinted(desk: Desk) -> list[str]:
    """The lines below the search; none when nothing is offered."""
    box = desk.screen.hints.box
    return [box.list.item(at).text() for at in range(box.list.count())] if box is not None and box.isVisible() else []


def lines(desk: Desk) -> dict[str, Qt.CheckState | None]:
    """The tags that are offered, each with its mark."""
    picker = desk.screen.commands.tags
    assert picker is not None
    items = [picker.list.item(at) for at in range(picker.list.count())]
    marked = Qt.ItemDataRole.CheckStateRole
    return {one.text(): Qt.CheckState(one.data(marked)) if one.data(marked) is not None else None for one in items}


def tag(desk: Desk, name: str) -> None:
    """Give what is chosen a tag by key."""
    desk.table.setFocus()
    desk.press("L")
    desk.type(name)
    desk.press("Enter")


# --- searching ------------------------------------------------------------------------------------------------------


def test_an_operator_is_completed_by_key(desk: Desk) -> None:
    desk.search("cust")
    assert hinted(desk) == ["customer:   part of the customer's name, or none"]
    desk.press("Down", "Return")
    assert desk.screen.top.search.text() == "customer:"
    desk.type("acme")
    assert {desk.cell(row, "customer").split(",")[0] for row in range(desk.table.emails.rowCount())} == {"Acme Parts"}
    assert QApplication.focusWidget() is desk.screen.top.search


def test_values_are_offered_too(desk: Desk) -> None:
    desk.search("-status:")
    assert hinted(desk) == ["synced", "pending", "error"]
    desk.press("Down", "Down", "Tab")
    assert desk.screen.top.search.text() == "-status:pending "
    assert desk.table.emails.rowCount() == 30
    desk.search("mailbox:sa")
    assert hinted(desk) == ["sales@shop.example"]
    QTest.mouseClick(
        desk.screen.hints.box.list.viewport(),  # type: ignore[union-attr]
        Qt.MouseButton.LeftButton,
        pos=desk.screen.hints.box.list.visualItemRect(desk.screen.hints.box.list.item(0)).center(),  # type: ignore[union-attr]
    )
    desk.settle()
    assert desk.table.emails.rowCount() == 8


def test_plain_words_offer_nothing_and_enter_goes_to_the_list(desk: Desk) -> None:
    desk.search("order")
    assert hinted(desk) == []
    desk.search("st")
    assert len(hinted(desk)) == 1
    desk.press("Esc")
    assert hinted(desk) == []
    assert desk.screen.top.search.text() == "st"
    desk.search("status:pending")
    desk.press("Return")
    assert desk.table.hasFocus()


def test_what_is_not_understood_is_said_beside_the_list(desk: Desk) -> None:
    desk.search("status:done")
    said = "There is no status “done”: it is synced, pending or error. It is looked for as words."
    assert desk.screen.sides.notes.text == said
    desk.search("tag:vip customer:nobody")
    assert desk.screen.sides.notes.text == "No email has the tag “vip”. No customer has “nobody” in the name."
    desk.search("order")
    assert desk.screen.sides.notes.text == ""


# --- tags -----------------------------------------------------------------------------------------------------------


def test_a_tag_is_given_by_key_shown_found_and_taken_back(desk: Desk) -> None:
    desk.press("J")
    tag(desk, "urgent")
    assert desk.said == ["Tagged 1 email urgent"]
    assert desk.table.hasFocus()
    said = desk.table.emails.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith("tag urgent")
    assert desk.cell(0, "tags") == "urgent"
    assert desk.preview.page.head.tags.text() == "Tag  urgent"
    desk.search("tag:URGENT")
    assert desk.subjects() == ["Order 039"]
    desk.ops.run(desk.screen, undo)
    desk.settle()
    desk.qtbot.waitUntil(lambda: desk.table.emails.rowCount() == 0)
    assert desk.screen.sides.notes.text == "No email has the tag “URGENT”."


def test_tags_of_several_are_marked_and_taken(desk: Desk) -> None:
    desk.press("J")
    tag(desk, "vip")
    desk.press("Shift+Down", "L")
    assert lines(desk) == {"vip": Qt.CheckState.PartiallyChecked}
    desk.press("Down", "Return")
    assert desk.said[-1] == "Tagged 1 email vip"
    desk.press("L")
    assert lines(desk) == {"vip": Qt.CheckState.Checked}
    desk.press("Down", "Return")
    assert desk.said[-1] == "Took the tag vip from 2 emails"
    desk.press("L", "Esc")
    assert desk.table.hasFocus()


def test_a_tag_that_cannot_be_is_refused_in_words(desk: Desk) -> None:
    desk.press("J")
    tag(desk, "a;b")
    (trouble,) = desk.troubles
    assert "no comma and no semicolon" in trouble.what


def test_tags_are_in_the_menu(desk: Desk) -> None:
    desk.press("J")
    desk.screen.commands.show_menu(desk.table.mapToGlobal(desk.table.rect().center()))
    menu: Any = desk.screen.commands.dialog
    assert {"Tags…", "Ignore"} <= set(entries(menu))
    menu.close()


# --- all that match -------------------------------------------------------------------------------------------------


def test_all_that_match_are_changed_as_one_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "SHOWN_FROM", 5)
    shown: list[tuple[int, int, str]] = []
    desk.screen.commands.changing.progressed.connect(lambda *told: shown.append(told))
    desk.search("from:stranger")
    desk.table.setFocus()
    desk.press("Ctrl+A", "A")
    desk.type("lum")
    desk.press("Enter")
    desk.qtbot.waitUntil(lambda: desk.said == ["Assigned 10 emails to Lumen Clinic"])
    desk.settle()
    assert shown == [(0, 10, "Assigning"), (10, 10, "Assigning"), (0, 0, "")]
    assert not desk.screen.footer.progress.isVisible()
    desk.ops.run(desk.screen, undo)
    desk.settle()
    with desk.room.store.read() as read:
        assert len(read.email_list.ids(EmailFilter(status="pending"))) == 10


def test_all_that_match_is_worked_on_without_a_mouse(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "SHOWN_FROM", 5)
    heard: list[tuple[str, str]] = []
    footer = desk.screen.footer

    def hear(done: int, total: int, _what: str) -> None:
        if total and not done:
            heard.append((footer.progress.accessibleName(), footer.cancel.accessibleName()))
            assert footer.cancel.focusPolicy() & Qt.FocusPolicy.TabFocus

    desk.screen.commands.changing.progressed.connect(hear)
    for act in (acts.SELECT_ALL, acts.ASSIGN, acts.TAG, acts.IGNORE, acts.COPY, acts.EXPORT):
        assert act.menu, act.id
        assert act.keys, act.id
    desk.search("from:stranger")
    desk.screen.top.search.setFocus()
    desk.press("Enter", "Ctrl+Shift+A")
    assert len(desk.chosen()) == 10
    tag(desk, "seen")
    desk.press("I")
    assert desk.said == ["Tagged 10 emails seen", "Ignored 10 emails"]
    assert heard == [("Tagging: progress", "Cancel: Tagging"), ("Ignoring: progress", "Cancel: Ignoring")]
    desk.press("Ctrl+C")
    assert desk.went.toasts == ["Copied 10 emails"]


def test_a_change_that_is_cancelled_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "SHOWN_FROM", 5)
    commands = desk.screen.commands
    commands.changing.progressed.connect(lambda done, total, _what: commands.changing.cancel() if total else None)
    desk.press("J", "Ctrl+A", "Ctrl+A")
    tag(desk, "all")
    assert desk.went.toasts == ["Tagging was cancelled."]
    assert desk.said == []
    with desk.room.store.read() as read:
        assert read.tags.every() == []


def test_what_waits_is_ignored(desk: Desk) -> None:
    desk.press("J", "I")
    assert desk.said == ["Ignored 1 email"]
    desk.press("J")
    assert desk.frame.actions.reason("emails.ignore") == "It does not wait for anybody."


# --- why it is here -------------------------------------------------------------------------------------------------


def test_the_explanation_tells_gates_rules_and_what_they_would_say_today(desk: Desk) -> None:
    desk.press("J", "J", "M")
    told = desk.preview.page.explanation()
    for part in (
        "Every gate, as recorded",
        "Matching: The sender",
        "What each rule said, recorded 1 March 2026",
        "Exact address: Fjord Outdoor, 100 %",
        "This decided.",
        "Decided by the rule Exact address.",
        "What the rules would say today (worked out now, not recorded)",
    ):
        assert part in told
    assert "worked out now" in desk.preview.page.sheet.explanation.toPlainText()


def test_a_place_can_ask_for_the_explanation(desk: Desk) -> None:
    desk.press("J")
    (number,) = desk.chosen()
    for _ in range(2):
        desk.screen.open(Place("emails", email_id=EmailId(number), part=EXPLAIN))
        desk.settle()
        assert desk.preview.page.sheet.is_explaining


def test_the_head_of_the_list_has_the_menu_of_the_columns(desk: Desk) -> None:
    header = desk.table.horizontalHeader()
    header.customContextMenuRequested.emit(header.rect().center())
    menu = entries(desk.screen.columns)
    assert {"Subject", "Tags", "Sort by", "Reset columns"} <= set(menu)
    menu["Tags"].trigger()
    assert "Tags" in desk.titles()
    menu["Reset columns"].trigger()
    assert "Tags" not in desk.titles()
    assert desk.screen.columns is not None
    desk.screen.columns.close()

"""The list of emails: what it shows, how it is narrowed, sorted and searched, and that it stays in its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.email_list import Chip
from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.domain.syncing import SyncProgress
from desktop.services.review import assign
from desktop.ui.frame import Place
from desktop.ui.kit.states import LoadingRows
from tests.gui.emails.conftest import Desk, entries
from tests.gui.mailroom import SUPPORT, parcel
from tests.gui.stretches import MEGABYTE, bring, leave_on_server
from tests.helpers.mails import NOON, place_in


def test_the_model_is_sound(desk: Desk, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    check(desk.table.emails)
    desk.arrive()
    desk.search("Order 03")
    check(desk.table.emails)


def test_newest_first_with_what_became_of_each(desk: Desk) -> None:
    assert desk.subjects()[:2] == ["Order 039", "Order 038"]
    assert [desk.cell(0, key) for key in ("from", "customer", "status")] == ["Stranger", "No match", "Pending"]
    assert [desk.cell(1, key) for key in ("from", "customer", "status")] == [
        "Fjord Outdoor",
        "Fjord Outdoor, Exact address",
        "Synced",
    ]
    assert desk.screen.head_row.words.text() == "40 synced"


def test_a_screen_reader_hears_a_row_in_one_sentence(desk: Desk) -> None:
    said = desk.table.emails.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Stranger, Order 039, 1 March 2026")
    assert said.endswith("No match, Pending, No customer has this address")
    assert desk.table.emails.headerData(0, Qt.Orientation.Vertical) == "Row 1"


def test_an_attachment_that_is_not_here_is_told_in_the_row_until_it_is(desk: Desk) -> None:
    email_id = desk.room.keep(parcel(("plan.pdf", "application/pdf", b"%PDF-1")), at=NOON + timedelta(hours=1))
    leave_on_server(desk.room.store, email_id, {"plan.pdf": 14 * MEGABYTE})
    desk.ops.announce(ChangeSet(Changed.EMAILS))
    desk.qtbot.waitUntil(desk.screen._soon.isActive)
    desk.settle()
    assert desk.cell(0, "why") == "No customer has this address, attachment of 14.7 MB still on its way"
    bring(desk.room.store, email_id, "plan.pdf")
    desk.ops.announce(ChangeSet(Changed.ATTACHMENTS))
    desk.qtbot.waitUntil(lambda: desk.cell(0, "why") == "No customer has this address")
    assert not desk.screen._soon.isActive(), "the whole list is not read again for it"


def test_chips_have_true_counts_and_narrow(desk: Desk) -> None:
    desk.room.undelivered()
    desk.screen.refresh()
    desk.settle()
    hints = {chip: button.face.hint for chip, button in desk.screen.chips.chips.items()}
    assert hints == {Chip.ALL: "", Chip.TODAY: "12", Chip.PENDING: "10", Chip.NO_MATCH: "10", Chip.ERRORS: "1"}
    for chip, count in ((Chip.TODAY, 12), (Chip.PENDING, 10), (Chip.ERRORS, 1)):
        QTest.mouseClick(desk.screen.chips.chips[chip], Qt.MouseButton.LeftButton)
        desk.settle()
        assert desk.table.emails.rowCount() == count
        assert desk.screen.chips.found.text() == f"{count} of 40"
    assert desk.cell(0, "subject") == "(not delivered yet)"
    assert desk.cell(0, "status") == "Error"


def test_a_message_that_is_not_kept_shows_its_verdict(desk: Desk) -> None:
    desk.room.undelivered("The server did not deliver it in 3 tries.")
    desk.screen.open(Place("emails", part="errors"))
    desk.settle()
    desk.click_row(0)
    assert desk.preview.page.head.subject.text() == "Not delivered yet"
    reason = desk.frame.actions.reason("emails.assign")
    assert reason == "It was never kept, so there is nothing to work on."


def test_a_mailbox_is_chosen_and_the_choice_goes_away_with_one(desk: Desk) -> None:
    assert desk.screen.chips.mailbox.isVisible()
    QTest.mouseClick(desk.screen.chips.mailbox, Qt.MouseButton.LeftButton)
    menu = entries(desk.screen.chips.menu)
    assert list(menu) == ["All mailboxes\t40", "sales@shop.example\t8", "support@shop.example\t32"]
    menu["sales@shop.example\t8"].trigger()
    desk.settle()
    assert desk.table.emails.rowCount() == 8
    assert desk.screen.chips.mailbox.text() == "sales@"


def test_with_one_mailbox_there_is_no_choice(empty_desk: Desk) -> None:
    empty_desk.room.keep(b"From: a@b.example\nSubject: x\n\nx")
    empty_desk.open()
    assert not empty_desk.screen.chips.mailbox.isVisible()


def test_searching_as_one_types(desk: Desk) -> None:
    desk.search("number 17")
    assert desk.subjects() == ["Order 017"]
    assert desk.screen.chips.found.text() == "1 of 40"
    assert QApplication.focusWidget() is desk.screen.top.search
    desk.search("from:stranger status:pending")
    assert desk.table.emails.rowCount() == 10
    assert {desk.cell(row, "from") for row in range(10)} == {"Stranger"}


def test_each_letter_lists_its_first_rows_and_a_pause_lists_and_counts_all(desk: Desk) -> None:
    begun, listed, counted = list[int](), list[int](), list[int]()
    lister, field = desk.screen._lister, desk.screen.top.search
    lister.began.connect(lambda listing: begun.append(len(listing.ids)))
    lister.listed.connect(lambda listing: listed.append(len(listing.ids)))
    lister.counted.connect(lambda figures: counted.append(figures.total))
    desk.screen._typing.setInterval(60_000)
    field.setFocus()
    QTest.keyClicks(field, "or")
    assert desk.ops.is_idle()  # so short a word waits for the pause
    QTest.keyClicks(field, "der")
    desk.qtbot.waitUntil(lambda: begun[-1:] == [40])
    QTest.keyClicks(field, " 017")
    desk.qtbot.waitUntil(lambda: begun[-1:] == [1])
    assert (listed, counted) == ([], [])
    desk.screen._typing.start(0)
    desk.settle()
    assert (listed, counted) == ([1], [40])


def test_a_status_that_is_typed_is_in_place_of_the_chip(desk: Desk) -> None:
    QTest.mouseClick(desk.screen.chips.chips[Chip.PENDING], Qt.MouseButton.LeftButton)
    desk.settle()
    desk.search("status:synced")
    assert desk.screen.wish.chip is Chip.ALL
    assert desk.table.emails.rowCount() == 30


def test_what_nothing_fits_says_so_and_is_cleared(desk: Desk) -> None:
    desk.search("nothing like this")
    empty = desk.screen.sides.empty
    assert empty.isVisible()
    assert empty.title.text() == "No email matches “nothing like this”"
    QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.table.isVisible()
    assert desk.table.emails.rowCount() == 40
    assert desk.table.hasFocus()


def test_esc_clears_the_search_then_the_selection(desk: Desk) -> None:
    desk.search("order")
    assert desk.screen.escape()
    desk.settle()
    assert desk.screen.top.search.text() == ""
    desk.click_row(2)
    desk.press("Shift+Down")
    assert len(desk.chosen()) == 2
    assert desk.screen.escape()
    assert len(desk.chosen()) == 1
    assert not desk.screen.escape()


def test_heads_sort_and_say_by_what(desk: Desk) -> None:
    header, model = desk.table.horizontalHeader(), desk.table.emails
    desk.click_head("date")
    assert desk.subjects()[0] == "Order 000"
    desk.click_head("from")
    names = [desk.cell(row, "from") for row in range(40)]
    assert names == sorted(names, key=lambda name: f"info@{name.split()[0].lower()}")
    assert header.sortIndicatorSection() == model.column_of("from")
    desk.click_head("from")
    assert desk.cell(0, "from") == "Stranger"
    desk.click_head("subject")
    assert header.sortIndicatorSection() == model.column_of("from"), "there is no order by subject"
    desk.click_head("status")
    assert desk.cell(0, "status") == "Pending"


def test_the_open_email_stays_open_in_another_order(desk: Desk) -> None:
    desk.click_row(7)
    before = desk.chosen()
    desk.click_head("from")
    assert desk.chosen() == before
    assert desk.preview.page.head.subject.text() == "Order 032"


# --- staying in place -----------------------------------------------------------------------------------------------


def test_new_mail_moves_nothing_under_the_hand(desk: Desk) -> None:
    desk.click_row(30)
    first = desk.table.visible_rows()[0]
    top, chosen = desk.table.emails.ids[first], desk.chosen()
    where = desk.table.rowViewportPosition(first)
    desk.arrive()
    now = desk.table.visible_rows()[0]
    assert desk.table.emails.ids[now] == top
    assert desk.table.rowViewportPosition(now) == where
    assert desk.chosen() == chosen
    assert desk.preview.page.head.subject.text() == "Order 009"
    assert desk.subjects()[0] == "Brand new"


def test_at_the_top_new_mail_is_seen_at_once(desk: Desk) -> None:
    desk.arrive("Look here")
    assert desk.table.visible_rows()[0] == 0
    assert desk.cell(0, "subject") == "Look here"
    assert desk.screen.head_row.words.text() == "41 synced"


def test_rows_stand_while_they_are_read_anew(desk: Desk) -> None:
    """What is in view comes with the list itself: nothing flickers grey in between."""
    seen: list[bool] = []
    model = desk.table.emails
    desk.screen._lister.listed.connect(lambda _listing: seen.append(model.row_at(0) is not None))
    desk.arrive("No flicker")
    assert seen == [True]


def test_an_email_that_does_not_fit_any_more_leaves_the_list(desk: Desk) -> None:
    desk.screen.open(Place("emails", part="pending"))
    desk.settle()
    desk.click_row(3)
    gone = desk.chosen()[0]
    customer = desk.room.customer("Stranger Ltd", "boss@stranger.example")
    ids = list(desk.screen.commands.chosen().emails)
    desk.ops.run(desk.screen, lambda uow, clock: assign(uow, ids, customer, remember=False, clock=clock))
    desk.qtbot.waitUntil(lambda: gone not in desk.table.emails.ids)
    desk.settle()
    assert desk.table.emails.rowCount() == 9
    assert desk.said == ["Assigned 1 email to Stranger Ltd"]


def test_a_hidden_screen_reads_again_when_it_is_shown(desk: Desk) -> None:
    desk.screen.hide()
    desk.room.keep(b"From: late@x.example\nSubject: While you were away\n\nx", at=desk.clock.now())
    desk.ops.announce(ChangeSet(Changed.EMAILS))
    desk.screen.show()
    desk.settle()
    assert desk.subjects()[0] == "While you were away"


# --- places and states ----------------------------------------------------------------------------------------------


def test_a_place_leads_to_one_email(desk: Desk) -> None:
    desk.search("order 01")
    wanted = desk.table.emails.ids[0]
    desk.screen.open(Place("emails", email_id=wanted))  # type: ignore[arg-type]  # an email's id
    desk.settle()
    assert desk.screen.top.search.text() == ""
    assert desk.chosen() == [wanted]
    assert desk.preview.page.head.subject.text() == "Order 019"


def test_a_place_leads_to_a_mailbox_and_a_chip(desk: Desk) -> None:
    desk.screen.open(Place("emails", mailbox_id=MailboxId(1), part="pending"))
    desk.settle()
    assert desk.screen.chips.chips[Chip.PENDING].isChecked()
    assert desk.screen.chips.mailbox.isChecked()
    assert desk.table.emails.rowCount() == 2


def test_without_a_mailbox_it_leads_to_one(empty_desk: Desk) -> None:
    empty_desk.open()
    empty = empty_desk.screen.sides.empty
    assert (empty.title.text(), empty.primary.text()) == ("No mailbox yet", "Connect a mailbox")
    QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)
    assert empty_desk.went.asked == [("connect", None)]


def test_before_the_first_sync_it_says_so_and_rows_come_live(empty_desk: Desk) -> None:
    place_in(empty_desk.ops.store, SUPPORT)  # type: ignore[arg-type]  # the store behind the lanes
    empty_desk.open()
    empty = empty_desk.screen.sides.empty
    assert empty.title.text() == "Nothing synced yet"
    QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)
    assert empty_desk.sync.asked == [("sync", None)]
    empty_desk.sync.progressed.emit(SyncProgress(MailboxId(1), SUPPORT, "INBOX", 34, 950))
    assert empty.title.text() == "The first sync is running"
    assert "34 of 950 messages are read in INBOX" in empty.sentence.text()
    assert not empty.primary.isVisible()
    empty_desk.arrive("The very first")
    assert empty_desk.table.isVisible()
    assert empty_desk.subjects() == ["The very first"]


def test_a_mailbox_picked_by_hand_leads_to_the_servers_messages(empty_desk: Desk) -> None:
    place_in(empty_desk.ops.store, SUPPORT)  # type: ignore[arg-type]  # the store behind the lanes
    with empty_desk.ops.store.write() as uow:
        uow.mailboxes.replace(replace(uow.read.mailboxes.every()[0], direction=Direction.MANUAL))
    empty_desk.open()
    empty = empty_desk.screen.sides.empty
    assert (empty.title.text(), empty.primary.text()) == ("Nothing is brought in yet", "Choose messages")
    QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)
    assert empty_desk.went.asked == [("choose", None)]


def test_a_store_that_cannot_be_read_says_so_and_is_asked_again(
    empty_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_desk.room.keep(b"From: a@b.example\nSubject: Still here\n\nx")

    def refuse(*_args: object) -> Any:
        raise AppError(ReasonCode.STORE_DAMAGED, "The database is damaged.", action="Restore a backup.")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.views.emails.lister.read_first", refuse)
        empty_desk.open()
    empty = empty_desk.screen.sides.empty
    assert (empty.title.text(), empty.sentence.text()) == ("The database is damaged.", "Restore a backup.")
    QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)
    empty_desk.settle()
    assert empty_desk.subjects() == ["Still here"]


def test_while_reading_the_structure_is_there(empty_desk: Desk) -> None:
    empty_desk.window.setCentralWidget(empty_desk.screen)
    empty_desk.window.show()
    assert isinstance(empty_desk.screen.sides._stack.currentWidget(), LoadingRows)
    empty_desk.settle()

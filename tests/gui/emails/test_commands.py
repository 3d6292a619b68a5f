"""The commands of the Emails screen by key and by mouse: moving, choosing, opening, filing, copying, exporting."""

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.ui.actions import is_single_letter
from desktop.ui.frame import Place
from desktop.ui.ops import Job
from desktop.views.emails.bar import PreviewBar
from desktop.views.emails.exporting import export
from tests.gui.emails.conftest import Desk, entries
from tests.gui.mailroom import letter


def table_in(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as a spreadsheet reads them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- moving and choosing --------------------------------------------------------------------------------------------


def test_j_and_k_move_and_the_preview_follows(desk: Desk) -> None:
    assert desk.table.hasFocus()
    desk.press("J")
    assert desk.preview.page.head.subject.text() == "Order 039"
    desk.press("J", "J")
    assert desk.preview.page.head.subject.text() == "Order 037"
    desk.press("K")
    assert desk.preview.page.head.subject.text() == "Order 038"
    desk.press("End")
    assert desk.preview.page.head.subject.text() == "Order 000"
    desk.press("Home", "Down")
    assert desk.preview.page.head.subject.text() == "Order 038"


def test_letters_are_letters_in_the_search(desk: Desk) -> None:
    desk.search("jaxk")
    assert desk.screen.top.search.text() == "jaxk"
    assert desk.chosen() == []


def test_letters_work_in_the_preview_too(desk: Desk) -> None:
    desk.press("J")
    desk.preview.setFocus()
    desk.press("J")
    assert desk.preview.page.head.subject.text() == "Order 038"


def test_x_adds_and_takes_away(desk: Desk) -> None:
    desk.press("J", "Shift+Down", "X")
    assert len(desk.chosen()) == 1
    desk.press("X")
    assert desk.screen.footer.selected.text() == "2 selected"
    assert desk.preview.summary.title.text() == "2 emails selected"
    assert desk.preview.summary.caption.text() == "2 senders, 2 today"


def test_everything_is_selected_in_two_steps(desk: Desk) -> None:
    desk.press("J", "Ctrl+A")
    first, last = desk.table.visible_rows()
    assert len(desk.chosen()) == last - first + 1 < 40
    footer = desk.screen.footer
    assert footer.selected.text() == f"{len(desk.chosen())} on this page selected"
    assert footer.select_all.text() == "Select all 40"
    QTest.mouseClick(footer.select_all, Qt.MouseButton.LeftButton)
    desk.settle()
    assert len(desk.chosen()) == 40
    assert footer.selected.text() == "40 of 40 selected"
    assert not footer.select_all.isVisible()
    assert desk.preview.summary.title.text() == "40 emails selected"


def test_the_second_step_has_its_key(desk: Desk) -> None:
    desk.press("J", "Ctrl+A", "Ctrl+A")
    assert len(desk.chosen()) == 40
    desk.press("End")
    assert len(desk.chosen()) == 1


def test_a_short_list_is_selected_at_once(desk: Desk) -> None:
    desk.search("order 01")
    desk.table.setFocus()
    desk.press("Ctrl+A")
    assert len(desk.chosen()) == desk.table.emails.rowCount() == 10


def test_the_mouse_chooses_a_range(desk: Desk) -> None:
    desk.click_row(1)
    desk.click_row(4, Qt.KeyboardModifier.ShiftModifier)
    desk.click_row(6, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.chosen()) == 5
    assert desk.screen.footer.selected.text() == "5 selected"


# --- the preview ----------------------------------------------------------------------------------------------------


def test_space_and_ctrl_i_show_and_hide_the_preview(desk: Desk) -> None:
    desk.press("J", "Space")
    assert (desk.preview.isVisible(), desk.table.is_two_line) == (False, False)
    assert "What happened" in desk.titles()
    desk.press("J", "Ctrl+I")
    assert (desk.preview.isVisible(), desk.table.is_two_line) == (True, True)
    assert desk.preview.page.head.subject.text() == "Order 038"


def test_the_focus_comes_back_when_the_preview_is_closed(desk: Desk) -> None:
    desk.press("J")
    desk.preview.setFocus()
    desk.press("Ctrl+I")
    assert desk.table.hasFocus()


def test_esc_in_the_mail_leads_back_to_the_list(desk: Desk) -> None:
    desk.press("J")
    desk.preview.setFocus()
    desk.press("Esc")
    assert desk.table.hasFocus()


def test_m_explains_what_is_chosen_in_the_list(desk: Desk) -> None:
    desk.press("J", "M")
    assert desk.preview.page.sheet.is_explaining
    assert "No customer has the address" in desk.preview.page.sheet.explanation.toPlainText()


def test_enter_opens_a_window_once_and_esc_closes_it(desk: Desk) -> None:
    desk.press("J", "Enter")
    (window,) = desk.screen.commands.windows
    desk.settle()
    assert window.isVisible()
    assert window.windowTitle() == "Order 039"
    assert window.preview.page.head.subject.text() == "Order 039"
    desk.window.activateWindow()
    desk.table.setFocus()
    desk.press("Return")
    assert len(desk.screen.commands.windows) == 1
    QTest.keyClick(window, Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: not desk.screen.commands.windows)
    desk.qtbot.waitUntil(desk.frame.actions.action("mail.explain").isEnabled)


def test_a_double_click_opens_too(desk: Desk) -> None:
    desk.click_row(2)
    cell = desk.table.visualRect(desk.table.emails.index(2, 1)).center()
    nothing = Qt.KeyboardModifier.NoModifier
    QTest.mouseDClick(desk.table.viewport(), Qt.MouseButton.LeftButton, nothing, cell)
    assert [window.email_id for window in desk.screen.commands.windows] == desk.chosen()
    desk.settle()


# --- filing ---------------------------------------------------------------------------------------------------------


def test_an_email_is_filed_by_a_few_letters(desk: Desk) -> None:
    desk.press("J", "A")
    picker = desk.screen.commands.assigning.picker
    assert picker is not None
    assert picker.isVisible()
    assert picker.head.text() == "Assign 1 email to"
    desk.type("lum")
    desk.press("Enter")
    desk.qtbot.waitUntil(lambda: desk.said == ["Assigned 1 email to Lumen Clinic"])
    desk.settle()
    assert desk.cell(0, "customer") == "Lumen Clinic, By hand"
    assert desk.cell(0, "status") == "Synced"
    assert desk.preview.page.strip.buttons[-1].text() == "Filed"
    assert desk.table.hasFocus()


def test_many_are_filed_as_one_command(desk: Desk) -> None:
    desk.press("J", "Shift+Down", "Shift+Down", "A")
    picker = desk.screen.commands.assigning.picker
    assert picker is not None
    assert picker.head.text() == "Assign 3 emails to"
    desk.type("acme")
    desk.press("Enter")
    desk.qtbot.waitUntil(lambda: desk.said == ["Assigned 3 emails to Acme Parts"])
    desk.settle()
    assert len(desk.chosen()) == 3, "what was chosen stays chosen"


def test_a_new_customer_is_made_from_the_mail(desk: Desk) -> None:
    desk.press("J", "A")
    desk.press("Ctrl+N")
    form = desk.screen.commands.assigning.form
    assert form is not None
    assert (form.draft().name, form.draft().addresses) == ("Stranger", ("info@stranger.example",))
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.said == ["Added the customer Stranger and assigned 1 email"])
    desk.settle()
    assert desk.cell(0, "customer") == "Stranger, By hand"
    assert not form.isVisible()


def test_the_customer_of_an_email_is_one_key_away(desk: Desk) -> None:
    desk.press("J", "O")
    assert desk.went.places == []
    assert desk.frame.actions.reason("emails.customer") == "It is filed with no customer yet."
    desk.press("J", "O")
    (place,) = desk.went.places
    assert place.screen == "customers"
    assert place.customer_id is not None


# --- out of the program ---------------------------------------------------------------------------------------------


def test_rows_are_copied_as_a_table(desk: Desk) -> None:
    desk.arrive("=HYPERLINK(1)", "Eve\tTab <eve@new.example>")
    desk.press("J", "Shift+Down", "Ctrl+C")
    lines = QApplication.clipboard().text().split("\n")
    assert lines[0] == "From\tSubject\tDate\tCustomer match\tStatus"
    assert lines[1].split("\t")[1] == "'=HYPERLINK(1)"
    assert lines[2].split("\t")[:2] == ["Stranger", "Order 039"]
    assert {len(line.split("\t")) for line in lines} == {5}
    assert desk.went.toasts == ["Copied 2 emails"]
    table = QApplication.clipboard().mimeData().html()
    assert "<td>&#x27;=HYPERLINK(1)</td>" in table
    assert "<th>Subject</th>" in table


def test_the_list_is_exported(desk: Desk, tmp_path: Path) -> None:
    desk.search("order 01")
    QTest.mouseClick(desk.screen.top.export, Qt.MouseButton.LeftButton)
    dialog: Any = desk.screen.commands.dialog
    assert dialog.windowTitle() == "Export 10 emails"
    desk.choose_file(tmp_path / "mails.csv", dialog)
    rows = table_in(tmp_path / "mails.csv")
    assert [row["Subject"] for row in rows] == [f"Order {at:03}" for at in range(19, 9, -1)]
    assert rows[0]["Status"] == "Pending"
    assert desk.went.toasts == ["Exported 10 emails to mails.csv"]
    assert not desk.screen.footer.progress.isVisible()


def test_only_the_selection_is_exported_when_there_is_one(desk: Desk, tmp_path: Path) -> None:
    desk.arrive("=1+1")
    desk.press("J", "Shift+Down", "Ctrl+E")
    desk.choose_file(tmp_path / "mails.csv", desk.screen.commands.dialog)
    rows = table_in(tmp_path / "mails.csv")
    assert [row["Subject"] for row in rows] == ["'=1+1", "Order 039"]


def test_no_cell_of_an_export_is_run(desk: Desk, tmp_path: Path) -> None:
    attacks = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\u00a0=1", "<script>", 'say "hi", all']
    for at, subject in enumerate(attacks):
        desk.room.keep(letter(f"=Eve{at} <eve{at}@new.example>", subject), at=desk.clock.now())
    desk.screen.refresh()
    desk.settle()
    desk.press("Ctrl+E")
    path = tmp_path / "mails.csv"
    desk.choose_file(path, desk.screen.commands.dialog)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "spreadsheets take it for UTF-8 by its mark"
    rows = table_in(path)
    assert len(rows) == 40 + len(attacks)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.strip()[:1] in set("=+-@\t\r\n")]
    assert {"'=cmd|' /C calc'!A0", "<script>", 'say "hi", all'} <= {row["Subject"] for row in rows}


def test_an_export_shows_how_far_it_is_and_can_be_cancelled(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Job] = []

    def slow(store: Any, ids: Any, path: Path, job: Job, progress: Any) -> int:
        begun.append(job)
        progress(20)
        job.cancelled.wait(10)
        return export(store, ids, path, job, progress)

    monkeypatch.setattr("desktop.views.emails.commands.export", slow)
    desk.table.setFocus()
    QTest.keySequence(desk.table, "Ctrl+E")
    dialog: Any = desk.screen.commands.dialog
    dialog.fileSelected.emit(str(tmp_path / "mails.csv"))
    dialog.reject()
    footer = desk.screen.footer
    desk.qtbot.waitUntil(lambda: footer.selected.text() == "Exporting 20 of 40")
    assert footer.progress.isVisible()
    QTest.mouseClick(footer.cancel, Qt.MouseButton.LeftButton)
    desk.settle()
    assert begun[0].cancelled.is_set()
    assert not footer.progress.isVisible()
    assert list(tmp_path.glob("*.csv")) == []
    assert desk.troubles == []


def test_several_emails_are_saved_into_a_folder(desk: Desk, tmp_path: Path) -> None:
    desk.press("J", "Shift+Down", "Ctrl+Shift+S")
    folder = tmp_path / "mails"
    folder.mkdir()
    desk.choose_file(folder, desk.preview.keeper.dialog)
    assert sorted(path.name for path in folder.iterdir()) == ["2026-03-01 Order 038.eml", "2026-03-01 Order 039.eml"]


def test_one_email_is_saved_without_the_preview_too(desk: Desk, tmp_path: Path) -> None:
    desk.press("J", "Space", "Ctrl+Shift+S")
    desk.choose_file(tmp_path / "one.eml", desk.preview.keeper.dialog)
    assert b"Order 039" in (tmp_path / "one.eml").read_bytes()


# --- menus ----------------------------------------------------------------------------------------------------------


def test_the_menu_key_opens_the_menu_at_the_row(desk: Desk) -> None:
    desk.press("J")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(desk.table.viewport(), event)
    menu = desk.screen.commands.dialog
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    found = entries(menu)
    assert {"Open", "Assign to…", "Explain this", "Copy rows", "Export as CSV…"} <= set(found)
    assert not found["Open customer"].isEnabled()
    menu.close()


def test_commands_say_why_they_cannot_be_used(desk: Desk) -> None:
    reason = desk.frame.actions.reason
    assert reason("emails.open") == "Choose an email first."
    desk.press("J", "Shift+Down")
    assert reason("emails.open") == "Choose one email only."
    assert desk.frame.actions.action("emails.assign").isEnabled()
    desk.search("nothing like this")
    assert reason("emails.export") == "There is nothing to export."
    assert not desk.screen.top.export.isEnabled()


def test_before_anything_is_listed_nothing_can_be_done(empty_desk: Desk) -> None:
    actions = empty_desk.frame.actions
    enabled = {act.id for act, action in actions.every() if act.menu == "Email" and action.isEnabled()}
    assert enabled == set()
    assert actions.reason("mail.explain") == "No email is shown."


def test_where_no_email_is_seen_none_can_be_worked_on(desk: Desk) -> None:
    desk.press("J")
    assert desk.frame.actions.action("mail.save").isEnabled()
    desk.screen.hide()
    assert not desk.frame.actions.action("mail.save").isEnabled()
    desk.screen.show()
    assert desk.frame.actions.action("mail.save").isEnabled()


def test_no_single_letter_belongs_to_the_window(desk: Desk) -> None:
    for act, action in desk.frame.actions.every():
        if any(is_single_letter(key) for key in act.keys):
            assert action.shortcutContext() == Qt.ShortcutContext.WidgetWithChildrenShortcut, act.id


def test_the_bar_above_the_email_does_the_same(desk: Desk) -> None:
    (bar,) = desk.preview.findChildren(PreviewBar)
    desk.press("J")
    assert (bar.open.face.kind, bar.open.face.hint, bar.assign.face.hint) == ("primary", "Enter", "A")
    QTest.mouseClick(bar.plain, Qt.MouseButton.LeftButton)
    assert desk.preview.is_plain
    QTest.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert {"Save as .eml…", "Zoom in"} <= set(entries(bar.menu))
    assert bar.menu is not None
    bar.menu.close()
    QTest.mouseClick(bar.close_it, Qt.MouseButton.LeftButton)
    assert not desk.preview.isVisible()


def test_going_to_an_empty_place_changes_nothing(desk: Desk) -> None:
    desk.search("order 01")
    desk.screen.open(Place("emails"))
    assert desk.screen.top.search.text() == "order 01"


def test_a_letter_of_a_stranger_is_plain_text_in_the_list(desk: Desk) -> None:
    desk.room.keep(letter('"<b>x</b>" <x@y.example>', "<i>hi</i>"), at=desk.clock.now())
    desk.screen.refresh()
    desk.settle()
    assert desk.cell(0, "subject") == "<i>hi</i>"
    tip = desk.table.emails.index(0, desk.table.emails.column_of("from")).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<b>x</b> <x@y.example>"

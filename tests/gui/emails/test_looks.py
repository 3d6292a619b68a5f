"""Columns, sizes and directions: what a person arranges stays, and nothing overlaps wherever the window goes."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from desktop.domain.email_list import Chip
from desktop.ui.kit.theme import theme
from desktop.ui.state import UiState
from desktop.views.emails.arrangement import Arrangement, arranged
from desktop.views.emails.columns import SHOWN
from tests.gui.emails.conftest import Desk, entries

BESIDE = ["From", "Subject", "Date", "Customer match", "Status"]
ALONE = ["From", "Subject", "What happened", "Date", "Customer match", "Status"]


def columns_menu(desk: Desk) -> QMenu:
    QTest.mouseClick(desk.screen.top.columns, Qt.MouseButton.LeftButton)
    assert desk.screen.columns is not None
    return desk.screen.columns


def show_column(desk: Desk, title: str) -> None:
    """Tick a column in the menu, or take the tick away."""
    menu = columns_menu(desk)
    next(one for one in menu.actions() if one.text() == title and one.menu() is None).trigger()
    menu.close()


def submenu(menu: QMenu, title: str) -> QMenu:
    action = [one for one in menu.actions() if one.text().replace("&", "") == title and one.menu() is not None][-1]
    found = action.menu()
    assert isinstance(found, QMenu)
    return found


def test_columns_are_shown_and_hidden_by_the_menu(desk: Desk) -> None:
    assert desk.titles() == BESIDE
    assert not next(one for one in columns_menu(desk).actions() if one.text() == "Subject").isEnabled()
    show_column(desk, "Mailbox")
    assert desk.titles() == [*BESIDE, "Mailbox"]
    assert desk.cell(0, "mailbox") == "support@"


def test_columns_move_and_widen_by_key(desk: Desk) -> None:
    entries(submenu(columns_menu(desk), "Date"))["Move after"].trigger()
    assert desk.titles() == ["From", "Subject", "Customer match", "Date", "Status"]
    before = width_of(desk, "customer")
    entries(submenu(columns_menu(desk), "Customer match"))["Wider"].trigger()
    assert width_of(desk, "customer") > before
    entries(columns_menu(desk))["Reset columns"].trigger()
    assert desk.titles() == BESIDE
    assert width_of(desk, "customer") == before


def test_the_list_is_sorted_by_key_too(desk: Desk) -> None:
    entries(submenu(columns_menu(desk), "Sort by"))["Oldest first"].trigger()
    desk.settle()
    assert desk.cell(0, "subject") == "Order 000"


def test_a_head_that_is_dragged_moves_its_column(desk: Desk) -> None:
    header = desk.table.horizontalHeader()
    header.moveSection(0, 1)
    assert desk.titles()[:2] == ["Subject", "From"]
    assert desk.table.arrangement.in_order()[:2] == ("subject", "from")


def test_an_edge_that_is_dragged_is_kept_and_the_rest_fits(desk: Desk) -> None:
    header, model = desk.table.horizontalHeader(), desk.table.emails
    header.resizeSection(model.column_of("from"), 240)
    desk.settle()
    assert width_of(desk, "from") == 240
    assert sum(header.sectionSize(at) for at in range(header.count())) == desk.table.viewport().width()
    before = width_of(desk, "date")
    header.resizeSection(model.column_of("subject"), width_of(desk, "subject") - 10)
    desk.settle()
    assert width_of(desk, "date") == before + 10, "what the flexible column loses, its neighbour gains"


def test_what_was_arranged_is_there_after_a_restart(desk: Desk, again: Callable[[UiState], Desk]) -> None:
    show_column(desk, "Size")
    desk.table.horizontalHeader().resizeSection(desk.table.emails.column_of("from"), 200)
    desk.press("Ctrl+I")
    later = again(desk.frame.state)
    assert not later.preview.isVisible()
    assert later.titles() == ALONE, "the list alone has columns of its own"
    later.press("Space")
    assert later.titles() == [*BESIDE, "Size"]
    assert width_of(later, "from") == 200


@pytest.mark.parametrize("kept", [None, 7, {}, {"order": "x", "shown": 1, "widths": []}, {"shown": ["gone", 3]}])
def test_nonsense_that_was_kept_is_as_good_as_nothing(kept: object) -> None:
    usual = Arrangement(("from", "subject", "date"), frozenset(SHOWN[:3]), {"from": 100, "subject": 200, "date": 60})
    made = arranged(kept, usual)
    assert made.order == usual.order
    assert "subject" in made.shown
    assert made.widths == usual.widths


def test_columns_always_fill_the_room_and_give_way_in_turn() -> None:
    made = Arrangement(("from", "subject", "date"), frozenset(["from", "subject", "date"]), {"from": 300, "date": 72})
    assert made.fitted(900) == {"from": 300, "subject": 528, "date": 72}
    assert made.fitted(400) == {"from": 216, "subject": 112, "date": 72}
    assert made.fitted(100)["from"] == 88


# --- sizes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height", "percent"), [(752, 560, 100), (1072, 740, 100), (864, 640, 200)])
def test_no_command_is_cut_and_nothing_overlaps(empty_desk: Desk, width: int, height: int, percent: int) -> None:
    theme().set_text_scale(percent)
    empty_desk.fill(12)
    desk = empty_desk.open(width, height)
    desk.press("J")
    assert desk.window.width() == width, "the screen does not ask for more room than there is"
    buttons = [one for one in desk.screen.findChildren(QPushButton) if one.isVisible() and one.text()]
    assert [one.text() for one in buttons if one.width() < one.sizeHint().width()] == []
    assert overlapping(desk.screen.top) == []
    assert overlapping(desk.screen.chips) == []
    header = desk.table.horizontalHeader()
    assert sum(header.sectionSize(at) for at in range(header.count())) == desk.table.viewport().width()


def test_chips_without_room_are_in_a_menu(empty_desk: Desk) -> None:
    empty_desk.fill(12)
    desk = empty_desk.open(430, 600)
    hidden = desk.screen.chips.hidden()
    assert hidden
    QTest.mouseClick(desk.screen.chips.more, Qt.MouseButton.LeftButton)
    found = entries(desk.screen.chips.menu)
    assert [text.split("\t")[0] for text in found] == [desk.screen.chips.chips[chip].text() for chip in hidden]
    next(action for text, action in found.items() if text.startswith("Errors")).trigger()
    desk.settle()
    assert desk.screen.wish.chip is Chip.ERRORS
    assert desk.screen.chips.chips[Chip.ERRORS].isVisible()


def test_where_there_is_no_room_for_both_the_list_stays(empty_desk: Desk) -> None:
    empty_desk.fill(12)
    desk = empty_desk.open(500, 600)
    assert not desk.preview.isVisible()
    assert desk.table.is_two_line
    assert desk.screen.top.more.isVisible()
    desk.press("J")
    desk.window.resize(1200, 700)
    desk.qtbot.waitUntil(desk.preview.isVisible)
    desk.settle()
    assert desk.preview.page.head.subject.text() == "Order 011"


def test_from_right_to_left_the_list_is_mirrored(empty_desk: Desk, qapp: QApplication) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    empty_desk.fill(12)
    desk = empty_desk.open()
    assert desk.table.mapTo(desk.screen, QPoint()).x() > desk.preview.mapTo(desk.screen, QPoint()).x()
    assert not desk.table.grab().isNull()


def test_the_row_under_the_pointer_is_lit(desk: Desk) -> None:
    desk.click_row(0)
    rest = desk.table.grab().toImage()
    spot = desk.table.visualRect(desk.table.emails.index(3, 1)).center()
    QTest.mouseMove(desk.table.viewport(), spot)
    desk.qtbot.waitUntil(lambda: desk.table._delegate.hovered == 3)
    assert desk.table.grab().toImage() != rest


def test_everything_that_takes_the_focus_has_a_name(desk: Desk) -> None:
    desk.press("J")
    nameless = [
        type(widget).__name__
        for widget in desk.screen.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []


def test_tab_goes_in_the_order_one_reads(desk: Desk) -> None:
    desk.press("J")
    desk.screen.top.search.setFocus()
    places: list[QPoint] = []
    parts = (desk.screen.top, desk.screen.chips, desk.table, desk.screen.footer, desk.preview)
    order: list[int] = []
    for _ in range(30):
        focus = QApplication.focusWidget()
        assert focus is not None
        at = next((at for at, part in enumerate(parts) if part is focus or part.isAncestorOf(focus)), None)
        if at is not None and (not order or order[-1] != at):
            order.append(at)
        places.append(focus.mapTo(desk.screen, QPoint()))
        if at == len(parts) - 1:
            break
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert order == [0, 1, 2, 3, 4]


def width_of(desk: Desk, key: str) -> int:
    return desk.table.horizontalHeader().sectionSize(desk.table.emails.column_of(key))


def overlapping(parent: QWidget) -> list[tuple[str, str]]:
    """The children of a widget that lie over each other."""
    children = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    shown = [one for one in children if one.isVisible() and one.width() > 0]
    return [
        (one.accessibleName(), other.accessibleName())
        for at, one in enumerate(shown)
        for other in shown[at + 1 :]
        if one.geometry().intersects(other.geometry())
    ]

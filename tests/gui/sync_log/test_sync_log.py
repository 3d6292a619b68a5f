"""The sync log: entries, open problems and tasks; trouble explains itself in place, with its button beside it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.store.store import Store
from desktop.ui.frame import Place
from desktop.ui.kit.buttons import Button
from desktop.ui.kit.labels import Label
from desktop.ui.ops import Ops
from desktop.views.sync_log.contents import PAGE, Tab
from desktop.views.sync_log.detail import Detail
from desktop.views.sync_log.model import WHAT, LogModel
from desktop.views.sync_log.screen import SyncLogScreen
from desktop.views.sync_log.table import link_room
from tests.gui.frames import make_frame
from tests.gui.sync_log.scene import BILLING, REFUSAL, SUPPORT, Scene
from tests.helpers.health import WELL, put_health
from tests.helpers.mails import NOON, FixedClock, place_in


def test_repeats_are_one_line_with_a_count(scene: Scene) -> None:
    refused = [line for line in scene.lines() if "3 times since" in line]
    assert len(refused) == 1
    assert any("34 fetched" in line for line in scene.lines())


def test_the_model_is_sound_while_a_detail_opens_and_closes(scene: Scene, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    model: LogModel = scene.screen._model
    check(model)
    key = next(entry.key for entry in model.entries if entry.can_open)
    model.set_open(key)
    check(model)
    model.set_open("")
    check(model)


def test_trouble_says_what_happened_what_it_means_and_what_to_do_in_place(scene: Scene) -> None:
    scene.select("3 times since")
    QTest.keyClick(scene.screen._table, Qt.Key.Key_Return)
    (detail,) = scene.screen._table.findChildren(Detail)
    shown = [label.text() for label in detail.findChildren(Label)]
    assert "The password was refused." in shown
    assert "New mail waits there." in shown
    assert "Reconnect." in shown
    assert "Reason code: ACCOUNT_SIGN_IN" in shown
    QTest.keyClick(scene.screen._table, Qt.Key.Key_Return)
    assert scene.screen._model.opened is None


def test_arrows_open_and_close_and_escape_closes(scene: Scene) -> None:
    scene.select("3 times since")
    QTest.keyClick(scene.screen._table, Qt.Key.Key_Right)
    assert scene.screen._model.opened is not None
    assert scene.screen.escape()
    assert scene.screen._model.opened is None


def test_the_fix_is_one_key(scene: Scene) -> None:
    scene.select("3 times since")
    QTest.keyClick(scene.screen._table, Qt.Key.Key_R)
    assert scene.went.asked == [("reconnect", BILLING)]


def test_the_badge_of_a_tab_equals_its_list(scene: Scene) -> None:
    scene.screen._choose_tab(scene.screen._tab.__class__("errors"))
    assert len(scene.lines()) == 1
    assert scene.screen._tabs.button(1).accessibleName() == "Errors, 1"
    scene.screen._choose_tab(scene.screen._tab.__class__("tasks"))
    assert scene.screen._tabs.button(2).accessibleName() == f"Manual actions, {len(scene.lines())}"


def test_search_and_mailbox_narrow_the_list_and_are_cleared_in_one_step(scene: Scene) -> None:
    scene.screen._search.setText("nothing like this")
    scene.qtbot.waitUntil(lambda: not scene.screen._typing.isActive())
    scene.settle()
    assert scene.lines() == []
    assert scene.screen._pages.calm.title.text() == "No entry fits"
    QTest.mouseClick(scene.screen._pages.calm.primary, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: not scene.screen._typing.isActive())
    scene.settle()
    assert scene.lines()


def test_a_place_leads_to_one_mailbox(scene: Scene) -> None:
    scene.screen.open(Place("sync_log", mailbox_id=SUPPORT))
    scene.settle()
    assert {entry.mailbox for entry in scene.screen._model.entries} <= {"support@shop.example", ""}
    assert scene.screen._filters.chips["mailbox"].text() == "support@"


def test_what_is_copied_for_support_names_nobody(scene: Scene) -> None:
    scene.screen._table.selectAll()
    scene.frame.actions.action("log.copy").trigger()
    text = QApplication.clipboard().text()
    assert "ACCOUNT_SIGN_IN" in text
    assert "@" not in text


def test_a_line_is_read_in_full_by_a_screen_reader(scene: Scene) -> None:
    index = scene.screen._model.index(0, 0)
    assert "Enter opens the details" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert scene.screen._model.index(0, WHAT).data()


@pytest.mark.parametrize("width", [752, 1072])
def test_nothing_in_the_head_is_cut_or_covered_in_the_smallest_window(scene: Scene, width: int) -> None:
    screen = scene.screen
    scene.window.resize(width, 560)
    scene.qtbot.waitUntil(lambda: screen.width() == width)
    scene.settle()
    parts = [screen._tabs, screen._search, screen._bundle]
    boxes = [QRect(part.mapTo(screen, QPoint()), part.size()) for part in parts]
    for before, after in pairwise(boxes):
        assert before.right() < after.left()
    assert boxes[-1].right() < width - 8
    assert screen._bundle.width() >= screen._bundle.sizeHint().width()


# --- following, paging, filters ---------------------------------------------------------------------------------------


def say(store: Store, numbers: Sequence[int]) -> None:
    with store.write() as uow:
        for number in numbers:
            uow.records.say("info", f"Note {number:03}.", NOON - timedelta(days=20) + timedelta(minutes=number))


def refreshed(scene: Scene) -> None:
    scene.screen.refresh()
    scene.settle()


def at_top(scene: Scene) -> str:
    table = scene.screen._table
    entry = scene.screen._model.entry_at(table.rowAt(0))
    assert entry is not None
    return entry.key


def test_new_entries_are_followed_until_one_scrolls_and_nothing_moves_under_the_reader(
    scene: Scene, store: Store
) -> None:
    say(store, range(450))
    refreshed(scene)
    table, bar, follow = scene.screen._table, scene.screen._table.verticalScrollBar(), scene.screen._follow
    say(store, [450])
    refreshed(scene)
    assert (bar.value(), follow.isChecked()) == (0, True)
    while len(scene.lines()) < 2 * PAGE:
        bar.setValue(bar.maximum())
        scene.settle()
    assert not follow.isChecked()
    bar.setValue(bar.maximum() - 300)
    scene.settle()
    table.selectRow(table.rowAt(60))
    seen, chosen, lines = at_top(scene), [one.key for one in table.chosen_entries()], len(scene.lines())
    with store.write() as uow:
        uow.records.say("info", "Something new.", NOON)
    refreshed(scene)
    assert (at_top(scene), [one.key for one in table.chosen_entries()]) == (seen, chosen)
    assert (scene.lines()[0], len(scene.lines())) == ("Something new.", lines + 1)
    QTest.mouseClick(follow, Qt.MouseButton.LeftButton)
    assert (bar.value(), follow.isChecked()) == (0, True)


def test_searching_reaches_every_tab_and_says_so_when_there_is_nothing(scene: Scene) -> None:
    scene.type("PASSWORD billing@")
    assert len(scene.lines()) == 1
    scene.screen._choose_tab(Tab.ERRORS)
    assert len(scene.lines()) == 1
    scene.type("nothing like this")
    assert scene.screen._pages.calm.title.text() == "No entry fits"
    assert scene.screen._tabs.button(1).accessibleName() == "Errors, 1"
    QTest.mouseClick(scene.screen._pages.calm.primary, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: not scene.screen._typing.isActive())
    scene.settle()
    assert (scene.screen._search.text(), len(scene.lines())) == ("", 1)


def test_one_run_alone_and_all_again(scene: Scene) -> None:
    scene.select("3 times since")
    scene.frame.actions.action("log.run").trigger()
    scene.settle()
    chip = scene.screen._filters.run_chip
    assert (scene.lines(), chip.text(), chip.isHidden()) == (["Sign-in refused"], "Run 4", False)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    scene.settle()
    assert len(scene.lines()) > 1
    assert chip.isHidden()


def test_when_nothing_is_wrong_any_more_the_past_errors_are_a_click_away(scene: Scene, store: Store) -> None:
    with store.write() as uow:
        put_health(uow, BILLING, WELL)
    refreshed(scene)
    scene.screen._choose_tab(Tab.ERRORS)
    calm = scene.screen._pages.calm
    assert calm.title.text() == "Nothing is wrong now"
    assert calm.sentence.text() == "The last trouble is over: Sign-in refused, 2 min ago."
    QTest.mouseClick(calm.primary, Qt.MouseButton.LeftButton)
    scene.settle()
    assert all("refused" in line for line in scene.lines())


def test_a_week_without_trouble_is_said(scene: Scene, store: Store) -> None:
    with store.write() as uow:
        put_health(uow, BILLING, WELL)
        uow.records._run.exec_driver_sql(f"UPDATE run SET started_at = started_at - {8 * 86400_000}, "
                                         f"ended_at = ended_at - {8 * 86400_000}")  # fmt: skip
        uow.records._run.exec_driver_sql(f"UPDATE event SET at = at - {8 * 86400_000}")
    refreshed(scene)
    scene.screen._choose_tab(Tab.ERRORS)
    assert scene.screen._pages.calm.sentence.text().startswith("No errors in the last 7 days.")


def test_the_log_of_a_disconnected_mailbox_is_read_and_searched_and_no_sync_is_asked_of_it(
    scene: Scene, store: Store
) -> None:
    with store.write() as uow:
        uow.mailboxes.set_state(SUPPORT, MailboxState.DISCONNECTED)
        uow.records.say("warning", "The folder is busy.", NOON, mailbox_id=SUPPORT, code="SERVER_MISBEHAVES")
    scene.type("support@")
    assert sorted(scene.lines()) == ["34 fetched, 28 matched, 3 to review", "The folder is busy."]
    scene.select("busy")
    QTest.keyClick(scene.screen._table, Qt.Key.Key_R)
    assert scene.sync.asked == []
    assert scene.went.toasts == ["support@shop.example is disconnected."]
    assert scene.went.places == [Place("dashboard", mailbox_id=SUPPORT)]


def says(screen: SyncLogScreen, button: str) -> bool:
    return screen._pages.calm.primary.text() == button


def test_an_empty_log_says_what_comes_there_and_how(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    screen = SyncLogScreen(frame)
    window.setCentralWidget(screen)
    window.show()
    for button, connected in (("Connect a mailbox", False), ("Sync now", True)):
        if connected:
            place_in(store, "support@shop.example")
            screen.refresh()
        qtbot.waitUntil(partial(says, screen, button))
        assert screen._pages.calm.title.text() == "Nothing has happened yet"
        QTest.mouseClick(screen._pages.calm.primary, Qt.MouseButton.LeftButton)
    assert (went.asked, sync.asked) == ([("connect", None)], [("sync", None)])


# --- the button of a line ---------------------------------------------------------------------------------------------


def link_of(scene: Scene, part: str) -> QPoint:
    """The middle of the link at the end of the line that says *part*."""
    table, model = scene.screen._table, scene.screen._model
    row = next(at for at, line in enumerate(scene.lines()) if part in line)
    room = table.visualRect(model.index(row, WHAT)).adjusted(12, 0, -12, -1)
    return link_room(room, "Reconnect").center()


def test_the_button_of_an_error_is_on_its_line_and_one_click_away(scene: Scene) -> None:
    at = link_of(scene, "3 times since")
    assert scene.screen._table.is_link(at)
    QTest.mouseClick(scene.screen._table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert scene.went.asked == [("reconnect", BILLING)]


def test_a_line_that_asks_for_nothing_has_no_link(scene: Scene) -> None:
    assert not scene.screen._table.is_link(link_of(scene, "34 fetched"))


def test_shift_r_tries_again_beside_the_fix(scene: Scene) -> None:
    scene.select("3 times since")
    QTest.keyClick(scene.screen._table, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert scene.sync.asked == [("sync", BILLING)]


def test_j_and_k_go_from_entry_to_entry(scene: Scene) -> None:
    table = scene.screen._table
    table.setFocus()
    table.go_to(0)
    QTest.keyClick(table, Qt.Key.Key_J)
    assert table.currentIndex().row() == 1
    QTest.keyClick(table, Qt.Key.Key_K)
    assert table.currentIndex().row() == 0


def test_the_bundle_is_a_table_that_names_nobody(scene: Scene, store: Store) -> None:
    with store.write() as uow:
        uow.records.say_error(REFUSAL, NOON, mailbox_id=MailboxId(1))
    refreshed(scene)
    QTest.mouseClick(scene.screen._bundle, Qt.MouseButton.LeftButton)
    version, head, *lines = QApplication.clipboard().text().splitlines()
    assert version.startswith("Postroom ")
    assert {len(line.split("\t")) for line in [head, *lines]} == {7}
    assert len(lines) == len(scene.lines())
    assert "@" not in "".join(lines) + head
    assert "password" not in "".join(lines)


def test_what_is_told_of_trouble_is_whole_in_the_smallest_window(scene: Scene) -> None:
    scene.window.resize(752, 560)
    scene.select("3 times since")
    QTest.keyClick(scene.screen._table, Qt.Key.Key_Return)
    (detail,) = scene.screen._table.findChildren(Detail)

    def is_whole() -> bool:
        shown = [one for one in detail.findChildren(QWidget) if isinstance(one, Button | Label)]
        return all(detail.rect().contains(QRect(one.mapTo(detail, QPoint()), one.size())) for one in shown) and all(
            one.width() >= one.minimumSizeHint().width() for one in shown if isinstance(one, Button)
        )

    scene.qtbot.waitUntil(is_whole)
    assert detail.height() >= detail.heightForWidth(detail.width())

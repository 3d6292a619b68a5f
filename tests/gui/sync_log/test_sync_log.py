"""The sync log: entries, open problems and tasks; trouble explains itself in place; running syncs are steered."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.errors import NeedsSignIn
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStarted
from desktop.store.store import Store
from desktop.sync.mailbox_pass import run_figures
from desktop.ui.frame import Place
from desktop.ui.ops import Ops
from desktop.views.sync_log.detail import Detail
from desktop.views.sync_log.model import WHAT, LogModel
from desktop.views.sync_log.screen import SyncLogScreen
from tests.gui.frames import make_frame
from tests.helpers.health import failed, put_health
from tests.helpers.mails import NOON, FixedClock, place_in

SUPPORT, BILLING = MailboxId(1), MailboxId(2)
REFUSAL = NeedsSignIn(
    ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", meaning="New mail waits there.", action="Reconnect."
)


class Scene:
    """A sync that went well, and three that the server refused."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
        place_in(store, "support@shop.example")
        place_in(store, "billing@shop.example")
        good = MailboxReceipt(
            "support@shop.example", [FolderReceipt("INBOX", listed=34, fetched=34, stored=31, review=3)]
        )
        bad = MailboxReceipt("billing@shop.example", error=REFUSAL)
        with store.write() as uow:
            run = uow.records.begin_run(SUPPORT, NOON - timedelta(minutes=5))
            uow.records.end_run(run, "SYNCED", run_figures(good), NOON - timedelta(minutes=5))
            for minutes in (4, 3, 2):
                at = NOON - timedelta(minutes=minutes)
                run = uow.records.begin_run(BILLING, at)
                uow.records.end_run(run, "ACCOUNT_SIGN_IN", run_figures(bad), at)
            uow.records.say_error(REFUSAL, NOON - timedelta(minutes=4), mailbox_id=BILLING)
            put_health(uow, BILLING, failed(REFUSAL))
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.frame, self.went, self.sync, _ = make_frame(ops, clock, self.window)
        self.screen = SyncLogScreen(self.frame)
        self.window.setCentralWidget(self.screen)
        self.window.resize(1280, 800)
        self.window.show()
        self.qtbot, self.ops = qtbot, ops
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.ops.is_idle() and not self.screen._soon.isActive())

    def lines(self) -> list[str]:
        return [entry.what for entry in self.screen._model.entries]

    def select(self, part: str) -> None:
        row = next(at for at, line in enumerate(self.lines()) if part in line)
        self.screen._table.setFocus()
        self.screen._table.go_to(row)


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    return Scene(qtbot, store, ops, clock)


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
    shown = [label.text() for label in detail.findChildren(type(scene.screen._subtitle))]
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
    assert scene.screen._calm.title.text() == "No entry fits"
    QTest.mouseClick(scene.screen._calm.primary, Qt.MouseButton.LeftButton)
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


def test_a_running_sync_is_a_row_that_can_be_held_and_stopped(scene: Scene) -> None:
    running = scene.screen._running
    assert running.isHidden()
    scene.sync.started.emit(SyncStarted(SUPPORT, "support@shop.example"))
    scene.sync.progressed.emit(SyncProgress(SUPPORT, "support@shop.example", "INBOX", 5, 20))
    row = running.row(SUPPORT)
    assert row._counted.text() == "5 of 20"
    QTest.mouseClick(row._hold, Qt.MouseButton.LeftButton)
    assert row._hold.text() == "Resume"
    QTest.mouseClick(row._hold, Qt.MouseButton.LeftButton)
    assert scene.sync.asked == [("pause", SUPPORT), ("resume", SUPPORT)]
    scene.sync.finished.emit(SyncFinished(SUPPORT, "support@shop.example", MailboxReceipt("support@shop.example")))
    assert running.isHidden()


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

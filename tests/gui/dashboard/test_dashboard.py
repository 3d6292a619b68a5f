"""The dashboard as a person meets it: state at a glance, one step each, everything by key and by mouse."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.errors import NeedsSignIn
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, MailboxDetails, MailboxPurpose, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStarted
from desktop.services.mailbox_review import set_details
from desktop.store.store import Store
from desktop.ui.kit.buttons import Button
from desktop.ui.ops import Ops
from desktop.views.dashboard.card import MailboxCardView
from desktop.views.dashboard.screen import DashboardScreen
from tests.gui.frames import make_frame
from tests.helpers.health import WELL, failed, put_health
from tests.helpers.mails import NOON, FixedClock, packed, parsed, place_in

REFUSAL = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", action="Reconnect.")
SUPPORT, BILLING = MailboxId(1), MailboxId(2)


class Scene:
    """Two mailboxes, one of which refuses the password; a mail to review."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
        place = place_in(store, "support@shop.example")
        place_in(store, "billing@shop.example")
        with store.write() as uow:
            uow.intake.take_in(place, [packed(1, parsed("1"))], [], NOON)
            put_health(uow, SUPPORT, WELL)
            put_health(uow, BILLING, WELL, failed(REFUSAL))
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.frame, self.went, self.sync, _ = make_frame(ops, clock, self.window)
        self.screen = DashboardScreen(self.frame)
        self.window.setCentralWidget(self.screen)
        self.window.resize(1280, 800)
        self.window.show()
        self.qtbot, self.ops = qtbot, ops
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.ops.is_idle() and not self.screen._soon.isActive())

    def card(self, mailbox_id: MailboxId) -> MailboxCardView:
        return self.screen._cards[mailbox_id]


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    return Scene(qtbot, store, ops, clock)


def test_health_is_seen_at_once(scene: Scene) -> None:
    assert "Healthy" in scene.card(SUPPORT).accessibleName()
    assert "Disconnected. The password was refused." in scene.card(BILLING).accessibleName()
    assert scene.card(BILLING).main_button().text() == "Reconnect"
    assert scene.screen.head_row.words.text() == "1 mailbox is disconnected"


def test_only_the_broken_mailbox_has_a_filled_button(scene: Scene) -> None:
    kinds = [scene.card(one).main_button().face.kind for one in (SUPPORT, BILLING)]
    assert kinds == ["secondary", "primary"]


def test_the_next_step_is_one_click(scene: Scene) -> None:
    QTest.mouseClick(scene.card(BILLING).main_button(), Qt.MouseButton.LeftButton)
    QTest.mouseClick(scene.card(SUPPORT).main_button(), Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("reconnect", BILLING)]
    assert scene.sync.asked == [("sync", SUPPORT)]


def test_arrows_go_from_card_to_card_and_keys_act_on_the_one(scene: Scene) -> None:
    scene.card(SUPPORT).setFocus()
    QTest.keyClick(scene.card(SUPPORT), Qt.Key.Key_Right)
    assert QApplication.focusWidget() is scene.card(BILLING)
    QTest.keyClick(scene.card(BILLING), Qt.Key.Key_R)
    QTest.keyClick(scene.card(BILLING), Qt.Key.Key_Left)
    QTest.keyClick(scene.card(SUPPORT), Qt.Key.Key_S)
    QTest.keyClick(scene.card(SUPPORT), Qt.Key.Key_Return)
    assert scene.went.asked == [("reconnect", BILLING)]
    assert scene.sync.asked == [("sync", SUPPORT), ("sync", SUPPORT)]


def test_r_reconnects_what_is_red_wherever_the_focus_is(scene: Scene) -> None:
    head = scene.screen.findChild(Button)
    assert head is not None
    head.setFocus()
    scene.settle()
    QTest.keyClick(head, Qt.Key.Key_R)
    QTest.keyClick(head, Qt.Key.Key_P)
    assert scene.went.asked == [("reconnect", BILLING)]
    assert scene.card(SUPPORT).verdict_now().word == "Healthy", "other keys are for a card that has the focus"


def test_r_on_a_healthy_card_reconnects_what_is_red(scene: Scene) -> None:
    scene.card(SUPPORT).setFocus()
    scene.settle()
    QTest.keyClick(scene.card(SUPPORT), Qt.Key.Key_R)
    assert scene.went.asked == [("reconnect", BILLING)]


def test_the_row_that_has_the_focus_keeps_it_when_mail_arrives(scene: Scene) -> None:
    tasks = scene.screen._below.tasks
    view = scene.screen._below.task_view
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    tasks.show([*tasks.rows, tasks.rows[0]])
    tasks.show(tasks.rows[1:])
    assert view.currentIndex().row() == 1


def test_pausing_is_one_key_and_the_same_key_resumes(scene: Scene, store: Store) -> None:
    scene.card(SUPPORT).setFocus()
    QTest.keyClick(scene.card(SUPPORT), Qt.Key.Key_P)
    scene.settle()
    assert scene.card(SUPPORT).verdict_now().word == "Paused"
    assert ("changed", None) in scene.sync.asked
    QTest.keyClick(scene.card(SUPPORT), Qt.Key.Key_P)
    scene.settle()
    with store.read() as read:
        assert read.mailboxes.every()[0].state is MailboxState.ACTIVE


def test_a_running_sync_shows_how_far_it_is_and_can_be_stopped(scene: Scene) -> None:
    scene.sync.started.emit(SyncStarted(SUPPORT, "support@shop.example"))
    scene.sync.progressed.emit(SyncProgress(SUPPORT, "support@shop.example", "INBOX", 212, 340))
    card = scene.card(SUPPORT)
    assert card.main_button().text() == "Stop"
    assert card._folder.text() == "Syncing INBOX"
    assert card._counted.text() == "212 of 340"
    QTest.mouseClick(card.main_button(), Qt.MouseButton.LeftButton)
    assert scene.sync.asked == [("cancel", SUPPORT)]
    scene.sync.finished.emit(SyncFinished(SUPPORT, "support@shop.example", MailboxReceipt("support@shop.example")))
    assert card.main_button().text() == "Sync now"


def test_the_menu_offers_everything_the_card_can_do(scene: Scene) -> None:
    texts = [action.text().replace("&", "") for action in scene.card(SUPPORT).menu().actions() if action.text()]
    assert texts == [
        "Sync now",
        "Pause",
        "Reconnect…",
        "Choose messages…",
        "Backfill…",
        "Audit…",
        "Open its sync log",
        "Edit settings…",
        "Edit its details…",
        "Review its settings…",
        "Test the connection…",
        "Disconnect…",
    ]


def test_everything_about_a_mailbox_has_a_key_on_its_card(scene: Scene) -> None:
    card = scene.card(SUPPORT)
    card.setFocus()
    for key in (Qt.Key.Key_D, Qt.Key.Key_V, Qt.Key.Key_T):
        QTest.keyClick(card, key)
    assert scene.went.asked == [("details", SUPPORT), ("review", SUPPORT), ("test", SUPPORT)]


def test_a_card_says_whose_it_is_and_what_for(scene: Scene, store: Store, clock: FixedClock) -> None:
    details = MailboxDetails(MailboxPurpose.SUPPORT, "Ana Ruiz")
    scene.ops.run(scene.screen, lambda uow, _clock: set_details(uow, SUPPORT, details, clock))
    scene.qtbot.waitUntil(lambda: scene.card(SUPPORT)._whose.text() == "Support, Ana Ruiz")
    assert "support@shop.example (Support, Ana Ruiz): Healthy." in scene.card(SUPPORT).accessibleName()


def test_a_mailbox_picked_by_hand_offers_to_choose(scene: Scene, store: Store) -> None:
    with store.write() as uow:
        uow.mailboxes.replace(replace(uow.read.mailboxes.every()[0], direction=Direction.MANUAL))
    scene.screen.refresh()
    scene.settle()
    button = scene.card(SUPPORT).main_button()
    assert button.text() == "Choose messages"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("choose", SUPPORT)]


def test_a_review_that_is_due_is_a_task_that_opens_its_checklist(scene: Scene, clock: FixedClock) -> None:
    clock.advance(days=91)
    scene.screen.refresh()
    scene.settle()
    tasks = scene.screen._below.tasks.rows
    at = next(at for at, task in enumerate(tasks) if task.what == "Review the settings of support@")
    view = scene.screen._below.task_view
    view.setFocus()
    view.setCurrentIndex(scene.screen._below.tasks.index(at))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert scene.went.asked == [("review", SUPPORT)]


def test_figures_open_what_is_behind_them(scene: Scene, clock: FixedClock) -> None:
    figures = scene.screen._figures._figures
    assert "To review today: 1" in figures["review"].accessibleName()
    QTest.keyClick(figures["review"], Qt.Key.Key_Return)
    QTest.mouseClick(figures["received"], Qt.MouseButton.LeftButton)
    assert [place.screen for place in scene.went.places] == ["review", "emails"]


def test_what_to_do_next_is_a_list_that_does_it(scene: Scene) -> None:
    tasks = [task.what for task in scene.screen._below.tasks.rows]
    assert any("billing@shop.example" in task or "billing@" in task for task in tasks)
    view = scene.screen._below.task_view
    view.setFocus()
    view.setCurrentIndex(scene.screen._below.tasks.index(0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert scene.went.asked == [("reconnect", BILLING)]


def test_without_a_mailbox_there_is_one_thing_to_do(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    frame, went, _, _ = make_frame(ops, clock, window)
    screen = DashboardScreen(frame)
    window.setCentralWidget(screen)
    window.show()
    qtbot.waitUntil(ops.is_idle)
    QTest.mouseClick(screen._empty.primary, Qt.MouseButton.LeftButton)
    assert went.asked == [("connect", None)]


def test_cards_stand_beside_each_other_where_there_is_room(scene: Scene) -> None:
    assert scene.screen._columns() == 2
    scene.window.resize(640, 800)
    scene.qtbot.waitUntil(lambda: scene.screen._columns() == 1)


def test_time_goes_on(scene: Scene, clock: FixedClock) -> None:
    clock.advance(minutes=2)
    scene.screen.refresh()
    scene.settle()
    assert scene.card(SUPPORT)._facts["Last sync"].text() == "2 min ago"
    clock.time = NOON + timedelta(days=1)
    scene.screen.refresh()
    scene.settle()
    assert scene.card(SUPPORT)._facts["Last sync"].text().startswith("Yesterday")

"""The pages of mailboxes and frequencies: state and facts, every act, changes at once and refusals in place."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import StoreError
from desktop.domain.mailbox import (
    Direction,
    Frequency,
    Mailbox,
    MailboxDetails,
    MailboxPurpose,
    MailboxState,
    OAuthProvider,
)
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant, Identity
from desktop.services.mailbox_review import set_details
from desktop.ui.frequencies import OFFERED, cost_words, frequency_words
from desktop.views.settings.frequency import FrequencyPage
from desktop.views.settings.mailboxes import (
    CHOOSE,
    DETAILS,
    DISCONNECT,
    EDIT,
    PAUSE,
    RECONNECT,
    REVIEW,
    TEST,
    MailboxesPage,
)
from tests.gui.settings.conftest import BILLING, SALES, SUPPORT, Scene
from tests.helpers.mails import NOON, FixedClock


@pytest.fixture
def page(scene: Scene) -> MailboxesPage:
    return cast("MailboxesPage", scene.go("mailboxes"))


@pytest.fixture
def frequencies(scene: Scene) -> FrequencyPage:
    return cast("FrequencyPage", scene.go("frequency"))


def held(scene: Scene) -> dict[int, Mailbox]:
    """The mailboxes as they are stored."""
    with scene.store.read() as read:
        return {one.id: one for one in read.mailboxes.every()}


def test_each_mailbox_says_state_server_folders_and_frequency(page: MailboxesPage) -> None:
    assert [row.state for row in page.rows.values()] == ["Connected", "Paused", "Disconnected"]
    said = page.rows[SUPPORT].facts
    assert "Servers: IMAP: imap.acme.example, port 993, TLS; sends by smtp.acme.example, port 465, TLS." in said
    assert (
        "Mail: Inbound only. Folders INBOX, Orders. Every 15 minutes. Mail since 15 Feb. Attachments up to 25 MB."
        in said
    )
    assert "Sign-in: With the password of support@acme.example." in said
    assert "Whose: Nobody has said yet." in said
    assert "Review: Next on 30 May." in said
    assert page.rows[BILLING].note == "The password was refused. Reconnect it."
    assert page.rows[SUPPORT].note == ""
    assert page.rows[SUPPORT].accessibleName().startswith("support@acme.example: Connected. Whose: Nobody")


def test_only_the_broken_one_has_a_filled_button(page: MailboxesPage) -> None:
    kinds = {row.buttons[RECONNECT].face.kind for row in page.rows.values() if row.state != "Disconnected"}
    assert kinds == {"secondary"}
    assert page.rows[BILLING].buttons[RECONNECT].face.kind == "primary"


def test_the_buttons_open_the_dialogs(scene: Scene, page: MailboxesPage) -> None:
    for act in (EDIT, DETAILS, RECONNECT, TEST, REVIEW, DISCONNECT):
        button = page.rows[BILLING].buttons[act]
        assert button.accessibleName().endswith("billing@acme.example")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.connect_button, Qt.MouseButton.LeftButton)
    asked = ["edit", "details", "reconnect", "test", "review", "disconnect"]
    assert scene.went.asked == [*((one, BILLING) for one in asked), ("connect", None)]


def test_pausing_and_resuming_are_one_press_and_keep_the_focus(scene: Scene, page: MailboxesPage) -> None:
    button = page.rows[SUPPORT].buttons[PAUSE]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    scene.qtbot.waitUntil(lambda: button.text() == "Resume")
    assert held(scene)[SUPPORT].state is MailboxState.PAUSED
    assert QApplication.focusWidget() is button
    assert ("changed", None) in scene.sync.asked
    QTest.keyClick(button, Qt.Key.Key_Space)
    scene.qtbot.waitUntil(lambda: button.text() == "Pause")
    assert held(scene)[SUPPORT].state is MailboxState.ACTIVE


def test_the_menu_key_offers_the_same(page: MailboxesPage) -> None:
    row = page.rows[SALES]
    offered = ["Edit…", "Details…", "Reconnect…", "Test…", "Audit…", "Review…", "Resume", "Disconnect…"]
    assert [action.text() for action in row.menu().actions()] == offered
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), row.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(row.buttons[EDIT], event)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    popup.close()


def test_a_disconnected_mailbox_can_only_come_back(scene: Scene, page: MailboxesPage) -> None:
    with scene.store.write() as uow:
        uow.mailboxes.set_state(SUPPORT, MailboxState.DISCONNECTED)
    scene.ops.announce(ChangeSet(Changed.MAILBOXES))
    row = page.rows[SUPPORT]
    scene.qtbot.waitUntil(lambda: row.state == "Disconnected")
    shown = [button.text() for button in row.buttons.values() if button.isVisible()]
    assert shown == ["Details…", "Connect again…"]
    assert "Sign-in: None is kept here." in row.facts
    rows = cast("FrequencyPage", scene.screen.pages["frequency"]).rows
    assert list(rows) == [SALES, BILLING]


def test_a_mailbox_picked_by_hand_leads_to_the_servers_messages(scene: Scene, page: MailboxesPage) -> None:
    row = page.rows[SUPPORT]
    assert not row.buttons[CHOOSE].isVisible()
    with scene.store.write() as uow:
        uow.mailboxes.replace(replace(held(scene)[SUPPORT], direction=Direction.MANUAL))
    scene.ops.announce(ChangeSet(Changed.MAILBOXES))
    scene.qtbot.waitUntil(row.buttons[CHOOSE].isVisible)
    assert "Mail: Picked by hand." in row.facts
    QTest.mouseClick(row.buttons[CHOOSE], Qt.MouseButton.LeftButton)
    assert scene.went.asked == [("choose", SUPPORT)]


def test_how_it_is_signed_in_to_and_what_it_may_is_told(scene: Scene, page: MailboxesPage) -> None:
    scopes = ("google:read", "google:identity")
    who = Identity("https://accounts.google.com", "1", "support@acme.example")
    granted = Grant(OAuthProvider.GOOGLE, who, scopes, NOON, NOON - timedelta(minutes=5), NOON + timedelta(hours=1))
    with scene.store.write() as uow:
        uow.mailboxes.replace(replace(held(scene)[SUPPORT], oauth=OAuthProvider.GOOGLE))
        uow.grants.put(SUPPORT, granted)
    scene.ops.announce(ChangeSet(Changed.MAILBOXES))
    row = page.rows[SUPPORT]
    scene.qtbot.waitUntil(lambda: "may read" in row.facts)
    assert (
        "Sign-in: Signed in with Google as support@acme.example; may read. Renewed 5 min ago. It is renewed by itself, "
        "and ends when somebody ends it." in row.facts
    )


def test_details_and_a_due_review_are_told(scene: Scene, page: MailboxesPage, clock: FixedClock) -> None:
    details = MailboxDetails(MailboxPurpose.SUPPORT, "Ana Ruiz", "it@acme.example", "Acme Support", "help@acme.example")
    scene.ops.run(scene.screen, lambda uow, _clock: set_details(uow, SUPPORT, details, clock))
    row = page.rows[SUPPORT]
    scene.qtbot.waitUntil(lambda: "Ana Ruiz" in row.facts)
    assert "Whose: Support, Ana Ruiz. Recovery contact: it@acme.example." in row.facts
    assert "Sender: Customers see Acme Support. Replies go to help@acme.example." in row.facts
    clock.advance(days=91)
    scene.screen.refresh()
    scene.qtbot.waitUntil(lambda: "Review: Due now. It was last looked at more than 90 days ago." in row.facts)


def test_without_mailboxes_the_page_leads_to_the_first(bare: Scene) -> None:
    page = cast("MailboxesPage", bare.go("mailboxes"))
    assert page.empty.isVisible()
    QTest.mouseClick(page.empty.primary, Qt.MouseButton.LeftButton)
    assert bare.went.asked == [("connect", None)]
    assert cast("FrequencyPage", bare.go("frequency")).empty.isVisible()


def test_what_cannot_be_read_is_said(bare: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise StoreError(ReasonCode.STORE_DAMAGED, "The database is damaged.", action="Restore a backup.")

    page = cast("MailboxesPage", bare.go("mailboxes"))
    monkeypatch.setattr(bare.ops.store, "read", damaged)
    bare.screen.refresh()
    bare.settle()
    assert page.empty.title.text() == "The mailboxes cannot be read"
    assert page.empty.sentence.text() == "The database is damaged. Restore a backup."
    monkeypatch.undo()
    bare.screen.refresh()
    bare.settle()
    assert page.empty.title.text() == "No mailbox yet"


@pytest.mark.parametrize(
    ("frequency", "name", "cost"),
    [
        (Frequency.EVERY_5_MINUTES, "Every 5 minutes", "Up to 5 min late, 288 checks a day"),
        (Frequency.EVERY_15_MINUTES, "Every 15 minutes", "Up to 15 min late, 96 checks a day"),
        (Frequency.EVERY_60_MINUTES, "Every hour", "Up to 1 hour late, 24 checks a day"),
        (Frequency.MANUAL, "By hand only", "Only when you press Sync now; nothing is checked in between"),
    ],
)
def test_each_frequency_has_its_delay_and_its_cost(frequency: Frequency, name: str, cost: str) -> None:
    assert (frequency_words(frequency), cost_words(frequency)) == (name, cost)
    assert frequency in OFFERED


def test_choosing_a_frequency_applies_at_once(scene: Scene, frequencies: FrequencyPage) -> None:
    row = frequencies.rows[SUPPORT]
    assert row.group.checkedButton() is row.buttons[Frequency.EVERY_15_MINUTES]
    QTest.mouseClick(row.buttons[Frequency.EVERY_5_MINUTES], Qt.MouseButton.LeftButton)
    scene.settle()
    assert held(scene)[SUPPORT].frequency is Frequency.EVERY_5_MINUTES
    assert ("changed", None) in scene.sync.asked
    assert row.error == ""


def test_arrows_choose_too(scene: Scene, frequencies: FrequencyPage) -> None:
    row = frequencies.rows[BILLING]
    row.buttons[Frequency.EVERY_15_MINUTES].setFocus()
    QTest.keyClick(row.buttons[Frequency.EVERY_15_MINUTES], Qt.Key.Key_Down)
    scene.settle()
    assert held(scene)[BILLING].frequency is Frequency.EVERY_60_MINUTES


def test_a_refused_choice_goes_back_and_says_why(
    scene: Scene, frequencies: FrequencyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise StoreError(ReasonCode.STORE_FULL, "The disk is full.", action="Make room.")

    monkeypatch.setattr(scene.ops.store, "write", full)
    row = frequencies.rows[SUPPORT]
    QTest.mouseClick(row.buttons[Frequency.MANUAL], Qt.MouseButton.LeftButton)
    scene.settle()
    assert row.error == "The disk is full. Make room."
    assert row.group.checkedButton() is row.buttons[Frequency.EVERY_15_MINUTES]


def test_a_paused_mailbox_says_that_its_choice_rests(frequencies: FrequencyPage) -> None:
    hints = [section._words for section in frequencies.sections]
    assert hints[1] == "sales@acme.example It is paused: nothing is checked until you resume it."

"""In the real window, everything about a mailbox opens from its card, its row and the keyboard, one at a time."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.mailbox import Direction, Mailbox, MailboxState, OAuthProvider
from desktop.security.secrets import Secret
from desktop.ui.frame import Place
from desktop.views.connect.checklist import ReviewSheet
from desktop.views.connect.details_sheet import DetailsSheet
from desktop.views.connect.dialog import MailboxDialog
from desktop.views.connect.disconnect import DisconnectDialog
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.refusals import Way
from desktop.views.connect.testing import TestSheet
from desktop.views.connect.wizard import ConnectWizard
from desktop.views.dashboard.screen import DashboardScreen
from desktop.views.picking.dialog import PickDialog
from desktop.views.settings.privacy import PrivacyPage
from desktop.views.settings.screen import SettingsScreen
from tests.gui.window.support import RealWindow
from tests.helpers.health import WELL, put_health
from tests.helpers.mails import mailbox


@pytest.fixture
def real(empty_window: RealWindow) -> RealWindow:
    """The window of a profile whose only mailbox is picked by hand, and paused, so that no server is asked."""
    made = replace(mailbox("desk@shop.example"), direction=Direction.MANUAL, state=MailboxState.PAUSED)
    with empty_window.store.write() as uow:
        put_health(uow, uow.mailboxes.add(made), WELL)
    empty_window.session.profile.workspace.vault.store("mailbox:1:password", Secret("secret-4711"))
    empty_window.frame.ops.announce(ChangeSet(Changed.MAILBOXES | Changed.HEALTH))
    empty_window.settle()
    return empty_window


def held(real: RealWindow) -> Mailbox:
    """The mailbox as it is stored."""
    with real.store.read() as read:
        found: Mailbox = read.mailboxes.every()[0]
        return found


def opened(real: RealWindow) -> QDialog:
    """The one dialog that is open; it is closed at once."""
    real.qtbot.waitUntil(lambda: any(one.isVisible() for one in real.window.findChildren(QDialog)))
    (dialog,) = [one for one in real.window.findChildren(QDialog) if one.isVisible()]
    real.settle()
    dialog.reject()
    return dialog


@pytest.mark.parametrize(
    ("key", "kind"), [(Qt.Key.Key_D, DetailsSheet), (Qt.Key.Key_V, ReviewSheet), (Qt.Key.Key_T, TestSheet)]
)
def test_each_key_of_a_card_opens_its_sheet(real: RealWindow, key: Qt.Key, kind: type[QDialog]) -> None:
    screen = real.go("dashboard")
    assert isinstance(screen, DashboardScreen)
    screen.refresh()
    real.settle()
    card = screen.panes()[0]
    card.setFocus()
    QTest.keyClick(card, key)
    assert isinstance(opened(real), kind)


def test_the_doors_open_what_they_say(real: RealWindow) -> None:
    number = held(real).id
    doors = real.frame.doors
    for door, kind in (
        (doors.edit_details, DetailsSheet),
        (doors.review_settings, ReviewSheet),
        (doors.test_mailbox, TestSheet),
        (doors.disconnect, DisconnectDialog),
    ):
        door(number)
        assert isinstance(opened(real), kind)


def test_the_key_of_connecting_opens_the_wizard(real: RealWindow) -> None:
    real.window.actions_of_window.action("file.connect").trigger()
    assert isinstance(opened(real), ConnectWizard)


def test_reconnecting_asks_for_what_the_mailbox_is_signed_in_to_with(real: RealWindow) -> None:
    real.frame.doors.reconnect(held(real).id)
    assert isinstance(opened(real), MailboxDialog)
    with real.store.write() as uow:
        uow.mailboxes.replace(replace(held(real), oauth=OAuthProvider.GOOGLE))
    real.frame.doors.reconnect(held(real).id)
    wizard = opened(real)
    assert isinstance(wizard, ReconnectWizard)
    assert list(wizard.allow.ways) == [Way.APP, Way.AGAIN]


def test_choosing_messages_has_a_key_of_the_whole_window(real: RealWindow) -> None:
    real.go("dashboard")
    action = real.window.actions_of_window.action("mailbox.choose")
    assert action.shortcut().toString() == "Ctrl+Shift+M"
    action.trigger()
    dialog = opened(real)
    assert isinstance(dialog, PickDialog)
    assert dialog.windowTitle() == "Choose messages from desk@shop.example"


def test_the_settings_list_the_hosts_of_the_profile(real: RealWindow) -> None:
    screen = real.go("settings", part="privacy")
    assert isinstance(screen, SettingsScreen)
    screen.open(Place("settings", part="privacy"))
    page = screen.page
    assert isinstance(page, PrivacyPage)
    screen.refresh()
    real.settle()
    assert [(one.host, one.port) for one in page.hosts] == [("127.0.0.1", 993)]

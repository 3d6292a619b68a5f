"""Disconnecting says what depends on the mailbox, what stays, and names it on the button that does it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.errors import CommandRefused
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.store.store import Store
from desktop.views.connect.disconnect import Depends, DisconnectDialog, consequences
from tests.gui.connect.scene import Scene, press
from tests.helpers.mails import NOON, packed, parsed, place_in


@pytest.fixture
def dialog(scene: Scene, store: Store) -> DisconnectDialog:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("1")), packed(2, parsed("2"))], [], NOON)
    with store.read() as read:
        made = DisconnectDialog(scene.frame, scene.window, read.mailboxes.every()[0])
    made.open()
    scene.qtbot.waitExposed(made)
    made.activateWindow()
    scene.settle()
    return made


def test_it_says_what_depends_on_the_mailbox(dialog: DisconnectDialog) -> None:
    assert dialog.windowTitle() == "Disconnect support@shop.example"
    assert [line.partition(".")[0] for line in dialog.lines] == [
        "2 emails stay here",
        "2 of them wait in Needs Review",
        "Its password is forgotten",
        "New mail waits at the provider",
    ]


def test_enter_and_escape_do_not_disconnect(dialog: DisconnectDialog, scene: Scene) -> None:
    assert QApplication.focusWidget() is dialog.cancel
    assert not dialog.disconnect_button.isDefault()
    QTest.keyClick(dialog.cancel, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert scene.servers.saved == []


def test_the_button_names_the_mailbox_and_disconnects_it(dialog: DisconnectDialog, scene: Scene) -> None:
    assert dialog.disconnect_button.text() == "Disconnect support@"
    assert dialog.disconnect_button.accessibleName() == "Disconnect support@shop.example"
    QTest.keyClick(dialog.cancel, Qt.Key.Key_Tab)
    QTest.keyClick(dialog.disconnect_button, Qt.Key.Key_Space)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["disconnect"]
    assert ("changed", None) in scene.sync.asked
    assert scene.said[0].words == "Disconnected support@shop.example"
    assert not dialog.isVisible()


def test_a_refusal_is_said_in_place(dialog: DisconnectDialog, scene: Scene) -> None:
    scene.servers.save_error = CommandRefused(ReasonCode.STORE_BUSY, "The database is in use.", action="Try again.")
    press(dialog.disconnect_button)
    scene.settle()
    assert dialog.outcome.label.text() == "The database is in use. Try again."
    assert dialog.disconnect_button.isEnabled()
    assert dialog.isVisible()


def test_a_mailbox_without_mail_has_less_to_say(held: Mailbox) -> None:
    assert held.address == "billing@acme.example"
    assert [one.what for one in consequences(Depends(0, 0))] == [
        "Its password is forgotten",
        "New mail waits at the provider",
    ]
    assert consequences(Depends(1, 1))[0].what == "1 email stays here"

"""Disconnecting says what depends on the mailbox, what is ended, and stays until everybody who must know does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.dependents import Dependents
from desktop.domain.errors import CommandRefused, StoreError
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import (
    Mailbox,
    MailboxDetails,
    MailboxPurpose,
    OAuthProvider,
    Security,
    ServerSettings,
)
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant, Identity
from desktop.store.store import Store
from desktop.views.connect.consequences import consequences
from desktop.views.connect.disconnect import DisconnectDialog
from tests.gui.connect.scene import Scene, press
from tests.helpers.mails import NOON, mailbox, packed, parsed, place_in

ADDRESS = "support@shop.example"
DETAILS = MailboxDetails(MailboxPurpose.SUPPORT, "Ana Ruiz", "it@shop.example")


def opened(scene: Scene, held: Mailbox) -> DisconnectDialog:
    """Open the dialog and wait until it has counted."""
    made = DisconnectDialog(scene.frame, scene.window, held)
    made.open()
    scene.qtbot.waitExposed(made)
    made.activateWindow()
    scene.qtbot.waitUntil(made.isActiveWindow)
    scene.settle()
    return made


def sends(box: Mailbox) -> Mailbox:
    """The mailbox with a server for sending."""
    return replace(box, smtp=ServerSettings("smtp.shop.example", 465, Security.TLS, box.address))


@pytest.fixture
def box(store: Store) -> Mailbox:
    """A mailbox with two emails to review; it sends, and so does another."""
    place = place_in(store)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("1")), packed(2, parsed("2"))], [], NOON)
        held = uow.read.mailboxes.every()[0]
        uow.mailboxes.replace(sends(replace(held, details=DETAILS)))
        uow.mailboxes.add(sends(mailbox("sales@shop.example")))
    with store.read() as read:
        return read.mailboxes.every()[0]


@pytest.fixture
def dialog(scene: Scene, box: Mailbox) -> DisconnectDialog:
    return opened(scene, box)


def test_it_says_what_depends_on_the_mailbox(dialog: DisconnectDialog) -> None:
    assert dialog.windowTitle() == "Disconnect support@shop.example"
    assert [line.partition(".")[0] for line in dialog.lines] == [
        "2 emails stay here",
        "2 of them wait in Needs Review",
        "Mail is not sent from it any more",
        "New mail waits at the provider",
        "Its password is forgotten",
        "Tell Ana Ruiz and it@shop",
    ]


def test_enter_and_escape_do_not_disconnect(dialog: DisconnectDialog, scene: Scene) -> None:
    assert QApplication.focusWidget() is dialog.cancel
    assert not dialog.disconnect_button.isDefault()
    QTest.keyClick(dialog.cancel, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert scene.servers.saved == []


def test_the_button_names_the_mailbox_disconnects_it_and_says_how_that_went(
    dialog: DisconnectDialog, scene: Scene
) -> None:
    assert dialog.disconnect_button.text() == "Disconnect support@"
    assert dialog.disconnect_button.accessibleName() == "Disconnect support@shop.example"
    dialog.disconnect_button.setFocus()
    QTest.keyClick(dialog.disconnect_button, Qt.Key.Key_Space)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["disconnect"]
    assert ("changed", None) in scene.sync.asked
    assert scene.said[0].words == "Disconnected support@shop.example"
    assert dialog.outcome.label.text() == "Disconnected support@shop.example."
    assert not dialog.disconnect_button.isVisible()
    assert dialog.cancel.text() == "Close"
    assert QApplication.focusWidget() is dialog.cancel
    QTest.keyClick(dialog.cancel, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_a_replacement_is_tested_from_here_before_and_after(dialog: DisconnectDialog, scene: Scene) -> None:
    button = dialog.acts["Test sales@ first…"]
    press(button)
    scene.settle()
    press(dialog.disconnect_button)
    scene.settle()
    press(button)
    scene.settle()
    assert scene.went.asked == [("test", MailboxId(2)), ("test", MailboxId(2))]


def test_the_note_for_the_team_says_what_stops_and_who_does_what(dialog: DisconnectDialog, scene: Scene) -> None:
    button = dialog.acts["Copy a note for the team"]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    note = QApplication.clipboard().text()
    assert note.startswith("support@shop.example is no longer connected to Postroom.")
    assert "File what waits in Needs Review: 2." in note
    assert "Answer customers from sales@shop.example, once a test message from it has arrived." in note
    assert "ask Ana Ruiz or it@shop.example" in note
    assert scene.went.toasts == ["The note is copied. Paste it where the team reads it."]


def test_a_refusal_is_said_in_place(dialog: DisconnectDialog, scene: Scene) -> None:
    scene.servers.save_error = CommandRefused(ReasonCode.STORE_BUSY, "The database is in use.", action="Try again.")
    press(dialog.disconnect_button)
    scene.settle()
    assert dialog.outcome.label.text() == "The database is in use. Try again."
    assert dialog.disconnect_button.isEnabled()
    assert dialog.isVisible()


def test_what_cannot_be_counted_is_said_and_keeps_nobody_from_disconnecting(
    scene: Scene, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise StoreError(ReasonCode.STORE_DAMAGED, "The database is damaged.")

    monkeypatch.setattr(scene.ops.store, "read", damaged)
    dialog = opened(scene, box)
    assert dialog.outcome.label.text() == "What depends on it could not be counted. The database is damaged."
    assert dialog.disconnect_button.isEnabled()


def test_microsofts_permission_can_only_be_ended_there(
    scene: Scene, store: Store, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []

    def open_page(url: QUrl) -> bool:
        pages.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_page)
    who = Identity("https://login.microsoftonline.com/t/v2.0", "sub", "ana@shop.example")
    grant = Grant(OAuthProvider.MICROSOFT, who, ("mail",), NOON, NOON, NOON + timedelta(hours=1))
    with store.write() as uow:
        uow.mailboxes.replace(replace(box, oauth=OAuthProvider.MICROSOFT))
        uow.grants.put(box.id, grant)
    with store.read() as read:
        dialog = opened(scene, read.mailboxes.every()[0])
    line = next(line for line in dialog.lines if "sign-in" in line)
    assert line.startswith("The sign-in of ana@shop.example is deleted here. Microsoft offers programs no way")
    press(dialog.acts["Work or school account"])
    press(dialog.acts["Personal account"])
    assert pages == ["https://myapps.microsoft.com", "https://account.live.com/consent/Manage"]


def test_while_the_provider_is_told_that_is_said(scene: Scene, box: Mailbox) -> None:
    dialog = opened(scene, replace(box, oauth=OAuthProvider.GOOGLE))
    press(dialog.disconnect_button)
    assert dialog.outcome.label.text() == "Ending the sign-in at the provider"
    scene.settle()
    assert dialog.outcome.label.text() == "Disconnected support@shop.example."


def test_google_is_told_to_end_the_permission() -> None:
    held = replace(mailbox(ADDRESS), oauth=OAuthProvider.GOOGLE)
    told = [one.what for one in consequences(held, Dependents(signed_in_as=ADDRESS))]
    assert f"The sign-in of {ADDRESS} is deleted here and ended at Google" in told


def test_a_mailbox_without_mail_has_less_to_say(held: Mailbox) -> None:
    assert held.address == "billing@acme.example"
    assert [one.what for one in consequences(held, Dependents())] == [
        "New mail waits at the provider",
        "Its password is forgotten",
        "Tell the team",
    ]
    few = Dependents(emails=1, waiting=1, failed=1, customers_only_here=1, sends=True, people=("Ana",))
    said = {one.what: one.more for one in consequences(held, few)}
    assert said["1 email stays here"].endswith("1 customer writes to this mailbox only.")
    assert "1 message could not be fetched or read" in said
    assert said["Mail is not sent from it any more"] == "No other connected mailbox can send."
    assert said["Tell Ana"] == "Named in the details of billing@."

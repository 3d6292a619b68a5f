"""Reconnecting keeps history and asks for the password alone; editing tests only what concerns the connection."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.attachments import ALL, MEGABYTE, USUAL, AttachmentPolicy
from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.syncing import SyncFinished, SyncStarted
from desktop.store.store import Store
from desktop.views.connect.dialog import Purpose
from desktop.views.connect.draft import FOLDER, HOST, PASSWORD, Spot
from tests.gui.connect.scene import Scene, failing, press, type_into
from tests.helpers.health import WELL, put_health


def test_reconnecting_says_what_happened_and_asks_for_the_password_alone(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.RECONNECT)
    assert dialog.windowTitle() == "Reconnect billing@acme.example"
    assert dialog.happened.label.text() == "What happened: The password was changed at the provider."
    assert QApplication.focusWidget() is dialog.form.password.line
    hidden = (dialog.form.folders, dialog.form.frequency, dialog.form.send)
    assert not any(widget.isVisible() for widget in hidden)
    assert not dialog.form.servers.is_open


def test_a_healthy_mailbox_is_told_apart(scene: Scene, held: Mailbox, store: Store) -> None:
    with store.write() as uow:
        put_health(uow, held.id, WELL)
    dialog = scene.open(held, Purpose.RECONNECT)
    assert dialog.happened.label.text() == "The connection works at the moment."


def test_a_new_password_is_tested_saved_and_synced(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.RECONNECT)
    QTest.keyClicks(dialog.form.password.line, "new-one")
    QTest.keyClick(dialog.form.password.line, Qt.Key.Key_Return)
    scene.settle()
    assert scene.servers.saved == [("test", held), ("change", held)]
    assert scene.servers.passwords == ["new-one"]
    assert scene.sync.asked == [("changed", None), ("sync", held.id)]
    assert dialog.receipt.said()[0] == "billing@acme.example is reconnected"
    assert dialog.form.password.line.text() == ""
    scene.sync.started.emit(SyncStarted(held.id, held.address))
    receipt = MailboxReceipt(held.address, [FolderReceipt("INBOX", fetched=37, stored=37)])
    scene.sync.finished.emit(SyncFinished(held.id, held.address, receipt))
    scene.settle()
    assert dialog.receipt.said()[1] == "Same mailbox, 0 mails recovered, 0 doubled."
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_escape_closes_the_receipt(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.RECONNECT)
    QTest.keyClicks(dialog.form.password.line, "new-one")
    press(dialog.save)
    scene.settle()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_refused_password_stands_beside_its_field_again(scene: Scene, held: Mailbox) -> None:
    scene.servers.report = failing(NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "Refused again.", field="password"))
    dialog = scene.open(held, Purpose.RECONNECT)
    QTest.keyClicks(dialog.form.password.line, "wrong")
    press(dialog.save)
    scene.settle()
    assert dialog.form.error_at(Spot(PASSWORD)) == "Refused again."
    assert scene.servers.saved == [("test", held)]


def test_one_without_a_password_is_asked_for_it(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.RECONNECT)
    press(dialog.save)
    assert dialog.form.error_at(Spot(PASSWORD)).startswith("Enter the password")


def test_a_disconnected_mailbox_is_connected_again(scene: Scene, held: Mailbox) -> None:
    gone = replace(held, state=MailboxState.DISCONNECTED)
    dialog = scene.open(gone, Purpose.EDIT)
    assert dialog.purpose is Purpose.RECONNECT
    QTest.keyClicks(dialog.form.password.line, "new-one")
    press(dialog.save)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test", "connect"]
    assert scene.servers.saved[-1][1].state is MailboxState.ACTIVE


def test_a_paused_mailbox_stays_paused(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(replace(held, state=MailboxState.PAUSED), Purpose.RECONNECT)
    QTest.keyClicks(dialog.form.password.line, "new-one")
    press(dialog.save)
    scene.settle()
    assert scene.servers.saved[-1][1].state is MailboxState.PAUSED
    assert scene.sync.asked == [("changed", None)]


def test_a_new_frequency_is_saved_without_a_test(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    assert dialog.save.text() == "Save"
    dialog.form.frequency.choose(Frequency.EVERY_5_MINUTES)
    press(dialog.save)
    scene.settle()
    assert scene.servers.saved == [("change", replace(held, frequency=Frequency.EVERY_5_MINUTES))]
    assert not dialog.isVisible()


def test_which_attachments_come_is_chosen_with_what_it_means_for_the_disk(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    row = dialog.form.attachments
    assert [row.choice.itemText(at) for at in range(row.choice.count())] == [
        "Only when I ask",
        "Up to 5 MB",
        "Up to 25 MB",
        "Up to 100 MB",
        "All, however large",
    ]
    assert row.value == USUAL
    assert "Files over 25 MB stay on the server" in row.hint
    row.choose(ALL)
    assert "as much room as all files of the mailbox" in row.hint
    press(dialog.save)
    scene.settle()
    assert scene.servers.saved == [("change", replace(held, attachments=ALL))]


def test_a_number_of_megabytes_from_the_command_line_is_kept(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(replace(held, attachments=AttachmentPolicy(40 * MEGABYTE)), Purpose.EDIT)
    assert dialog.form.attachments.choice.currentText() == "Up to 40 MB"


def test_what_concerns_the_connection_is_tested_and_the_button_says_so(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    dialog.form.servers.unfold(open_=True)
    type_into(dialog.form.servers.imap.host, "mail.acme.example")
    assert dialog.save.text() == "Test and save"
    press(dialog.save)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test", "change"]
    assert scene.servers.passwords == [None]
    assert scene.servers.saved[-1][1].imap.host == "mail.acme.example"


def test_nothing_changed_is_nothing_saved(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    press(dialog.save)
    scene.settle()
    assert scene.servers.saved == []
    assert not dialog.isVisible()


def test_a_mailbox_without_a_folder_is_refused_beside_the_list(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    assert dialog.form.folders.list.chosen == ("INBOX", "Orders")
    for name in ("INBOX", "Orders"):
        dialog.form.folders.list.tick(name, on=False)
    press(dialog.save)
    assert dialog.form.error_at(Spot(FOLDER)).startswith("Choose at least one folder")
    dialog.form.folders.list.tick("INBOX", on=True)
    assert dialog.form.error_at(Spot(FOLDER)) == ""


def test_a_folder_the_server_has_no_more_is_named(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    press(dialog.form.folders.button)
    scene.settle()
    assert dialog.form.folders.list.words() == ["INBOX", "Gesendet (sent mail)", "Spam", "Orders (not on the server)"]
    assert dialog.form.folders.list.chosen == ("INBOX", "Orders")


def test_folders_that_cannot_be_listed_say_why(scene: Scene, held: Mailbox) -> None:
    scene.servers.report = failing(NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "No password is kept.", field="password"))
    dialog = scene.open(held, Purpose.EDIT)
    press(dialog.form.folders.button)
    scene.settle()
    assert dialog.form.error_at(Spot(PASSWORD)) == "No password is kept."
    assert dialog.form.error_at(Spot(HOST, "imap")) == ""

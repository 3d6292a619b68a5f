"""Connecting a mailbox: found servers, a live test, errors beside their fields, and nothing saved before it works."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.errors import CommandRefused, Misbehaving, Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState, Security
from desktop.domain.probing import ARRIVE, ProbeReport, Step
from desktop.domain.reasons import ReasonCode
from desktop.store.store import Store
from desktop.views.connect.dialog import MailboxDialog
from desktop.views.connect.draft import CONFIRM, CONSENT, HOST, PASSWORD, PORT, SECURITY, Spot
from tests.gui.connect.scene import ADDRESS, FOLDERS, FOUND, GOOD, IMAP, SMTP, STEPS, Scene, failing, press, type_into


def test_leaving_the_address_finds_the_servers_and_says_how(scene: Scene) -> None:
    dialog = scene.open()
    type_into(dialog.form.address, ADDRESS)
    QTest.keyClick(dialog.form.address, Qt.Key.Key_Tab)
    scene.settle()
    assert dialog.form.address_row.hint == "Acme Mail is known."
    assert dialog.form.password.hint == "Acme wants an app password."
    assert dialog.form.servers.sentence() == "imap.acme.example, port 993, with TLS; smtp.acme.example for sending"
    assert not dialog.form.servers.is_open


def test_a_good_test_connects_and_the_sync_starts_by_itself(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    press(dialog.save)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test", "connect"]
    made = scene.servers.saved[-1][1]
    assert (made.address, made.imap, made.smtp, made.folders) == (ADDRESS, IMAP, SMTP, ("INBOX",))
    assert (made.frequency, made.since_days, made.provider) == (Frequency.EVERY_15_MINUTES, 14, "acme")
    assert scene.servers.passwords == ["tr0ub4dor&3"]
    assert scene.sync.asked == [("changed", None), ("sync", made.id)]
    assert [change.words for change in scene.said] == [f"Connected {ADDRESS}"]
    assert not dialog.isVisible()


def test_testing_alone_saves_nothing_and_lists_the_folders(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    press(dialog.test)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test"]
    assert dialog.outcome.label.text() == "The connection works. Nothing is saved yet."
    assert dialog.steps.said() == [f"{step.words}: Done" for step in STEPS]
    assert dialog.form.folders.list.words() == ["INBOX", "Gesendet (sent mail)", "Spam"]
    assert dialog.form.folders.list.chosen == ("INBOX",)
    assert dialog.isVisible()


def test_folders_are_ticked_by_key_and_by_mouse(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    press(dialog.form.folders.button)
    scene.settle()
    folders = dialog.form.folders.list
    qapp_focus = QApplication.focusWidget()
    assert qapp_focus is folders
    QTest.keyClick(folders, Qt.Key.Key_Down)
    QTest.keyClick(folders, Qt.Key.Key_Space)
    row = folders.visualRect(folders.model().index(2, 0))
    QTest.mouseClick(folders.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert folders.chosen == ("INBOX", "Gesendet", "Spam")
    QTest.mouseClick(folders.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    press(dialog.save)
    scene.settle()
    assert scene.servers.saved[-1][1].folders == ("INBOX", "Gesendet")


ERRORS: dict[str, tuple[SourceError, Spot]] = {
    field: (
        kind(ReasonCode.SETTINGS_INVALID, "It was refused.", meaning="So it is.", action="Mend it.", field=field),
        Spot(field, side),
    )
    for field, side, kind in (
        ("host", "imap", Transient),
        ("port", "imap", Transient),
        ("security", "imap", Misconfigured),
        ("user", "imap", NeedsSignIn),
        ("password", "", NeedsSignIn),
        ("folder", "", Misconfigured),
    )
}


@pytest.mark.parametrize("field", ERRORS)
def test_every_error_stands_beside_its_field_and_nothing_is_lost(scene: Scene, field: str) -> None:
    error, spot = ERRORS[field]
    dialog = scene.open()
    scene.fill(dialog)
    before = dialog.form.draft()
    scene.servers.report = failing(error)
    press(dialog.save)
    scene.settle()
    words = "It was refused. So it is. Mend it."
    assert dialog.form.error_at(spot) == words
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleDescription() == words
    assert dialog.form.servers.is_open == (spot.side != "")
    assert dialog.outcome.label.text() == "The test failed. Nothing was saved. What you filled in is still here."
    assert dialog.steps.said()[-1] == "Sign in: Failed: It was refused."
    assert dialog.form.draft() == before
    assert [name for name, _ in scene.servers.saved] == ["test"]
    assert scene.sync.asked == []


def test_an_error_of_sending_is_said_on_its_side(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    error = Transient(ReasonCode.SERVER_UNREACHABLE, "Nobody listens there.", field="port")
    scene.servers.report = failing(error, "smtp")
    press(dialog.save)
    scene.settle()
    assert dialog.form.error_at(Spot(PORT, "smtp")) == "For sending: Nobody listens there."
    assert dialog.form.error_at(Spot(PORT, "imap")) == ""
    assert QApplication.focusWidget() is dialog.form.servers.smtp.port


def test_an_error_of_no_field_is_said_above_the_buttons(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    scene.servers.report = failing(Transient(ReasonCode.OFFLINE, "This computer is offline."))
    press(dialog.save)
    scene.settle()
    assert dialog.outcome.label.text().startswith("The test failed. This computer is offline. Nothing was saved.")


def test_what_is_missing_is_said_before_any_server_is_asked(scene: Scene) -> None:
    dialog = scene.open()
    press(dialog.save)
    assert dialog.form.error_at(Spot("address")).startswith("Enter the mailbox's own address")
    assert dialog.form.error_at(Spot(PASSWORD)).startswith("Enter the password")
    assert dialog.form.error_at(Spot(HOST, "imap")).startswith("Enter the name of the server")
    assert dialog.form.error_at(Spot(CONSENT)).startswith("Postroom reads a mailbox only if it is yours")
    assert QApplication.focusWidget() is dialog.form.address
    assert scene.servers.saved == []
    QTest.keyClicks(dialog.form.address, "s")
    assert dialog.form.error_at(Spot("address")) == ""


def test_a_test_needs_no_consent_but_saving_does(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    dialog.form.consent.box.click()
    press(dialog.test)
    scene.settle()
    press(dialog.save)
    assert dialog.form.error_at(Spot(CONSENT))
    assert [name for name, _ in scene.servers.saved] == ["test"]


def test_a_password_never_goes_unencrypted_over_a_network(scene: Scene) -> None:
    dialog = scene.open()
    scene.fill(dialog)
    fields = dialog.form.servers.imap
    fields.security.choose(Security.NONE)
    press(dialog.save)
    assert dialog.form.error_at(Spot(SECURITY, "imap")).startswith("Without encryption anyone on the way")
    type_into(fields.host, "127.0.0.1")
    press(dialog.save)
    scene.settle()
    assert scene.servers.saved[-1][1].imap.host == "127.0.0.1"


def test_the_port_follows_the_encryption_until_it_is_typed(scene: Scene) -> None:
    fields = scene.open().form.servers.imap
    fields.security.setCurrentIndex(1)
    fields.security.activated.emit(1)
    assert fields.port.text() == "143"
    type_into(fields.port, "1143")
    fields.security.setCurrentIndex(0)
    fields.security.activated.emit(0)
    assert fields.port.text() == "1143"


def test_servers_that_only_dns_vouches_for_are_asked_about(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, confirm=("imap.acme.example",))
    dialog = scene.open()
    scene.fill(dialog)
    assert dialog.form.confirm.box.text() == "imap.acme.example may be given the password"
    press(dialog.save)
    assert dialog.form.error_at(Spot(CONFIRM)).startswith("Say first whether imap.acme.example")
    assert scene.servers.saved == []
    dialog.form.confirm.box.click()
    press(dialog.save)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test", "connect"]


def test_servers_that_cannot_be_found_are_filled_in_by_hand(scene: Scene) -> None:
    words = "The mail servers of acme.example could not be found."
    scene.servers.search_error = Misconfigured(ReasonCode.SETTINGS_INVALID, words, field="host")
    dialog = scene.open()
    scene.fill(dialog)
    assert dialog.form.servers.is_open
    assert dialog.form.error_at(Spot(HOST, "imap")) == words
    type_into(dialog.form.servers.imap.host, "mail.acme.example")
    type_into(dialog.form.address, "sales@acme.example")
    QTest.keyClick(dialog.form.address, Qt.Key.Key_Tab)
    scene.settle()
    assert dialog.form.servers.imap.host.text() == "mail.acme.example"
    press(dialog.save)
    scene.settle()
    made = scene.servers.saved[-1][1]
    assert (made.imap.host, made.imap.port, made.imap.user) == ("mail.acme.example", 993, "sales@acme.example")


def test_pressing_the_button_while_servers_are_looked_for_waits_for_them(scene: Scene) -> None:
    scene.servers.search_hangs = True
    dialog = scene.open()
    type_into(dialog.form.address, ADDRESS)
    type_into(dialog.form.password.line, "secret")
    assert scene.servers.reached.wait(5)
    dialog.form.consent.box.click()
    press(dialog.save)
    assert dialog.steps.title == "Looking for the servers first"
    scene.servers.ended.set()
    scene.settle()
    scene.qtbot.waitUntil(lambda: not dialog.isVisible())
    assert [name for name, _ in scene.servers.saved] == ["test", "connect"]


def test_an_address_that_is_connected_is_said_beside_it(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open()
    scene.fill(dialog, held.address)
    assert dialog.form.error_at(Spot("address")).startswith("This mailbox is connected already.")
    press(dialog.save)
    assert scene.servers.saved == []


def test_one_that_was_connected_before_is_welcomed_back(scene: Scene, held: Mailbox, store: Store) -> None:
    with store.write() as uow:
        uow.mailboxes.set_state(held.id, MailboxState.DISCONNECTED)
    dialog = scene.open()
    scene.fill(dialog, held.address)
    assert "It was connected before" in dialog.form.address_row.hint
    press(dialog.save)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test", "connect"]


def test_a_test_message_that_is_slow_is_told_and_no_reason_not_to_save(scene: Scene) -> None:
    late = Misbehaving(ReasonCode.SENDING_FAILED, "The test message has not arrived yet.")
    scene.servers.report = ProbeReport([*STEPS, Step(ARRIVE, "smtp", "See it arrive", 20.0, late)], FOLDERS)
    dialog = scene.open()
    scene.fill(dialog)
    dialog.form.send.box.click()
    press(dialog.save)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test and send", "connect"]
    assert scene.said[0].words == f"Connected {ADDRESS}. The test message has not arrived yet."


def test_what_cannot_be_stored_is_said_and_can_be_tried_again(scene: Scene) -> None:
    scene.servers.save_error = CommandRefused(ReasonCode.STORE_FULL, "The disk is full.", action="Make room.")
    dialog = scene.open()
    scene.fill(dialog)
    press(dialog.save)
    scene.settle()
    assert "The disk is full. Make room." in dialog.outcome.label.text()
    assert dialog.isVisible()
    assert scene.sync.asked == []
    scene.servers.save_error = None
    press(dialog.save)
    scene.settle()
    assert not dialog.isVisible()


def test_the_start_is_explained(scene: Scene) -> None:
    since = scene.open().form.since
    assert since.hint.startswith("Mail received since 15 Feb is brought in; older mail stays out.")
    since.days.setValue(0)
    assert since.days.text() == "From now on"
    assert since.hint.startswith("Only mail that arrives from now on")


def test_the_demo_speaks_to_this_computer_only(scene: Scene) -> None:
    scene.frame = replace(scene.frame, is_demo=True)
    dialog = scene.open()
    scene.fill(dialog)
    assert dialog.form.address_row.hint == ""
    type_into(dialog.form.servers.imap.host, "imap.acme.example")
    press(dialog.save)
    assert dialog.form.error_at(Spot(HOST, "imap")).startswith("The demo speaks to this computer only.")
    assert scene.servers.saved == []


def test_a_report_without_folders_leaves_the_choice_alone(scene: Scene) -> None:
    scene.servers.report = ProbeReport(list(GOOD.steps))
    dialog: MailboxDialog = scene.open()
    scene.fill(dialog)
    press(dialog.test)
    scene.settle()
    assert dialog.form.folders.list.chosen == ("INBOX",)

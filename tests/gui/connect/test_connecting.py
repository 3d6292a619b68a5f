"""Connecting with a password: found servers, a live test, errors beside their fields, nothing saved before it works."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.errors import CommandRefused, Misbehaving, Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState, OAuthProvider, Security
from desktop.domain.probing import ARRIVE, ProbeReport, Step
from desktop.domain.reasons import ReasonCode
from desktop.store.store import Store
from desktop.views.connect.draft import ADDRESS as ADDRESS_FIELD
from desktop.views.connect.draft import CONFIRM, HOST, PASSWORD, PORT, SECURITY, Spot
from desktop.views.connect.providers import GOOGLE, OTHER
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.connect.scene import ADDRESS, FOLDERS, FOUND, GOOD, IMAP, SMTP, STEPS, Scene, failing, press, type_into


def said(wizard: ConnectWizard) -> str:
    """What stands above the buttons."""
    return wizard.outcome.label.text() if wizard.outcome.isVisible() else ""


def test_leaving_the_address_finds_the_servers_chooses_the_card_and_says_how(scene: Scene) -> None:
    wizard = scene.wizard()
    assert wizard.provider.kind is GOOGLE
    scene.fill(wizard)
    assert wizard.provider.kind is OTHER
    assert wizard.provider.address_row.hint == "Acme Mail is known."
    press(wizard.main)
    form = wizard.sign_in.credentials
    assert wizard.sign_in.heading.head.text() == f"Sign in to {ADDRESS}"
    assert form.password.hint == "Acme wants an app password."
    assert form.servers.sentence() == "imap.acme.example, port 993, with TLS; smtp.acme.example for sending"
    assert not form.servers.is_open
    assert wizard.stepper.accessibleName() == "Step 2 of 4: Sign in"


def test_a_card_chosen_by_hand_stays_whatever_the_address_says(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, oauth=OAuthProvider.MICROSOFT)
    wizard = scene.wizard()
    press_card(wizard, OAuthProvider.GOOGLE)
    scene.fill(wizard)
    assert wizard.provider.kind is GOOGLE


def press_card(wizard: ConnectWizard, oauth: OAuthProvider | None) -> None:
    """Click a card beside its button."""
    card = wizard.provider.choice.card(oauth)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=card.rect().center())


def test_a_good_test_connects_and_the_sync_starts_by_itself(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_test(wizard)
    press(wizard.main)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["folders", "test", "connect"]
    made = scene.servers.saved[-1][1]
    assert (made.address, made.imap, made.smtp, made.folders) == (ADDRESS, IMAP, SMTP, ("INBOX",))
    assert (made.frequency, made.since_days, made.provider) == (Frequency.EVERY_15_MINUTES, 14, "acme")
    assert scene.servers.passwords == ["tr0ub4dor&3"]
    assert scene.sync.asked == [("changed", None), ("sync", made.id)]
    assert [change.words for change in scene.said] == [f"Connected {ADDRESS}"]
    assert wizard.test.steps.said()[-1] == "First sync: In progress"
    press(wizard.main)
    assert not wizard.isVisible()


def test_the_folders_are_the_servers_own_and_are_ticked_by_key_and_by_mouse(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_choice(wizard)
    folders = wizard.choose.folders.list
    assert folders.words() == ["INBOX", "Gesendet (sent mail)", "Spam"]
    folders.setFocus()
    QTest.keyClick(folders, Qt.Key.Key_Down)
    QTest.keyClick(folders, Qt.Key.Key_Space)
    row = folders.visualRect(folders.model().index(2, 0))
    QTest.mouseClick(folders.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert list(folders.chosen) == ["INBOX", "Gesendet", "Spam"]
    QTest.mouseClick(folders.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    press(wizard.main)
    press(wizard.main)
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
def test_every_error_stands_beside_its_field_on_its_page_and_nothing_is_lost(scene: Scene, field: str) -> None:
    error, spot = ERRORS[field]
    wizard = scene.wizard()
    scene.to_test(wizard)
    scene.servers.report = failing(error)
    press(wizard.main)
    scene.settle()
    words = "It was refused. So it is. Mend it."
    page = wizard.choose if field == "folder" else wizard.sign_in
    assert wizard.page is page
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleDescription() == words
    assert wizard.sign_in.credentials.servers.is_open == (spot.side != "")
    assert said(wizard) == "The test failed. Nothing was saved. What you filled in is still here."
    assert wizard.sign_in.credentials.password.line.text() == "tr0ub4dor&3"
    assert [name for name, _ in scene.servers.saved] == ["folders", "test"]
    assert scene.sync.asked == []


def test_an_error_of_sending_is_said_on_its_side(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_test(wizard)
    error = Transient(ReasonCode.SERVER_UNREACHABLE, "Nobody listens there.", field="port")
    scene.servers.report = failing(error, "smtp")
    press(wizard.main)
    scene.settle()
    form = wizard.sign_in.credentials
    assert form.error_at(Spot(PORT, "smtp")) == "For sending: Nobody listens there."
    assert form.error_at(Spot(PORT, "imap")) == ""
    assert QApplication.focusWidget() is form.servers.smtp.port


def test_an_error_of_no_field_is_said_above_the_buttons(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_test(wizard)
    scene.servers.report = failing(Transient(ReasonCode.OFFLINE, "This computer is offline."))
    press(wizard.main)
    scene.settle()
    assert wizard.page is wizard.test
    assert said(wizard).startswith("The test failed. This computer is offline. Nothing was saved.")
    assert wizard.test.steps.said()[-1] == "Sign in: Failed: This computer is offline."
    scene.servers.report = GOOD
    press(wizard.main)
    scene.settle()
    assert scene.servers.saved[-1][0] == "connect"


def test_what_is_missing_is_said_before_any_server_is_asked(scene: Scene) -> None:
    wizard = scene.wizard()
    press(wizard.main)
    assert wizard.provider.address_row.errors[ADDRESS_FIELD].startswith("Enter the mailbox's own address")
    assert wizard.provider.consent.error.startswith("Postroom reads a mailbox only if it is yours")
    assert QApplication.focusWidget() is wizard.provider.address
    QTest.keyClicks(wizard.provider.address, "s")
    assert wizard.provider.address_row.errors == {}
    scene.fill(wizard)
    press(wizard.main)
    type_into(wizard.sign_in.credentials.servers.imap.host, "")
    press(wizard.main)
    form = wizard.sign_in.credentials
    assert form.error_at(Spot(PASSWORD)).startswith("Enter the password")
    assert form.error_at(Spot(HOST, "imap")).startswith("Enter the name of the server")
    assert scene.servers.saved == []


def test_nobody_gets_on_without_saying_whose_mailbox_it_is(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.fill(wizard)
    wizard.provider.consent.box.click()
    press(wizard.main)
    assert wizard.page is wizard.provider
    assert wizard.provider.consent.error
    assert QApplication.focusWidget() is wizard.provider.consent.box


def test_a_password_never_goes_unencrypted_over_a_network(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_password(wizard)
    form = wizard.sign_in.credentials
    form.servers.imap.security.choose(Security.NONE)
    press(wizard.main)
    assert form.error_at(Spot(SECURITY, "imap")).startswith("Without encryption anyone on the way")
    type_into(form.servers.imap.host, "127.0.0.1")
    press(wizard.main)
    scene.settle()
    assert scene.servers.saved[-1][1].imap.host == "127.0.0.1"


def test_servers_that_only_dns_vouches_for_are_asked_about(scene: Scene) -> None:
    scene.servers.found = replace(FOUND, confirm=("imap.acme.example",))
    wizard = scene.wizard()
    scene.to_password(wizard)
    form = wizard.sign_in.credentials
    assert form.confirm.box.text() == "imap.acme.example may be given the password"
    press(wizard.main)
    assert form.error_at(Spot(CONFIRM)).startswith("Say first whether imap.acme.example")
    assert scene.servers.saved == []
    form.confirm.box.click()
    press(wizard.main)
    scene.settle()
    assert wizard.page is wizard.choose


def test_servers_that_cannot_be_found_are_filled_in_by_hand(scene: Scene) -> None:
    words = "The mail servers of acme.example could not be found."
    scene.servers.search_error = Misconfigured(ReasonCode.SETTINGS_INVALID, words, field="host")
    wizard = scene.wizard()
    scene.to_password(wizard)
    form = wizard.sign_in.credentials
    assert form.servers.is_open
    assert form.error_at(Spot(HOST, "imap")) == words
    type_into(form.servers.imap.host, "mail.acme.example")
    press(wizard.back)
    type_into(wizard.provider.address, "sales@acme.example")
    QTest.keyClick(wizard.provider.address, Qt.Key.Key_Tab)
    scene.settle()
    press(wizard.main)
    assert form.servers.imap.host.text() == "mail.acme.example"
    press(wizard.main)
    scene.settle()
    made = scene.servers.saved[-1][1]
    assert (made.imap.host, made.imap.port, made.imap.user) == ("mail.acme.example", 993, "sales@acme.example")


def test_going_on_while_the_address_is_looked_up_waits_for_it(scene: Scene) -> None:
    scene.servers.search_hangs = True
    wizard = scene.wizard()
    wizard.provider.consent.box.click()
    type_into(wizard.provider.address, ADDRESS)
    QTest.keyClick(wizard.provider.address, Qt.Key.Key_Return)
    assert scene.servers.reached.wait(20)
    assert wizard.page is wizard.provider
    assert wizard.main.toolTip() == "The address is looked up"
    scene.servers.ended.set()
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.sign_in)
    assert wizard.provider.kind is OTHER


def test_an_address_that_is_connected_is_said_beside_it(scene: Scene, held: Mailbox) -> None:
    wizard = scene.wizard()
    scene.fill(wizard, held.address)
    assert wizard.provider.address_row.errors[ADDRESS_FIELD].startswith("This mailbox is connected already.")
    press(wizard.main)
    assert wizard.page is wizard.provider
    assert scene.servers.saved == []


def test_one_that_was_connected_before_is_welcomed_back(scene: Scene, held: Mailbox, store: Store) -> None:
    with store.write() as uow:
        uow.mailboxes.set_state(held.id, MailboxState.DISCONNECTED)
    wizard = scene.wizard()
    scene.fill(wizard, held.address)
    assert "It was connected before" in wizard.provider.address_row.hint
    press(wizard.main)
    assert wizard.page is wizard.sign_in


def test_a_test_message_that_is_slow_is_told_and_no_reason_not_to_save(scene: Scene) -> None:
    late = Misbehaving(ReasonCode.SENDING_FAILED, "The test message has not arrived yet.")
    scene.servers.report = ProbeReport([*STEPS, Step(ARRIVE, "smtp", "See it arrive", 20.0, late)], FOLDERS)
    wizard = scene.wizard()
    scene.servers.report, report = GOOD, scene.servers.report
    scene.to_test(wizard)
    scene.servers.report = report
    wizard.test.send.box.click()
    press(wizard.main)
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["folders", "test and send", "connect"]
    assert scene.said[0].words == f"Connected {ADDRESS}. The test message has not arrived yet."


def test_what_cannot_be_stored_is_said_and_can_be_tried_again(scene: Scene) -> None:
    scene.servers.save_error = CommandRefused(ReasonCode.STORE_FULL, "The disk is full.", action="Make room.")
    wizard = scene.wizard()
    scene.to_test(wizard)
    press(wizard.main)
    scene.settle()
    assert "The disk is full. Make room." in said(wizard)
    assert scene.sync.asked == []
    scene.servers.save_error = None
    press(wizard.main)
    scene.settle()
    assert wizard.test.is_saved


def test_the_start_is_explained(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_choice(wizard)
    since = wizard.choose.since
    assert since.hint.startswith("Mail received since 15 Feb is brought in; older mail stays out.")
    since.days.setValue(0)
    assert since.days.text() == "From now on"
    assert since.hint.startswith("Only mail that arrives from now on")


def test_the_demo_speaks_to_this_computer_only(scene: Scene) -> None:
    scene.frame = replace(scene.frame, is_demo=True)
    wizard = scene.wizard()
    scene.fill(wizard)
    assert wizard.provider.address_row.hint == ""
    press(wizard.main)
    scene.settle()
    assert wizard.provider.address_row.errors[ADDRESS_FIELD].startswith("The demo speaks to this computer only.")
    press_card(wizard, None)
    press(wizard.main)
    form = wizard.sign_in.credentials
    form.servers.unfold(open_=True)
    type_into(form.servers.imap.host, "imap.acme.example")
    type_into(form.password.line, "secret")
    press(wizard.main)
    assert form.error_at(Spot(HOST, "imap")).startswith("The demo speaks to this computer only.")
    assert scene.servers.saved == []

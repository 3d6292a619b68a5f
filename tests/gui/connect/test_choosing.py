"""What comes in: direction, the folder of sent mail, and whose the mailbox is."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.mailbox import Direction, MailboxDetails, MailboxPurpose
from desktop.domain.probing import ProbeReport
from desktop.domain.source import RemoteFolder
from desktop.views.connect.draft import FOLDER, REPLY_TO, SENT
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.connect.scene import GOOD, Scene, press, type_into


def choosing(scene: Scene, *folders: RemoteFolder) -> ConnectWizard:
    """Open the page on a server with these folders, or the usual ones."""
    if folders:
        scene.servers.report = ProbeReport(list(GOOD.steps), folders)
    wizard = scene.wizard()
    scene.to_choice(wizard)
    return wizard


def finish(scene: Scene, wizard: ConnectWizard) -> None:
    """Go on, and have it tested and saved."""
    press(wizard.main)
    assert wizard.page is wizard.test
    press(wizard.main)
    scene.settle()


def test_inbound_is_what_is_recommended(scene: Scene) -> None:
    wizard = choosing(scene)
    assert wizard.choose.value is Direction.INBOUND
    assert not wizard.choose.sent.isVisible()
    finish(scene, wizard)
    assert scene.servers.saved[-1][1].direction is Direction.INBOUND


def test_both_directions_bring_the_folder_of_sent_mail_that_is_found(scene: Scene) -> None:
    wizard = choosing(scene)
    QTest.keyClick(wizard.choose.direction.choice.buttons[Direction.INBOUND], Qt.Key.Key_Down)
    assert wizard.choose.value is Direction.BOTH
    assert wizard.choose.sent.isVisible()
    assert wizard.choose.sent.value == "Gesendet"
    finish(scene, wizard)
    made = scene.servers.saved[-1][1]
    assert (made.direction, made.folders) == (Direction.BOTH, ("INBOX", "Gesendet"))


def test_a_folder_of_sent_mail_nobody_finds_is_asked_for(scene: Scene) -> None:
    wizard = choosing(scene, RemoteFolder("INBOX", "", True), RemoteFolder("Ausgelaufen", "", True))
    wizard.choose.direction.choice.choose(Direction.BOTH)
    assert wizard.choose.sent.hint.startswith("No folder of sent mail was found")
    press(wizard.main)
    assert wizard.page is wizard.choose
    assert wizard.choose.sent.errors[SENT].startswith("Say which folder holds sent mail")
    assert QApplication.focusWidget() is wizard.choose.sent.choice
    wizard.choose.sent.choice.choose("Ausgelaufen")
    finish(scene, wizard)
    assert scene.servers.saved[-1][1].folders == ("INBOX", "Ausgelaufen")


def test_a_server_that_keeps_labels_has_one_folder_for_both(scene: Scene) -> None:
    labels = (
        RemoteFolder("INBOX", "", True, keeps_labels=True),
        RemoteFolder("[Gmail]/All Mail", "all", True, keeps_labels=True),
        RemoteFolder("[Gmail]/Sent Mail", "sent", True, keeps_labels=True),
    )
    wizard = choosing(scene, *labels)
    assert wizard.choose.folders.list.chosen == ("[Gmail]/All Mail",)
    wizard.choose.direction.choice.choose(Direction.BOTH)
    finish(scene, wizard)
    assert scene.servers.saved[-1][1].folders == ("[Gmail]/All Mail",)


def test_manual_selection_has_no_start_and_no_schedule(scene: Scene) -> None:
    wizard = choosing(scene)
    wizard.choose.direction.choice.choose(Direction.MANUAL)
    assert not wizard.choose.since.isVisible()
    assert not wizard.choose.frequency.isVisible()
    assert "nothing of them comes in until you pick it" in wizard.choose.folders.hint
    finish(scene, wizard)
    assert scene.servers.saved[-1][1].direction is Direction.MANUAL
    assert [one.split(":")[0] for one in wizard.test.summary.said()] == [
        "Mailbox",
        "Direction",
        "Folders",
        "Attachments",
    ]


def test_whose_it_is_goes_with_it(scene: Scene) -> None:
    wizard = choosing(scene)
    details = wizard.choose.details
    details.purpose.choose(MailboxPurpose.SUPPORT)
    type_into(details.owner, "Ana")
    type_into(details.recovery, "it@acme.example")
    type_into(details.display_name, "Acme Support")
    type_into(details.reply_to, "Support@Acme.Example")
    finish(scene, wizard)
    assert scene.servers.saved[-1][1].details == MailboxDetails(
        MailboxPurpose.SUPPORT, "Ana", "it@acme.example", "Acme Support", "support@acme.example"
    )
    assert wizard.test.summary.said()[-1] == "Purpose: Support (Owner: Ana)"


def test_a_reply_address_that_is_none_and_no_folder_are_refused_beside_their_fields(scene: Scene) -> None:
    wizard = choosing(scene)
    wizard.choose.folders.list.tick("INBOX", on=False)
    type_into(wizard.choose.details.reply_to, "support")
    press(wizard.main)
    assert wizard.choose.folders.errors[FOLDER].startswith("Choose at least one folder")
    assert wizard.choose.details.rows[REPLY_TO].errors[REPLY_TO].startswith("Enter one whole address")
    assert wizard.page is wizard.choose


def test_going_back_and_on_keeps_what_was_chosen(scene: Scene) -> None:
    wizard = choosing(scene)
    wizard.choose.folders.list.tick("Spam", on=True)
    wizard.choose.folders.list.tick("INBOX", on=False)
    press(wizard.back)
    assert wizard.page is wizard.sign_in
    press(wizard.main)
    scene.settle()
    assert wizard.choose.folders.list.chosen == ("Spam",)

"""What a mailbox brings in is changed where its settings are: the direction, and the folder of sent mail with it."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QDialog

from desktop.domain.mailbox import Direction, Mailbox, OAuthProvider
from desktop.domain.probing import ProbeReport
from desktop.domain.scope_change import FolderCount, ScopeChange
from desktop.views.connect.dialog import MailboxDialog, Purpose
from desktop.views.connect.draft import SENT, Spot
from desktop.views.connect.scope import ScopeChangeSheet
from tests.gui.connect.scene import FOLDERS, GOOD, Scene, focused, press

INBOX, SENT_MAIL = FOLDERS[1], FOLDERS[2]
UNTOLD = replace(SENT_MAIL, name="Out there", special_use="")


def agree(scene: Scene, dialog: MailboxDialog) -> list[str]:
    """Press the main button, agree to what would change, and return what that was."""
    press(dialog.save)
    scene.settle()
    (sheet,) = [one for one in dialog.findChildren(ScopeChangeSheet) if one.isVisible()]
    lines = list(sheet.lines)
    sheet.done(QDialog.DialogCode.Accepted)
    scene.settle()
    return lines


def test_turned_to_both_directions_the_folder_of_sent_mail_comes_along(scene: Scene, held: Mailbox) -> None:
    scene.servers.scope = ScopeChange((FolderCount("Gesendet", 12),))
    dialog = scene.open(held, Purpose.EDIT)
    assert dialog.form.direction.choice.value is Direction.INBOUND
    assert not dialog.form.sent.isVisible()
    press_on(dialog, Direction.BOTH)
    assert dialog.save.text() == "Test and save"
    assert agree(scene, dialog) == ["Adds: Gesendet. 12 emails since 15 Feb come in with the next sync."]
    name, saved = scene.servers.saved[-1]
    assert (name, saved.direction, saved.folders) == ("change", Direction.BOTH, ("INBOX", "Orders", "Gesendet"))


def test_a_folder_of_sent_mail_that_nobody_finds_is_asked_for(scene: Scene, held: Mailbox) -> None:
    inbox_only = replace(held, folders=("INBOX",))
    scene.servers.report = ProbeReport(GOOD.steps, (INBOX, UNTOLD))
    dialog = scene.open(inbox_only, Purpose.EDIT)
    press_on(dialog, Direction.BOTH)
    press(dialog.save)
    scene.settle()
    assert "change" not in [name for name, _ in scene.servers.saved]
    assert dialog.form.error_at(Spot(SENT)) == "Say which folder holds sent mail, or choose Inbound only."
    assert dialog.form.sent.isVisible()
    assert focused() is dialog.form.sent.choice
    dialog.form.sent.choice.choose("Out there")
    agree(scene, dialog)
    assert scene.servers.saved[-1][1].folders == ("INBOX", "Out there")


def test_turned_back_the_folder_of_sent_mail_is_left(scene: Scene, held: Mailbox) -> None:
    both = replace(held, direction=Direction.BOTH, folders=("INBOX", "Gesendet"))
    dialog = scene.open(both, Purpose.EDIT)
    press_on(dialog, Direction.INBOUND)
    agree(scene, dialog)
    saved = scene.servers.saved[-1][1]
    assert (saved.direction, saved.folders) == (Direction.INBOUND, ("INBOX",))


def test_by_hand_has_no_schedule(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    press_on(dialog, Direction.MANUAL)
    assert not dialog.form.frequency.isVisible()
    agree(scene, dialog)
    assert scene.servers.saved[-1][1].direction is Direction.MANUAL


@pytest.mark.parametrize("provider", list(OAuthProvider))
def test_a_mailbox_that_is_signed_in_to_in_the_browser_has_no_password(
    scene: Scene, held: Mailbox, provider: OAuthProvider
) -> None:
    dialog = scene.open(replace(held, oauth=provider), Purpose.EDIT)
    assert not dialog.form.password.isVisible()
    assert focused() is dialog.form.direction.choice.buttons[Direction.INBOUND]


def press_on(dialog: MailboxDialog, direction: Direction) -> None:
    """Choose a direction with the mouse, as a person does."""
    dialog.form.direction.choice.buttons[direction].click()

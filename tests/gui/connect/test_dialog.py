"""The dialog itself: keys alone are enough, a test ends at once, nothing freezes, and the password is nobody's."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.views.connect.dialog import MailboxDialog, Purpose
from desktop.views.connect.disconnect import DisconnectDialog
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.steps import StepList
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.connect.scene import PASSWORD, STEPS, Scene, failing, focused, press, tab_chain, type_into
from tests.gui.windows import windows_shown


def begin(scene: Scene, held: Mailbox) -> MailboxDialog:
    """Open a dialog whose test hangs, and start it."""
    scene.servers.hangs = True
    dialog = scene.open(held, Purpose.RECONNECT)
    type_into(dialog.form.password.line, PASSWORD)
    press(dialog.save)
    scene.qtbot.waitUntil(scene.servers.reached.is_set)
    scene.qtbot.waitUntil(lambda: bool(dialog.steps.lines))
    return dialog


def test_tab_goes_down_the_form_and_every_stop_has_a_name(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(replace(held, smtp=held.imap), Purpose.EDIT)
    dialog.form.servers.unfold(open_=True)
    form, imap, smtp = dialog.form, dialog.form.servers.imap, dialog.form.servers.smtp
    stops = tab_chain(form.password.line)
    expected: list[QWidget] = [form.password.line, form.password.eye, form.servers.fold]
    expected += [imap.host, imap.port, imap.security, imap.user, form.servers.sends]
    expected += [smtp.host, smtp.port, smtp.security, smtp.user, form.direction.choice.buttons[held.direction]]
    expected += [form.folders.list, form.folders.button]
    expected += [form.frequency.choice, form.attachments.choice, form.send.box]
    assert stops == [*expected, dialog.test, dialog.cancel, dialog.save]
    names = [stop.accessibleName() for stop in stops]
    assert all(names)
    assert len(set(names)) == len(names)


def test_a_running_test_shows_its_steps_live(scene: Scene, held: Mailbox) -> None:
    dialog = begin(scene, held)
    assert dialog.steps.title == "Testing the connection"
    assert dialog.steps.said() == [f"{STEPS[0].words}: In progress"]
    assert dialog.steps.visibleRegion().boundingRect() == dialog.steps.rect()


def test_what_is_wrong_is_scrolled_into_view(scene: Scene, held: Mailbox) -> None:
    scene.servers.report = failing(NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "It was refused.", field="password"))
    dialog = scene.open(held, Purpose.EDIT)
    type_into(dialog.form.password.line, PASSWORD)
    press(dialog.save)
    scene.settle()
    assert dialog.form.password.visibleRegion().boundingRect() == dialog.form.password.rect()


def test_while_testing_the_fields_can_be_read_and_not_changed(scene: Scene, held: Mailbox) -> None:
    dialog = begin(scene, held)
    assert dialog.form.password.line.isEnabled()
    QTest.keyClicks(dialog.form.password.line, "x")
    assert dialog.form.password.line.text() == PASSWORD
    assert not dialog.form.frequency.choice.isEnabled()
    assert not dialog.save.isEnabled()


def test_escape_ends_a_test_at_once_and_keeps_what_was_typed(scene: Scene, held: Mailbox) -> None:
    dialog = begin(scene, held)
    before = dialog.form.draft()
    assert focused() is dialog.cancel
    assert dialog.cancel.accessibleName() == "Stop the test"
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.outcome.label.text() == "Stopped. Nothing was saved. What you filled in is still here."
    assert dialog.steps.said() == [f"{STEPS[0].words}: Stopped"]
    assert scene.servers.ended.is_set()
    assert dialog.form.draft() == before
    assert focused() is dialog.save
    scene.settle()
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert [name for name, _ in scene.servers.saved] == ["test"]


def test_after_a_stop_the_next_test_is_not_disturbed_by_the_last(scene: Scene, held: Mailbox) -> None:
    dialog = begin(scene, held)
    press(dialog.cancel)
    scene.servers.hangs = False
    press(dialog.test)
    scene.settle()
    assert dialog.steps.said() == [f"{step.words}: Done" for step in STEPS]


def test_closing_the_window_ends_the_test(scene: Scene, held: Mailbox) -> None:
    dialog = begin(scene, held)
    dialog.close()
    assert not dialog.isVisible()
    assert scene.servers.ended.is_set()
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["test"]


def test_the_password_is_hidden_until_asked_for(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    row = dialog.form.password
    type_into(row.line, PASSWORD)
    assert PASSWORD not in row.line.displayText()
    press(row.eye)
    assert row.line.displayText() == PASSWORD
    assert row.eye.accessibleName() == "Hide the password"
    press(row.eye)
    assert row.line.echoMode() == QLineEdit.EchoMode.Password


def test_no_screen_reader_and_no_sentence_ever_has_the_password(scene: Scene, held: Mailbox) -> None:
    error = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "It was refused.", field="password")
    scene.servers.report = failing(error)
    dialog = scene.open(held, Purpose.EDIT)
    type_into(dialog.form.password.line, PASSWORD)
    press(dialog.form.password.eye)
    press(dialog.save)
    scene.settle()
    for widget in (dialog, *dialog.findChildren(QWidget)):
        interface = QAccessible.queryAccessibleInterface(widget)
        said = [interface.text(kind) for kind in QAccessible.Text if kind is not QAccessible.Text.UserText]
        assert not [words for words in said if PASSWORD in words], widget
    assert PASSWORD not in repr(dialog.form.draft())
    assert PASSWORD not in repr(dialog._wish)


def test_nothing_of_the_password_is_left_when_the_dialog_is_closed(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    type_into(dialog.form.password.line, PASSWORD)
    dialog.reject()
    assert dialog.form.password.line.text() == ""


def test_the_window_behind_is_veiled_and_comes_back(scene: Scene, held: Mailbox) -> None:
    dialog = scene.open(held, Purpose.EDIT)
    veils = [child for child in scene.window.children() if type(child).__name__ == "Scrim"]
    assert len(veils) == 1
    dialog.reject()
    scene.qtbot.waitUntil(lambda: not [child for child in scene.window.children() if child in veils])


def test_a_step_says_how_it_stands() -> None:
    steps = StepList()
    steps.begin("Testing")
    steps.tell(STEPS[0])
    steps.end("Over")
    assert steps.said() == ["Reach imap.acme.example: Done"]
    assert steps.title == "Over"


def test_nothing_flashes_as_a_window_of_its_own(scene: Scene, held: Mailbox) -> None:
    with windows_shown() as seen:
        for purpose in Purpose:
            dialog = MailboxDialog(scene.frame, scene.window, held, purpose)
            dialog.form.servers.unfold(open_=True)
            dialog.deleteLater()
        ConnectWizard(scene.frame, scene.window).deleteLater()
        ReconnectWizard(scene.frame, scene.window, held).deleteLater()
        DisconnectDialog(scene.frame, scene.window, held).deleteLater()
    assert seen == []
    scene.settle()

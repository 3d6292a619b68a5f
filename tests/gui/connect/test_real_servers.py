"""The dialogs on an open profile and real servers: Dovecot over TLS, and one that hangs until it is let go."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.demo.server import ImapServer
from desktop.domain.mailbox import MailboxState, Security
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.views.connect.dialog import MailboxDialog, Purpose
from desktop.views.connect.disconnect import DisconnectDialog
from desktop.views.connect.draft import PASSWORD, Spot
from desktop.views.connect.wizard import ConnectWizard
from desktop.workspace.opening import opened
from desktop.workspace.workspace import Workspace
from tests.gui.connect.scene import QuietConnections, page_of, press, type_into
from tests.gui.frames import make_frame
from tests.helpers.dovecot import Dovecot
from tests.unit.workspace.support import letter, new_given

LONG_MS = 20_000


class Profile:
    """An open profile behind the lanes, and a window to open dialogs in."""

    def __init__(self, qtbot: QtBot, workspace: Workspace, ops: Ops) -> None:
        self.qtbot, self.workspace, self.ops = qtbot, workspace, ops
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        frame, _, self.sync, _ = make_frame(ops, workspace.clock, self.window)
        self.frame = replace(frame, connections=QuietConnections(workspace))

    def connecting(self, port: int, security: Security, user: str, password: str) -> ConnectWizard:
        """Open the wizard and go on to the password; the servers are filled in by hand."""
        wizard = ConnectWizard(self.frame, self.window)
        wizard.open()
        self.qtbot.waitExposed(wizard)
        self.settle()
        wizard.provider.choose(None)
        type_into(wizard.provider.address, "support@shop.example")
        wizard.provider.consent.box.click()
        press(wizard.main)
        self.settle()
        form = wizard.sign_in.credentials
        form.servers.unfold(open_=True)
        type_into(form.servers.imap.host, "localhost" if security is Security.TLS else "127.0.0.1")
        form.servers.imap.security.choose(security)
        type_into(form.servers.imap.port, str(port))
        type_into(form.servers.imap.user, user)
        type_into(form.password.line, password)
        return wizard

    def settle(self) -> None:
        """Wait until everything asked for is answered."""
        self.qtbot.waitUntil(self.ops.is_idle, timeout=LONG_MS)


@pytest.fixture
def workspace(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    given = new_given(tmp_path)
    if request.node.get_closest_marker("server"):
        given = replace(given, ca_file=request.getfixturevalue("dovecot").ca_file)
    with opened(given, writing=True, tell=lambda _words: None) as made:
        yield made


@pytest.fixture
def profile(qapp: QApplication, qtbot: QtBot, workspace: Workspace) -> Iterator[Profile]:
    theme().apply(qapp)
    ops = Ops(workspace.store, workspace.clock)
    yield Profile(qtbot, workspace, ops)
    ops.close()


@pytest.mark.server
def test_a_mailbox_on_dovecot_is_connected_reconnected_and_disconnected(profile: Profile, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, "Orders")
    dovecot.deliver(user, letter(1))
    wizard = profile.connecting(dovecot.tls_port, Security.TLS, user.name, "not-this")
    press(wizard.main)
    profile.settle()
    assert "refused user name or password" in wizard.sign_in.credentials.error_at(Spot(PASSWORD))
    assert profile.workspace.store is profile.ops.store
    type_into(wizard.sign_in.credentials.password.line, user.password)
    press(wizard.main)
    profile.settle()
    assert wizard.choose.folders.list.names == ("INBOX", "Orders")
    wizard.choose.folders.list.tick("Orders", on=True)
    press(wizard.main)
    press(wizard.main)
    profile.settle()
    assert wizard.test.is_saved
    assert all(line.endswith(": Done") for line in wizard.test.steps.said()[:-1])
    press(wizard.main)
    with profile.workspace.store.read() as read:
        (held,) = read.mailboxes.every()
    assert (held.address, held.folders, held.provider) == ("support@shop.example", ("INBOX", "Orders"), "imap")
    assert profile.workspace.secret_of(held).reveal() == user.password
    assert profile.sync.asked == [("changed", None), ("sync", held.id)]

    dovecot.set_password(user, "changed-there")
    again = MailboxDialog(profile.frame, profile.window, held, Purpose.RECONNECT)
    again.open()
    type_into(again.form.password.line, "changed-there")
    press(again.save)
    profile.settle()
    assert again.receipt.said()[0] == "support@shop.example is reconnected"
    again.reject()
    assert profile.workspace.secret_of(held).reveal() == "changed-there"

    last = DisconnectDialog(profile.frame, profile.window, held)
    last.open()
    profile.settle()
    press(last.disconnect_button)
    profile.settle()
    with profile.workspace.store.read() as read:
        assert read.mailboxes.every()[0].state is MailboxState.DISCONNECTED


@pytest.mark.server
def test_a_certificate_nobody_vouches_for_is_said_and_nothing_is_sent(profile: Profile, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    distrusting = QuietConnections(replace(profile.workspace, ca_file=None))
    profile.frame = replace(profile.frame, connections=distrusting)
    wizard = profile.connecting(dovecot.tls_port, Security.TLS, user.name, user.password)
    press(wizard.main)
    profile.settle()
    said = wizard.sign_in.credentials.error_at(Spot("security", "imap")) or wizard.outcome.label.text()
    assert "certificate" in said


def test_a_server_that_hangs_is_let_go_at_once(profile: Profile, imap_server: ImapServer) -> None:
    imap_server.add_account("support@shop.example", "secret-4711").deliver(letter(1))
    fault = imap_server.faults.add(Fault(when=on("AUTHENTICATE"), do=stall()))
    wizard = profile.connecting(imap_server.port, Security.NONE, "support@shop.example", "secret-4711")
    press(wizard.main)
    profile.qtbot.waitUntil(fault.happened.is_set)
    press(wizard.cancel)
    profile.qtbot.waitUntil(profile.ops.is_idle)
    assert page_of(wizard) is wizard.sign_in
    imap_server.faults.clear()
    press(wizard.main)
    profile.settle()
    assert page_of(wizard) is wizard.choose
    press(wizard.main)
    fault = imap_server.faults.add(Fault(when=on("AUTHENTICATE"), do=stall()))
    press(wizard.main)
    profile.qtbot.waitUntil(fault.happened.is_set)
    profile.qtbot.waitUntil(lambda: len(wizard.test.steps.lines) == 3)
    assert wizard.test.steps.said()[-1] == "Sign in: In progress"
    press(wizard.cancel)
    assert wizard.test.steps.said()[-1] == "Sign in: Stopped"
    profile.qtbot.waitUntil(profile.ops.is_idle)
    with profile.workspace.store.read() as read:
        assert list(read.mailboxes.every()) == []
    imap_server.faults.clear()
    press(wizard.main)
    profile.settle()
    assert wizard.test.is_saved

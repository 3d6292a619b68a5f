"""The flow behind the dialogs: a test with its steps, its end from outside, and what is stored or not."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.demo.server import ImapServer
from desktop.domain.errors import CommandRefused, NeedsSignIn, Stopped
from desktop.domain.mailbox import MailboxState, OAuthProvider
from desktop.domain.probing import Step
from desktop.domain.reasons import ReasonCode
from desktop.providers.channel import Breaker
from desktop.security.secrets import Secret
from desktop.workspace import connecting
from desktop.workspace.workspace import Workspace
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        yield made


@pytest.fixture
def server(imap_server: ImapServer) -> ImapServer:
    imap_server.add_account(ADDRESS, PASSWORD).deliver(letter(1))
    return imap_server


def test_each_step_is_told_when_it_begins_and_when_it_is_over(workspace: Workspace, server: ImapServer) -> None:
    heard: list[Step] = []
    report = connecting.probe_mailbox(workspace, mailbox_on(server), SECRET, on_step=heard.append)
    assert report.ok
    assert [step.is_over for step in heard] == [False, True] * len(report.steps)
    assert [step.name for step in heard[::2]] == [step.name for step in report.steps]
    assert all(step.words for step in heard)


def test_a_refused_password_is_an_error_beside_its_field(workspace: Workspace, server: ImapServer) -> None:
    report = connecting.probe_mailbox(workspace, mailbox_on(server), Secret("wrong"))
    assert not report.is_good_enough
    assert [(step.name, step.error and step.error.field) for step in report.failures] == [("log_in", "password")]


@pytest.mark.parametrize("where", ["AUTHENTICATE", "LIST", "EXAMINE"])
def test_a_test_can_be_ended_while_the_server_hangs(workspace: Workspace, server: ImapServer, where: str) -> None:
    fault, breaker = server.faults.add(Fault(when=on(where), do=stall())), Breaker()
    caught: list[BaseException] = []

    def work() -> None:
        try:
            connecting.probe_mailbox(workspace, mailbox_on(server), SECRET, breaker=breaker)
        except Stopped as stopped:
            caught.append(stopped)

    tester = threading.Thread(target=work)
    tester.start()
    assert fault.happened.wait(10)
    breaker.trip()
    tester.join(3)
    assert not tester.is_alive()
    assert caught


def test_connecting_stores_mailbox_and_password(workspace: Workspace, server: ImapServer) -> None:
    stored, change = connecting.connect_mailbox(workspace, mailbox_on(server), SECRET)
    assert change.words == f"Connected {ADDRESS}"
    assert workspace.secret_of(stored).reveal() == PASSWORD
    with pytest.raises(CommandRefused, match="connected already"):
        connecting.connect_mailbox(workspace, mailbox_on(server), Secret("other"))
    assert workspace.secret_of(stored).reveal() == PASSWORD


def test_a_password_that_cannot_be_kept_leaves_no_mailbox(
    workspace: Workspace, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def store(self, _name: str, _secret: Secret) -> None:
            raise CommandRefused(ReasonCode.STORE_FULL, "No room.")

    monkeypatch.setattr(connecting, "open_vault", lambda *_: Full())
    with pytest.raises(CommandRefused, match="No room"):
        connecting.connect_mailbox(workspace, mailbox_on(server), SECRET)
    with workspace.store.read() as read:
        assert list(read.mailboxes.every()) == []


def test_a_changed_password_is_kept_and_a_changed_frequency_needs_no_test(
    workspace: Workspace, server: ImapServer
) -> None:
    held, _ = connecting.connect_mailbox(workspace, mailbox_on(server), SECRET)
    connecting.change_connection(workspace, held, Secret("newer"))
    assert workspace.secret_of(held).reveal() == "newer"
    with workspace.store.read() as read:
        tasks = [(task.what, task.why) for task in read.activity.tasks(workspace.clock.now())]
    assert tasks == [("Review the settings of support@", "A new password was given for it.")]
    assert not connecting.needs_test(held, replace(held, since_days=3))
    assert connecting.needs_test(held, replace(held, folders=("INBOX", "Sent")))


def test_disconnecting_forgets_the_password_and_connecting_again_goes_on(
    workspace: Workspace, server: ImapServer
) -> None:
    held, _ = connecting.connect_mailbox(workspace, mailbox_on(server), SECRET)
    gone, change = connecting.disconnect(workspace, held)
    assert (gone.state, "password is forgotten" in change.words) == (MailboxState.DISCONNECTED, True)
    with pytest.raises(NeedsSignIn):
        workspace.secret_of(held)
    again, _ = connecting.connect_mailbox(workspace, mailbox_on(server), SECRET)
    assert (again.id, again.state) == (held.id, MailboxState.ACTIVE)


def test_the_servers_folders_are_listed(workspace: Workspace, server: ImapServer) -> None:
    names = [folder.name for folder in connecting.folders_of(workspace, mailbox_on(server).imap, SECRET)]
    assert names == ["INBOX"]
    with pytest.raises(NeedsSignIn):
        connecting.folders_of(workspace, mailbox_on(server).imap, Secret("wrong"))


def test_sending_without_a_server_for_it_is_refused(workspace: Workspace, server: ImapServer) -> None:
    with pytest.raises(CommandRefused, match="No server for sending"):
        connecting.probe_mailbox(workspace, mailbox_on(server), SECRET, send=True)


def test_the_servers_of_a_known_provider_are_found_without_the_network() -> None:
    found = connecting.find_servers("someone@gmx.de")
    assert (found.provider, found.imap.host, found.needs_browser) == ("gmx", "imap.gmx.net", False)
    assert connecting.provider_at(found.imap) == "gmx"
    google = connecting.find_servers("someone@gmail.com")
    assert (google.needs_browser, google.oauth) == (True, OAuthProvider.GOOGLE)

"""The window's own way from what the system says of the network to mail that is here: watch, syncs, runner, server."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from desktop.app.network import NetworkWatch
from desktop.demo.fault_actions import replace_line
from desktop.demo.faults import Fault, at_greeting
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.health import HealthState
from desktop.domain.mailbox import Frequency, Mailbox, Security, ServerSettings
from desktop.settings import registry
from desktop.sync import backoff, runner
from desktop.sync.threads import SyncService
from desktop.workspace import connecting
from desktop.workspace.workspace import Workspace
from tests.helpers.proxy import FaultProxy
from tests.unit.sync.test_schedule import with_letters
from tests.unit.workspace.support import ADDRESS, SECRET, letter, mailbox_on, open_workspace

LIMIT_MS = 30_000
PORTAL = b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n"
ONLINE = QNetworkInformation.Reachability.Online
GONE = QNetworkInformation.Reachability.Disconnected


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 3600.0)  # nothing but what the system says has it tried again
    monkeypatch.setattr(backoff, "OFFLINE_DELAY_S", 3600.0)
    with open_workspace(tmp_path) as made:
        made.settings.change(registry.READ_TIMEOUT, 1.0)
        yield made


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    return with_letters(imap_server, ADDRESS, 2)


def stored(workspace: Workspace, mailbox: Mailbox, count: int) -> bool:
    with workspace.store.read() as read:
        return read.mailboxes.figures(mailbox.id).synced == count


def state(workspace: Workspace, mailbox: Mailbox) -> tuple[HealthState, str]:
    with workspace.store.read() as read:
        health = read.mailboxes.health(mailbox.id)
    return health.state, health.code


def listens(server: ImapServer) -> bool:
    return server.command_names()[-1:] == ["IDLE"]


def by_a_tunnel(watch: NetworkWatch) -> None:
    """The default route goes through another interface, and so says the medium."""
    watch.on_change()
    watch.on_reachability(ONLINE)


def by_a_gap(watch: NetworkWatch) -> None:
    """The network goes, and another one comes: the system says so several times."""
    for reach in (GONE, ONLINE, GONE, ONLINE):
        watch.on_reachability(reach)


def by_a_portal(watch: NetworkWatch) -> None:
    """The network's own page let us through."""
    watch.on_portal(True)
    watch.on_portal(False)


@pytest.mark.parametrize("way", [by_a_tunnel, by_a_gap, by_a_portal])
def test_another_network_costs_one_connection_and_brings_what_came_meanwhile(
    qtbot: QtBot, workspace: Workspace, imap_server: ImapServer, account: Account, way: Callable[[NetworkWatch], None]
) -> None:
    with FaultProxy(imap_server.port) as proxy, workspace.sync_context() as context:
        settings = ServerSettings("127.0.0.1", proxy.port, Security.NONE, ADDRESS)
        wanted = mailbox_on(imap_server, frequency=Frequency.REALTIME, imap=settings)
        mailbox, _ = connecting.connect_mailbox(workspace, wanted, SECRET)
        sync = SyncService(context, limits=lambda: workspace.limits)
        watch = NetworkWatch(sync)
        sync.start()
        try:
            qtbot.waitUntil(partial(stored, workspace, mailbox, 2), timeout=LIMIT_MS)
            qtbot.waitUntil(partial(listens, imap_server), timeout=LIMIT_MS)
            before = proxy.connections
            proxy.forget()  # the old way leads nowhere any more, and nobody says so
            account.deliver(letter(9, "on the other network"))
            way(watch)
            qtbot.waitUntil(partial(stored, workspace, mailbox, 3), timeout=LIMIT_MS)
            qtbot.waitUntil(lambda: state(workspace, mailbox)[0] is HealthState.HEALTHY, timeout=LIMIT_MS)
            assert proxy.connections - before == 1
        finally:
            assert sync.stop()


def test_behind_a_portal_the_mailbox_is_offline_and_comes_back_when_it_is_through(
    qtbot: QtBot, workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    with workspace.sync_context() as context:
        wanted = mailbox_on(imap_server, frequency=Frequency.EVERY_60_MINUTES)
        mailbox, _ = connecting.connect_mailbox(workspace, wanted, SECRET)
        sync = SyncService(context, limits=lambda: workspace.limits)
        watch = NetworkWatch(sync)
        sync.start()
        try:
            qtbot.waitUntil(partial(stored, workspace, mailbox, 2), timeout=LIMIT_MS)
            imap_server.faults.add(Fault(at_greeting(), replace_line(PORTAL), times=None))
            watch.on_portal(True)
            sync.sync_now(mailbox.id)
            qtbot.waitUntil(lambda: state(workspace, mailbox)[1] == "OFFLINE", timeout=LIMIT_MS)
            assert state(workspace, mailbox)[0] is HealthState.ATTENTION, "not disconnected"
            account.deliver(letter(9, "behind the portal"))
            imap_server.faults.clear()
            watch.on_portal(False)
            qtbot.waitUntil(partial(stored, workspace, mailbox, 3), timeout=LIMIT_MS)
            qtbot.waitUntil(lambda: state(workspace, mailbox)[0] is HealthState.HEALTHY, timeout=LIMIT_MS)
        finally:
            assert sync.stop()

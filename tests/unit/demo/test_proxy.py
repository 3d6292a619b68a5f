"""The fault proxy passes everything on unless told otherwise, and then spoils exactly what it was told."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from desktop.demo.server import ImapServer
from tests.helpers.mailboxes import MailServer
from tests.helpers.proxy import Direction, FaultProxy, Plan
from tests.helpers.wire import Wire


@pytest.fixture
def proxy(imap_server: ImapServer) -> Iterator[FaultProxy]:
    """A proxy before a fake server."""
    with FaultProxy(imap_server.port) as proxy:
        yield proxy


def session(port: int, server: MailServer) -> dict[int, bytes]:
    """A whole session; returns the bodies by UID."""
    client: Any = IMAPClient("127.0.0.1", port, ssl=False, timeout=20)
    try:
        client.login(server.user, server.password)
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search("ALL"), ["UID", "RFC822.SIZE", "BODY.PEEK[]"])
        return {uid: data[b"BODY[]"] for uid, data in found.items()}
    finally:
        client.shutdown()


def test_passes_everything_on(proxy: FaultProxy) -> None:
    with Wire(proxy.port) as wire:
        assert wire.ask("NOOP") == [b"a OK NOOP completed."]
    assert proxy.passed[Direction.CLIENT] == len(b"a NOOP\r\n")
    assert proxy.connections == 1


@pytest.mark.parametrize("rst", [False, True])
def test_cuts_what_the_server_says(proxy: FaultProxy, rst: bool) -> None:
    with Wire(proxy.port) as wire:
        size = len(wire.greeting) + 2
    proxy.plan = Plan(cut_at=size + 4, rst=rst)
    with Wire(proxy.port) as wire:  # cut any sooner, RST could overtake the connecting
        wire.send(b"a NOOP\r\n")
        assert wire._socket.recv(100) == b"a OK"
        if rst:
            with pytest.raises(ConnectionResetError):
                wire._socket.recv(100)
        else:
            assert wire._socket.recv(100) == b""


def test_cuts_what_the_client_says(proxy: FaultProxy, imap_server: ImapServer) -> None:
    proxy.plan = Plan(Direction.CLIENT, cut_at=11)
    with Wire(proxy.port) as wire:
        assert wire.ask("NOOP") == [b"a OK NOOP completed."]
        assert wire.ask("LOGOUT") == []
    assert imap_server.command_names() == ["NOOP"]


def test_stalls_and_goes_on(proxy: FaultProxy) -> None:
    proxy.plan = Plan(stall_at=4)
    with Wire(proxy.port, greeting=False) as wire:
        assert wire._socket.recv(100) == b"* OK"
        wire._socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            wire._socket.recv(100)
        wire._socket.settimeout(5)
        proxy.release()
        assert wire._socket.recv(1000).endswith(b"ready.\r\n")


def test_trickles(proxy: FaultProxy) -> None:
    proxy.plan = Plan(trickle_s=60)
    with Wire(proxy.port, greeting=False) as wire:
        assert wire._socket.recv(1000) == b"*"
        wire._socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            wire._socket.recv(1)


def test_trickles_all_and_delays(proxy: FaultProxy) -> None:
    proxy.plan = Plan(trickle_s=0.0001, delay_s=0.02)
    start = time.monotonic()
    with Wire(proxy.port) as wire:
        assert wire.greeting.endswith(b"ready.")
    assert time.monotonic() - start >= 0.02


def test_freezes_and_thaws(proxy: FaultProxy) -> None:
    with Wire(proxy.port) as wire:
        proxy.freeze()
        wire.send(b"a NOOP\r\n")
        wire._socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            wire._socket.recv(1)
        proxy.thaw()
        wire._socket.settimeout(5)
        assert wire._socket.recv(100) == b"a OK NOOP completed.\r\n"


@pytest.mark.parametrize("rst", [False, True])
def test_cuts_now(proxy: FaultProxy, rst: bool) -> None:
    with Wire(proxy.port) as wire:
        proxy.cut(rst=rst)
        if rst:
            with pytest.raises(ConnectionResetError):
                wire.line()
        else:
            assert wire.line() == b""


def test_ends_while_stalled(proxy: FaultProxy) -> None:
    proxy.plan = Plan(stall_at=0)
    wire = Wire(proxy.port, greeting=False)
    proxy.__exit__()
    proxy.__enter__()
    with wire:
        assert wire._socket.fileno() > 0


def test_nobody_listens_behind_it() -> None:
    with ImapServer() as gone:
        port = gone.port
    with FaultProxy(port) as proxy, pytest.raises(ConnectionResetError), Wire(proxy.port):
        pass


def test_no_cut_gives_a_mailbox_that_is_silently_smaller(mail_server: MailServer) -> None:
    """The sweep in small: wherever a session is cut, imapclient raises or has read everything."""
    mails = {uid: b"Subject: %d\r\n\r\n%b\r\n" % (uid, b"x" * 40 * uid) for uid in range(1, 4)}
    for raw in mails.values():
        mail_server.mailbox.deliver(raw)
    with FaultProxy(mail_server.port) as proxy:
        assert session(proxy.port, mail_server) == mails
        total = proxy.passed[Direction.SERVER]
        assert total > 500
        for position in range(0, total, 97):
            proxy.plan = Plan(cut_at=position, rst=position % 2 == 0)
            with pytest.raises((IMAPClientError, OSError)):
                session(proxy.port, mail_server)


def test_alters_a_byte_and_repeats_some(proxy: FaultProxy) -> None:
    with Wire(proxy.port) as wire:
        size = len(wire.greeting) + 2
    proxy.next_plans += [Plan(alter_at=size + 2), Plan(repeat_at=size + 4)]
    with Wire(proxy.port) as wire:
        wire.send(b"a NOOP\r\n")
        assert wire._socket.recv(100) == b"a oK NOOP completed.\r\n"
    with Wire(proxy.port) as wire:
        wire.send(b"a NOOP\r\n")
        assert wire._socket.recv(100) == b"a OKa OK NOOP completed.\r\n"
    with Wire(proxy.port) as wire:
        assert wire.ask("NOOP") == [b"a OK NOOP completed."], "the plans were for one connection each"

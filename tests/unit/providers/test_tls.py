"""Dialling: the first address that answers is taken, black holes cost a moment, a stop stops."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from desktop.domain.errors import Stopped, Transient
from desktop.domain.mailbox import Security
from desktop.domain.reasons import ReasonCode
from desktop.providers import tls
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.errors import Peer


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A loopback port on which a connection is never made."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = int(listener.getsockname()[1])
        for _ in range(8):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield port


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A loopback port that answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def resolve_to(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def dial(timeouts: Timeouts, breaker: Breaker | None = None) -> int:
    channel = tls.dial(Peer("mail.example.test", 993), Security.NONE, timeouts, breaker or Breaker())
    try:
        return int(channel._socket.getpeername()[1])
    finally:
        channel.close()


def test_a_black_hole_is_passed_by(monkeypatch: pytest.MonkeyPatch, black_hole: int, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    resolve_to(monkeypatch, black_hole, 1, port)
    assert dial(Timeouts(connect_s=10)) == port


def test_all_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, 1, 2)
    with pytest.raises(Transient) as caught:
        dial(Timeouts(connect_s=10))
    assert caught.value.field == "port"


def test_nothing_answers(monkeypatch: pytest.MonkeyPatch, black_hole: int) -> None:
    resolve_to(monkeypatch, black_hole)
    with pytest.raises(Transient) as caught:
        dial(Timeouts(connect_s=0.1))
    assert (caught.value.code, caught.value.field) == (ReasonCode.SERVER_UNREACHABLE, "host")


def test_no_address_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch)
    with pytest.raises(Transient):
        dial(Timeouts(connect_s=0.1))


def test_a_stop_ends_the_dialling(monkeypatch: pytest.MonkeyPatch, black_hole: int) -> None:
    resolve_to(monkeypatch, black_hole)
    breaker = Breaker()
    timer = threading.Timer(0.05, breaker.trip)
    timer.start()
    with pytest.raises(Stopped):
        dial(Timeouts(connect_s=30), breaker)
    timer.join()

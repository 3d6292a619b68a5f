"""The scripted server plays byte by byte and tells when the client leaves the script."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.helpers.scripted import C, Close, Read, S, ScriptedServer, Stall, StartTls, Step
from tests.helpers.tls import TlsAuthority
from tests.helpers.wire import Wire

HELLO = S(b"* OK hi\r\n")


def test_a_conversation_with_the_clients_own_tags() -> None:
    script: list[Step] = [
        HELLO,
        C(rb"(\S+) CAPABILITY"),
        S(b"* CAPABILITY IMAP4rev1\r\n\\1 OK done\r\n"),
        C(rb"(\S+) LOGOUT"),
    ]
    with ScriptedServer([*script, S(b"\\1 OK bye\r\n")]) as server, Wire(server.port) as wire:
        assert wire.greeting == b"* OK hi"
        assert wire.ask("CAPABILITY", "x1") == [b"* CAPABILITY IMAP4rev1", b"x1 OK done"]
        assert wire.ask("LOGOUT", "x2") == [b"x2 OK bye"]


def test_one_script_per_connection() -> None:
    with ScriptedServer([S(b"one\r\n")], [S(b"two\r\n")]) as server:
        for expected in (b"one", b"two"):
            with Wire(server.port) as wire:
                assert wire.greeting == expected


def test_literals_are_read_by_size() -> None:
    script: list[Step] = [HELLO, C(rb"(\S+) LOGIN \{4\}"), S(b"+ go\r\n"), Read(4), C(b" pw"), S(b"a OK\r\n")]
    with ScriptedServer(script) as server, Wire(server.port) as wire:
        assert wire.ask("LOGIN {4}") == [b"+ go"]
        wire.send(b"a\r\nb pw\r\n")
        assert wire.line() == b"a OK"


def test_starttls(tls_authority: TlsAuthority) -> None:
    script: list[Step] = [
        HELLO,
        C(rb"a STARTTLS"),
        S(b"a OK\r\n"),
        StartTls(tls_authority.server_context),
        S(b"* secret\r\n"),
    ]
    with ScriptedServer(script) as server, Wire(server.port) as wire:
        assert wire.ask("STARTTLS") == [b"a OK"]
        wire.starttls(tls_authority.client_context)
        assert wire.line() == b"* secret"


@pytest.mark.parametrize("rst", [False, True])
def test_closing(rst: bool) -> None:
    with ScriptedServer([HELLO, C(b"x"), Close(rst=rst)]) as server, Wire(server.port) as wire:
        wire.send(b"x\r\n")
        if rst:
            with pytest.raises(ConnectionResetError):
                wire.line()
        else:
            assert wire.line() == b""


def test_stall_until_released() -> None:
    with ScriptedServer([HELLO, Stall(), S(b"at last\r\n")]) as server, Wire(server.port) as wire:
        server.release()
        assert wire.line() == b"at last"


def test_a_stall_ends_with_the_server() -> None:
    with ScriptedServer([HELLO, Stall()]) as server:
        wire = Wire(server.port)
    with wire:
        assert wire.greeting == b"* OK hi"


def complaints(script: list[Step], client: Callable[[Wire], None]) -> list[str]:
    """What a server finds wrong with a client; leaving the server's block must fail if there is anything."""
    server = ScriptedServer(script)
    server.__enter__()
    with Wire(server.port) as wire:
        client(wire)
    with pytest.raises(AssertionError, match="the conversation was:"):
        server.__exit__(None, None, None)
    return server.problems


def test_another_line_than_expected() -> None:
    def client(wire: Wire) -> None:
        assert wire.ask("FOO") == []

    [problem] = complaints([HELLO, C(b"a BAR")], client)
    assert problem.startswith(r"the client sent b'a FOO\r\n' where b'a BAR' was expected (step 2")


def test_more_than_expected() -> None:
    def client(wire: Wire) -> None:
        wire.send(b"a FOO\r\n")
        wire._socket.shutdown(1)
        assert wire.rest() == b""

    assert complaints([HELLO], client) == [r"after the end of the script the client sent b'a FOO\r\n'"]


@pytest.mark.parametrize(("step", "words"), [(C(b"a FOO"), "the client closed"), (Read(3), "the client sent 0 bytes")])
def test_less_than_expected(step: Step, words: str) -> None:
    def client(wire: Wire) -> None:
        wire._socket.shutdown(1)
        assert wire.rest() == b""

    [problem] = complaints([HELLO, step], client)
    assert problem.startswith(words)


def test_one_connection_too_many() -> None:
    def client(wire: Wire) -> None:
        with suppress(ConnectionResetError), Wire(wire._socket.getpeername()[1]) as second:
            assert second.rest() == b""

    assert complaints([HELLO], client) == ["the client connected once more than the script knows"]


def test_an_error_in_the_test_comes_first() -> None:
    with pytest.raises(ZeroDivisionError), ScriptedServer([HELLO, C(b"never")]):
        _ = 1 / 0

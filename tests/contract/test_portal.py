"""A network that answers in the server's place until one has signed in to it: said as such, and nobody is signed in."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from desktop.domain.errors import Misconfigured, SourceError, Transient
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.providers import tls
from desktop.providers.connect import open_source
from tests.contract.helpers import PASSWORD, SHORT, Password
from tests.contract.scripted import Dialogue, ScriptedServer, serving
from tests.contract.test_security import no_secret_left, over_tls
from tests.helpers.tls import TlsAuthority

REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>Bad request</html>"


class Portal:
    """A web server on any port: what it hears is noted, its answer is a page."""

    def __init__(self, listener: socket.socket, answer: bytes, *, speaks_first: bool) -> None:
        self.host, self.port = "127.0.0.1", listener.getsockname()[1]
        self.heard = b""
        self._listener, self._answer, self._speaks_first = listener, answer, speaks_first
        threading.Thread(target=self._serve, name="portal", daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                talk, _ = self._listener.accept()
                with talk, suppress(OSError):
                    talk.settimeout(5)
                    if not self._speaks_first:
                        self.heard += talk.recv(4096)
                    talk.sendall(self._answer)
                    while more := talk.recv(4096):
                        self.heard += more


@contextmanager
def portal(answer: bytes, *, speaks_first: bool = False) -> Iterator[Portal]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Portal(listener, answer, speaks_first=speaks_first)
        listener.shutdown(socket.SHUT_RDWR)


def enter(port: int, security: Security) -> SourceError:
    settings = ServerSettings("127.0.0.1", port, security, "ann@example.test")
    with pytest.raises(SourceError) as caught:
        open_source(settings, Password(), timeouts=SHORT)
    return caught.value


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "SPEAKS_WITHIN_S", 0.3)


@pytest.mark.parametrize(
    ("security", "answer", "speaks_first"),
    [
        (Security.TLS, BAD_REQUEST, False),
        (Security.TLS, REDIRECT, True),
        (Security.STARTTLS, REDIRECT, True),
        (Security.NONE, REDIRECT, True),
        (Security.NONE, b"<!DOCTYPE html><title>Welcome to the hotel</title>\r\n", True),
    ],
)
def test_a_web_page_in_the_servers_place_is_a_network_that_wants_a_sign_in(
    security: Security, answer: bytes, speaks_first: bool
) -> None:
    with portal(answer, speaks_first=speaks_first) as there:
        error = enter(there.port, security)
        assert isinstance(error, Transient)
        assert (error.code, error.field) == (ReasonCode.OFFLINE, "port")
        assert "sign in to the network" in str(error)
        assert "password" not in str(error)
        assert PASSWORD.encode() not in there.heard
        assert b"LOGIN" not in there.heard.upper()


def test_a_mail_server_that_speaks_first_is_a_wrong_setting_all_the_same() -> None:
    with serving(Dialogue()) as server:
        error = enter(server.port, Security.TLS)
    assert isinstance(error, Misconfigured)
    assert (error.code, error.field) == (ReasonCode.SETTINGS_INVALID, "security")


def test_a_portal_that_speaks_tls_gets_no_password_and_is_said_to_be_possible(tls_authority: TlsAuthority) -> None:
    with ScriptedServer(over_tls(tls_authority.unknown_authority())) as server:
        error = enter(server.port, Security.TLS)
        assert error.code is ReasonCode.TLS_UNTRUSTED
        assert "the page on which a network (hotel, train) wants one to sign in" in str(error)
        assert no_secret_left(server)

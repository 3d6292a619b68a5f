"""The list of hosts in the settings is exactly what is contacted: every server stands behind a proxy that counts."""

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider
from desktop.workspace import connecting
from desktop.workspace.hosts import contacted_hosts
from tests.helpers.oauth_apps import write_client_file
from tests.helpers.proxy import FaultProxy
from tests.oauth.scene import Scene

pytestmark = pytest.mark.server

Host = tuple[str, int]
ADDRESS = "hosts@example.test"
ENDPOINTS = {"authorization": "127.0.0.4", "token": "127.0.0.5", "userinfo": "127.0.0.6", "revocation": "127.0.0.7"}


@dataclass
class Watch:
    """Whom the program has connected to: its own threads are told apart from those of the test's servers."""

    seen: set[Host] = field(default_factory=set)
    others: frozenset[int] = frozenset()
    is_on: bool = False

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit hook (PEP 578)."""
        if not self.is_on or event != "socket.connect":
            return
        thread = threading.current_thread()
        address = arguments[1]
        if thread.ident in self.others or thread.name == "browser" or not isinstance(address, tuple):
            return
        self.seen.add((str(address[0]), int(address[1])))


WATCH = Watch()
sys.addaudithook(WATCH.hear)


@contextmanager
def watching() -> Iterator[Watch]:
    """Hear every connection that is begun inside the block."""
    WATCH.seen.clear()
    WATCH.others = frozenset(
        one.ident for one in threading.enumerate() if one.ident is not None and one is not threading.main_thread()
    )
    WATCH.is_on = True
    try:
        yield WATCH
    finally:
        WATCH.is_on = False


@dataclass
class Proxies:
    """One for each server, each at a loopback address of its own."""

    all: dict[str, FaultProxy]

    def host(self, name: str) -> Host:
        """Where a server seems to be."""
        return self.all[name].host, self.all[name].port

    def contacted(self) -> set[Host]:
        """Those that somebody has connected to."""
        return {(one.host, one.port) for one in self.all.values() if one.connections}


@pytest.fixture
def proxies(
    scene: Scene, provider: OAuthProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Proxies]:
    """The scene's servers behind proxies; msal finds the issuer's addresses by asking it, so that one has none."""
    with ExitStack() as stack:

        def proxy(target: int, host: str) -> FaultProxy:
            return stack.enter_context(FaultProxy(target, host=host))

        made = {"imap": proxy(scene.dovecot.tls_port, "127.0.0.2"), "smtp": proxy(scene.sink.port, "127.0.0.3")}
        if provider is not OAuthProvider.MICROSOFT:
            made |= {name: proxy(scene.oidc.port, host) for name, host in ENDPOINTS.items()}
            scene.oidc.set(silent_id_token=True)
        app = scene.oidc.client(provider.value)
        more: dict[str, Any] = {
            name: {"host": made[name].host, "port": made[name].port, "security": "tls"} for name in ("imap", "smtp")
        }
        for name in set(ENDPOINTS) & set(made):
            path = urlsplit(getattr(app, name)).path
            more[f"{name}_endpoint"] = f"https://{made[name].host}:{made[name].port}{path}"
        path = write_client_file(tmp_path, scene.oidc, provider.value, **more)
        monkeypatch.setenv(f"POSTROOM_{provider.upper()}_CLIENT_FILE", str(path))
        yield Proxies(made)


def test_the_list_is_what_is_contacted_from_connecting_to_disconnecting(
    scene: Scene, provider: OAuthProvider, proxies: Proxies
) -> None:
    with watching() as watch:
        mailbox = scene.connect(provider, ADDRESS, letters=2)
        send_a_test(scene, mailbox)
        (receipt,) = scene.sync(mailbox)
        scene.clock.pass_by(hours=2)
        (again,) = scene.sync(mailbox)
        listed = {(one.host, one.port) for one in contacted_hosts(scene.workspace)}
        gone, _ = connecting.disconnect(scene.workspace, mailbox)
    assert (receipt.error, again.error, gone.state) == (None, None, MailboxState.DISCONNECTED)
    assert len(scene.oidc.requests("token")) >= 2, "the sign-in was not renewed"
    issuer = {(scene.oidc.host, scene.oidc.port)} if provider is OAuthProvider.MICROSOFT else set()
    assert listed == proxies.contacted() | issuer
    browsers = set() if provider is OAuthProvider.MICROSOFT else {proxies.host("authorization")}
    assert watch.seen == listed - browsers
    assert contacted_hosts(scene.workspace) == ()


def send_a_test(scene: Scene, mailbox: Mailbox) -> None:
    """One message to itself, as a person asks for it."""
    secret = scene.workspace.secret_of(mailbox, scene.breaker)
    report = connecting.probe_mailbox(scene.workspace, mailbox, secret, send=True)
    assert report.is_good_enough, report.failures

"""A sign-in at the real issuer, without the program around it: each provider's way, the receiver, a person."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import Identity, Permission
from desktop.parsing.pool import ParserPool
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.oauth.authority import Authority, Begun
from desktop.providers.oauth.client_files import read_client_file
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.reach import Reach
from desktop.providers.oauth.receiver import LoopbackReceiver
from desktop.security.tokens import TokenSet
from desktop.settings import registry
from desktop.workspace.opening import opened
from tests.helpers.consent import Person, Redirect, answer_of
from tests.helpers.dovecot import Dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oauth_apps import write_client_file
from tests.helpers.oidc import Kind, OidcProvider
from tests.oauth.scene import MovableClock, Scene
from tests.unit.workspace.support import new_given

ALL = frozenset(Permission)
READING = frozenset({Permission.IDENTITY, Permission.READ})
WAIT_S = 10


@dataclass(frozen=True, slots=True)
class Way:
    """One provider's way to sign in at the issuer."""

    provider: OAuthProvider
    oidc: OidcProvider
    authority: Authority

    def begin(
        self, receiver: LoopbackReceiver, permissions: frozenset[Permission] = ALL, *, login_hint: str = ""
    ) -> Begun:
        """Have the page to open, and a receiver that expects its answer."""
        begun = self.authority.begin(permissions, login_hint=login_hint, redirect_uri=receiver.redirect_uri)
        receiver.expect(begun.state)
        return begun

    def sign_in(self, person: Person, permissions: frozenset[Permission] = ALL) -> tuple[TokenSet, Identity]:
        """All of it: page, person, receiver, tokens."""
        with LoopbackReceiver(host_for(self.provider)) as receiver:
            begun = self.begin(receiver, permissions)
            return self.authority.finish(begun, brought(receiver, self.redirect(begun, person)))

    def redirect(self, begun: Begun, person: Person) -> Redirect:
        """What the person's browser is about to bring."""
        return answer_of(begun.url, person, ca_file=self.oidc.ca_file)


def brought(receiver: LoopbackReceiver, *redirects: Redirect) -> Mapping[str, str]:
    """The answer that the receiver takes, while a browser brings these."""

    def bring() -> None:
        for redirect in redirects:
            redirect.deliver()

    browser = threading.Thread(target=bring, name="browser")
    browser.start()
    try:
        return receiver.wait(WAIT_S, Breaker())
    finally:
        browser.join()


def host_for(provider: OAuthProvider) -> str:
    """The name under which the loopback redirect is registered."""
    return "localhost" if provider is OAuthProvider.MICROSOFT else "127.0.0.1"


@pytest.fixture
def way_of(oidc: OidcProvider, tmp_path: Path) -> Callable[[OAuthProvider], Way]:
    """Any provider's way, as its client file describes it; short of patience."""

    def make(provider: OAuthProvider) -> Way:
        client = read_client_file(provider, write_client_file(tmp_path, oidc, provider.value))
        reach = Reach(ca_file=oidc.ca_file, timeouts=Timeouts(connect_s=2.0, silence_s=1.0))
        return Way(provider, oidc, authority_for(client, reach, lambda: datetime.now(UTC)))

    return make


@pytest.fixture(params=list(OAuthProvider), ids=lambda one: one.value)
def way(request: pytest.FixtureRequest, way_of: Callable[[OAuthProvider], Way]) -> Way:
    """Each provider's way in turn."""
    return way_of(request.param)


@pytest.fixture(scope="session")
def parser_of_the_run() -> Iterator[ParserPool]:
    """The process that reads mail, started once for all scenes."""
    with ParserPool(1) as pool:
        yield pool


@pytest.fixture
def scene(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    oidc: OidcProvider,
    oidc_dovecot: Dovecot,
    mail_sink: MailSink,
    parser_of_the_run: ParserPool,
) -> Iterator[Scene]:
    """A new profile whose providers are all the test issuer, by the environment's client files."""
    for kind in Kind:
        path = write_client_file(tmp_path, oidc, kind, dovecot=oidc_dovecot, sink=mail_sink)
        monkeypatch.setenv(f"POSTROOM_{kind.upper()}_CLIENT_FILE", str(path))
    clock = MovableClock()
    wanted = replace(new_given(tmp_path), ca_file=oidc.ca_file)
    with opened(wanted, writing=True, tell=lambda _words: None, clock=clock) as workspace:
        workspace.settings.change(registry.READ_TIMEOUT, 2.0)
        with workspace.sync_context() as context:
            yield Scene(workspace, replace(context, parser=parser_of_the_run), oidc, oidc_dovecot, mail_sink, clock)


@pytest.fixture(params=list(OAuthProvider), ids=lambda one: one.value)
def provider(request: pytest.FixtureRequest) -> OAuthProvider:
    """Each kind of provider in turn."""
    kind: OAuthProvider = request.param
    return kind

"""All three ways to sign in against a real OpenID provider (npm oidc-provider), with a person in front of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import NeedsSignIn, SourceError
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity, Permission
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.oauth.authority import Authority, Endpoints, OAuthClient
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.reach import Reach
from desktop.providers.oauth.receiver import LoopbackReceiver
from desktop.security.secrets import Secret
from desktop.security.tokens import TokenSet
from tests.helpers.consent import Person, answer_of
from tests.helpers.oidc import OidcProvider

pytestmark = pytest.mark.server

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
READ = frozenset({Permission.IDENTITY, Permission.READ})
BOTH = READ | {Permission.SEND}
ANN = "ann.oauth@example.test"
PROVIDERS = tuple(OAuthProvider)


def client_at(oidc: OidcProvider, provider: OAuthProvider) -> OAuthClient:
    """The app as it is registered with the issuer. Only the custom one finds the addresses by itself."""
    known = oidc.client(provider.value)
    endpoints = Endpoints(known.issuer, known.authorization, known.token, known.revocation, known.userinfo)
    more = () if provider is OAuthProvider.GOOGLE else ("profile", "offline_access")
    return OAuthClient(
        provider,
        known.client_id,
        Endpoints(known.issuer) if provider is OAuthProvider.CUSTOM else endpoints,
        {
            Permission.IDENTITY: ("openid", "email", *more),
            Permission.READ: known.read_scopes,
            Permission.SEND: known.send_scopes,
        },
        None if known.secret is None else Secret(known.secret),
        "localhost" if provider is OAuthProvider.MICROSOFT else "127.0.0.1",
    )


@dataclass
class Desk:
    """One app at one issuer, with a receiver for its answers."""

    oidc: OidcProvider
    client: OAuthClient
    authority: Authority
    receiver: LoopbackReceiver

    def sign_in(
        self, person: Person | None = None, permissions: frozenset[Permission] = READ
    ) -> tuple[TokenSet, Identity]:
        """Through the page, the receiver and the token endpoint."""
        who = person or Person(ANN)
        begun = self.authority.begin(permissions, login_hint=who.address, redirect_uri=self.receiver.redirect_uri)
        self.receiver.expect(begun.state)
        answer_of(begun.url, who, ca_file=self.oidc.ca_file).deliver()
        return self.authority.finish(begun, self.receiver.wait(5, Breaker()))

    def error(self, person: Person, permissions: frozenset[Permission] = READ) -> SourceError:
        """What goes wrong on that way."""
        with pytest.raises(SourceError) as caught:
            self.sign_in(person, permissions)
        return caught.value


@pytest.fixture(params=PROVIDERS, ids=str)
def desk(request: pytest.FixtureRequest, oidc: OidcProvider) -> Iterator[Desk]:
    client = client_at(oidc, request.param)
    reach = Reach(oidc.ca_file, Timeouts(connect_s=5, silence_s=5))
    with LoopbackReceiver(client.redirect_host) as receiver:
        yield Desk(oidc, client, authority_for(client, reach, lambda: NOW), receiver)


def test_a_sign_in_brings_tokens_and_says_whose_they_are(desk: Desk) -> None:
    tokens, identity = desk.sign_in()
    assert (identity.issuer, identity.address) == (desk.oidc.issuer, ANN)
    assert identity.subject
    assert {"mail.read"} <= set(tokens.scopes)
    assert "mail.send" not in tokens.scopes
    assert tokens.can_renew
    assert tokens.expires_at == NOW + timedelta(seconds=3600)


def test_a_renewal_brings_another_refresh_token_and_ends_the_old_one(desk: Desk) -> None:
    before, _ = desk.sign_in()
    after = desk.authority.renew(before, permissions=READ)
    assert after.access != before.access
    assert after.refresh is not None
    assert after.refresh != before.refresh
    again = desk.authority.renew(after, permissions=READ)
    with pytest.raises(NeedsSignIn) as caught:
        desk.authority.renew(after, permissions=READ)
    assert caught.value.code is ReasonCode.ACCOUNT_REVOKED
    assert again.can_renew

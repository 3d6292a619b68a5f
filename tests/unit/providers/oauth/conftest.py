"""A scripted authorization server, and one of each kind of authority that asks it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import Permission
from desktop.providers.channel import Timeouts
from desktop.providers.oauth.authority import Authority, Endpoints, OAuthClient
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.reach import Reach
from desktop.security.secrets import Secret
from tests.helpers.tls import TlsAuthority
from tests.unit.providers.oauth.token_server import Play, TokenServer, answer

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
READ = frozenset({Permission.IDENTITY, Permission.READ})
CLIENT_ID = "client-4711"
SECRET = "client-secret-canary-3"

Start = Callable[..., tuple[TokenServer, Authority]]


def client_at(issuer: str, provider: OAuthProvider) -> OAuthClient:
    """An app at a scripted server."""
    return OAuthClient(
        provider,
        CLIENT_ID,
        Endpoints(issuer, f"{issuer}/auth", f"{issuer}/token", f"{issuer}/revoke", f"{issuer}/me"),
        {Permission.IDENTITY: ("openid", "email"), Permission.READ: ("mail.read",), Permission.SEND: ("mail.send",)},
        Secret(SECRET) if provider is OAuthProvider.GOOGLE else None,
    )


def discovery(issuer: str, **more: object) -> dict[str, object]:
    """What the server publishes about itself."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/auth",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "userinfo_endpoint": f"{issuer}/me",
        **more,
    }


@pytest.fixture
def start(request: pytest.FixtureRequest, tls_authority: TlsAuthority) -> Start:
    """Start a server that plays these answers at its token endpoint (all others by path), and who asks it."""

    def make(
        provider: OAuthProvider = OAuthProvider.CUSTOM, *plays: Play, reach: Reach | None = None, **by_name: Play
    ) -> tuple[TokenServer, Authority]:
        server = TokenServer(tls_authority, plays=plays)
        server.__enter__()
        request.addfinalizer(server.__exit__)
        server.by_path = {f"/tenant/{name}": play for name, play in by_name.items()}
        server.by_path.setdefault("/tenant/.well-known/openid-configuration", answer(discovery(server.issuer)))
        way = reach or Reach(tls_authority.ca_file, Timeouts(connect_s=3, silence_s=3))
        return server, authority_for(client_at(server.issuer, provider), way, lambda: NOW)

    return make

"""Google and Microsoft at their own addresses, as built in: a proxy takes every request to a scripted server."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import trustme

from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.channel import Timeouts
from desktop.providers.oauth.authority import Authority, Begun
from desktop.providers.oauth.defaults import DEFAULTS, microsoft_issuer
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.reach import Reach
from desktop.security.secrets import Secret
from tests.helpers.tls import TlsAuthority, context_for
from tests.unit.providers.oauth.conftest import CLIENT_ID, NOW, READ
from tests.unit.providers.oauth.token_server import TOKENS, ConnectProxy, TokenServer, answer

GOOGLE, MICROSOFT = OAuthProvider.GOOGLE, OAuthProvider.MICROSOFT
HOSTS = ("login.microsoftonline.com", "oauth2.googleapis.com", "openidconnect.googleapis.com", "accounts.google.com")
TENANT = "11111111-2222-3333-4444-555555555555"
OTHER_TENANT = "99999999-2222-3333-4444-555555555555"
ENTRA = "https://login.microsoftonline.com"
KEY = "a key that nobody checks, as long as it has to be"


@dataclass
class Internet:
    """The part of the internet that a sign-in sees."""

    server: TokenServer
    proxy: ConnectProxy
    ca_file: Path
    hosts: list[str] = field(default_factory=list)

    def authority(self, provider: OAuthProvider, tenant: str = "common") -> Authority:
        """What talks to the provider, built from nothing but a client id."""
        client = replace(DEFAULTS[provider], client_id=CLIENT_ID)
        if provider is GOOGLE:
            client = replace(client, secret=Secret("google-secret-1"))
        else:
            endpoints = replace(client.endpoints, issuer=microsoft_issuer(tenant))
            client = replace(client, endpoints=endpoints)
            self.server.by_path[f"/{tenant}/v2.0/.well-known/openid-configuration"] = answer(
                {
                    "issuer": f"{ENTRA}/{tenant if '-' in tenant else '{tenantid}'}/v2.0",
                    "authorization_endpoint": f"{ENTRA}/{tenant}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{ENTRA}/{tenant}/oauth2/v2.0/token",
                }
            )
        reach = Reach(self.ca_file, Timeouts(connect_s=3, silence_s=3), on_host=self.hosts.append)
        return authority_for(client, reach, lambda: NOW)


@pytest.fixture
def internet(tls_authority: TlsAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = context_for(authority.issue_cert(*HOSTS))
    with TokenServer(tls_authority, context, plays=[answer({})]) as server, ConnectProxy(server.port) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        yield Internet(server, proxy, tmp_path / "ca.pem")


def tokens_for(begun: Begun, issuer: str, scope: str, **more: Any) -> dict[str, Any]:
    asked = parse_qs(urlsplit(begun.url).query)
    claims = {
        "iss": issuer,
        "aud": CLIENT_ID,
        "sub": "subject-1",
        "oid": "object-1",
        "preferred_username": "ann@example.test",
        "email": "ann@example.test",
        "exp": int(time.time()) + 3600,
        "nonce": asked["nonce"][0],
    }
    return {**TOKENS, "scope": scope, "id_token": jwt.encode(claims, KEY, algorithm="HS256"), **more}


def begin(authority: Authority, permissions: frozenset[Permission] = READ) -> Begun:
    return authority.begin(permissions, login_hint="ann@example.test", redirect_uri="http://127.0.0.1:5/callback")


def test_google(internet: Internet) -> None:
    authority = internet.authority(GOOGLE)
    begun = begin(authority)
    assert begun.url.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert internet.hosts == [], "the page needs no request"
    mail = "https://mail.google.com/"
    granted = f"{mail} https://www.googleapis.com/auth/userinfo.email openid"  # as Google names email in its answer
    internet.server.by_path["/token"] = answer(tokens_for(begun, "https://accounts.google.com", granted))
    tokens, identity = authority.finish(begun, {"code": "c", "iss": "https://accounts.google.com", "scope": granted})
    assert (identity.issuer, identity.subject) == ("https://accounts.google.com", "subject-1")
    assert mail in tokens.scopes
    internet.server.by_path["/token"] = answer({"access_token": "new-access", "expires_in": 3599, "scope": granted})
    renewed = authority.renew(tokens, permissions=READ)
    assert renewed.refresh == tokens.refresh
    internet.server.by_path["/revoke"] = answer({})
    assert authority.revoke(renewed)
    assert set(internet.proxy.asked) == {"oauth2.googleapis.com:443"}
    assert set(internet.hosts) == {"oauth2.googleapis.com"}


def test_google_when_the_box_for_mail_was_left_empty(internet: Internet) -> None:
    authority = internet.authority(GOOGLE)
    begun = begin(authority)
    granted = "https://www.googleapis.com/auth/userinfo.email openid"
    internet.server.by_path["/token"] = answer(tokens_for(begun, "https://accounts.google.com", granted))
    with pytest.raises(NeedsSignIn) as caught:
        authority.finish(begun, {"code": "c"})
    assert caught.value.code is ReasonCode.ACCOUNT_SCOPE_MISSING
    assert "tick the box" in caught.value.action


@pytest.mark.parametrize("tenant", ["common", "organizations", "example.test", TENANT])
def test_microsoft(internet: Internet, tenant: str) -> None:
    authority = internet.authority(MICROSOFT, tenant)
    begun = begin(authority, READ | {Permission.SEND})
    assert begun.url.startswith(f"{ENTRA}/{tenant}/oauth2/v2.0/authorize?")
    asked = parse_qs(urlsplit(begun.url).query)
    imap, smtp = "https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"
    assert set(asked["scope"][0].split()) == {"openid", "profile", "offline_access", "email", imap, smtp}
    issuer = f"{ENTRA}/{TENANT}/v2.0"
    token = f"/{tenant}/oauth2/v2.0/token"
    internet.server.by_path[token] = answer(tokens_for(begun, issuer, f"email openid profile {imap} {smtp}"))
    tokens, identity = authority.finish(begun, {"code": "c"})
    assert (identity.issuer, identity.subject, identity.address) == (issuer, "object-1", "ann@example.test")
    renewed = authority.renew(tokens, permissions=READ)
    assert imap in renewed.scopes
    assert set(internet.server.asked[-1].form["scope"].split()) >= {imap, "offline_access"}
    assert smtp not in internet.server.asked[-1].form["scope"]
    assert set(internet.proxy.asked) == {"login.microsoftonline.com:443"}


@pytest.mark.parametrize(
    "issuer", [f"{ENTRA}/{OTHER_TENANT}/v2.0", f"https://evil.example.test/{TENANT}/v2.0", f"{ENTRA}/{TENANT}/v1.0"]
)
def test_microsoft_with_an_id_token_of_somebody_else(internet: Internet, issuer: str) -> None:
    authority = internet.authority(MICROSOFT, TENANT)
    begun = begin(authority)
    scope = "https://outlook.office.com/IMAP.AccessAsUser.All"
    internet.server.by_path[f"/{TENANT}/oauth2/v2.0/token"] = answer(tokens_for(begun, issuer, scope))
    with pytest.raises(NeedsSignIn):
        authority.finish(begun, {"code": "c"})


def test_a_tenant_that_does_not_exist(internet: Internet) -> None:
    authority = internet.authority(MICROSOFT, "nowhere.test")
    internet.server.by_path["/nowhere.test/v2.0/.well-known/openid-configuration"] = answer(
        {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant 'nowhere.test' not found."}, 400
    )
    with pytest.raises(Exception, match="does not know this tenant"):
        begin(authority)

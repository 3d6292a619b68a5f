"""From the redirect's answer to tokens and an identity: what is believed, what refused before anything is kept."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, Transient
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity, Permission
from desktop.providers.channel import Timeouts
from desktop.providers.oauth.authority import Authority, Begun, Endpoints
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.granting import issuer_fits
from desktop.providers.oauth.reach import Reach
from desktop.security.secrets import Secret
from desktop.security.tokens import TokenSet
from tests.unit.providers.oauth.conftest import CLIENT_ID, NOW, READ, SECRET, Start, client_at, discovery
from tests.unit.providers.oauth.token_server import TOKENS, TokenServer, answer

PROVIDERS = tuple(OAuthProvider)
REDIRECT = "http://127.0.0.1:5/callback"
KEY = "a key that nobody checks, as long as it has to be"
ANN = "Ann@Example.test"


def query_of(begun: Begun) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}


def id_token(server: TokenServer, begun: Begun, **changed: Any) -> str:
    claims = {
        "iss": server.issuer,
        "aud": CLIENT_ID,
        "sub": "subject-1",
        "email": ANN,
        "name": "Ann Example",
        "exp": int(time.time()) + 3600,
        "nonce": query_of(begun).get("nonce"),
    } | changed
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, KEY, algorithm="HS256")


def begin(authority: Authority, permissions: frozenset[Permission] = READ) -> Begun:
    return authority.begin(permissions, login_hint="ann@example.test", redirect_uri=REDIRECT)


def finish(
    server: TokenServer, authority: Authority, redirect: Mapping[str, str] | None = None, **changed: Any
) -> tuple[TokenSet, Identity]:
    """Begin, answer the token request with an ID token changed so, and finish."""
    begun = begin(authority)
    token = changed.pop("id_token", None) or id_token(server, begun, **changed)
    server.by_path["/tenant/token"] = answer({**TOKENS, "id_token": token})
    return authority.finish(begun, {"state": begun.state, "code": "code-canary-5", **(redirect or {})})


def refused(server: TokenServer, authority: Authority, **changed: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        finish(server, authority, **changed)
    return caught.value


# --- the page to open -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_page_to_open(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    begun = begin(authority)
    asked = query_of(begun)
    assert begun.url.startswith(f"{server.issuer}/auth?")
    assert asked["client_id"] == CLIENT_ID
    assert asked["redirect_uri"] == REDIRECT
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["state"] == begun.state
    assert len(begun.state) >= 22, "128 bits"
    assert asked["nonce"]
    assert asked["login_hint"] == "ann@example.test"
    assert {"openid", "email", "mail.read"} <= set(asked["scope"].split())
    assert "mail.send" not in asked["scope"]
    assert SECRET not in begun.url
    assert begun.state not in repr(begun)
    more = {
        OAuthProvider.GOOGLE: {"access_type": "offline", "prompt": "consent"},
        OAuthProvider.MICROSOFT: {"response_mode": "form_post"},
        OAuthProvider.CUSTOM: {"prompt": "consent"},
    }
    assert more[provider].items() <= asked.items()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_sending_is_asked_for_only_where_it_is_wanted(start: Start, provider: OAuthProvider) -> None:
    _, authority = start(provider, answer({}))
    both = query_of(begin(authority, READ | {Permission.SEND}))
    assert {"mail.read", "mail.send"} <= set(both["scope"].split())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_sign_in_has_its_own_secrets(start: Start, provider: OAuthProvider) -> None:
    _, authority = start(provider, answer({}))
    one, other = query_of(begin(authority)), query_of(begin(authority))
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != other[name]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_code_is_redeemed_with_the_verifier(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    begun = begin(authority)
    server.by_path["/tenant/token"] = answer({**TOKENS, "id_token": id_token(server, begun)})
    authority.finish(begun, {"state": begun.state, "code": "code-canary-5"})
    form = server.asked[-1].form
    assert form["code"] == "code-canary-5"
    assert form["redirect_uri"] == REDIRECT
    challenge = jwt.utils.base64url_encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
    assert challenge == query_of(begun)["code_challenge"]


# --- who it is --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_tokens_and_identity(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    tokens, identity = finish(server, authority)
    assert identity == Identity(server.issuer, "subject-1", "ann@example.test", "Ann Example")
    assert tokens.scopes == ("openid", "email", "mail.read")
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert tokens.can_renew


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"iss": "https://evil.example.test/tenant"}, "another issuer"),
        ({"iss": None}, "MissingRequiredClaim"),
        ({"aud": "another-app"}, "InvalidAudience"),
        ({"aud": ["another-app", CLIENT_ID], "azp": "another-app"}, "another app"),
        ({"nonce": "another"}, "another nonce"),
        ({"sub": None}, "MissingRequiredClaim"),
        ({"sub": ""}, "no subject"),
        ({"exp": 1}, "out of time"),
        ({"exp": None}, "MissingRequiredClaim"),
        ({"nbf": 4_000_000_000}, "out of time"),
    ],
)
def test_an_id_token_that_is_not_for_us_or_not_for_now(
    start: Start, provider: OAuthProvider, changed: dict[str, Any], words: str
) -> None:
    server, authority = start(provider, answer({}))
    error = refused(server, authority, **changed)
    assert isinstance(error, NeedsSignIn | Transient)
    assert words in error.detail or "KeyError" in error.detail  # msal wants a subject before we are asked
    if words == "out of time":
        assert "Set date, time and time zone right" in error.action


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("token", ["no token", "a.b.c", "eyJhbGciOiJub25lIn0.bm90IGpzb24.", 17])
def test_an_id_token_that_is_none(start: Start, provider: OAuthProvider, token: object) -> None:
    server, authority = start(provider, answer({}), me=answer("", 500))
    with pytest.raises(SourceError) as caught:
        finish(server, authority, id_token=token)
    assert "bm90" not in str(caught.value) + caught.value.detail


@pytest.mark.parametrize("provider", PROVIDERS)
def test_clocks_may_be_some_minutes_apart(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    _, identity = finish(server, authority, exp=int(time.time()) - 200, nbf=int(time.time()) + 200)
    assert identity.subject == "subject-1"


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"email": "Ann@Büro.test"}, "ann@xn--bro-hoa.test"),
        ({"email": None, "preferred_username": "Ann@Example.test"}, "ann@example.test"),
        ({"email": "no address", "preferred_username": None, "upn": "ann@example.test"}, "ann@example.test"),
    ],
)
def test_the_address_comes_in_comparable_form(start: Start, claims: dict[str, Any], address: str) -> None:
    server, authority = start(OAuthProvider.MICROSOFT, answer({}))
    assert finish(server, authority, **claims)[1].address == address


def test_at_microsoft_the_object_id_counts_for_it_is_the_same_for_every_app(start: Start) -> None:
    server, authority = start(OAuthProvider.MICROSOFT, answer({}))
    assert finish(server, authority, oid="object-7")[1].subject == "object-7"


@pytest.mark.parametrize("provider", [OAuthProvider.GOOGLE, OAuthProvider.CUSTOM])
def test_without_an_id_token_or_address_userinfo_is_asked(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}), me=answer({"sub": "subject-1", "email": ANN}))
    assert finish(server, authority, email=None)[1].address == "ann@example.test"
    assert server.asked[-1].headers["Authorization"] == "Bearer access-canary-1"
    begun = begin(authority)
    server.by_path["/tenant/token"] = answer(TOKENS)
    _, identity = authority.finish(begun, {"state": begun.state, "code": "c"})
    assert (identity.issuer, identity.subject) == (server.issuer, "subject-1")


def test_a_userinfo_of_somebody_else_is_refused(start: Start) -> None:
    server, authority = start(OAuthProvider.CUSTOM, answer({}), me=answer({"sub": "other", "email": ANN}))
    assert "another subject" in refused(server, authority, email=None).detail


# --- what the redirect says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("issuer", ["https://evil.example.test", "", "https://127.0.0.1/tenant"])
def test_an_answer_of_another_issuer_is_refused_before_its_code_is_sent(
    start: Start, provider: OAuthProvider, issuer: str
) -> None:
    server, authority = start(provider, answer({}))
    with pytest.raises(NeedsSignIn):
        finish(server, authority, {"iss": issuer})
    assert not [one for one in server.asked if one.path == "/tenant/token"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_that_names_the_right_issuer(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    assert finish(server, authority, {"iss": server.issuer})[1].subject == "subject-1"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refusal_in_the_redirect(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    begun = begin(authority)
    with pytest.raises(NeedsSignIn) as caught:
        authority.finish(begun, {"state": begun.state, "error": "access_denied"})
    assert caught.value.code is ReasonCode.ACCOUNT_CONSENT_DENIED
    assert not [one for one in server.asked if one.path == "/tenant/token"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("code", ["", "a\r\nb", "ä"])
def test_a_code_that_is_none(start: Start, provider: OAuthProvider, code: str) -> None:
    server, authority = start(provider, answer({}))
    with pytest.raises(NeedsSignIn):
        finish(server, authority, {"code": code})


# --- what was granted -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unticked_box_is_named(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    begun = begin(authority, READ | {Permission.SEND})
    server.by_path["/tenant/token"] = answer({**TOKENS, "id_token": id_token(server, begun)})
    with pytest.raises(NeedsSignIn) as caught:
        authority.finish(begun, {"state": begun.state, "code": "c"})
    assert caught.value.code is ReasonCode.ACCOUNT_SCOPE_MISSING
    assert "send from it" in caught.value.what
    assert "read the mailbox" not in caught.value.what
    if provider is OAuthProvider.GOOGLE:
        assert "tick the box" in caught.value.action


@pytest.mark.parametrize("provider", PROVIDERS)
def test_scopes_that_are_not_named_are_as_asked(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    begun = begin(authority)
    fields = {name: value for name, value in TOKENS.items() if name not in {"scope", "expires_in"}}
    server.by_path["/tenant/token"] = answer({**fields, "id_token": id_token(server, begun)})
    tokens, _ = authority.finish(begun, {"state": begun.state, "code": "c"})
    assert "mail.read" in tokens.scopes
    assert tokens.expires_at == NOW + timedelta(hours=1)


def test_a_wish_for_a_refresh_token_among_the_scopes_for_reading_is_not_looked_for(start: Start) -> None:
    """Some providers grant offline_access without naming it; whether a refresh token came is what counts."""
    server, _ = start(OAuthProvider.CUSTOM, answer({}))
    client = client_at(server.issuer, OAuthProvider.CUSTOM)
    client = replace(client, scopes={**client.scopes, Permission.READ: ("offline_access", "mail.read")})
    authority = authority_for(client, Reach(server.authority.ca_file, Timeouts(3, 3)), lambda: NOW)
    tokens, _ = finish(server, authority)
    assert tokens.can_renew


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_refresh_token_is_no_error(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer({}))
    begun = begin(authority)
    fields = {name: value for name, value in TOKENS.items() if name != "refresh_token"}
    server.by_path["/tenant/token"] = answer({**fields, "id_token": id_token(server, begun)})
    tokens, _ = authority.finish(begun, {"state": begun.state, "code": "c"})
    assert not tokens.can_renew
    assert tokens.renewable_until is None


# --- discovery --------------------------------------------------------------------------------------------------------


def discovering(
    start: Start, provider: OAuthProvider, told: object, status: int = 200
) -> tuple[TokenServer, Authority]:
    server, _ = start(provider, answer({}))
    content = told(server.issuer) if callable(told) else told
    server.by_path["/tenant/.well-known/openid-configuration"] = answer(content, status)
    client = replace(client_at(server.issuer, provider), endpoints=Endpoints(server.issuer))
    return server, authority_for(client, Reach(server.authority.ca_file, Timeouts(3, 3)), lambda: NOW)


def bare(issuer: str) -> dict[str, object]:
    return {"issuer": issuer}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_addresses_are_found_from_the_issuer(start: Start, provider: OAuthProvider) -> None:
    server, authority = discovering(start, provider, discovery)
    assert begin(authority).url.startswith(f"{server.issuer}/auth?")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_calls_itself_otherwise(start: Start, provider: OAuthProvider) -> None:
    _, authority = discovering(start, provider, lambda _: discovery("https://evil.example.test/tenant"))
    with pytest.raises(Misconfigured):
        begin(authority)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("told", "status"), [("<html>", 200), ("", 404), ({"issuer": 7}, 200), ("", 503), (bare, 200)])
def test_a_server_that_tells_nothing_usable(start: Start, provider: OAuthProvider, told: object, status: int) -> None:
    _, authority = discovering(start, provider, told, status)
    with pytest.raises((Transient, Misconfigured)):
        begin(authority)


@pytest.mark.parametrize("provider", [OAuthProvider.GOOGLE, OAuthProvider.CUSTOM])
def test_addresses_without_encryption_are_not_asked(start: Start, provider: OAuthProvider) -> None:
    def told(issuer: str) -> dict[str, object]:
        return discovery(issuer, token_endpoint="http://tokens.example.test/token")

    _, authority = discovering(start, provider, told)
    with pytest.raises(Misconfigured) as caught:
        begin(authority)
    assert caught.value.code is ReasonCode.TLS_REFUSED


@pytest.mark.parametrize(
    ("methods", "in_body"),
    [(["client_secret_post"], True), (["client_secret_basic", "client_secret_post"], False), ([], False)],
)
def test_a_secret_is_given_as_the_provider_wants_it(start: Start, methods: list[str], in_body: bool) -> None:
    def told(issuer: str) -> dict[str, object]:
        return discovery(issuer, token_endpoint_auth_methods_supported=methods)

    server, authority = discovering(start, OAuthProvider.GOOGLE, told)
    tokens, _ = finish(server, authority)
    by_code = server.asked[-1]
    authority.renew(tokens, permissions=READ)
    by_refresh = server.asked[-1]
    for asked in (by_code, by_refresh):
        assert (asked.form.get("client_secret") == SECRET) is in_body
        assert ("Authorization" in asked.headers) is not in_body


def test_at_microsoft_an_app_with_a_secret_gives_it(start: Start) -> None:
    server, _ = start(OAuthProvider.MICROSOFT, answer({}))
    client = replace(client_at(server.issuer, OAuthProvider.MICROSOFT), secret=Secret(SECRET))
    authority = authority_for(client, Reach(server.authority.ca_file, Timeouts(3, 3)), lambda: NOW)
    tokens, _ = finish(server, authority)
    authority.renew(tokens, permissions=READ)
    assert all(SECRET in one.body or "Basic " in one.headers["Authorization"] for one in server.asked if one.body)


@pytest.mark.parametrize(
    ("expected", "found", "fits"),
    [
        ("https://accounts.google.com", "accounts.google.com", True),
        ("https://accounts.google.com", "https://accounts.google.com", True),
        ("https://accounts.google.com", "https://accounts.google.com/", False),
        ("https://login.example.test/{tenantid}/v2.0", f"https://login.example.test/{'a' * 8}-{'b' * 27}/v2.0", True),
        ("https://login.example.test/{tenantid}/v2.0", "https://login.example.test/x/../evil/v2.0", False),
        ("https://login.example.test/{tenantid}/v2.0", f"https://evil.example.test/{'a' * 36}/v2.0", False),
        ("https://login.example.test/a", "https://login.example.test/A", False),
        ("https://login.example.test/a", None, False),
    ],
)
def test_issuers_are_compared_exactly(expected: str, found: object, fits: bool) -> None:
    assert issuer_fits(expected, found) is fits


# --- ending the grant -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "done", "kind"),
    [
        (OAuthProvider.GOOGLE, True, "refresh_token"),
        (OAuthProvider.CUSTOM, True, "refresh_token"),
        (OAuthProvider.MICROSOFT, False, ""),
    ],
)
def test_a_grant_is_ended_where_the_provider_can(start: Start, provider: OAuthProvider, done: bool, kind: str) -> None:
    server, authority = start(provider, answer({}), revoke=answer("", 200))
    tokens, _ = finish(server, authority)
    assert authority.revoke(tokens) is done
    if done:
        assert server.asked[-1].form["token"] == "refresh-canary-2"
        assert server.asked[-1].form["token_type_hint"] == kind
        server.by_path["/tenant/revoke"] = answer({"error": "invalid_token"}, 400)
        assert authority.revoke(tokens), "it is gone already"
        server.by_path["/tenant/revoke"] = answer("", 503)
        with pytest.raises(Transient):
            authority.revoke(tokens)

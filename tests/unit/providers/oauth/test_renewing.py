"""Renewing at a server that answers as real ones do on bad days: what must be kept, and who has to act."""

import logging
import re
import threading
import time
from datetime import timedelta

import pytest

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, Stopped, Transient
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.oauth.reach import Reach
from desktop.security.secrets import Secret
from desktop.security.tokens import AccessToken, TokenSet
from tests.helpers.tls import TlsAuthority
from tests.unit.providers.oauth.conftest import CLIENT_ID, NOW, READ, SECRET, Start
from tests.unit.providers.oauth.token_server import TOKENS, ConnectProxy, Play, answer

UNREACHABLE, THROTTLED = ReasonCode.ISSUER_UNREACHABLE, ReasonCode.ACCOUNT_THROTTLED
PROVIDERS = tuple(OAuthProvider)
OLD = "old-refresh-canary-0"


def old_tokens() -> TokenSet:
    return TokenSet(AccessToken("old-access-canary-9"), NOW, ("openid", "email", "mail.read"), Secret(OLD))


def short(authority: TlsAuthority, **more: object) -> Reach:
    """Patience for a test of silence."""
    return Reach(authority.ca_file, Timeouts(connect_s=0.4, silence_s=0.4), **more)  # type: ignore[arg-type]


FAULTS: list[tuple[str, Play, ReasonCode]] = [
    ("500", answer("Internal Server Error", 500, kind="text/plain"), UNREACHABLE),
    ("500 with JSON", answer({"error": "internal_failure"}, 500), UNREACHABLE),
    ("503", answer("", 503, headers={"Retry-After": "120"}), UNREACHABLE),
    ("503 that says invalid_grant", answer({"error": "invalid_grant"}, 503), UNREACHABLE),
    ("429", answer({"error": "whatever"}, 429, headers={"Retry-After": "90"}), THROTTLED),
    ("HTML", answer("<html>Sign in to the hotel</html>", kind="text/html"), UNREACHABLE),
    ("HTML with 403", answer("<html>Blocked</html>", 403, kind="text/html"), UNREACHABLE),
    ("truncated JSON", answer('{"access_token": "abc", "toke'), UNREACHABLE),
    ("JSON, but a list", answer([TOKENS]), UNREACHABLE),
    ("JSON without a token", answer({"token_type": "Bearer"}), UNREACHABLE),
    ("a token that is a number", answer({**TOKENS, "access_token": 17}), UNREACHABLE),
    ("a token with a line break", answer({**TOKENS, "access_token": "a\r\nb"}), UNREACHABLE),
    ("a token of another kind", answer({**TOKENS, "token_type": "mac"}), UNREACHABLE),
    ("200 with an error", answer({"error": "temporarily_unavailable"}), UNREACHABLE),
    ("an empty answer", answer(""), UNREACHABLE),
    ("a redirection", answer("", 302, headers={"Location": "https://127.0.0.1:1/login"}), UNREACHABLE),
    ("a redirection that keeps the form", answer("", 307, headers={"Location": "https://127.0.0.1:1/"}), UNREACHABLE),
    ("the end comes early", Play(answer(TOKENS).data[:-20]), UNREACHABLE),
    ("no answer but the end", Play(), UNREACHABLE),
    ("a reset", Play(b"HTTP/1.1 200 OK\r\n", resets=True), UNREACHABLE),
    ("no HTTP", Play(b"* OK IMAP4rev1 ready\r\n"), UNREACHABLE),
    ("more than can be right", answer({**TOKENS, "x": "a" * (2 << 20)}), UNREACHABLE),
    ("an unknown error", answer({"error": "something_new"}, 400), UNREACHABLE),
    ("an error that is no text", answer({"error": {"code": 7}}, 400), UNREACHABLE),
    ("408", answer("", 408), UNREACHABLE),
]  # fmt: skip


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("name", "play", "code"), FAULTS, ids=[one[0] for one in FAULTS])
def test_a_fault_of_the_server_asks_nobody_for_anything(
    start: Start, provider: OAuthProvider, name: str, play: Play, code: ReasonCode
) -> None:
    server, authority = start(provider, play)
    with pytest.raises(Transient) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.code is code
    assert caught.value.action
    tried = [one for one in server.asked if one.path == "/tenant/token"]
    assert len(tried) == 1, "a library tried again by itself"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "play",
    [
        Play(hangs=True),
        Play(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 999, drips=True),
        Play(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 999, drips=True),
    ],
)
def test_a_silent_or_dripping_server_is_given_up(
    start: Start, tls_authority: TlsAuthority, provider: OAuthProvider, play: Play
) -> None:
    _, authority = start(provider, play, reach=short(tls_authority))
    begun = time.monotonic()
    with pytest.raises(Transient) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.code is UNREACHABLE
    assert re.search(r"does not answer( in time)?\.$", caught.value.what)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_breaker_ends_a_renewal_at_once(start: Start, tls_authority: TlsAuthority, provider: OAuthProvider) -> None:
    breaker = Breaker()
    reach = Reach(tls_authority.ca_file, Timeouts(connect_s=30, silence_s=30), breaker)
    server, authority = start(provider, Play(hangs=True), reach=reach)

    def stop() -> None:
        server.is_hanging.wait(10)
        breaker.trip()

    stopper = threading.Thread(target=stop)
    stopper.start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        authority.renew(old_tokens(), permissions=READ)
    stopper.join()
    assert time.monotonic() - begun < 10
    with pytest.raises(Stopped):
        authority.renew(old_tokens(), permissions=READ)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("90", 90.0), ("Tue, 06 May 2098 07:08:09 GMT", 24 * 3600.0), ("soon", None), ("9999999", 24 * 3600.0)],
)
def test_the_servers_wish_for_time_is_kept(start: Start, told: str, seconds: float | None) -> None:
    _, authority = start(OAuthProvider.CUSTOM, answer("", 429, headers={"Retry-After": told}))
    with pytest.raises(Transient) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.retry_after_s == seconds


# --- good answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_rotated_refresh_token_takes_the_old_ones_place(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer(TOKENS))
    tokens = authority.renew(old_tokens(), permissions=READ)
    assert tokens.refresh == Secret("refresh-canary-2")
    assert tokens.access == AccessToken("access-canary-1")
    assert tokens.expires_at == NOW + timedelta(seconds=3600)
    asked = server.asked[-1]
    assert asked.form["grant_type"] == "refresh_token"
    assert asked.form["refresh_token"] == OLD
    if provider is OAuthProvider.GOOGLE:
        assert asked.headers["Authorization"].startswith("Basic ")
        assert SECRET not in asked.body
    else:
        assert asked.form["client_id"] == CLIENT_ID


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_new_refresh_token_the_old_one_stays(start: Start, provider: OAuthProvider) -> None:
    _, authority = start(provider, answer({"access_token": "a1b2c3", "token_type": "bearer", "expires_in": "1800"}))
    tokens = authority.renew(old_tokens(), permissions=READ)
    assert tokens.refresh == Secret(OLD)
    assert tokens.scopes == ("openid", "email", "mail.read")
    assert tokens.expires_at == NOW + timedelta(seconds=1800)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_narrower_renewal_is_told(start: Start, provider: OAuthProvider) -> None:
    _, authority = start(provider, answer({**TOKENS, "scope": "openid email"}))
    with pytest.raises(NeedsSignIn) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.code is ReasonCode.ACCOUNT_SCOPE_MISSING
    assert "read the mailbox" in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "days"),
    [(OAuthProvider.GOOGLE, 180), (OAuthProvider.MICROSOFT, 90), (OAuthProvider.CUSTOM, None)],
)
def test_how_long_it_can_be_renewed(start: Start, provider: OAuthProvider, days: int | None) -> None:
    told = {**TOKENS, "refresh_token_expires_in": 604800}
    kept = {name: value for name, value in TOKENS.items() if name != "refresh_token"}
    _, authority = start(provider, answer(TOKENS), answer(told), answer(kept))
    first = authority.renew(old_tokens(), permissions=READ)
    assert first.renewable_until == (None if days is None else NOW + timedelta(days=days))
    second = authority.renew(first, permissions=READ)
    assert second.renewable_until == NOW + timedelta(days=7)
    third = authority.renew(second, permissions=READ)
    assert third.renewable_until == second.renewable_until


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_refresh_token_a_person_is_needed(start: Start, provider: OAuthProvider) -> None:
    _, authority = start(provider, answer(TOKENS))
    with pytest.raises(NeedsSignIn):
        authority.renew(TokenSet(AccessToken("only-one"), NOW, ()), permissions=READ)


# --- the way there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("kind", "code"),
    [("expired", "TLS_UNTRUSTED"), ("unknown_authority", "TLS_UNTRUSTED"), ("wrong_host", "TLS_UNTRUSTED")],
)
def test_a_certificate_that_cannot_be_trusted(
    start: Start,
    tls_authority: TlsAuthority,
    monkeypatch: pytest.MonkeyPatch,
    provider: OAuthProvider,
    kind: str,
    code: str,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_authority.ca_file))
    server, authority = start(provider, answer(TOKENS))
    server.context = getattr(tls_authority, kind)()
    with pytest.raises(Misconfigured) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.code == code
    assert server.asked == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_environment_does_not_say_whom_to_trust(
    start: Start, tls_authority: TlsAuthority, monkeypatch: pytest.MonkeyPatch, provider: OAuthProvider
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(tls_authority.ca_file))
    _, authority = start(provider, answer(TOKENS), reach=Reach(None, Timeouts(connect_s=3, silence_s=3)))
    with pytest.raises(Misconfigured) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.code is ReasonCode.TLS_UNTRUSTED


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_is_down(start: Start, provider: OAuthProvider) -> None:
    server, authority = start(provider, answer(TOKENS))
    server.__exit__()
    with pytest.raises(Transient) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert caught.value.code is UNREACHABLE


def test_each_host_is_told_before_it_is_asked(start: Start, tls_authority: TlsAuthority) -> None:
    hosts: list[str] = []
    reach = Reach(tls_authority.ca_file, Timeouts(connect_s=3, silence_s=3), on_host=hosts.append)
    _, authority = start(OAuthProvider.MICROSOFT, answer(TOKENS), reach=reach)
    authority.renew(old_tokens(), permissions=READ)
    assert hosts == ["127.0.0.1", "127.0.0.1"]


def test_a_proxy_of_the_system_is_used_except_where_it_says_no(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server, authority = start(OAuthProvider.CUSTOM, answer(TOKENS))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(Transient) as caught:
        authority.renew(old_tokens(), permissions=READ)
    assert "proxy" in str(caught.value)
    assert server.connections == 0
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert authority.renew(old_tokens(), permissions=READ).can_renew
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(Misconfigured):
        authority.renew(old_tokens(), permissions=READ)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_through_a_proxy_trust_and_secrets_are_the_same(
    start: Start, tls_authority: TlsAuthority, monkeypatch: pytest.MonkeyPatch, provider: OAuthProvider
) -> None:
    server, authority = start(provider, answer(TOKENS))
    with ConnectProxy() as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        assert authority.renew(old_tokens(), permissions=READ).refresh == Secret("refresh-canary-2")
        assert set(proxy.asked) == {f"127.0.0.1:{server.port}"}
        server.context = tls_authority.unknown_authority()
        with pytest.raises(Misconfigured) as caught:
            authority.renew(old_tokens(), permissions=READ)
        assert caught.value.code is ReasonCode.TLS_UNTRUSTED


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_library_writes_a_secret_into_the_log_or_an_error(
    start: Start, caplog: pytest.LogCaptureFixture, provider: OAuthProvider
) -> None:
    """Also not when a server sends one back in its words."""
    caplog.set_level(logging.WARNING)
    errors: list[SourceError] = []
    words = {"error": "invalid_grant", "error_description": f"{OLD} is no good, ann@example.test"}
    for play in (answer(TOKENS), answer(words, 400), answer('{"access_token": "access-canary-1'), answer(TOKENS, 500)):
        _, authority = start(provider, play)
        try:
            assert "canary" not in repr(authority.renew(old_tokens(), permissions=READ | {Permission.READ}))
        except SourceError as error:
            errors.append(error)
    assert len(errors) == 3
    told = caplog.text + "".join(repr(one) + str(one) + one.detail + repr(one.__cause__) for one in errors)
    assert "canary" not in told
    assert "ann@example.test" not in "".join(one.detail for one in errors)

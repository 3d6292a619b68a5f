"""Google, Microsoft and any OpenID provider: each library against the real issuer, from the page to the mail server."""

import socket
import threading
from collections.abc import Callable
from http.client import HTTPConnection

import pytest
from imapclient import IMAPClient

from desktop.domain.errors import Misconfigured, NeedsSignIn, SourceError, Stopped, Transient
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.channel import Breaker
from desktop.providers.oauth.receiver import LoopbackReceiver
from desktop.security.tokens import TokenSet
from tests.helpers.consent import Person
from tests.helpers.dovecot import Dovecot
from tests.helpers.oidc_answers import AUTHORIZATION_ANSWERS, TOKEN_ANSWERS
from tests.oauth.conftest import READING, Way, brought, host_for

pytestmark = pytest.mark.server

ANNA = "anna.ways@example.test"


def log_in(dovecot: Dovecot, tokens: TokenSet, address: str = ANNA) -> None:
    with IMAPClient(dovecot.host, port=dovecot.port, ssl=False) as client:
        client.oauth2_login(address, tokens.access.reveal())
        client.select_folder("INBOX")


def test_a_sign_in_gives_an_identity_and_tokens_that_open_the_mailbox(way: Way, oidc_dovecot: Dovecot) -> None:
    tokens, identity = way.sign_in(Person(ANNA))
    assert (identity.issuer, identity.address) == (way.oidc.issuer, ANNA)
    assert identity.subject != ANNA
    assert {"mail.read", "mail.send"} <= set(tokens.scopes)
    assert tokens.can_renew
    log_in(oidc_dovecot, tokens)
    asked = way.oidc.requests("authorization")[0].fields
    assert (asked["code_challenge_method"], len(asked["state"]) >= 22, len(asked["nonce"]) >= 22) == (
        "S256",
        True,
        True,
    )


def test_only_what_is_needed_is_asked_for(way: Way) -> None:
    tokens, _ = way.sign_in(Person(ANNA), READING)
    assert "mail.send" not in tokens.scopes
    assert "mail.send" not in way.oidc.requests("authorization")[0].fields["scope"]


def test_the_same_person_is_the_same_identity_next_time_under_another_address_too(way: Way) -> None:
    before, after = f"before.{way.provider}@example.test", f"after.{way.provider}@example.test"
    _, first = way.sign_in(Person(before))
    way.oidc.rename(before, after)
    _, second = way.sign_in(Person(after))
    _, other = way.sign_in(Person(ANNA))
    assert (first.issuer, first.subject) == (second.issuer, second.subject)
    assert (first.address, second.address) == (before, after)
    assert other.subject != first.subject


def test_tokens_are_renewed_and_rotate(way: Way, oidc_dovecot: Dovecot) -> None:
    tokens, _ = way.sign_in(Person(ANNA))
    for _ in range(3):
        renewed = way.authority.renew(tokens, permissions=frozenset(Permission))
        assert renewed.access != tokens.access
        assert renewed.refresh != tokens.refresh
        log_in(oidc_dovecot, renewed)
        tokens = renewed


def test_a_refresh_token_that_does_not_rotate_is_kept(way: Way) -> None:
    way.oidc.set(rotate=False, refresh_token_expires_in=604800)
    tokens, _ = way.sign_in(Person(ANNA))
    renewed = way.authority.renew(tokens, permissions=frozenset(Permission))
    assert renewed.refresh == tokens.refresh
    assert renewed.renewable_until is not None
    assert tokens.renewable_until is not None
    assert (tokens.renewable_until - tokens.expires_at).days == 6, "Google's seven days for an app in testing"


def test_what_was_not_ticked_is_a_named_error(way: Way) -> None:
    with pytest.raises(NeedsSignIn) as told:
        way.sign_in(Person(ANNA, leave_out=frozenset({"mail.send"})))
    assert told.value.code is ReasonCode.ACCOUNT_SCOPE_MISSING


@pytest.mark.parametrize("step", ["login", "consent"])
def test_who_cancels_is_told_that_nothing_changed(way: Way, step: str) -> None:
    with pytest.raises(NeedsSignIn) as told:
        way.sign_in(Person(ANNA, cancel_at=step))
    assert told.value.code is ReasonCode.ACCOUNT_CONSENT_DENIED
    assert way.oidc.requests("token") == []


REFUSED_AT_CONSENT = {
    "denied": ReasonCode.ACCOUNT_CONSENT_DENIED,
    "consent needed": ReasonCode.ACCOUNT_ADMIN_CONSENT,
    "admin must consent at Entra": ReasonCode.ACCOUNT_ADMIN_CONSENT,
    "admin's policy at Google": ReasonCode.ACCOUNT_ADMIN_CONSENT,
    "interaction needed": ReasonCode.ACCOUNT_SIGN_IN,
    "server error": ReasonCode.ISSUER_UNREACHABLE,
    "unavailable": ReasonCode.ISSUER_UNREACHABLE,
}


@pytest.mark.parametrize("name", list(AUTHORIZATION_ANSWERS))
def test_each_refusal_on_the_providers_page_has_its_own_code(way: Way, name: str) -> None:
    way.oidc.answer("authorization", AUTHORIZATION_ANSWERS[name])
    with pytest.raises(SourceError) as told:
        way.sign_in(Person(ANNA))
    assert told.value.code is REFUSED_AT_CONSENT[name]
    assert told.value.action


RENEWALS: dict[str, tuple[type[SourceError], ReasonCode]] = {
    "server error": (Transient, ReasonCode.ISSUER_UNREACHABLE),
    "unavailable": (Transient, ReasonCode.ISSUER_UNREACHABLE),
    "throttled": (Transient, ReasonCode.ACCOUNT_THROTTLED),
    "a page instead of JSON": (Transient, ReasonCode.ISSUER_UNREACHABLE),
    "JSON that ends early": (Transient, ReasonCode.ISSUER_UNREACHABLE),
    "a connection that ends early": (Transient, ReasonCode.ISSUER_UNREACHABLE),
    "no answer": (Transient, ReasonCode.ISSUER_UNREACHABLE),
    "revoked": (NeedsSignIn, ReasonCode.ACCOUNT_REVOKED),
    "secret expired": (Misconfigured, ReasonCode.ACCOUNT_APP_SECRET),
    "secret expired at Entra": (Misconfigured, ReasonCode.ACCOUNT_APP_SECRET),
    "client deleted": (Misconfigured, ReasonCode.ACCOUNT_APP_SECRET),
    "account disabled at Entra": (NeedsSignIn, ReasonCode.ACCOUNT_DISABLED),
    "consent withdrawn at Entra": (NeedsSignIn, ReasonCode.ACCOUNT_REVOKED),
    "password changed at Entra": (NeedsSignIn, ReasonCode.ACCOUNT_REVOKED),
    "inactive for too long at Entra": (NeedsSignIn, ReasonCode.ACCOUNT_REVOKED),
    "second factor at Entra": (NeedsSignIn, ReasonCode.ACCOUNT_SIGN_IN),
    "admin must consent at Entra": (NeedsSignIn, ReasonCode.ACCOUNT_ADMIN_CONSENT),
    "second factor at Google": (NeedsSignIn, ReasonCode.ACCOUNT_SIGN_IN),
    "admin's policy at Google": (NeedsSignIn, ReasonCode.ACCOUNT_ADMIN_CONSENT),
    "scope refused": (NeedsSignIn, ReasonCode.ACCOUNT_SCOPE_MISSING),
}


@pytest.mark.parametrize("name", list(TOKEN_ANSWERS))
def test_each_answer_to_a_renewal_has_its_own_code_and_is_asked_for_once(way: Way, name: str) -> None:
    tokens, _ = way.sign_in(Person(ANNA))
    way.oidc.answer("token", TOKEN_ANSWERS[name], times=None)
    kind, code = RENEWALS[name]
    with pytest.raises(SourceError) as told:
        way.authority.renew(tokens, permissions=frozenset(Permission))
    assert (type(told.value), told.value.code) == (kind, code)
    assert len(way.oidc.refreshes()) == 1
    assert tokens.access.reveal() not in f"{told.value!r} {told.value} {told.value.detail}"


def test_a_throttled_renewal_says_when_to_come_back(way: Way) -> None:
    tokens, _ = way.sign_in(Person(ANNA))
    way.oidc.answer("token", TOKEN_ANSWERS["throttled"])
    with pytest.raises(Transient) as told:
        way.authority.renew(tokens, permissions=frozenset(Permission))
    assert told.value.retry_after_s == 90


def test_an_issuer_that_is_down_is_told_and_forgets_nothing(way: Way) -> None:
    tokens, _ = way.sign_in(Person(ANNA))
    way.oidc.go_away()
    with pytest.raises(Transient) as told:
        way.authority.renew(tokens, permissions=frozenset(Permission))
    assert told.value.code is ReasonCode.ISSUER_UNREACHABLE
    way.oidc.come_back()
    assert way.authority.renew(tokens, permissions=frozenset(Permission)).access != tokens.access


@pytest.mark.parametrize("ending", ["revoke", "disable"])
def test_a_grant_that_was_ended_is_told_apart(way: Way, ending: str) -> None:
    address = f"{ending}.{way.provider}@example.test"
    tokens, _ = way.sign_in(Person(address))
    getattr(way.oidc, ending)(address)
    with pytest.raises(NeedsSignIn) as told:
        way.authority.renew(tokens, permissions=frozenset(Permission))
    assert told.value.code in {ReasonCode.ACCOUNT_REVOKED, ReasonCode.ACCOUNT_DISABLED}


def test_the_grant_is_revoked_at_the_provider_where_it_can_be(way: Way) -> None:
    tokens, _ = way.sign_in(Person(ANNA))
    can = way.provider is not OAuthProvider.MICROSOFT
    assert way.authority.revoke(tokens) is can
    if can:
        with pytest.raises(NeedsSignIn):
            way.authority.renew(tokens, permissions=frozenset(Permission))
        assert way.authority.revoke(tokens), "a grant that is gone already is ended as well"


# --- the browser's answer -----------------------------------------------------------------------------------------


def test_only_the_answer_of_this_sign_in_counts_and_only_once(way: Way) -> None:
    with LoopbackReceiver(host_for(way.provider)) as receiver:
        first = way.begin(receiver)
        stolen = way.redirect(first, Person("mallory@example.test"))
        second = way.begin(receiver)
        right = way.redirect(second, Person(ANNA))
        answer = brought(receiver, stolen, right.with_fields(state="guessed"), right.with_fields(state=""), right)
        replayed = right.deliver()
        tokens, identity = way.authority.finish(second, answer)
    assert identity.address == ANNA
    assert "mail.read" in tokens.scopes
    assert "already" in replayed
    assert len(way.oidc.requests("token")) == 1


def test_a_code_works_once(way: Way) -> None:
    with LoopbackReceiver(host_for(way.provider)) as receiver:
        begun = way.begin(receiver)
        answer = brought(receiver, way.redirect(begun, Person(ANNA)))
        way.authority.finish(begun, answer)
        with pytest.raises(SourceError):
            way.authority.finish(begun, answer)


def test_an_answer_of_another_issuer_is_not_redeemed(way: Way) -> None:
    with LoopbackReceiver(host_for(way.provider)) as receiver:
        begun = way.begin(receiver)
        mixed_up = way.redirect(begun, Person(ANNA)).with_fields(iss="https://evil.example/tenant")
        answer = brought(receiver, mixed_up)
        with pytest.raises(NeedsSignIn):
            way.authority.finish(begun, answer)
    assert way.oidc.requests("token") == []


def test_somebody_elses_code_is_useless(way: Way) -> None:
    with LoopbackReceiver(host_for(way.provider)) as receiver:
        theirs = way.begin(receiver)
        stolen = way.redirect(theirs, Person("mallory@example.test")).fields["code"]
        ours = way.begin(receiver)
        with pytest.raises(SourceError):
            way.authority.finish(ours, {"code": stolen, "state": ours.state, "iss": way.oidc.issuer})


STRAYS = (
    ("GET", "/favicon.ico", ""),
    ("GET", "/", ""),
    ("HEAD", "/callback", ""),
    ("GET", "/callback", ""),
    ("GET", "/callback?code=x", ""),
    ("GET", "/callback?code=x&state=wrong", ""),
    ("GET", "/callback?error=access_denied&state=wrong", ""),
    ("GET", "/callback/../callback?code=x", ""),
    ("GET", "/other?code=x&state=y", ""),
    ("POST", "/callback", "code=x&state=wrong"),
    ("POST", "/callback", ""),
    ("PUT", "/callback", "code=x"),
    ("OPTIONS", "/callback", ""),
)


def test_stray_requests_are_answered_and_ignored(way: Way) -> None:
    with LoopbackReceiver(host_for(way.provider)) as receiver:
        begun = way.begin(receiver)
        for method, path, body in STRAYS:
            connection = HTTPConnection(host_for(way.provider), receiver.port, timeout=20)
            kind = {"content-type": "application/x-www-form-urlencoded"} if body else {}
            connection.request(method, path, body or None, kind)
            reply = connection.getresponse()
            assert reply.status >= 400, (method, path)
            assert b"code=x" not in reply.read()
            connection.close()
        tokens, _ = way.authority.finish(begun, brought(receiver, way.redirect(begun, Person(ANNA))))
    assert tokens.can_renew


def test_a_port_that_somebody_else_has_is_not_taken(way_of: Callable[[OAuthProvider], Way]) -> None:
    way = way_of(OAuthProvider.CUSTOM)
    with LoopbackReceiver() as receiver, LoopbackReceiver() as second:
        assert receiver.port != second.port
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", receiver.port))
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            with pytest.raises(OSError, match="in use"):
                thief.bind(("127.0.0.1", receiver.port))
        begun = way.begin(receiver)
        tokens, _ = way.authority.finish(begun, brought(receiver, way.redirect(begun, Person(ANNA))))
    assert tokens.can_renew


def test_a_closed_browser_is_waited_for_until_the_limit_or_cancel(way: Way) -> None:
    with LoopbackReceiver(host_for(way.provider)) as receiver:
        way.begin(receiver)
        with pytest.raises(NeedsSignIn, match="was not finished"):
            receiver.wait(0.05, Breaker())
        breaker = Breaker()
        cancel = threading.Timer(0.05, breaker.trip)
        cancel.start()
        with pytest.raises(Stopped):
            receiver.wait(10, breaker)
        cancel.join()

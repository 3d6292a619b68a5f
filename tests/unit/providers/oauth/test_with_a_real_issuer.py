"""All three ways to sign in against a real OpenID provider (npm oidc-provider), with a person in front of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.errors import NeedsSignIn, SourceError, Transient
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
from tests.helpers.oidc_answers import TOKEN_ANSWERS

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


def test_what_was_renewed_outlives_a_crash_before_the_old_was_dropped(desk: Desk) -> None:
    """The new set works from its sealed text alone."""
    before, _ = desk.sign_in()
    after = TokenSet.from_sealed_text(desk.authority.renew(before, permissions=READ).sealed_text())
    assert desk.authority.renew(after, permissions=READ).can_renew


def test_sending_is_granted_where_it_is_asked_for(desk: Desk) -> None:
    tokens, _ = desk.sign_in(permissions=BOTH)
    assert {"mail.read", "mail.send"} <= set(tokens.scopes)
    assert "mail.send" in desk.authority.renew(tokens, permissions=BOTH).scopes


@pytest.mark.parametrize(("left_out", "words"), [("mail.read", "read the mailbox"), ("mail.send", "send from it")])
def test_an_unticked_box_is_named(desk: Desk, left_out: str, words: str) -> None:
    error = desk.error(Person(ANN, leave_out=frozenset({left_out})), BOTH)
    assert error.code is ReasonCode.ACCOUNT_SCOPE_MISSING
    assert words in error.what


@pytest.mark.parametrize("step", ["login", "consent"])
def test_a_person_who_cancels_is_told_so(desk: Desk, step: str) -> None:
    error = desk.error(Person(ANN, cancel_at=step))
    assert (type(error), error.code) == (NeedsSignIn, ReasonCode.ACCOUNT_CONSENT_DENIED)


def test_somebody_else_signed_in_is_seen_from_the_identity(desk: Desk) -> None:
    _, ann = desk.sign_in()
    with LoopbackReceiver(desk.client.redirect_host) as desk.receiver:
        _, eve = desk.sign_in(Person("eve.oauth@example.test"))
    assert eve.address == "eve.oauth@example.test"
    assert (eve.issuer, eve.subject) != (ann.issuer, ann.subject)


def test_an_account_stays_the_same_one_under_another_address(desk: Desk) -> None:
    _, before = desk.sign_in(Person("old.oauth@example.test"))
    desk.oidc.rename("old.oauth@example.test", "new.oauth@example.test")
    with LoopbackReceiver(desk.client.redirect_host) as desk.receiver:
        _, after = desk.sign_in(Person("new.oauth@example.test"))
    assert (after.issuer, after.subject) == (before.issuer, before.subject)
    assert after.address == "new.oauth@example.test"


def test_a_code_counts_once_at_the_issuer_too(desk: Desk) -> None:
    begun = desk.authority.begin(READ, login_hint=ANN, redirect_uri=desk.receiver.redirect_uri)
    desk.receiver.expect(begun.state)
    answer_of(begun.url, Person(ANN), ca_file=desk.oidc.ca_file).deliver()
    answer = desk.receiver.wait(5, Breaker())
    desk.authority.finish(begun, answer)
    with pytest.raises(SourceError):
        desk.authority.finish(begun, answer)


def test_a_stolen_code_is_useless_without_the_verifier(desk: Desk) -> None:
    begun = desk.authority.begin(READ, login_hint=ANN, redirect_uri=desk.receiver.redirect_uri)
    stolen = dict(answer_of(begun.url, Person(ANN), ca_file=desk.oidc.ca_file).fields)
    thief = desk.authority.begin(READ, login_hint=ANN, redirect_uri=desk.receiver.redirect_uri)
    with pytest.raises(NeedsSignIn):
        desk.authority.finish(thief, {**stolen, "state": thief.state})


def test_disconnecting_ends_the_grant_where_the_provider_can(desk: Desk) -> None:
    tokens, _ = desk.sign_in()
    can = desk.client.provider is not OAuthProvider.MICROSOFT
    assert desk.authority.revoke(tokens) is can
    if can:
        with pytest.raises(NeedsSignIn) as caught:
            desk.authority.renew(tokens, permissions=READ)
        assert caught.value.code is ReasonCode.ACCOUNT_REVOKED
        assert desk.authority.revoke(tokens), "to end it twice is no error"


def test_a_person_who_withdraws_the_permission(desk: Desk) -> None:
    tokens, _ = desk.sign_in(Person("gone.oauth@example.test"))
    desk.oidc.revoke("gone.oauth@example.test")
    with pytest.raises(NeedsSignIn) as caught:
        desk.authority.renew(tokens, permissions=READ)
    assert caught.value.code is ReasonCode.ACCOUNT_REVOKED


def test_the_end_of_the_refresh_token_is_told(desk: Desk) -> None:
    desk.oidc.set(refresh_token_expires_in=604800)
    tokens, _ = desk.sign_in()
    assert tokens.renewable_until == NOW + timedelta(days=7)


def test_an_issuer_that_is_away_and_comes_back(desk: Desk) -> None:
    tokens, _ = desk.sign_in()
    desk.oidc.go_away()
    with pytest.raises(Transient) as caught:
        desk.authority.renew(tokens, permissions=READ)
    assert caught.value.code is ReasonCode.ISSUER_UNREACHABLE
    desk.oidc.come_back()
    assert desk.authority.renew(tokens, permissions=READ).can_renew


@pytest.mark.parametrize("name", sorted(set(TOKEN_ANSWERS) - {"no answer"}))
def test_a_bad_day_of_the_issuer_keeps_the_grant(desk: Desk, name: str) -> None:
    """What no person can mend is Transient, and the tokens of before still renew when the issuer is well again."""
    tokens, _ = desk.sign_in()
    desk.oidc.answer("token", TOKEN_ANSWERS[name])
    with pytest.raises(SourceError) as caught:
        desk.authority.renew(tokens, permissions=READ)
    mends_itself = {ReasonCode.ISSUER_UNREACHABLE, ReasonCode.ACCOUNT_THROTTLED}
    assert isinstance(caught.value, Transient) is (caught.value.code in mends_itself)
    assert len(desk.oidc.refreshes()) == 1
    assert desk.authority.renew(tokens, permissions=READ).can_renew

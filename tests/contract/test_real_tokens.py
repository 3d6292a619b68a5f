"""Tokens of a real issuer at a real Dovecot and a sending server, which ask it about them."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from desktop.domain.errors import NeedsSignIn, SourceError, TokenRefused, Transient
from desktop.domain.mailbox import OAuthProvider, Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers import smtp
from desktop.providers.channel import Timeouts
from desktop.providers.connect import open_source
from desktop.providers.imap.source import ImapSource
from desktop.providers.oauth.authority import Authority, Endpoints, OAuthClient
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.reach import Reach as IssuerReach
from desktop.providers.probe import Reach, look_for, probe, send_test
from desktop.security.tokens import AccessToken
from tests.contract.conftest import mail
from tests.helpers.consent import Person, answer_of
from tests.helpers.dovecot import Dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oidc import OidcProvider
from tests.helpers.tls import TlsAuthority
from tools.pytest_house import ExpectedLogs

pytestmark = pytest.mark.server

PATIENT = Timeouts(connect_s=10, silence_s=10)
READ = frozenset({Permission.IDENTITY, Permission.READ})
SEND = frozenset({Permission.IDENTITY, Permission.SEND})
WAYS = pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])

TokenOf = Callable[..., AccessToken]


@pytest.fixture
def authority(oidc: OidcProvider) -> Authority:
    """The program's own way to the issuer."""
    app = oidc.client("custom")
    identity = ("openid", "email", "profile", "offline_access")
    scopes = {
        Permission.IDENTITY: identity,
        Permission.READ: app.read_scopes,
        Permission.SEND: app.send_scopes,
    }
    client = OAuthClient(OAuthProvider.CUSTOM, app.client_id, Endpoints(oidc.issuer), scopes)
    return authority_for(client, IssuerReach(oidc.ca_file, PATIENT), lambda: datetime.now(UTC))


def sign_in(
    oidc: OidcProvider, authority: Authority, address: str, permissions: frozenset[Permission] = READ | SEND
) -> AccessToken:
    """Sign a person in and return their token."""
    begun = authority.begin(permissions, login_hint=address, redirect_uri="http://127.0.0.1:5/callback")
    answer = answer_of(begun.url, Person(address), ca_file=oidc.ca_file)
    tokens, _ = authority.finish(begun, answer.fields)
    return tokens.access


@pytest.fixture
def token_of(oidc: OidcProvider, authority: Authority) -> TokenOf:
    """Sign somebody in."""
    return partial(sign_in, oidc, authority)


@pytest.fixture(scope="session")
def bearer_dovecot(tls_authority: TlsAuthority, oidc_of_the_run: OidcProvider) -> Iterator[Dovecot]:
    """A Dovecot that knows OAUTHBEARER only."""
    mechanisms = "plain login oauthbearer"
    with Dovecot.start(authority=tls_authority, oidc=oidc_of_the_run, auth_mechanisms=mechanisms) as server:
        yield server


@pytest.fixture(params=["oidc_dovecot", "bearer_dovecot"], ids=["XOAUTH2", "OAUTHBEARER"])
def dovecot_for_tokens(request: pytest.FixtureRequest) -> Dovecot:
    """A Dovecot for each mechanism."""
    server: Dovecot = request.getfixturevalue(request.param)
    return server


def at(server: Dovecot, user: str, security: Security = Security.TLS) -> ServerSettings:
    return ServerSettings("localhost", server.tls_port if security is Security.TLS else server.port, security, user)


def enter(server: Dovecot, user: str, token: AccessToken, security: Security = Security.TLS) -> ImapSource:
    return open_source(at(server, user, security), token, timeouts=PATIENT, ca_file=server.ca_file)


def refusal(server: Dovecot, user: str, token: AccessToken) -> SourceError:
    with pytest.raises(SourceError) as caught:
        enter(server, user, token)
    assert "password" not in str(caught.value).lower()
    return caught.value


@WAYS
def test_a_token_opens_its_mailbox(dovecot_for_tokens: Dovecot, token_of: TokenOf, security: Security) -> None:
    address = f"reads.{security}@example.test"
    dovecot_for_tokens.deliver(address, mail(1))
    with enter(dovecot_for_tokens, address, token_of(address), security) as source:
        assert source.open_folder("INBOX").exists == 1
        described = source.describe(source.list_refs())
        assert [raw.content for raw in source.fetch(described)] == [mail(1)]


def test_one_that_ended_is_refused_and_the_next_is_not(
    dovecot_for_tokens: Dovecot, oidc: OidcProvider, token_of: TokenOf
) -> None:
    address = "ends@example.test"
    token = token_of(address)
    enter(dovecot_for_tokens, address, token).close()
    oidc.expire(address)
    error = refusal(dovecot_for_tokens, address, token)
    assert isinstance(error, TokenRefused)
    assert error.code is ReasonCode.ACCOUNT_REVOKED
    enter(dovecot_for_tokens, address, token_of(address)).close()


def test_what_nobody_issued_is_refused(dovecot_for_tokens: Dovecot) -> None:
    assert isinstance(refusal(dovecot_for_tokens, "x@example.test", AccessToken("nonsense-token")), TokenRefused)


def test_a_grant_that_was_taken_back(dovecot_for_tokens: Dovecot, oidc: OidcProvider, token_of: TokenOf) -> None:
    token = token_of("revoked@example.test")
    oidc.revoke("revoked@example.test")
    assert isinstance(refusal(dovecot_for_tokens, "revoked@example.test", token), TokenRefused)


def test_another_ones_mailbox(dovecot_for_tokens: Dovecot, token_of: TokenOf) -> None:
    error = refusal(dovecot_for_tokens, "boss@example.test", token_of("clerk@example.test"))
    assert isinstance(error, NeedsSignIn)


def test_a_shared_mailbox(dovecot_for_tokens: Dovecot, oidc: OidcProvider, token_of: TokenOf) -> None:
    oidc.share("team@example.test", "member@example.test")
    with enter(dovecot_for_tokens, "team@example.test", token_of("member@example.test")) as source:
        source.open_folder("INBOX")


def test_a_token_that_may_only_send(dovecot_for_tokens: Dovecot, token_of: TokenOf) -> None:
    error = refusal(dovecot_for_tokens, "sends@example.test", token_of("sends@example.test", SEND))
    assert isinstance(error, NeedsSignIn)


def test_an_issuer_that_is_down_is_no_reason_to_sign_in(
    dovecot_for_tokens: Dovecot, oidc: OidcProvider, token_of: TokenOf
) -> None:
    token = token_of("down@example.test")
    oidc.go_away()
    assert isinstance(refusal(dovecot_for_tokens, "down@example.test", token), Transient)


# --- there and back ---------------------------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_message_to_itself_arrives(
    oidc: OidcProvider,
    oidc_dovecot: Dovecot,
    tls_authority: TlsAuthority,
    token_of: TokenOf,
    expected_logs: ExpectedLogs,
    security: Security,
    mechanism: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected_logs.allow("mail.log", "Session.login_data is deprecated")  # aiosmtpd warns of itself
    if mechanism == "OAUTHBEARER":
        monkeypatch.delattr(MailSink, "auth_XOAUTH2")
    address, message_id = f"itself.{security}@example.test", f"<{mechanism.lower()}@example.test>"
    token, reach = token_of(address), Reach(PATIENT, tls_authority.ca_file)
    starttls = security is Security.STARTTLS
    with MailSink.start(tls_authority, oidc=oidc, dovecot=oidc_dovecot, starttls=starttls) as sink:
        sending = ServerSettings("localhost", sink.port, security, address)
        report = probe(at(oidc_dovecot, address), sending, token, ["INBOX"], reach=reach)
        assert report.ok
        send_test(sending, token, address, message_id, reach=reach, display_name="Größe & Söhne", reply_to=address)
    (sent,) = sink.sent
    assert (sent.login, sent.mechanism, sent.recipients) == (address, mechanism, (address,))
    assert b"From: =?utf-8?b?" in sent.content
    with enter(oidc_dovecot, address, token) as source:
        assert look_for(source, "INBOX", message_id, threading.Event(), wait_s=10, every_s=0.1)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("", "may not send from this mailbox"),
        ("535 5.7.139 Unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", "reading only"),
    ],
)
def test_a_sign_in_that_may_not_send(
    mail_sink: MailSink, tls_authority: TlsAuthority, token_of: TokenOf, reply: str, words: str
) -> None:
    address = "reader@example.test"
    mail_sink.refuses_login = reply
    settings = ServerSettings("localhost", mail_sink.port, Security.TLS, address)
    with pytest.raises(SourceError, match=words) as caught:
        smtp.open_mailer(settings, token_of(address, READ), timeouts=PATIENT, ca_file=tls_authority.ca_file)
    assert "password" not in str(caught.value).lower()
    assert mail_sink.logins == [address]

"""The servers that the tests of signing in stand on: whether they themselves do what real ones do."""

import base64
import hashlib
import json
import os
import secrets
import select
import shutil
import signal
import smtplib
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.helpers import consent_chromium
from tests.helpers.consent import ConsentError, Person, Redirect, answer_of
from tests.helpers.dovecot import Dovecot
from tests.helpers.fixtures import require
from tests.helpers.mail_sink import MailSink
from tests.helpers.oidc import Client, Kind, OidcProvider
from tests.helpers.oidc_answers import AUTHORIZATION_ANSWERS, TOKEN_ANSWERS
from tools.bootstrap import ROOT

pytestmark = pytest.mark.server

ANNA = "anna.harness@example.test"
REDIRECT = "http://127.0.0.1:5/callback"
MORE = {
    Kind.GOOGLE: {"scope": "openid email mail.read mail.send", "access_type": "offline", "prompt": "consent"},
    Kind.MICROSOFT: {"scope": "openid profile offline_access mail.read mail.send", "response_mode": "form_post"},
    Kind.CUSTOM: {"scope": "openid email offline_access mail.read mail.send", "response_mode": "query"},
}


class App:
    """The smallest client there is: it knows PKCE and nothing else."""

    def __init__(self, oidc: OidcProvider, kind: Kind = Kind.CUSTOM) -> None:
        self.oidc = oidc
        self.client: Client = oidc.client(kind)
        self._verifier = secrets.token_urlsafe(48)

    def url(self, redirect_uri: str = REDIRECT, **more: str) -> str:
        """The page to open."""
        digest = hashlib.sha256(self._verifier.encode()).digest()
        asked = {
            "client_id": self.client.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **MORE[self.client.kind],
            **more,
        }
        return f"{self.client.authorization}?{urlencode(asked)}"

    def consent(self, person: Person) -> Redirect:
        """What the browser would bring back."""
        return answer_of(self.url(), person, ca_file=self.oidc.ca_file)

    def tokens(self, person: Person) -> dict[str, Any]:
        """All the way to the tokens."""
        answer = self.consent(person)
        return self.redeem(answer.fields["code"])

    def redeem(self, code: str, redirect_uri: str = REDIRECT) -> dict[str, Any]:
        """Exchange the code."""
        return self.post(
            grant_type="authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=self._verifier
        )

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """Exchange the refresh token."""
        return self.post(grant_type="refresh_token", refresh_token=refresh_token)

    def post(self, **fields: str) -> dict[str, Any]:
        """Ask the token endpoint."""
        answer: dict[str, Any] = self.raw(timeout=10, **fields).json()
        return answer

    def raw(self, *, timeout: float = 10, **fields: str) -> requests.Response:
        """Ask the token endpoint, whatever it answers."""
        with requests.Session() as session:
            session.trust_env = False
            secret = {"client_secret": self.client.secret} if self.client.secret else {}
            data = {"client_id": self.client.client_id, **secret, **fields}
            return session.post(self.client.token, data=data, verify=str(self.oidc.ca_file), timeout=timeout)


@pytest.fixture
def app(oidc: OidcProvider) -> App:
    return App(oidc)


def log_in(dovecot: Dovecot, address: str, token: str) -> None:
    """Log in to Dovecot by XOAUTH2 and OAUTHBEARER."""
    for mechanism in ("oauth2_login", "oauthbearer_login"):
        with IMAPClient(dovecot.host, port=dovecot.port, ssl=False) as client:
            getattr(client, mechanism)(address, token)
            client.select_folder("INBOX")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_person_consents_and_the_app_has_tokens_that_rotate(oidc: OidcProvider, kind: Kind) -> None:
    app = App(oidc, kind)
    answer = app.consent(Person(ANNA))
    assert answer.method == ("POST" if kind is Kind.MICROSOFT else "GET")
    assert (answer.fields["state"], answer.fields["iss"]) == ("state-1", oidc.issuer)
    first = app.redeem(answer.fields["code"])
    assert {"mail.read", "mail.send"} <= set(first["scope"].split())
    second = app.refresh(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert app.refresh(first["refresh_token"])["error"] == "invalid_grant", "an old refresh token is good for once"
    assert app.refresh(second["refresh_token"])["error"] == "invalid_grant", "and its second use ends the whole grant"


def test_without_pkce_or_with_another_path_nothing_is_granted(app: App) -> None:
    refused = app.url(code_challenge="", code_challenge_method="")
    assert answer_of(refused, Person(ANNA), ca_file=app.oidc.ca_file).fields["error"] == "invalid_request"
    with pytest.raises(ConsentError, match="redirect_uri"):
        answer_of(app.url("http://127.0.0.1:5/other"), Person(ANNA), ca_file=app.oidc.ca_file)


def test_a_refresh_token_is_issued_only_when_it_was_asked_for(oidc: OidcProvider) -> None:
    app = App(oidc, Kind.GOOGLE)
    answer = answer_of(app.url(access_type="online"), Person(ANNA), ca_file=oidc.ca_file)
    assert "refresh_token" not in app.redeem(answer.fields["code"])


def test_mail_is_read_and_sent_with_the_token(app: App, oidc_dovecot: Dovecot, mail_sink: MailSink) -> None:
    token = app.tokens(Person(ANNA))["access_token"]
    log_in(oidc_dovecot, ANNA, token)
    mail = EmailMessage()
    mail["From"] = mail["To"] = ANNA
    mail["Subject"] = "to myself"
    mail.set_content("hello")
    before = len(oidc_dovecot.uids(ANNA))
    for mechanism, response in (
        ("XOAUTH2", f"user={ANNA}\x01auth=Bearer {token}\x01\x01"),
        ("OAUTHBEARER", f"n,a={ANNA},\x01host=localhost\x01port=1\x01auth=Bearer {token}\x01\x01"),
    ):
        with smtplib.SMTP_SSL("localhost", mail_sink.port, context=app.oidc.authority.client_context) as client:
            client.ehlo()
            client.auth(mechanism, lambda challenge=None, words=response: "" if challenge else words)
            client.send_message(mail)
    assert [sent.mechanism for sent in mail_sink.sent] == ["XOAUTH2", "OAUTHBEARER"]
    assert len(oidc_dovecot.uids(ANNA)) == before + 2


def test_no_mail_is_sent_without_the_permission(app: App, mail_sink: MailSink) -> None:
    granted = app.tokens(Person(ANNA, leave_out=frozenset({"mail.send"})))
    assert "mail.send" not in granted["scope"].split()
    words = f"user={ANNA}\x01auth=Bearer {granted['access_token']}\x01\x01"
    with smtplib.SMTP_SSL("localhost", mail_sink.port, context=app.oidc.authority.client_context) as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.auth("XOAUTH2", lambda challenge=None: "" if challenge else words)


def test_no_mail_is_read_without_the_permission_or_in_another_mailbox(app: App, oidc_dovecot: Dovecot) -> None:
    narrow = app.tokens(Person(ANNA, leave_out=frozenset({"mail.read"})))
    whole = App(app.oidc).tokens(Person(ANNA))
    for address, token in (
        (ANNA, narrow["access_token"]),
        ("somebody.else@example.test", whole["access_token"]),
        (ANNA, "made-up"),
    ):
        with pytest.raises(LoginError):
            log_in(oidc_dovecot, address, token)


def test_a_revoked_grant_opens_nothing_any_more(app: App, oidc_dovecot: Dovecot) -> None:
    granted = app.tokens(Person(ANNA))
    log_in(oidc_dovecot, ANNA, granted["access_token"])
    app.oidc.revoke(ANNA)
    with pytest.raises(LoginError):
        log_in(oidc_dovecot, ANNA, granted["access_token"])
    assert app.refresh(granted["refresh_token"])["error"] == "invalid_grant"


def test_an_access_token_ends_before_the_refresh_token_does(app: App, oidc_dovecot: Dovecot) -> None:
    granted = app.tokens(Person(ANNA))
    app.oidc.expire(ANNA)
    with pytest.raises(LoginError):
        log_in(oidc_dovecot, ANNA, granted["access_token"])
    log_in(oidc_dovecot, ANNA, app.refresh(granted["refresh_token"])["access_token"])


def test_a_disabled_account_neither_signs_in_nor_refreshes_nor_reads(app: App, oidc_dovecot: Dovecot) -> None:
    granted = app.tokens(Person(ANNA))
    app.oidc.disable(ANNA)
    try:
        assert app.refresh(granted["refresh_token"])["error"] == "invalid_grant"
        with pytest.raises(LoginError):
            log_in(oidc_dovecot, ANNA, granted["access_token"])
        with pytest.raises(ConsentError, match="disabled"):
            App(app.oidc).consent(Person(ANNA))
    finally:
        app.oidc.disable(ANNA, on=False)
    log_in(oidc_dovecot, ANNA, granted["access_token"])


def test_a_shared_mailbox_is_opened_by_somebody_elses_token(app: App, oidc_dovecot: Dovecot) -> None:
    app.oidc.share("info.harness@example.test", "berta.harness@example.test")
    granted = app.tokens(Person("berta.harness@example.test"))
    log_in(oidc_dovecot, "info.harness@example.test", granted["access_token"])


def test_a_person_keeps_their_subject_when_the_address_changes(app: App) -> None:
    before = identity(app.tokens(Person("cora.old@example.test")))
    app.oidc.rename("cora.old@example.test", "cora.new@example.test")
    after = identity(App(app.oidc).tokens(Person("cora.new@example.test")))
    assert (before["email"], after["email"]) == ("cora.old@example.test", "cora.new@example.test")
    assert before["sub"] == after["sub"]


def identity(tokens: dict[str, Any]) -> dict[str, Any]:
    """The claims of an id token, unchecked."""
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "=="))
    return claims


@pytest.mark.parametrize("step", ["login", "consent"])
def test_who_cancels_is_sent_back_with_the_refusal(app: App, step: str) -> None:
    assert app.consent(Person(ANNA, cancel_at=step)).fields["error"] == "access_denied"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", list(AUTHORIZATION_ANSWERS))
def test_the_authorization_server_may_refuse(oidc: OidcProvider, kind: Kind, name: str) -> None:
    scripted = AUTHORIZATION_ANSWERS[name]
    oidc.answer("authorization", scripted)
    sent_back = App(oidc, kind).consent(Person(ANNA))
    assert scripted.redirect is not None
    assert {**scripted.redirect, "state": "state-1"}.items() <= sent_back.fields.items()
    assert "code" in App(oidc, kind).consent(Person(ANNA)).fields, "once only"


@pytest.mark.parametrize("name", [name for name, answer in TOKEN_ANSWERS.items() if not (answer.hang or answer.cut)])
def test_the_token_endpoint_answers_what_it_was_told_to(app: App, name: str) -> None:
    scripted = TOKEN_ANSWERS[name]
    app.oidc.answer("token", scripted, times=2)
    for _ in range(2):
        came = app.raw(grant_type="refresh_token", refresh_token="x")
        assert (came.status_code, came.text) == (scripted.status, scripted.body)
        assert scripted.headers.items() <= dict(came.headers).items()
    assert app.post(grant_type="refresh_token", refresh_token="x")["error"] == "invalid_grant"
    assert [one.fields for one in app.oidc.refreshes()] == 3 * [
        {"grant_type": "refresh_token", "client_id": "postroom-custom"}
    ]


def test_the_token_endpoint_may_break_off_or_say_nothing(app: App) -> None:
    app.oidc.answer("token", TOKEN_ANSWERS["a connection that ends early"])
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        app.raw(grant_type="refresh_token", refresh_token="x")
    app.oidc.answer("token", TOKEN_ANSWERS["no answer"])
    with pytest.raises(requests.ReadTimeout):
        app.raw(timeout=0.2, grant_type="refresh_token", refresh_token="x")


def test_the_issuer_can_be_down_and_come_back_with_everything_it_knew(app: App) -> None:
    granted = app.tokens(Person(ANNA))
    app.oidc.go_away()
    with pytest.raises(requests.ConnectionError):
        app.refresh(granted["refresh_token"])
    app.oidc.come_back()
    assert "access_token" in app.refresh(granted["refresh_token"])


def test_how_long_it_lasts_is_told_when_that_is_wanted(app: App) -> None:
    app.oidc.set(access_ttl=90, refresh_token_expires_in=604800, rotate=False)
    granted = app.tokens(Person(ANNA))
    assert (granted["expires_in"], granted["refresh_token_expires_in"]) == (90, 604800)
    assert app.refresh(granted["refresh_token"])["refresh_token"] == granted["refresh_token"]


@pytest.fixture
def landing() -> Iterator[tuple[str, list[str]]]:
    """A receiver on loopback: its redirect address, and the bodies and queries that came."""
    came: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.path)
            self._land()

        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self._land()

        def _land(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>Back at the program</h1>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/callback", came
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("kind", [Kind.GOOGLE, Kind.MICROSOFT])
def test_a_real_browser_consents(oidc: OidcProvider, kind: Kind, landing: tuple[str, list[str]]) -> None:
    require(consent_chromium.missing_reason())
    redirect_uri, came = landing
    person = Person(ANNA, leave_out=frozenset({"mail.send"}))
    assert consent_chromium.consent(App(oidc, kind).url(redirect_uri), person) == "Back at the program"
    assert sum("code=" in one for one in came) == 1


def test_nothing_is_left_when_the_run_is_killed() -> None:
    code = """
        import sys
        from tests.helpers.oidc import OidcProvider
        provider = OidcProvider.start()
        print(provider._process.pid, provider.directory, flush=True)
        sys.stdin.read()
    """
    run = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        number, folder = run.stdout.readline().split()
        descriptor = os.pidfd_open(int(number))
        try:
            run.send_signal(signal.SIGKILL)
            run.wait()
            assert select.select([descriptor], [], [], 10)[0], "the issuer outlived the run"
        finally:
            os.close(descriptor)
    shutil.rmtree(folder)

"""Connecting a mailbox by signing in: what is stored when all goes well, and that nothing is when it does not."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from desktop.domain.errors import NeedsSignIn, SourceError, Stopped
from desktop.domain.mailbox import MailboxState, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import SignInStage
from desktop.workspace import connecting, signing_in
from desktop.workspace.signing_in import WAITS
from tests.helpers import consent_chromium
from tests.helpers.consent import Person, answer_of, consent
from tests.helpers.fixtures import require
from tests.helpers.oidc_answers import AUTHORIZATION_ANSWERS, TOKEN_ANSWERS
from tests.oauth.scene import Browser, Scene

pytestmark = pytest.mark.server

GOOGLE, MICROSOFT, CUSTOM = OAuthProvider.GOOGLE, OAuthProvider.MICROSOFT, OAuthProvider.CUSTOM


def address_of(name: str, provider: OAuthProvider) -> str:
    return f"{name}.{provider}@example.test"


def test_a_mailbox_is_connected_and_its_mail_is_here(
    scene: Scene, provider: OAuthProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = address_of("connect", provider)
    mailbox = scene.connect(provider, address, letters=3)
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, scene.stored(mailbox)) == (None, 3)
    with scene.workspace.store.read() as read:
        grant = read.grants.of(mailbox.id)
    assert grant is not None
    assert (grant.identity.issuer, grant.identity.address) == (scene.oidc.issuer, address)
    assert {"mail.read", "mail.send"} <= set(grant.scopes)
    held = scene.tokens(mailbox)
    assert held is not None
    assert held.refresh is not None
    for secret in (held.access.reveal(), held.refresh.reveal()):
        assert secret not in caplog.text
        assert secret not in repr(held)


def test_a_person_is_told_how_far_it_is_and_until_when_they_have_time(scene: Scene, provider: OAuthProvider) -> None:
    browser = Browser(lambda url: consent(url, Person("told@example.test"), ca_file=scene.oidc.ca_file))
    ask = scene.ask(provider, "told@example.test", sends=False)
    signing_in.sign_in(scene.workspace, ask, breaker=scene.breaker, tell=browser)
    browser.close()
    assert [told.stage for told in browser.heard] == [SignInStage.PREPARING, SignInStage.WAITING, SignInStage.CHECKING]
    waiting = browser.heard[1]
    assert waiting.host == "127.0.0.1"
    assert waiting.until is not None
    assert 0 < (waiting.until - scene.clock.now()).total_seconds() <= WAITS.total_seconds()
    assert "Postroom" in str(browser.landed)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(waiting.url).query).items()}
    assert asked["login_hint"] == "told@example.test"
    assert asked["redirect_uri"].endswith(f":{waiting.port}/callback")
    assert "mail.send" not in asked["scope"]


def test_whoever_is_to_choose_an_account_is_asked_which(scene: Scene, provider: OAuthProvider) -> None:
    address = address_of("chooses", provider)
    browser = Browser(lambda url: consent(url, Person(address), ca_file=scene.oidc.ca_file))
    ask = replace(scene.ask(provider, address), picks_account=True)
    signing_in.sign_in(scene.workspace, ask, breaker=scene.breaker, tell=browser)
    browser.close()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(browser.heard[1].url).query).items()}
    assert "login_hint" not in asked
    assert {"login", "select_account"} & set(asked["prompt"].split())


def test_a_shared_mailbox_suggests_who_signed_in_for_it(scene: Scene) -> None:
    scene.oidc.share("team.suggests@example.test", "carl.suggests@example.test")
    person = Person("carl.suggests@example.test")
    ask = scene.ask(MICROSOFT, "team.suggests@example.test", is_shared=True)
    mailbox = scene.store(MICROSOFT, "team.suggests@example.test", scene.sign_in(ask, person))
    browser = Browser(lambda url: consent(url, person, ca_file=scene.oidc.ca_file))
    signing_in.sign_in(scene.workspace, scene.ask_again(mailbox), breaker=scene.breaker, tell=browser)
    browser.close()
    assert parse_qs(urlsplit(browser.heard[1].url).query)["login_hint"] == [person.address]


def refused(scene: Scene, provider: OAuthProvider, person: Person | Callable[[str], object]) -> SourceError:
    with pytest.raises(SourceError) as told:
        scene.sign_in(scene.ask(provider, "wanted@example.test"), person)
    assert scene.mailboxes() == []
    assert told.value.action
    return told.value


@pytest.mark.parametrize("step", ["login", "consent"])
def test_who_cancels_has_changed_nothing(scene: Scene, step: str) -> None:
    error = refused(scene, GOOGLE, Person("wanted@example.test", cancel_at=step))
    assert (type(error), error.code) == (NeedsSignIn, ReasonCode.ACCOUNT_CONSENT_DENIED)
    assert scene.oidc.requests("token") == []


def test_another_account_is_refused_with_both_names(scene: Scene, provider: OAuthProvider) -> None:
    error = refused(scene, provider, Person("other@example.test"))
    assert error.code is ReasonCode.ACCOUNT_WRONG_IDENTITY
    assert "wanted@example.test" in str(error)
    assert "other@example.test" in str(error)


def test_a_box_that_was_not_ticked_is_named(scene: Scene, provider: OAuthProvider) -> None:
    error = refused(scene, provider, Person("wanted@example.test", leave_out=frozenset({"mail.send"})))
    assert error.code is ReasonCode.ACCOUNT_SCOPE_MISSING


@pytest.mark.parametrize("name", list(AUTHORIZATION_ANSWERS))
def test_what_the_page_refuses_stores_nothing(scene: Scene, name: str) -> None:
    scene.oidc.answer("authorization", AUTHORIZATION_ANSWERS[name])
    refused(scene, MICROSOFT, Person("wanted@example.test"))


@pytest.mark.parametrize("name", ["server error", "throttled", "a page instead of JSON", "secret expired", "no answer"])
def test_a_token_server_that_fails_stores_nothing(scene: Scene, name: str) -> None:
    scene.oidc.answer("token", TOKEN_ANSWERS[name])
    refused(scene, CUSTOM, Person("wanted@example.test"))


def test_an_issuer_that_is_down_is_told_before_a_browser_opens(scene: Scene, provider: OAuthProvider) -> None:
    scene.oidc.go_away()
    browser = Browser(lambda url: pytest.fail(f"it was opened: {url}"))
    with pytest.raises(SourceError) as told:
        signing_in.sign_in(
            scene.workspace, scene.ask(provider, "down@example.test"), breaker=scene.breaker, tell=browser
        )
    assert told.value.code is ReasonCode.ISSUER_UNREACHABLE
    assert [progress.stage for progress in browser.heard] == [SignInStage.PREPARING]


def test_a_shared_mailbox_is_connected_by_who_may_open_it(scene: Scene) -> None:
    scene.oidc.share("info.shared@example.test", "berta.shared@example.test")
    scene.deliver("info.shared@example.test", 1, 2)
    person = Person("berta.shared@example.test")
    ask = scene.ask(MICROSOFT, "info.shared@example.test", is_shared=True)
    mailbox = scene.store(MICROSOFT, "info.shared@example.test", scene.sign_in(ask, person))
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, scene.stored(mailbox)) == (None, 2)


# --- the browser's answer -------------------------------------------------------------------------------------------


def test_stray_replayed_and_wrong_answers_neither_end_nor_spoil_a_sign_in(
    scene: Scene, provider: OAuthProvider
) -> None:
    address = address_of("strays", provider)

    def browse(url: str) -> list[int]:
        redirect = answer_of(url, Person(address), ca_file=scene.oidc.ca_file)
        parts = urlsplit(redirect.url)
        said = []
        for path in ("/favicon.ico", "/", "/callback", "/callback?state=guess&code=guess", "/callback/x?code=y"):
            connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
            connection.request("GET", path)
            said.append(connection.getresponse().status)
            connection.close()
        redirect.with_fields(state="guessed").deliver()
        redirect.with_fields(state=redirect.fields["state"], code="").deliver()
        redirect.deliver()
        with suppress(requests.ConnectionError):  # the receiver is gone as soon as it has its answer
            assert "already" in redirect.deliver()
        return said

    browser = Browser(browse)
    signed_in = signing_in.sign_in(scene.workspace, scene.ask(provider, address), breaker=scene.breaker, tell=browser)
    browser.close()
    assert browser.landed == [404, 404, 400, 400, 404]
    assert signed_in.grant.identity.address == address
    assert len(scene.oidc.requests("token")) == 1


def test_a_browser_that_is_closed_is_waited_for_until_somebody_cancels(scene: Scene, provider: OAuthProvider) -> None:
    browser = Browser(lambda _url: scene.breaker.trip())
    with pytest.raises(Stopped):
        signing_in.sign_in(
            scene.workspace, scene.ask(provider, "closed@example.test"), breaker=scene.breaker, tell=browser
        )
    browser.close()
    port = browser.heard[1].port
    with socket.create_server(("127.0.0.1", port)):
        pass  # the port is free again
    assert scene.mailboxes() == []


def test_nobody_has_the_port_while_a_sign_in_waits(scene: Scene) -> None:
    steal = (
        "import socket, sys\n"
        "for reuse in (0, 1):\n"
        "    one = socket.socket()\n"
        "    if reuse: one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)\n"
        "    try: one.bind(('127.0.0.1', int(sys.argv[1])))\n"
        "    except OSError as error: print(error.errno)\n"
    )
    refusals: list[str] = []

    def browse(url: str) -> str:
        port = str(urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port)
        done = subprocess.run([sys.executable, "-c", steal, port], check=True, capture_output=True, text=True)
        refusals.extend(done.stdout.split())
        return consent(url, Person("port@example.test"), ca_file=scene.oidc.ca_file)

    scene.sign_in(scene.ask(GOOGLE, "port@example.test"), browse)
    assert refusals == ["98", "98"]


def test_two_mailboxes_sign_in_at_the_same_time(scene: Scene) -> None:
    done: dict[OAuthProvider, str] = {}

    def sign_in(provider: OAuthProvider) -> None:
        done[provider] = scene.sign_in(scene.ask(provider, address_of("both", provider))).grant.identity.address

    threads = [threading.Thread(target=sign_in, args=(provider,)) for provider in OAuthProvider]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert done == {provider: address_of("both", provider) for provider in OAuthProvider}


@pytest.mark.parametrize("kind", [GOOGLE, MICROSOFT])
def test_it_works_in_a_real_browser(scene: Scene, kind: OAuthProvider) -> None:
    require(consent_chromium.missing_reason())
    address = address_of("chromium", kind)
    scene.deliver(address, 1)
    signed_in = scene.sign_in(scene.ask(kind, address), lambda url: consent_chromium.consent(url, Person(address)))
    mailbox = scene.store(kind, address, signed_in)
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, scene.stored(mailbox)) == (None, 1)


# --- sending --------------------------------------------------------------------------------------------------------


def test_a_message_to_itself_goes_out_with_the_token_and_arrives(scene: Scene, provider: OAuthProvider) -> None:
    mailbox = scene.connect(provider, address_of("itself", provider))
    report = scene.workspace.signed_in(
        mailbox,
        scene.breaker,
        lambda secret: connecting.probe_mailbox(scene.workspace, mailbox, secret, send=True),
    )
    assert report.ok, [(step.name, str(step.error)) for step in report.failures]
    (sent,) = scene.sink.sent
    assert (sent.login, sent.mechanism, sent.recipients) == (mailbox.address, "XOAUTH2", (mailbox.address,))
    (receipt,) = scene.sync(mailbox)
    assert receipt.error is None
    assert sum(folder.fetched for folder in receipt.folders) == 1


def test_a_tenant_that_forbids_sending_is_told_by_its_field(scene: Scene) -> None:
    mailbox = scene.connect(MICROSOFT, "no.smtp@example.test")
    scene.sink.refuses_login = (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
    )
    report = connecting.probe_mailbox(scene.workspace, mailbox, scene.workspace.secret_of(mailbox), send=True)
    assert scene.sink.sent == []
    (failure,) = report.failures
    assert failure.name == "smtp_log_in"
    assert isinstance(failure.error, SourceError)
    assert (failure.error.code, failure.error.field) == (ReasonCode.SETTINGS_INVALID, "user")
    assert "administrator" in failure.error.action


def test_a_message_that_does_not_arrive_is_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "ARRIVES_WITHIN_S", 0.5)
    mailbox = scene.connect(CUSTOM, "lost@example.test")
    scene.sink.delivers = False
    report = connecting.probe_mailbox(scene.workspace, mailbox, scene.workspace.secret_of(mailbox), send=True)
    assert [step.error and step.error.code for step in report.failures] == [ReasonCode.SENDING_FAILED]


# --- disconnecting --------------------------------------------------------------------------------------------------


def test_disconnecting_ends_the_grant_where_it_can_and_keeps_the_mail(scene: Scene, provider: OAuthProvider) -> None:
    mailbox = scene.connect(provider, address_of("leave", provider), letters=2)
    scene.sync(mailbox)
    before = scene.tokens(mailbox)
    assert before is not None
    stored, change = connecting.disconnect(scene.workspace, mailbox)
    assert stored.state is MailboxState.DISCONNECTED
    assert scene.tokens(mailbox) is None
    assert scene.stored(mailbox) == 2
    can = provider is not MICROSOFT
    assert len(scene.oidc.requests("revocation")) == int(can)
    assert ("ended at the provider" in change.words) is can
    with pytest.raises(NeedsSignIn):
        scene.workspace.secret_of(stored)


def test_a_provider_that_is_down_keeps_nobody_from_disconnecting(scene: Scene) -> None:
    mailbox = scene.connect(GOOGLE, "leave.down@example.test")
    scene.oidc.go_away()
    stored, change = connecting.disconnect(scene.workspace, mailbox)
    assert stored.state is MailboxState.DISCONNECTED
    assert "could not be told" in change.words


def test_a_disconnected_mailbox_connects_again_where_it_left_off(scene: Scene, provider: OAuthProvider) -> None:
    mailbox = scene.connect(provider, address_of("again", provider), letters=2)
    scene.sync(mailbox)
    connecting.disconnect(scene.workspace, mailbox)
    scene.deliver(mailbox.address, 3)
    again = scene.connect(provider, mailbox.address)
    (receipt,) = scene.sync(again)
    assert (receipt.error, again.id, scene.stored(again)) == (None, mailbox.id, 3)

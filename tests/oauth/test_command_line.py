"""Signing in from the command line, at a real issuer, Dovecot and sending server: from the page to the receipt."""

import re
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.fixtures import forker  # noqa: F401 - a fixture
from tests.e2e.letters import letter
from tests.e2e.postroom import Forked, Postroom, Result, new_postroom, refusal, wait_until
from tests.e2e.steps import peek
from tests.helpers.consent import Person, consent
from tests.helpers.dovecot import Dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oauth_apps import write_client_file
from tests.helpers.oidc import OidcProvider

pytestmark = pytest.mark.server
PAGE = re.compile(r"^https://\S+$", re.MULTILINE)
PROVIDERS = ("google", "microsoft", "custom")


class Desk:
    """Somebody at a terminal, with a browser."""

    def __init__(self, postroom: Postroom, oidc: OidcProvider, dovecot: Dovecot, sink: MailSink, folder: Path) -> None:
        self.postroom, self.oidc, self.dovecot, self.sink, self.folder = postroom, oidc, dovecot, sink, folder

    def begin(self, *words: str) -> tuple[Forked, str]:
        """Begin a command that signs in; returns it and the page it prints."""
        command = self.postroom.begin("mailboxes", *words, "--print-url", "--json")
        wait_until(lambda: PAGE.search(command.said()) or command.ended_within(0), f"no page: {command.said()}")
        found = PAGE.search(command.said())
        return command, found[0] if found else ""

    def connect_words(self, provider: str, address: str, *more: str) -> list[str]:
        """The words of ``connect``."""
        file = write_client_file(self.folder, self.oidc, provider, dovecot=self.dovecot, sink=self.sink)
        return ["connect", "--provider", provider, "--address", address, "--client-file", str(file), *more]

    def sign_in(self, person: Person, *words: str) -> Result:
        """Carry a command out, signing in as *person*."""
        command, page = self.begin(*words)
        if page:
            consent(page, person, ca_file=self.oidc.ca_file)
        return command.result()

    def connect(self, provider: str, address: str, *more: str) -> Any:
        """Connect a mailbox; returns the document."""
        result = self.sign_in(Person(address), *self.connect_words(provider, address, *more))
        assert result.code == 0, str(result)
        return result.json

    def sync(self, code: int = 0) -> Any:
        """Sync once; returns the only receipt."""
        (receipt,) = self.postroom.ask("sync", code=code)["mailboxes"]
        return receipt


@pytest.fixture
def desk(tmp_path: Path, oidc: OidcProvider, oidc_dovecot: Dovecot, mail_sink: MailSink) -> Desk:
    return Desk(new_postroom(tmp_path, oidc.ca_file), oidc, oidc_dovecot, mail_sink, tmp_path)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_from_the_first_page_to_the_receipt_of_a_reconnection(desk: Desk, provider: str) -> None:
    address = f"support.{provider}@shop.example"
    desk.dovecot.deliver(address, letter(1))
    connected = desk.connect(provider, address, "--send", "--display-name", "Shop Support", "--owner", "Ana")
    assert (connected["sign_in"], connected["signed_in_as"], connected["owner"]) == (provider, address, "Ana")
    assert connected["can_renew"]
    assert [step["name"] for step in connected["test"] if not step["ok"]] == []
    assert connected["test"][-1]["name"] == "arrive"
    first = desk.sync()
    assert sum(folder["stored"] for folder in first["folders"]) == 1

    desk.oidc.revoke(address)
    assert desk.sync(code=1)["error"]["code"] == "ACCOUNT_REVOKED"
    asked = len(desk.oidc.requests())
    (health,) = desk.postroom.ask("health", code=3)["mailboxes"]
    assert (health["state"], health["code"]) == ("disconnected", "ACCOUNT_REVOKED")
    assert len(desk.oidc.requests()) == asked
    desk.dovecot.deliver(address, letter(2))
    desk.dovecot.deliver(address, letter(3))

    result = desk.sign_in(Person(address), "reconnect", address)
    assert result.code == 0, str(result)
    receipt = result.json
    assert (receipt["recovered"], receipt["doubled"]) == (2, 0)
    assert receipt["gap"]["from"] <= receipt["gap"]["to"]
    assert desk.postroom.ask("health")["mailboxes"][0]["state"] == "healthy"

    ended = desk.postroom.ask("mailboxes", "disconnect", address)
    assert ended["state"] == "disconnected"
    assert peek(desk.postroom, "SELECT count(*) FROM sealed_secret") == [(0,)]
    assert len(desk.postroom.ask("emails", "list")["items"]) >= 3


@pytest.mark.parametrize(("more", "asks"), [((), False), (("--send",), True)], ids=["to read", "to send too"])
def test_what_will_be_asked_is_told_before_the_page_opens(desk: Desk, more: tuple[str, ...], asks: bool) -> None:
    address = f"asked.{len(more)}@shop.example"
    command, page = desk.begin(*desk.connect_words("custom", address, *more))
    before, _, _ = command.said().partition(page)
    assert "It asks to: Read email in the folders you pick" in before
    assert ("Send replies from this address" in before) is asks
    assert "See your address and name" in before
    command.send(signal.SIGINT)
    command.result()


def test_a_token_that_has_ended_is_renewed_by_the_next_sync(desk: Desk) -> None:
    address = "renewed@shop.example"
    desk.connect("custom", address)
    desk.oidc.expire(address)
    desk.dovecot.deliver(address, letter(1))
    assert sum(folder["stored"] for folder in desk.sync()["folders"]) == 1
    assert len(desk.oidc.refreshes()) == 1


def test_nothing_is_saved_unless_all_of_it_went_well(desk: Desk) -> None:
    address = "careful@shop.example"
    words = desk.connect_words("custom", address)
    for person, code in (
        (Person(address, cancel_at="consent"), "ACCOUNT_CONSENT_DENIED"),
        (Person("mallory@shop.example"), "ACCOUNT_WRONG_IDENTITY"),
        (Person(address, leave_out=frozenset({"mail.read"})), "ACCOUNT_SCOPE_MISSING"),
    ):
        assert refusal(desk.sign_in(person, *words))["code"] == code
        assert desk.postroom.ask("mailboxes", "list")["items"] == []
        assert peek(desk.postroom, "SELECT count(*) FROM sealed_secret") == [(0,)]


def test_another_account_does_not_take_a_mailbox_over(desk: Desk) -> None:
    address = "pinned@shop.example"
    desk.connect("google", address)
    error = refusal(desk.sign_in(Person("mallory@shop.example"), "reconnect", address))
    assert error["code"] == "ACCOUNT_WRONG_IDENTITY"
    assert address in error["message"]
    assert "mallory@shop.example" in error["message"]
    desk.dovecot.deliver(address, letter(1))
    assert "error" not in desk.sync()


def test_a_mailbox_that_is_connected_is_refused_before_anybody_signs_in(desk: Desk) -> None:
    address = "twice@shop.example"
    desk.connect("microsoft", address)
    desk.oidc.forget_requests()
    assert desk.postroom.refused("mailboxes", *desk.connect_words("microsoft", address)) == "BAD_INPUT"
    assert desk.oidc.requests() == []


def test_waiting_ends_with_ctrl_c(desk: Desk) -> None:
    command, page = desk.begin(*desk.connect_words("custom", "patient@shop.example"))
    assert page
    command.send(signal.SIGINT)
    assert refusal(command.result())["code"] == "STOPPED"


def test_without_an_app_it_says_how_to_make_one(desk: Desk) -> None:
    for provider in PROVIDERS:
        result = desk.postroom.quick(
            "mailboxes", "connect", "--provider", provider, "--address", "a@shop.example", "--json"
        )
        assert f"docs/providers/{provider}.md" in refusal(result)["message"]

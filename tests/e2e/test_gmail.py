"""A server that keeps labels, known by its capability: each message comes in once, with its labels."""

from typing import Any

import pytest

from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from tests.e2e.letters import letter, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, email, emails, figures, is_complete, is_sound, sync
from tests.helpers.gmail import ALL_MAIL, become_gmail, put

OWN, ANN, PASSWORD = "support@shop.example", "ann@acme.example", "secret-4711"


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    """An account that behaves as Gmail does."""
    return become_gmail(imap_server.add_account(OWN, PASSWORD))


def connect(postroom: Postroom, server: ImapServer, *more: str) -> Any:
    """Connect it."""
    where = ("--imap", f"127.0.0.1:{server.port}", "--security", "none")
    words = ("mailboxes", "add", "--address", OWN, *where, *more, "--password-stdin")
    return postroom.ask(*words, stdin=f"{PASSWORD}\n")


def labels_of(postroom: Postroom, serial: str) -> list[str]:
    """The labels of a letter, as `emails show` has them."""
    found: list[str] = postroom.ask("emails", "show", email(postroom, message_id(serial))["id"])["labels"]
    return found


def test_all_mail_comes_in_once_with_its_labels(postroom: Postroom, imap_server: ImapServer, account: Account) -> None:
    add_customer(postroom, "Acme", ANN)
    put(account, letter("question", f"Ann <{ANN}>", to=OWN), ["\\Inbox", "Kunden/Größe", "\\Important"])
    put(account, letter("archived", f"Ann <{ANN}>", to=OWN), [])
    put(account, letter("answer", f"Support <{OWN}>", to=ANN), ["\\Sent"])
    put(account, letter("draft", f"Support <{OWN}>", to=ANN), ["\\Draft"])
    put(account, letter("junk", "Spam <spam@spam.example>", to=OWN), ["\\Junk"])
    assert connect(postroom, imap_server, "--direction", "both")["folders"] == [ALL_MAIL]

    receipt = sync(postroom)[OWN]
    assert figures(receipt, "listed", "fetched", "stored", "duplicates", "skipped") == (5, 3, 3, 0, 2)
    assert labels_of(postroom, "question") == ["\\Inbox", "Kunden/Größe", "\\Important"]
    assert labels_of(postroom, "archived") == []
    answer = email(postroom, message_id("answer"))
    assert (answer["direction"], answer["code"], answer["match"]["customer"]) == ("outbound", "SYNCED", "Acme")
    is_complete(postroom)
    is_sound(postroom)


def test_inbound_only_does_not_even_fetch_what_is_labelled_as_sent(
    postroom: Postroom, imap_server: ImapServer, account: Account
) -> None:
    put(account, letter("question", f"Ann <{ANN}>", to=OWN))
    put(account, letter("answer", "Team <team@shop.example>", to=ANN), ["\\Sent"])
    assert connect(postroom, imap_server)["folders"] == [ALL_MAIL]
    assert figures(sync(postroom)[OWN], "fetched", "stored", "skipped") == (1, 1, 1)
    is_complete(postroom)

    postroom.ask("mailboxes", "set", OWN, "--direction", "both")
    assert figures(sync(postroom)[OWN], "fetched", "stored", "skipped") == (1, 1, 0)
    assert {one["direction"] for one in emails(postroom)} == {"inbound", "outbound"}
    is_complete(postroom)
    is_sound(postroom)


def test_a_renumbered_folder_and_another_label_double_nothing(
    postroom: Postroom, imap_server: ImapServer, account: Account
) -> None:
    uid = put(account, letter("question", f"Ann <{ANN}>", to=OWN))
    connect(postroom, imap_server, "--folder", ALL_MAIL, "--folder", "INBOX", "--folder", "Kunden", "--no-test")
    account.create_folder("Kunden")
    sync(postroom)
    account.copy(ALL_MAIL, uid, "Kunden")
    account.expunge("INBOX", 1)
    account.set_labels(ALL_MAIL, uid, "Kunden")
    account.reset_uidvalidity(ALL_MAIL)
    sync(postroom)
    assert len(emails(postroom)) == 1
    assert labels_of(postroom, "question") == ["Kunden"]
    shown = postroom.ask("emails", "show", email(postroom, message_id("question"))["id"], "--trace")
    live = {place["folder"] for place in shown["trace"]["places"] if not place["gone"]}
    assert live == {ALL_MAIL, "Kunden"}
    is_complete(postroom)
    is_sound(postroom)

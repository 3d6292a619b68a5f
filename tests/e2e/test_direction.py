"""Inbound only, or sent mail too: what comes in from which folder, and with whom it is filed."""

from typing import Any

import pytest

from desktop.demo.server import ImapServer
from tests.e2e.letters import letter, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, connect, email, emails, is_complete, is_sound, sync, try_to_connect
from tests.helpers.dovecot import Dovecot, User

pytestmark = pytest.mark.server

ANN, BEN, STRANGER = "ann@acme.example", "ben@basalt.example", "who@nowhere.example"


def sent(user: User, serial: str, *to: str, headers: tuple[str, ...] = ()) -> bytes:
    """A letter that the mailbox itself sent."""
    return letter(serial, f"Support <{user.name}>", to=", ".join(to), headers=headers)


def totals(receipt: dict[str, Any], name: str) -> int:
    """One figure of a receipt, of all folders."""
    return sum(int(folder[name]) for folder in receipt["folders"])


def of(postroom: Postroom, serial: str) -> tuple[str, str, str, str]:
    """Direction, status, code and customer of a letter."""
    found = email(postroom, message_id(serial))
    return found["direction"], found["status"], found["code"], (found["match"] or {"customer": ""})["customer"]


@pytest.fixture
def customers(postroom: Postroom) -> None:
    """Two customers."""
    add_customer(postroom, "Acme", ANN)
    add_customer(postroom, "Basalt", BEN)


def test_sent_mail_is_filed_with_whom_it_was_sent_to(postroom: Postroom, dovecot: Dovecot, customers: None) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, "Sent")
    dovecot.deliver(user, letter("question", f"Ann <{ANN}>", to=user.name))
    dovecot.deliver(user, sent(user, "to-one", ANN), "Sent")
    dovecot.deliver(user, sent(user, "copied", STRANGER, headers=(f"Cc: Ben <{BEN}>",)), "Sent")
    dovecot.deliver(user, sent(user, "to-two", ANN, BEN), "Sent")
    dovecot.deliver(user, sent(user, "to-nobody", STRANGER), "Sent")
    alias = letter("from-an-alias", "Team <team@shop.example>", to=ANN)
    dovecot.deliver(user, alias, "Sent")
    added = connect(postroom, dovecot, user, "--direction", "both")
    assert (added["direction"], added["folders"]) == ("both", ["INBOX", "Sent"])

    receipt = sync(postroom)[user.name]
    assert [totals(receipt, name) for name in ("stored", "review", "unfiled")] == [6, 1, 1]
    assert of(postroom, "question") == ("inbound", "synced", "SYNCED", "Acme")
    assert of(postroom, "to-one") == ("outbound", "synced", "SYNCED", "Acme")
    assert of(postroom, "copied") == ("outbound", "synced", "SYNCED", "Basalt")
    assert of(postroom, "from-an-alias") == ("outbound", "synced", "SYNCED", "Acme")
    assert of(postroom, "to-two")[:3] == ("outbound", "pending", "AMBIGUOUS_MATCH")
    assert of(postroom, "to-nobody")[:3] == ("outbound", "synced", "NO_MATCH")
    assert email(postroom, message_id("to-one"))["reason"] == f"It was sent to {ANN}, one of Acme's addresses."
    waiting = postroom.ask("review", "list")["items"]
    assert [one["message_id"] for one in waiting] == [message_id("to-two")], "nobody reviews mail to strangers"
    is_complete(postroom)
    is_sound(postroom)


@pytest.mark.parametrize("name", ["Gesendete Objekte", "送信済みメール", "Отправленные"])
def test_the_folder_of_sent_mail_is_known_by_its_name_in_other_languages(
    postroom: Postroom, dovecot: Dovecot, customers: None, name: str
) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, name)
    dovecot.deliver(user, sent(user, "to-one", ANN), name)
    assert connect(postroom, dovecot, user, "--direction", "both")["folders"] == ["INBOX", name]
    sync(postroom)
    assert of(postroom, "to-one") == ("outbound", "synced", "SYNCED", "Acme")


def test_a_folder_of_sent_mail_that_cannot_be_found_is_asked_for(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, "Ausgelaufen")
    refused = try_to_connect(postroom, dovecot, user, "--direction", "both")
    error = refused.json["error"]
    assert (refused.code, error["code"]) == (1, "FOLDER_MISSING")
    assert "The folder with sent mail cannot be found." in error["message"]
    assert "--folder" in refused.stderr
    named = ["--folder", "INBOX", "--folder", "Ausgelaufen"]
    added = connect(postroom, dovecot, user, "--direction", "both", *named)
    assert added["folders"] == ["INBOX", "Ausgelaufen"]
    dovecot.deliver(user, sent(user, "out", STRANGER), "Ausgelaufen")
    sync(postroom)
    assert of(postroom, "out")[:3] == ("outbound", "synced", "NO_MATCH")


def test_a_mail_to_oneself_is_one_email_in_two_places(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, "Sent")
    note = sent(user, "note", user.name)
    dovecot.deliver(user, b"Received: from here by there; Mon, 02 Mar 2026 10:00:00 +0000\r\n" + note)
    dovecot.deliver(user, note, "Sent")
    connect(postroom, dovecot, user, "--direction", "both")
    receipt = sync(postroom)[user.name]
    assert (totals(receipt, "stored"), totals(receipt, "duplicates")) == (1, 1)
    shown = postroom.ask("emails", "show", email(postroom, message_id("note"))["id"], "--trace")
    assert sorted(place["folder"] for place in shown["trace"]["places"]) == ["INBOX", "Sent"]
    assert shown["direction"] == "outbound"


def test_own_mail_comes_in_when_the_direction_is_turned_and_stays_when_it_is_turned_back(
    postroom: Postroom, dovecot: Dovecot, customers: None
) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, "Sent")
    dovecot.deliver(user, letter("question", f"Ann <{ANN}>", to=user.name))
    dovecot.deliver(user, sent(user, "blind-copy", ANN, user.name))
    dovecot.deliver(user, sent(user, "answer", ANN), "Sent")
    connect(postroom, dovecot, user)
    receipt = sync(postroom)[user.name]
    assert (totals(receipt, "fetched"), totals(receipt, "stored"), totals(receipt, "skipped")) == (2, 1, 1)
    assert len(emails(postroom)) == 1
    (left_out,) = emails(postroom, "--code", "DIRECTION_OFF")
    assert left_out["reason"] == "It was sent from this mailbox, and the mailbox is synced inbound only."
    is_complete(postroom)

    assert postroom.ask("mailboxes", "set", user.name, "--direction", "both")["folders"] == ["INBOX", "Sent"]
    assert totals(sync(postroom)[user.name], "stored") == 2
    assert of(postroom, "blind-copy") == of(postroom, "answer") == ("outbound", "synced", "SYNCED", "Acme")
    assert emails(postroom, "--code", "DIRECTION_OFF") == []
    is_complete(postroom)
    is_sound(postroom)

    assert postroom.ask("mailboxes", "set", user.name, "--direction", "inbound")["folders"] == ["INBOX"]
    dovecot.deliver(user, sent(user, "later", ANN), "Sent")
    dovecot.deliver(user, sent(user, "later-copy", ANN))
    assert totals(sync(postroom)[user.name], "stored") == 0
    assert len(emails(postroom)) == 3
    is_complete(postroom)
    is_sound(postroom)


def test_a_form_on_a_website_that_writes_in_the_mailboxs_own_name_comes_in(
    postroom: Postroom, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, sent(user, "form", user.name, headers=(f"Reply-To: Ann <{ANN}>",)))
    connect(postroom, dovecot, user)
    sync(postroom)
    assert of(postroom, "form")[:3] == ("inbound", "pending", "NO_MATCH")


def test_the_servers_word_for_the_folder_of_sent_mail_is_enough(
    postroom: Postroom, imap_server: ImapServer, customers: None
) -> None:
    account = imap_server.add_account("support@shop.example", "secret-4711")
    account.create_folder("Ausgelaufen", special_use="\\Sent")
    account.deliver(letter("from-an-alias", "Team <team@shop.example>", to=ANN), "Ausgelaufen")
    where = ("--imap", f"127.0.0.1:{imap_server.port}", "--security", "none", "--direction", "both")
    words = ("mailboxes", "add", "--address", account.name, *where, "--password-stdin")
    assert postroom.ask(*words, stdin="secret-4711\n")["folders"] == ["INBOX", "Ausgelaufen"]
    sync(postroom)
    assert of(postroom, "from-an-alias") == ("outbound", "synced", "SYNCED", "Acme")
    lists = imap_server.command_names().count("LIST")
    account.deliver(letter("another", "Team <team@shop.example>", to=BEN), "Ausgelaufen")
    sync(postroom)
    assert of(postroom, "another") == ("outbound", "synced", "SYNCED", "Basalt")
    assert imap_server.command_names().count("LIST") == lists, "it is asked once"


def test_a_manual_mailbox_brings_nothing_in_until_it_is_turned(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, letter(1))
    dovecot.deliver(user, letter(2))
    added = connect(postroom, dovecot, user, "--direction", "manual")
    assert (added["direction"], added["folders"]) == ("manual", ["INBOX"])
    receipt = sync(postroom)[user.name]
    assert [totals(receipt, name) for name in ("listed", "fetched", "stored", "manual_mode")] == [2, 0, 0, 2]
    assert emails(postroom) == []
    is_complete(postroom)

    postroom.ask("mailboxes", "set", user.name, "--direction", "inbound")
    assert totals(sync(postroom)[user.name], "stored") == 2
    postroom.ask("mailboxes", "set", user.name, "--direction", "manual")
    dovecot.deliver(user, letter(3))
    assert totals(sync(postroom)[user.name], "manual_mode") == 1
    assert len(emails(postroom)) == 2
    is_complete(postroom)
    is_sound(postroom)

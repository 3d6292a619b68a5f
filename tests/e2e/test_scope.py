"""What a sync brings in and what it leaves: how far back, only what is new, each message once, the server untouched."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.demo.server import ImapServer
from tests.e2e.letters import letter, letters, message_id
from tests.e2e.postroom import Postroom
from tests.e2e.steps import connect, email, emails, figures, is_complete, is_sound, peek, sync
from tests.helpers.dovecot import Dovecot

pytestmark = pytest.mark.server

READ_ONLY = {
    *("CAPABILITY", "STARTTLS", "ID", "ENABLE", "NAMESPACE", "AUTHENTICATE", "LOGIN", "LIST", "STATUS", "EXAMINE"),
    *("UID SEARCH", "UID FETCH", "NOOP", "LOGOUT"),
}
SECOND = timedelta(seconds=1)


# --- how far back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0, 1, 14, 400])
def test_the_first_sync_reaches_back_to_the_very_second(postroom: Postroom, dovecot: Dovecot, days: int) -> None:
    user = dovecot.new_user()
    before = datetime.now(UTC).replace(microsecond=0)
    added = connect(postroom, dovecot, user, "--since-days", str(days))
    begin = datetime.fromisoformat(added["synced_from"])
    assert before <= begin + timedelta(days=days) <= datetime.now(UTC)
    moments = {"long ago": begin - timedelta(days=3), "too old": begin - SECOND, "first": begin, "next": begin + SECOND}
    for name, moment in moments.items():
        dovecot.deliver(user, letter(name.replace(" ", "-")), internal_date=moment)

    receipt = sync(postroom)[user.name]
    assert figures(receipt, "listed", "fetched", "stored", "before_start_date") == (4, 2, 2, 2)
    assert {one["message_id"] for one in emails(postroom)} == {message_id("first"), message_id("next")}
    assert email(postroom, message_id("first"))["received"] == added["synced_from"]
    assert peek(postroom, "SELECT code, refs, count FROM ledger_range") == [("BEFORE_START_DATE", "1:2", 2)]
    is_complete(postroom)
    is_sound(postroom)


def test_fourteen_days_unless_said_otherwise(postroom: Postroom, dovecot: Dovecot) -> None:
    added = connect(postroom, dovecot, dovecot.new_user())
    assert added["since_days"] == 14
    begin = datetime.fromisoformat(added["synced_from"])
    assert timedelta(0) <= datetime.now(UTC) - timedelta(days=14) - begin < timedelta(minutes=1)


def test_the_senders_clock_does_not_count(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    dated = letter(1).replace(b"Mon, 02 Mar 2026", b"Thu, 01 Jan 1970")
    dovecot.deliver(user, dated)
    dovecot.deliver(user, letter(2).replace(b"2026", b"2099"), internal_date=datetime.now(UTC) - timedelta(days=30))
    assert figures(sync(postroom)[user.name], "stored", "before_start_date") == (1, 1)


# --- only what is new -------------------------------------------------------------------------------------------------


def test_a_second_sync_brings_only_what_is_new(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    dovecot.deliver_many(user, [(raw, None) for raw in letters(6)])
    names = ("listed", "fetched", "stored", "duplicates")
    assert figures(sync(postroom)[user.name], *names) == (6, 6, 6, 0)
    before = peek(postroom, "SELECT * FROM email ORDER BY id")
    assert figures(sync(postroom)[user.name], *names) == (6, 0, 0, 0)
    assert peek(postroom, "SELECT * FROM email ORDER BY id") == before
    dovecot.deliver(user, letter(7))
    assert figures(sync(postroom)[user.name], *names) == (7, 1, 1, 0)
    is_complete(postroom)


def test_what_is_expunged_on_the_server_stays_here(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    dovecot.deliver_many(user, [(raw, None) for raw in letters(4)])
    sync(postroom)
    dovecot.expunge(user, "INBOX", 2, 3)
    dovecot.deliver(user, letter(5))
    assert figures(sync(postroom)[user.name], "listed", "fetched") == (3, 1)
    assert len(emails(postroom)) == 5
    place = postroom.ask("emails", "show", email(postroom, message_id(2))["id"], "--trace")["trace"]["places"][0]
    assert place["gone"]
    is_complete(postroom)


def test_a_renumbered_folder_doubles_nothing(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    dovecot.deliver_many(user, [(raw, None) for raw in letters(5)])
    sync(postroom)
    before = {one["id"]: one["message_id"] for one in emails(postroom)}
    dovecot.reset_uidvalidity(user)
    dovecot.deliver(user, letter(6))
    assert figures(sync(postroom)[user.name], "fetched", "stored", "duplicates") == (6, 1, 5)
    after = {one["id"]: one["message_id"] for one in emails(postroom)}
    assert after == before | {email(postroom, message_id(6))["id"]: message_id(6)}
    twice = "SELECT count(*) FROM ledger WHERE gone_at IS NULL GROUP BY email_id HAVING count(*) > 1"
    assert peek(postroom, twice) == [], "the old places are gone, so nothing is there twice"
    is_complete(postroom)
    is_sound(postroom)


# --- each message once ------------------------------------------------------------------------------------------------


def test_one_mail_in_two_mailboxes_is_one_email_in_two_places(postroom: Postroom, dovecot: Dovecot) -> None:
    one, two = dovecot.new_user(), dovecot.new_user()
    for number, user in enumerate((one, two), 1):
        trace = b"Received: from outside by mx%d; Mon, 02 Mar 2026 10:00:00 +0000\r\nDelivered-To: %b\r\n"
        dovecot.deliver(user, trace % (number, user.name.encode()) + letter("both"))
        dovecot.deliver(user, letter(f"only-{number}"))
        connect(postroom, dovecot, user)
    receipts = sync(postroom).values()
    assert sorted(figures(receipt, "stored", "duplicates") for receipt in receipts) == [(1, 1), (2, 0)]
    both = email(postroom, message_id("both"))
    places = postroom.ask("emails", "show", both["id"], "--trace")["trace"]["places"]
    assert {place["mailbox"] for place in places} == {one.name, two.name}
    assert sorted(place["code"] for place in places) == ["DUPLICATE_OF", "NO_MATCH"]
    assert len(emails(postroom)) == 3
    is_complete(postroom)
    is_sound(postroom)


def test_the_same_message_id_does_not_make_two_mails_one(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    for body in ("The first.", "Another one altogether."):
        dovecot.deliver(user, letter("same", body=body))
    assert figures(sync(postroom)[user.name], "stored", "duplicates") == (2, 0)
    assert len(emails(postroom)) == 2


# --- the server is not touched ----------------------------------------------------------------------------------------


def test_no_flag_changes_on_the_server(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver_many(user, [(raw, None) for raw in letters(4)])
    dovecot.set_flags(user, "INBOX", 2, "\\Seen")
    dovecot.set_flags(user, "INBOX", 3, "\\Flagged", "\\Answered")
    before = (dovecot.flags(user), dovecot.uidvalidity(user))
    connect(postroom, dovecot, user)
    sync(postroom)
    postroom.ask("mailboxes", "test", user.name)
    postroom.ask("audit", "--repair")
    postroom.ask("reparse", "--all")
    waiting = emails(postroom)[0]
    made = postroom.ask("customers", "add", "--name", "Ann", "--email", "ann@acme.example")
    postroom.ask("review", "assign", waiting["id"], made["id"], "--remember")
    sync(postroom)
    postroom.ask("mailboxes", "disconnect", user.name)
    assert (dovecot.flags(user), dovecot.uidvalidity(user)) == before
    assert "\\Seen" not in dovecot.flags(user)[1]


def test_only_reading_commands_reach_the_server(postroom: Postroom, imap_server: ImapServer) -> None:
    account = imap_server.add_account("support@shop.example", "secret-4711")
    account.create_folder("Projekte/Ü")
    for number in range(1, 6):
        account.deliver(letter(number))
    account.deliver(letter(6), "Projekte/Ü")
    postroom.ask(
        *("mailboxes", "add", "--address", account.name, "--imap", f"127.0.0.1:{imap_server.port}"),
        *("--security", "none", "--folder", "INBOX", "--folder", "Projekte/Ü", "--password-stdin"),
        stdin="secret-4711\n",
    )
    sync(postroom)
    postroom.ask("mailboxes", "test", account.name)
    postroom.ask("audit", "--repair")
    account.expunge("INBOX", 2)
    account.reset_uidvalidity("INBOX")
    sync(postroom)
    postroom.ask("mailboxes", "disconnect", account.name)
    assert set(imap_server.command_names()) <= READ_ONLY
    lines = [line for _, line in imap_server.commands]
    assert not [line for line in lines if b"BODY[" in line], "BODY without PEEK would mark as read"
    assert not [line for line in lines if b"secret-4711" in line]


def test_an_idle_sync_asks_little(postroom: Postroom, imap_server: ImapServer) -> None:
    account = imap_server.add_account("support@shop.example", "secret-4711")
    for number in range(1, 6):
        account.deliver(letter(number))
    where = ["--address", account.name, "--imap", f"127.0.0.1:{imap_server.port}", "--security", "none", "--no-test"]
    postroom.ask("mailboxes", "add", *where, "--password-stdin", stdin="secret-4711\n")
    sync(postroom)
    asked = len(imap_server.commands)
    sync(postroom)
    lines = [line.split(b" ", 1)[1].strip() for _, line in imap_server.commands[asked:]]
    assert sum(line.startswith(b"EXAMINE") for line in lines) == 1
    asking = [line for line in lines if line.startswith((b"UID", b"LIST", b"STATUS"))]
    assert asking == [b"UID FETCH * (UID INTERNALDATE)"], "an unchanged folder is asked for its newest"

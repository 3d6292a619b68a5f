"""Connecting mailboxes: a wrong setting is told beside its field and nothing is saved; what was connected goes on."""

import re
import socket
from collections.abc import Callable, Iterator

import pytest

from desktop.demo.server import ImapServer
from tests.e2e.letters import letter, letters, message_id, message_ids
from tests.e2e.postroom import Postroom, new_postroom, refusal, wait_until
from tests.e2e.steps import add_words, connect, emails, figures, peek, sync, try_to_connect
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.tls import TlsAuthority

pytestmark = pytest.mark.server


def nothing_is_saved(postroom: Postroom) -> None:
    """No mailbox, no password, no folder."""
    assert postroom.ask("mailboxes", "list")["items"] == []
    for table in ("mailbox", "folder", "sealed_secret", "health"):
        assert peek(postroom, f"SELECT count(*) FROM {table}") == [(0,)], table


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


Words = Callable[[Dovecot], list[str]]
WRONG: dict[str, tuple[Words, str, str]] = {
    "unknown folder": (lambda server: ["--folder", "No such folder"], "FOLDER_MISSING", "folder"),
    "one of two folders": (lambda server: ["--folder", "INBOX", "--folder", "Gone"], "FOLDER_MISSING", "folder"),
    "line break in folder": (lambda server: ["--folder", "INBOX\r\nA1 DELETE INBOX"], "BAD_INPUT", "folder"),
    "wrong user": (lambda server: ["--user", "nobody@example.test"], "ACCOUNT_SIGN_IN", "password"),
    "TLS on a plain port": (lambda server: ["--imap", f"localhost:{server.port}"], "SETTINGS_INVALID", "security"),
    "STARTTLS on a TLS port": (lambda server: ["--security", "starttls"], "SETTINGS_INVALID", "security"),
    "plain on a TLS port": (lambda server: ["--security", "none"], "SETTINGS_INVALID", "security"),
    "plain to elsewhere": (
        lambda server: ["--security", "none", "--imap", "192.0.2.1:143"],
        "TLS_REFUSED",
        "security",
    ),
    "a host that is none": (lambda server: ["--imap", "not a host"], "BAD_INPUT", ""),
    "a port that is none": (lambda server: ["--imap", "localhost:70000"], "BAD_INPUT", ""),
    "sending refused": (lambda server: ["--smtp", f"localhost:{server.tls_port}"], "SETTINGS_INVALID", "port"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_is_told_beside_its_field_and_nothing_is_saved(
    postroom: Postroom, dovecot: Dovecot, case: str
) -> None:
    words, code, field = WRONG[case]
    postroom.ask("settings", "set", "network.connect_timeout_s", "2")
    error = refusal(try_to_connect(postroom, dovecot, dovecot.new_user(), *words(dovecot)))
    assert (error["code"], error.get("field") or "") == (code, field), error
    nothing_is_saved(postroom)


def test_a_wrong_password_is_tried_once_and_never_shown(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    result = postroom.quick(*add_words(dovecot, user), "--json", "-vv", stdin="wrong-secret-123\n")
    error = refusal(result)
    assert (error["code"], error["field"]) == ("ACCOUNT_SIGN_IN", "password")
    assert "wrong-secret-123" not in result.stdout + result.stderr
    steps = {step["name"]: step["ok"] for step in result.json["test"]}
    assert steps == {"connect": True, "secure": True, "log_in": False}
    nothing_is_saved(postroom)
    tried = re.compile(rf"auth failed, (\d+) attempts.*user=<{re.escape(user.name)}>")
    wait_until(lambda: bool(tried.search(dovecot.log())), "the server has not said how often it was tried")
    assert tried.findall(dovecot.log()) == ["1"]


def test_for_a_person_the_steps_are_told_and_the_failed_one(postroom: Postroom, dovecot: Dovecot) -> None:
    result = postroom.run(*add_words(dovecot, dovecot.new_user()), stdin="wrong\n")
    assert (result.code, result.stdout) == (1, "")
    assert "ok      Encrypt the connection\nFAILED  Sign in\n" in result.stderr
    assert "Nothing was saved." in result.stderr


def test_a_port_where_nobody_listens(postroom: Postroom, dovecot: Dovecot, closed_port: int) -> None:
    error = refusal(try_to_connect(postroom, dovecot, dovecot.new_user(), "--imap", f"127.0.0.1:{closed_port}"))
    assert (error["code"], error["field"]) == ("SERVER_UNREACHABLE", "port")
    nothing_is_saved(postroom)


def test_a_port_where_nobody_speaks(postroom: Postroom, dovecot: Dovecot, silent_port: int) -> None:
    postroom.ask("settings", "set", "network.read_timeout_s", "0.3")
    postroom.ask("settings", "set", "network.connect_timeout_s", "1")
    error = refusal(try_to_connect(postroom, dovecot, dovecot.new_user(), "--imap", f"127.0.0.1:{silent_port}"))
    assert (error["code"], error["field"]) == ("SERVER_UNREACHABLE", "host")
    nothing_is_saved(postroom)


def test_an_authority_nobody_knows_gets_no_password(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    stranger = new_postroom(postroom.profile.parent, name="stranger")
    error = refusal(try_to_connect(stranger, dovecot, user))
    assert (error["code"], error["field"]) == ("TLS_UNTRUSTED", "security")
    nothing_is_saved(stranger)
    assert user.name not in dovecot.log()


@pytest.mark.parametrize(
    ("kind", "field"),
    [("expired", "security"), ("not_yet_valid", "security"), ("wrong_host", "host"), ("unknown_authority", "security")],
)
def test_a_bad_certificate_gets_no_password(
    postroom: Postroom, dovecot: Dovecot, tls_authority: TlsAuthority, kind: str, field: str
) -> None:
    postroom.ca_file = tls_authority.ca_file
    with ImapServer(tls=getattr(tls_authority, kind)(), implicit_tls=True) as server:
        error = refusal(
            try_to_connect(postroom, dovecot, User("a@shop.example", "s"), "--imap", f"localhost:{server.port}")
        )
        assert server.commands == []
    assert (error["code"], error["field"]) == ("TLS_UNTRUSTED", field)
    nothing_is_saved(postroom)


@pytest.mark.parametrize("content", ["", "no certificate", None], ids=["empty", "nonsense", "missing"])
def test_a_ca_file_that_is_none(postroom: Postroom, dovecot: Dovecot, content: str | None) -> None:
    postroom.ca_file = postroom.profile.parent / "ca.pem"
    if content is not None:
        postroom.ca_file.write_text(content)
    error = refusal(try_to_connect(postroom, dovecot, dovecot.new_user()))
    assert error["code"] == "SETTINGS_INVALID"
    nothing_is_saved(postroom)


def test_no_password_on_stdin(postroom: Postroom, dovecot: Dovecot) -> None:
    assert postroom.refused(*add_words(dovecot, dovecot.new_user()), stdin="") == "BAD_INPUT"
    assert postroom.refused(*add_words(dovecot, dovecot.new_user()), stdin="\n") == "BAD_INPUT"


def test_starttls_and_plain_on_loopback_work(postroom: Postroom, dovecot: Dovecot) -> None:
    for words in (["--security", "starttls"], ["--security", "none"]):
        user = dovecot.new_user()
        dovecot.deliver(user, letter(user.name))
        added = connect(postroom, dovecot, user, "--imap", f"localhost:{dovecot.port}", *words)
        assert added["security"] == words[1]
    assert [figures(one, "stored") for one in sync(postroom).values()] == [(1,), (1,)]


def test_without_a_test_anything_is_saved(postroom: Postroom, dovecot: Dovecot, closed_port: int) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--imap", f"localhost:{closed_port}", "--no-test")
    assert sync(postroom, code=1)[user.name]["error"]["code"] == "SERVER_UNREACHABLE"


def test_a_connected_mailbox_is_not_added_twice(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    first = connect(postroom, dovecot, user)
    assert refusal(try_to_connect(postroom, dovecot, user))["code"] == "BAD_INPUT"
    assert [one["id"] for one in postroom.ask("mailboxes", "list")["items"]] == [first["id"]]


def test_a_new_password_repairs_a_mailbox(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user)
    dovecot.deliver(user, letter(1))
    dovecot.set_password(user, "new-secret")
    assert sync(postroom, code=1)[user.name]["error"]["code"] == "ACCOUNT_SIGN_IN"
    set_password = ("mailboxes", "set", user.name, "--password-stdin")
    assert postroom.refused(*set_password, stdin="still wrong\n") == "ACCOUNT_SIGN_IN"
    assert sync(postroom, code=1)[user.name]["error"]["code"] == "ACCOUNT_SIGN_IN"
    postroom.ask(*set_password, stdin="new-secret\n")
    assert figures(sync(postroom)[user.name], "stored") == (1,)
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"
    said = [entry["what"] for entry in postroom.ask("log")["items"] if entry["level"] == "error"]
    assert len(said) == 1, "the same failure is told once"


def test_disconnecting_keeps_mail_and_connecting_again_goes_on(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    first = letters(5)
    dovecot.deliver_many(user, [(raw, None) for raw in first])
    added = connect(postroom, dovecot, user)
    sync(postroom)
    gone = postroom.ask("mailboxes", "disconnect", user.name)
    assert gone["state"] == "disconnected"
    assert peek(postroom, "SELECT count(*) FROM sealed_secret") == [(0,)], "its password is forgotten"
    assert {one["message_id"] for one in emails(postroom)} == message_ids(first)
    assert sync(postroom) == {}
    assert postroom.refused("sync", "--mailbox", user.name) == "ACCOUNT_DISABLED"
    assert postroom.ask("health")["mailboxes"][0]["state"] == "disconnected"

    dovecot.deliver_many(user, [(raw, None) for raw in letters(2, first=6)])
    again = connect(postroom, dovecot, user)
    assert (again["id"], again["synced_from"]) == (added["id"], added["synced_from"])
    assert figures(sync(postroom)[user.name], "fetched", "stored", "duplicates") == (2, 2, 0)
    assert sorted(one["message_id"] for one in emails(postroom)) == [message_id(number) for number in range(1, 8)]


def test_other_folders_can_be_chosen_later(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, "Großkunden/Übersee")
    dovecot.deliver(user, letter(1))
    dovecot.deliver(user, letter(2), "Großkunden/Übersee")
    connect(postroom, dovecot, user, "--folder", "Großkunden/Übersee")
    (folder,) = sync(postroom)[user.name]["folders"]
    assert (folder["name"], folder["stored"]) == ("Großkunden/Übersee", 1)
    changed = postroom.ask("mailboxes", "set", user.name, "--folder", "INBOX", "--folder", "Großkunden/Übersee")
    assert changed["folders"] == ["Großkunden/Übersee", "INBOX"]
    folders = {folder["name"]: folder["stored"] for folder in sync(postroom)[user.name]["folders"]}
    assert folders == {"INBOX": 1, "Großkunden/Übersee": 0}

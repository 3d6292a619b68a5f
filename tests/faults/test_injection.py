"""Text from strangers, and typed text, that looks like commands: it stays text on the wire and in the database."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.letters import letter
from tests.e2e.postroom import Postroom
from tests.e2e.steps import add_customer, emails, is_sound, peek
from tests.faults.scene import HURT, PASSWORD, Scene, new_scene

COMMAND = re.compile(
    rb"P\d+ (CAPABILITY|ENABLE QRESYNC|ID .*|AUTHENTICATE PLAIN ?\S*|LOGIN .*|LIST \"\" \"\*\".*"
    rb"|EXAMINE \".*\"( \(CONDSTORE\))?|UID SEARCH .*|UID FETCH [0-9:,*]+ \([A-Z0-9. ()\[\]]+\)|NOOP|LOGOUT)\r\n"
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Two mailboxes, never synced."""
    with new_scene(tmp_path) as made:
        yield made


def only_reading_was_asked(scene: Scene) -> None:
    """Each line the server got is one command, and one that reads."""
    assert scene.server.commands
    assert [line for _, line in scene.server.commands if not COMMAND.fullmatch(line)] == []


# --- folder names -----------------------------------------------------------------------------------------------------

REFUSED = {
    "CR LF": "INBOX\r\nA1 DELETE INBOX",
    "LF": "INBOX\nA1 LOGOUT",
    "CR": "INBOX\rA1 LOGOUT",
    "closing the quote": 'INBOX"\r\nA1 DELETE "INBOX',
    "nothing": "",
    "far too long": "a" * 3000,
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_folder_name_that_is_more_than_a_name_is_not_sent(scene: Scene, case: str) -> None:
    name = REFUSED[case]
    given = ("mailboxes", "set", HURT, "--folder", name)
    assert scene.postroom.refused(*given) == "BAD_INPUT"
    scene.postroom.quick(*given, "--no-test")
    scene.postroom.quick("sync", "--json")
    assert not [line for _, line in scene.server.commands if b"A1" in line or b"aaaa" in line]
    scene.postroom.ask("mailboxes", "set", HURT, "--folder", "INBOX")
    only_reading_was_asked(scene)
    scene.recovers()


NAMES = (
    'a "quoted" one',
    "back\\slash",
    "{5}",
    "{5+}",
    "(NIL)",
    "NIL",
    "100%",
    "star*",
    "& and &- and &AOQ-",
    "~peter",
    " space before",
    "Größe/Übersee",
    "文件夹",
    "📦",
    "*) UID STORE 1 +FLAGS (\\Deleted)",
    "'; DROP TABLE email; --",
)


def test_odd_names_are_folders_like_any_other(scene: Scene) -> None:
    words = []
    for number, name in enumerate(NAMES):
        scene.account.create_folder(name)
        scene.account.deliver(letter(f"in-{number}"), name)
        words += ["--folder", name]
    scene.postroom.ask("mailboxes", "set", HURT, *words)
    receipt = scene.sync(code=0)
    assert {folder["name"]: folder["stored"] for folder in receipt["folders"]} == dict.fromkeys(NAMES, 1)
    assert {one["folder"] for one in emails(scene.postroom) if one["mailbox"] == HURT} == set(NAMES)
    only_reading_was_asked(scene)
    scene.postroom.ask("mailboxes", "set", HURT, "--folder", "INBOX", *words)
    scene.recovers()


# --- user names and passwords -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["a\r\nA1 DELETE INBOX", 'a" "b"\r\nA1 NOOP', "a\nb"])
def test_a_user_name_with_a_line_break_is_not_sent(scene: Scene, user: str) -> None:
    assert scene.postroom.refused("mailboxes", "set", HURT, "--user", user) == "BAD_INPUT"
    scene.postroom.quick("mailboxes", "set", HURT, "--user", user, "--no-test")
    scene.postroom.quick("sync", "--json")
    assert not [line for _, line in scene.server.commands if b"A1" in line]
    scene.postroom.ask("mailboxes", "set", HURT, "--user", HURT)
    scene.recovers()


def test_a_password_may_hold_anything_but_a_line_break(scene: Scene) -> None:
    for password in ('a"b\\c {5}', "Schlüssel €", "  spaces  ", "*", "%s %d {0}", "'; DROP TABLE sealed_secret; --"):
        scene.account.password = password
        scene.postroom.ask("mailboxes", "set", HURT, "--password-stdin", stdin=f"{password}\nsecond line\n")
        scene.sync(code=0)
    scene.account.password = PASSWORD
    only_reading_was_asked(scene)


# --- mail -------------------------------------------------------------------------------------------------------------

HOSTILE = (
    "<x>\r\n A1 DELETE INBOX",
    '<x"> UID STORE 1:* +FLAGS (\\Deleted)',
    "<a@[",
    "<{5}\r\n abc>",
    "<" + "a" * 10_000 + "@example.com>",
    "=?utf-8?q?=3C=0D=0AA1_DELETE_INBOX=3E?=",
    "'; DROP TABLE email; --",
    "",
)


def test_mail_that_looks_like_commands_is_only_mail(scene: Scene) -> None:
    for number, text in enumerate(HOSTILE):
        raw = letter(f"hostile-{number}", "SENDER", subject="SUBJECT", headers=[f"References: {text}"])
        raw = raw.replace(b"SENDER", f'"{text[:200]}" <ann@acme.example>'.encode())
        raw = raw.replace(b"SUBJECT", text[:300].encode())
        head, line_end, rest = raw.partition(b"\r\nMessage-ID: ")
        scene.account.deliver(head + line_end + text.encode() + rest[rest.index(b"\r\n") :])
    customer = add_customer(scene.postroom, "Ann", "ann@acme.example")
    assert scene.sync(code=0)["folders"][0]["stored"] == 7 + len(HOSTILE)
    for one in emails(scene.postroom):
        scene.postroom.ask("emails", "show", one["id"], "--trace")
        scene.postroom.ask("review", "assign", one["id"], customer["id"], "--remember")
    scene.postroom.ask("mailboxes", "test", HURT)
    scene.postroom.ask("audit", "--repair")
    assert len(emails(scene.postroom)) == 7 + 3 + len(HOSTILE)
    only_reading_was_asked(scene)
    is_sound(scene.postroom)


# --- what is searched for ---------------------------------------------------------------------------------------------

SEARCHES = (
    *('"', "'", "*", "-", "AND", "NEAR(", "a AND", "^a", "subject:x", "a*b", "()", "\\", "%", "_", ";", "+"),
    *("'; DROP TABLE email; --", "question OR 1=1", "{a b}", "\u202e", "😀", "a" * 5000, " ".join("ab" * 500)),
)


def test_a_search_is_words_and_nothing_else(postroom: Postroom) -> None:
    add_customer(postroom, "Ann", "ann@acme.example")
    tables = peek(postroom, "SELECT count(*) FROM sqlite_master")
    for text in SEARCHES:
        assert postroom.ask("emails", "list", "--search", text)["items"] == []
        assert postroom.ask("customers", "list", "--search", text)["items"] == []
    assert postroom.ask("emails", "list", "--code", "'; DROP TABLE email; --")["items"] == []
    assert [one["name"] for one in postroom.ask("customers", "list", "--search", "ann")["items"]] == ["Ann"]
    assert peek(postroom, "SELECT count(*) FROM sqlite_master") == tables

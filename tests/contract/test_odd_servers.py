"""Servers with habits of their own, synced with: what becomes of the mail, and what a person is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.reasons import ReasonCode
from tests.contract.helpers import visit
from tests.contract.scripted import MAILS, Dialogue, ScriptedServer, Talk, serving
from tests.contract.syncing import Profile, profile

LOGGED_IN = b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH] welcome\r\n"


def by_the_book() -> Dialogue:
    return Dialogue(AUTHENTICATE=LOGGED_IN)


@contextmanager
def synced(dialogue: Dialogue, folder: Path, name: str = "INBOX") -> Iterator[tuple[Profile, ScriptedServer]]:
    with serving(dialogue) as server, profile(folder / "profile", lambda: visit(server), name) as made:
        yield made, server


def test_an_alert_reaches_the_log_once_clean_and_short(tmp_path: Path) -> None:
    dialogue = by_the_book()
    usual = dialogue.answers["EXAMINE"]
    assert isinstance(usual, bytes)
    alert = b"* OK [ALERT] We move\x07 on \x1b[31mFriday.\t" + b"x" * 900 + b"\r\n"
    dialogue.set("EXAMINE", alert + alert + usual)
    with synced(dialogue, tmp_path) as (made, _):
        made.sync()
        made.sync()
        ((code, words),) = made.said()
    assert code == "SERVER_ALERT"
    assert words.startswith('The server of office@example.test says: "We move on [31mFriday. xxx')
    assert len(words) < 260


def test_a_full_mailbox_is_named(tmp_path: Path) -> None:
    dialogue = by_the_book()
    usual = dialogue.answers["EXAMINE"]
    assert isinstance(usual, bytes)
    dialogue.set("EXAMINE", b"* NO [OVERQUOTA] 102 % used\r\n" + usual)
    with synced(dialogue, tmp_path) as (made, _):
        assert sum(folder.stored for folder in made.sync().folders) == len(MAILS)
        assert made.said() == [("MAILBOX_FULL", 'The server of office@example.test says: "102 % used"')]
        dialogue.set("EXAMINE", b"TAG NO [OVERQUOTA] full\r\n")
        error = made.sync(well=False).error
    assert error is not None
    assert error.code is ReasonCode.MAILBOX_FULL
    assert "Make room" in error.action


def test_a_server_that_cannot_just_now_is_waited_for(tmp_path: Path) -> None:
    dialogue = by_the_book().set("EXAMINE", b"TAG NO [UNAVAILABLE] backend down\r\n")
    with synced(dialogue, tmp_path) as (made, _):
        error = made.sync(well=False).error
        assert error is not None
        assert error.code is ReasonCode.SERVER_UNREACHABLE
        assert error.action == "It is tried again by itself."
        dialogue.set("EXAMINE", by_the_book().answers["EXAMINE"])
        assert sum(folder.stored for folder in made.sync().folders) == len(MAILS)


def test_a_folder_that_is_listed_and_never_opened_is_skipped_and_tried_again(tmp_path: Path) -> None:
    dialogue = by_the_book().set("EXAMINE", b"TAG NO no such folder\r\n")
    with synced(dialogue, tmp_path) as (made, server):
        for _ in range(3):
            assert made.sync(well=False).error is not None
        asked = server.received.count(b"EXAMINE")
        skipped = made.sync(well=False).error
        assert server.received.count(b"EXAMINE") == asked == 3
        assert skipped is not None
        assert skipped.code is ReasonCode.FOLDER_MISSING
        assert "is skipped" in str(skipped)
        assert any("tried again in six hours" in words for _, words in made.said())
        made.clock.time += timedelta(hours=6)
        dialogue.set("EXAMINE", by_the_book().answers["EXAMINE"])
        assert sum(folder.stored for folder in made.sync().folders) == len(MAILS)


def test_a_folder_that_is_chosen_again_is_tried_at_once(tmp_path: Path) -> None:
    dialogue = by_the_book().set("EXAMINE", b"TAG NO no such folder\r\n")
    with synced(dialogue, tmp_path) as (made, _):
        for _ in range(3):
            made.sync(well=False)
        dialogue.set("EXAMINE", by_the_book().answers["EXAMINE"])
        made.choose("INBOX")
        made.sync()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (b"TAG OK done\r\n", {None}),
        (b"* 1 FETCH (UID 3)\r\n* 2 FETCH (UID 4 FLAGS NIL)\r\nTAG OK done\r\n", {None}),
        (b"* 1 FETCH (UID 3 FLAGS (\\Seen))\r\nTAG OK done\r\n", {None, "\\Seen"}),
    ],
)
def test_a_server_that_leaves_flags_out_still_brings_its_mail(
    tmp_path: Path, told: bytes, expected: set[str | None]
) -> None:
    dialogue = by_the_book()
    dialogue.answers["FLAGS"] = told
    with synced(dialogue, tmp_path) as (made, _):
        assert sum(folder.stored for folder in made.sync().folders) == len(MAILS)
        with made.store.read() as read:
            rows = read._run.exec_driver_sql("SELECT flags FROM ledger").scalars().all()
    assert set(rows) == expected


def test_a_server_that_breaks_off_over_flags_still_brings_its_mail(tmp_path: Path) -> None:
    dialogue = by_the_book()

    def breaks(talk: Talk, _tag: bytes) -> None:
        talk.reset()

    dialogue.answers["FLAGS"] = breaks
    with synced(dialogue, tmp_path) as (made, _):
        assert sum(folder.stored for folder in made.sync().folders) == len(MAILS)


@pytest.mark.parametrize(
    ("listed", "name", "opened"),
    [
        (b'"Gr&APYA3w-e"', "Größe", b'"Gr&APYA3w-e"'),
        (b'"&ZeVnLIqe-"', "日本語", b'"&ZeVnLIqe-"'),
        (b'"R&-D"', "R&D", b'"R&-D"'),
        (b'"R&D"', "R&D", b'"R&D"'),
        (b'"Gr&APY"', "Gr&APY", b'"Gr&APY"'),
        (b'"Gr\xc3\xb6\xc3\x9fe"', "Größe", b'"Gr\xc3\xb6\xc3\x9fe"'),
        (b'"Gr\xf6\xdfe"', "Größe", b'"Gr\xf6\xdfe"'),
        (b'"\x80 \x81 \xff\\\\"', "€ \x81 ÿ\\", b'"\x80 \x81 \xff\\\\"'),
        (b'{5}\r\n\xe4"b\\c', 'ä"b\\c', b'"\xe4\\"b\\\\c"'),
        (b'"a & b"', "a & b", b'"a & b"'),
    ],
)
def test_folder_names_in_and_beside_modified_utf_7_open(listed: bytes, name: str, opened: bytes) -> None:
    dialogue = Dialogue(LIST=b'* LIST () "/" ' + listed + b"\r\nTAG OK done\r\n")
    usual = dialogue.answers["EXAMINE"]
    assert isinstance(usual, bytes)

    def examine(talk: Talk, tag: bytes) -> None:
        last = bytes(talk.received).rsplit(b"\r\n", 2)[-2]
        is_it = b"EXAMINE " + opened in last
        talk.say(usual.replace(b"TAG", tag) if is_it else tag + b" NO [NONEXISTENT] what\r\n")

    with serving(dialogue.set("EXAMINE", examine)) as server, visit(server) as source:
        assert [folder.name for folder in source.folders()] == [name]
        assert source.open_folder(name).exists == len(MAILS)

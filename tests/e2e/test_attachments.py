"""Large mails: the text at once, the files behind it in pieces, by what the mailbox brings in or when somebody asks."""

import hashlib
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.memory import TreeWatcher
from desktop.store.attachment_files import FOLDER_NAME
from desktop.store.contents import email_pieces
from desktop.store.opening import open_store
from tests.e2e.postroom import Postroom, wait_until
from tests.e2e.steps import add_customer, connect, email, is_complete, is_sound, peek, sync
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.large import encoded, file, head, large_mail, multipart, noise, text

pytestmark = pytest.mark.server

MEGABYTE = 1 << 20
SUBJECT = "The plan"
ID = "<The-plan@acme.example>"


def mail_with(*files: bytes, words: str = "Please see the plan.") -> bytes:
    return head(SUBJECT, mime=multipart(text(words), *files, before=b"This is a multi-part message.\r\n"))


@pytest.fixture
def user(dovecot: Dovecot) -> User:
    return dovecot.new_user()


def shown(postroom: Postroom, *words: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = postroom.ask("emails", "attachments", email(postroom, ID)["id"], *words, code=code)
    return found


def states(postroom: Postroom) -> list[tuple[str, str]]:
    return [(one["name"], one["state"]) for one in shown(postroom)["files"]]


def delivered(postroom: Postroom) -> bytes:
    store = open_store(postroom.profile, postroom.key, writing=False)
    try:
        with store.read() as read:
            (number,) = read.attachments._run.exec_driver_sql("SELECT id FROM email").scalars()
        return b"".join(email_pieces(store, number))
    finally:
        store.close()


def test_the_text_is_filed_at_once_and_the_file_follows_to_the_byte(
    postroom: Postroom, dovecot: Dovecot, user: User, tmp_path: Path
) -> None:
    add_customer(postroom, "Acme Parts", "anna@acme.example")
    connect(postroom, dovecot, user)
    data = noise(3 * MEGABYTE)
    raw = mail_with(file(data), file(noise(700), "note.pdf"), words="the inner words")
    dovecot.deliver(user, raw)
    receipt = postroom.ask("sync", "--no-attachments")["mailboxes"][0]
    assert receipt["attachments"] | {"texts": 0} == {
        **dict.fromkeys(("files", "bytes", "texts", "on_demand", "failed"), 0),
        "coming": 1,
    }
    found = email(postroom, ID)
    assert (found["code"], found["status"], found["attachments"]) == ("SYNCED", "synced", 2)
    assert states(postroom) == [("plan.pdf", "coming"), ("note.pdf", "here")]
    assert [one["message_id"] for one in postroom.ask("emails", "list", "--search", "inner words")["items"]] == [ID]
    assert shown(postroom, "--save", str(tmp_path), code=3)["files"][0]["saved"] is None
    (tmp_path / "note.pdf").unlink()

    receipt = sync(postroom)[user.name]
    assert (receipt["attachments"]["files"], receipt["attachments"]["coming"]) == (1, 0)
    document = shown(postroom, "--save", str(tmp_path))
    assert [one["size"] for one in document["files"]] == [len(data), 700]
    assert document["complete"]
    assert (tmp_path / "plan.pdf").read_bytes() == data
    assert delivered(postroom) == raw
    is_sound(postroom)
    is_complete(postroom)


def test_what_a_mailbox_brings_in_by_itself_and_what_waits_for_a_person(
    postroom: Postroom, dovecot: Dovecot, user: User
) -> None:
    made = connect(postroom, dovecot, user, "--attachments", "on-demand")
    assert made["attachments"] == "on-demand"
    dovecot.deliver(user, mail_with(file(noise(2 * MEGABYTE), "a.bin"), file(noise(MEGABYTE // 2), "b.bin")))
    sync(postroom)
    assert states(postroom) == [("a.bin", "on_demand"), ("b.bin", "on_demand")]
    assert "only when somebody asks" in shown(postroom)["files"][0]["why"]
    postroom.ask("mailboxes", "set", user.name, "--attachments", "1")
    assert states(postroom) == [("a.bin", "on_demand"), ("b.bin", "coming")]
    assert f"larger than the 1 MB that {user.name} brings in" in shown(postroom)["files"][0]["why"]
    sync(postroom)
    assert states(postroom) == [("a.bin", "on_demand"), ("b.bin", "here")]
    shown(postroom, "--fetch", "2")
    assert states(postroom) == [("a.bin", "here"), ("b.bin", "here")]
    assert postroom.ask("mailboxes", "list")["items"][0]["attachments"] == "1"


def test_a_message_that_goes_before_its_file_came(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    connect(postroom, dovecot, user, "--attachments", "on-demand")
    dovecot.deliver(user, large_mail(subject=SUBJECT))
    sync(postroom)
    dovecot.expunge(user, "INBOX", 1)
    asked = shown(postroom, "--all")
    assert (asked["files"][0]["state"], asked["complete"]) == ("gone", False)
    assert "removed from the server" in asked["files"][0]["why"]
    sync(postroom)
    assert states(postroom) == [("plan.pdf", "gone")]


def test_a_damaged_or_lost_file_is_found_and_fetched_anew(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    connect(postroom, dovecot, user)
    raw = large_mail(subject=SUBJECT)
    dovecot.deliver(user, raw)
    sync(postroom)
    (path,) = (postroom.profile / FOLDER_NAME).iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    broken = [check["name"] for check in postroom.ask("verify", code=1)["checks"] if not check["passed"]]
    assert broken == ["every file of an attachment is whole"]
    assert postroom.ask("verify", "--repair")["ok"]
    sync(postroom)
    assert delivered(postroom) == raw
    for path in (postroom.profile / FOLDER_NAME).iterdir():
        path.unlink()
    assert not postroom.ask("verify", code=1)["ok"]
    sync(postroom)
    assert delivered(postroom) == raw
    is_sound(postroom)
    assert len(list((postroom.profile / FOLDER_NAME).iterdir())) == 1


def test_mail_of_which_an_older_version_had_only_the_headers_gets_its_text(
    postroom: Postroom, dovecot: Dovecot, user: User
) -> None:
    add_customer(postroom, "Acme Parts", "anna@acme.example")
    connect(postroom, dovecot, user)
    raw = large_mail(subject=SUBJECT)
    dovecot.deliver(user, raw)
    postroom.ask("sync", "--no-attachments")
    make_headers_only(postroom, raw)
    found = email(postroom, ID)
    assert (found["status"], shown(postroom)["rest"]["state"]) == ("pending", "coming")
    receipt = sync(postroom)[user.name]
    assert (receipt["attachments"]["texts"], receipt["attachments"]["files"]) == (1, 1)
    found = email(postroom, ID)
    assert (found["code"], found["status"], found["match"]["customer"]) == ("SYNCED", "synced", "Acme Parts")
    assert delivered(postroom) == raw
    is_sound(postroom)


def test_they_follow_by_themselves_while_it_watches(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    connect(postroom, dovecot, user, "--frequency", "5m")
    raw = large_mail(subject=SUBJECT)
    dovecot.deliver(user, raw)
    with postroom.start("watch") as running:
        running.wait_for("Watching")
        here = "SELECT count(*) FROM stretch WHERE state = 'here'"
        wait_until(lambda: peek(postroom, here) == [(1,)], "the file did not follow")
        running.send(signal.SIGTERM)
        assert running.result(limit_s=20).code == 0
    assert delivered(postroom) == raw


def test_a_kill_in_the_middle_loses_nothing_that_was_noted(postroom: Postroom, dovecot: Dovecot, user: User) -> None:
    connect(postroom, dovecot, user, "--attachments", "all")
    raw = large_mail(40 * MEGABYTE, subject=SUBJECT)
    dovecot.deliver(user, raw)
    postroom.ask("sync", "--no-attachments")
    killed = 0
    for least in (3 * MEGABYTE, 9 * MEGABYTE):
        command = postroom.begin("sync")
        wait_until(partial(has_arrived, postroom, least), "nothing arrives")
        killed += command.kill()
        name = sync_file(postroom).name
    sync(postroom)
    assert killed
    assert sync_file(postroom).name == name
    assert delivered(postroom) == raw
    is_sound(postroom)


def has_arrived(postroom: Postroom, least: int) -> bool:
    """So many bytes of the one file are noted."""
    ((arrived,),) = peek(postroom, "SELECT arrived FROM stretch")
    return bool(arrived >= least)


def sync_file(postroom: Postroom) -> Path:
    """The one file of an attachment there is."""
    (path,) = (postroom.profile / FOLDER_NAME).iterdir()
    return path


@pytest.mark.parametrize("size", [60 * MEGABYTE, pytest.param(1 << 30, marks=pytest.mark.deep)])
def test_a_very_large_file_takes_little_memory(postroom: Postroom, dovecot: Dovecot, user: User, size: int) -> None:
    """P9: one more attachment adds at most 32 MB, however large it is."""
    connect(postroom, dovecot, user, "--attachments", "all")
    dovecot.deliver(user, mail_with(file(noise(1000))))
    usual = peak_mb(postroom)
    line = encoded(noise(57)) + b"\r\n"
    cover = head("Huge", mime=multipart(text("Here it is."), file(b"")))
    before, mark, after = cover.rpartition(b"\r\n--=_a--")
    dovecot.deliver(user, before + line * (size // 57) + mark + after)
    added = peak_mb(postroom) - usual
    print(f"{size / MEGABYTE:.0f} MB: {added:.1f} MB more than {usual:.0f} MB")
    (document,) = [one for one in postroom.ask("emails", "list")["items"] if one["subject"] == "Huge"]
    assert postroom.ask("emails", "attachments", document["id"])["files"][0]["state"] == "here"
    assert added <= 32


def peak_mb(postroom: Postroom) -> float:
    """Sync once; returns the most memory that the program and its children took together."""
    with postroom.start("sync") as running, TreeWatcher(running.pid) as watcher:
        assert running.result(limit_s=1200).code == 0
    return watcher.peak.shared_out / MEGABYTE


def make_headers_only(postroom: Postroom, raw: bytes) -> None:
    """Make the one email what the version before this one would have made of it."""
    import zstandard

    headers = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    packed = zstandard.compress(headers).hex()
    fake = hashlib.sha256(headers).hexdigest()
    peek(postroom, "DELETE FROM stretch", writing=True)
    peek(postroom, "DELETE FROM attachment", writing=True)
    peek(postroom, f"UPDATE email_body SET raw = x'{packed}'", writing=True)
    peek(
        postroom,
        "UPDATE email SET whole = 0, attachments = 0, status = 'pending', code = 'OVERSIZE', "
        f"identity = 'headers:{fake}:{len(raw)}'",
        writing=True,
    )
    peek(postroom, "UPDATE decision SET code = 'OVERSIZE'", writing=True)

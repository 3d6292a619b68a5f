"""A hurt profile: one plain sentence and a code, nothing changed, never a new database in an old one's place."""

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.store.engines import PAGE_BYTES
from desktop.store.engines import connect as open_database
from tests.e2e.postroom import Postroom, looked_at, refusal
from tests.e2e.steps import add_customer, emails, is_sound, peek, sync
from tests.faults.profiles import copy_of, database, new_furnished, picture
from tests.faults.scene import Scene

COMMANDS = (["emails", "list"], ["health"], ["verify"], ["customers", "add", "--name", "New"], ["sync"], ["undo"])


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A profile with mail, synced, and its servers; tests take copies of it."""
    with new_furnished(tmp_path_factory.mktemp("furnished")) as scene:
        yield scene


@pytest.fixture
def postroom(furnished: Scene, tmp_path: Path) -> Postroom:
    """A copy of the furnished profile with its key."""
    return copy_of(furnished.postroom, tmp_path)


# --- what is there is not what should be ------------------------------------------------------------------------------


def wrong_key(postroom: Postroom) -> None:
    assert postroom.key_file is not None
    postroom.key_file.write_text("ab" * 32)


def no_key_file(postroom: Postroom) -> None:
    assert postroom.key_file is not None
    postroom.key_file.unlink()


def open_key_file(postroom: Postroom) -> None:
    assert postroom.key_file is not None
    postroom.key_file.chmod(0o644)


def key_file_of_words(postroom: Postroom) -> None:
    assert postroom.key_file is not None
    postroom.key_file.write_text("open sesame")


def no_key_given(postroom: Postroom) -> None:
    postroom.key_file = None


def no_database(postroom: Postroom) -> None:
    database(postroom).unlink()


def a_folder_for_a_database(postroom: Postroom) -> None:
    database(postroom).unlink()
    database(postroom).mkdir()


def cut_to(size: int) -> Callable[[Postroom], None]:
    return lambda postroom: os.truncate(database(postroom), size)


def a_plain_database(postroom: Postroom) -> None:
    database(postroom).unlink()
    with sqlite3.connect(database(postroom)) as connection:
        connection.execute("CREATE TABLE email (id)")
    connection.close()


def noise(postroom: Postroom) -> None:
    database(postroom).write_bytes(random.Random(4711).randbytes(5 * PAGE_BYTES))


def a_newer_schema(postroom: Postroom) -> None:
    peek(postroom, "UPDATE alembic_version SET version_num = '9999'", writing=True)


def a_profile_of_nonsense(postroom: Postroom) -> None:
    (postroom.profile / "profile.json").write_bytes(b"\0{not json")


def a_newer_profile(postroom: Postroom) -> None:
    newer = {"format": 99, "id": "0" * 32, "key": "file", "created": True}
    (postroom.profile / "profile.json").write_text(json.dumps(newer))


def a_file_for_a_profile(postroom: Postroom) -> None:
    shutil.rmtree(postroom.profile)
    postroom.profile.write_text("no folder")


HURT: dict[Callable[[Postroom], None], set[str]] = {
    wrong_key: {"KEY_WRONG"},
    no_key_file: {"KEY_FILE_INVALID"},
    open_key_file: {"KEY_FILE_UNSAFE"},
    key_file_of_words: {"KEY_FILE_INVALID"},
    no_key_given: {"KEYRING_MISSING"},
    no_database: {"STORE_MISSING"},
    a_folder_for_a_database: {"STORE_DAMAGED"},
    a_plain_database: {"STORE_DAMAGED"},
    noise: {"KEY_WRONG"},
    a_newer_schema: {"SCHEMA_NEWER"},
    a_profile_of_nonsense: {"STORE_DAMAGED"},
    a_newer_profile: {"SCHEMA_NEWER"},
    a_file_for_a_profile: {"STORE_DAMAGED"},
}
SIZES = (0, 15, 100, PAGE_BYTES - 1, PAGE_BYTES, 3 * PAGE_BYTES, 5 * PAGE_BYTES + 77)
CASES = [*HURT.items(), *((cut_to(size), {"STORE_DAMAGED"}) for size in SIZES)]
NAMES = [*(hurt.__name__ for hurt in HURT), *(f"cut to {size} bytes" for size in SIZES)]


@pytest.mark.parametrize(("hurt", "codes"), CASES, ids=NAMES)
def test_every_command_says_what_is_wrong_and_changes_nothing(
    postroom: Postroom, hurt: Callable[[Postroom], None], codes: set[str]
) -> None:
    hurt(postroom)
    before = picture(postroom.profile.parent)
    for command in COMMANDS:
        error = refusal(postroom.quick(*command, "--json"))
        assert error["code"] in codes, error
        assert len(error["message"].split(".")) > 2, f"what to do is not said: {error}"
    shutil.rmtree(postroom.output)
    assert without_output(picture(postroom.profile.parent)) == without_output(before)


def without_output(taken: dict[str, str]) -> dict[str, str]:
    """A picture without what the tests themselves write."""
    return {name: digest for name, digest in taken.items() if "-output" not in name}


def test_without_a_keyring_nothing_is_begun(tmp_path: Path) -> None:
    postroom = Postroom(tmp_path / "new")
    for command in COMMANDS:
        error = refusal(postroom.quick(*command, "--json"))
        assert error["code"] == "KEYRING_MISSING"
        assert "postroom key new" in error["message"]
    assert not [file for file in postroom.profile.iterdir() if file.stat().st_size]


def test_settings_of_nonsense_do_not_stop_anything_and_are_kept(postroom: Postroom) -> None:
    settings = postroom.profile / "settings.json"
    settings.write_bytes(b"\0{not json")
    result = postroom.quick("sync", "--json")
    assert result.code == 0
    assert "settings.json is not valid JSON; defaults are used." in result.stderr
    assert settings.read_bytes() == b"\0{not json"
    postroom.ask("settings", "set", "sync.batch_messages", "10")
    assert (postroom.profile / "settings.json.unreadable").read_bytes() == b"\0{not json"
    assert "not valid" not in postroom.quick("sync", "--json").stderr


@pytest.mark.parametrize("value", ['"many"', "0", "1e99", "null", "[1]", "true"])
def test_a_wrong_value_is_said_and_its_default_used(postroom: Postroom, value: str) -> None:
    (postroom.profile / "settings.json").write_text(f'{{"sync.batch_messages": {value}}}')
    result = postroom.quick("sync", "--json")
    assert result.code == 0
    assert "Its default 500 is used." in result.stderr


# --- damage inside the file -------------------------------------------------------------------------------------------


def test_one_flipped_byte_in_any_page_is_found(postroom: Postroom) -> None:
    file, chance = database(postroom), random.Random(20261122)
    pages = file.stat().st_size // PAGE_BYTES
    assert pages > 30
    reading = (["emails", "list"], ["customers", "list"], ["log"], ["review", "list"])
    for page in [0, 1, *chance.sample(range(2, pages), 28)]:
        place = page * PAGE_BYTES + chance.randrange(PAGE_BYTES)
        with flipped(file, place, 1 << chance.randrange(8)):
            verified = postroom.quick("verify", "--json")
            assert verified.code == 1, f"page {page}, byte {place}: {verified}"
            assert verified.json["error"]["code"] in {"STORE_DAMAGED", "KEY_WRONG"}
            assert (verified.json["error"]["code"] == "KEY_WRONG") == (page == 0)
            read = postroom.quick(*chance.choice(reading), "--json")
            assert read.code == 0 or refusal(read)["code"] in {"STORE_DAMAGED", "KEY_WRONG"}
    is_sound(postroom)


def test_writing_into_a_damaged_file_ends_in_a_sentence(postroom: Postroom, furnished: Scene, tmp_path: Path) -> None:
    chance = random.Random(815)
    pages = database(postroom).stat().st_size // PAGE_BYTES
    for round_ in range(8):
        victim = copy_of(furnished.postroom, tmp_path / f"round-{round_}")
        with flipped(database(victim), chance.randrange(1, pages) * PAGE_BYTES + chance.randrange(PAGE_BYTES), 1):
            for command in (["customers", "add", "--name", "New"], ["reparse", "--all"], ["sync"]):
                result = looked_at(victim.quick(*command, "--json"))
                assert result.code == 0 or "STORE_DAMAGED" in result.stdout, str(result)


@contextmanager
def flipped(file: Path, place: int, bits: int) -> Iterator[None]:
    """Some bits of one byte are wrong while the block runs."""

    def flip() -> None:
        with file.open("r+b") as opened:
            opened.seek(place)
            (byte,) = opened.read(1)
            opened.seek(place)
            opened.write(bytes([byte ^ bits]))

    flip()
    yield
    flip()


# --- others at the same profile ---------------------------------------------------------------------------------------


@contextmanager
def locked(postroom: Postroom, *statements: str) -> Iterator[None]:
    """Another program holds the database."""
    connection: Any = open_database(database(postroom), postroom.key)
    try:
        for statement in statements:
            connection.execute(statement)
        yield
    finally:
        connection.close()


def test_a_database_that_another_program_writes(postroom: Postroom) -> None:
    with locked(postroom, "BEGIN EXCLUSIVE"):
        writing = [postroom.begin(*command, "--json") for command in (["undo"], ["sync"])]
        assert emails(postroom), "reading goes on"
        codes = {refusal(one.result())["code"] for one in writing}
        assert codes <= {"STORE_BUSY", "PROFILE_BUSY"}
        assert "STORE_BUSY" in codes
    sync(postroom)
    is_sound(postroom)


def test_a_database_that_another_program_keeps_to_itself(postroom: Postroom) -> None:
    with locked(postroom, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"):
        assert postroom.refused("emails", "list") == "STORE_BUSY"
    assert emails(postroom)


def test_two_writers_take_turns_or_are_told(postroom: Postroom) -> None:
    begun = [postroom.begin("customers", "add", "--name", f"New {number}", "--json") for number in range(10)]
    results = [looked_at(one.result()) for one in begun]
    assert all(result.code == 0 or refusal(result)["code"] == "PROFILE_BUSY" for result in results)
    added = sum(result.code == 0 for result in results)
    assert added >= 1
    assert len(postroom.ask("customers", "list")["items"]) == 1 + added
    is_sound(postroom)


def test_many_first_commands_at_once_make_one_profile(tmp_path: Path, furnished: Scene) -> None:
    assert furnished.postroom.key_file is not None
    postroom = Postroom(tmp_path / "new", furnished.postroom.key_file)
    begun = [postroom.begin("emails", "list", "--json") for _ in range(8)]
    results = [looked_at(one.result()) for one in begun]
    assert all(result.code == 0 or refusal(result)["code"] == "PROFILE_BUSY" for result in results)
    assert any(result.code == 0 for result in results)
    assert sum("A new profile was made" in result.stderr for result in results) == 1
    is_sound(postroom)


def test_a_writer_that_was_killed_leaves_no_lock(postroom: Postroom, furnished: Scene) -> None:
    fault = furnished.server.faults.add(Fault(when=on("EXAMINE"), do=stall()))
    hanging = postroom.begin("sync")
    assert fault.happened.wait(20)
    assert postroom.refused("undo") == "PROFILE_BUSY"
    hanging.kill()
    furnished.server.faults.clear()
    add_customer(postroom, "New")
    sync(postroom)
    is_sound(postroom)

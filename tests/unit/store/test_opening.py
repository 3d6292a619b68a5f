"""Opening a profile's database: never silently a new one, and each trouble a sentence with its way out."""

import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.errors import KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.store.engines import connect
from desktop.store.errors import explain
from desktop.store.opening import create_store, database_path, open_store
from desktop.store.profile_lock import ProfileLock
from desktop.store.store import Store
from tests.helpers.mails import KEY, NOON, new_store
from tests.unit.store.schema import contents


def refusal(folder: Path, key: str = KEY, *, writing: bool = True) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_store(folder, key, writing=writing)
    assert refused.value.action
    return refused.value


def test_a_store_is_encrypted_from_its_first_byte(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    content = database_path(tmp_path).read_bytes()
    assert not content.startswith(b"SQLite format 3")
    assert b"CREATE TABLE" not in content


def test_a_store_that_is_being_made_appears_complete_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "postroom.db.new").write_bytes(b"left over from a crash")
    create_store(tmp_path, KEY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["postroom.db"]


def test_nothing_is_put_over_a_database(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    before = contents(database_path(tmp_path))
    with pytest.raises(StoreError) as refused:
        create_store(tmp_path, "cd" * 32)
    assert refused.value.code is ReasonCode.CHANGED_MEANWHILE
    assert contents(database_path(tmp_path)) == before


def test_a_missing_database_is_not_made_anew(tmp_path: Path) -> None:
    assert refusal(tmp_path).code is ReasonCode.STORE_MISSING
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writing", [True, False])
def test_a_wrong_key_is_told(tmp_path: Path, writing: bool) -> None:
    new_store(tmp_path).close()
    before = database_path(tmp_path).read_bytes()
    refused = refusal(tmp_path, "cd" * 32, writing=writing)
    assert isinstance(refused, KeyUnavailable)
    assert refused.code is ReasonCode.KEY_WRONG
    assert database_path(tmp_path).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"short"])
def test_an_empty_file_is_not_filled(tmp_path: Path, content: bytes) -> None:
    database_path(tmp_path).write_bytes(content)
    assert refusal(tmp_path).code is ReasonCode.STORE_DAMAGED
    assert database_path(tmp_path).read_bytes() == content


def test_a_plain_database_is_not_taken_for_ours(tmp_path: Path) -> None:
    database_path(tmp_path).write_bytes(b"SQLite format 3\x00" + bytes(4080))
    assert "not an encrypted database" in str(refusal(tmp_path))


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as uow:
        for number in range(2000):
            uow.records.say("info", f"entry {number} " * 20, NOON)
    store.close()
    path = database_path(tmp_path)
    content = bytearray(path.read_bytes())
    for at in range(16384 * 3, len(content), 16384):
        content[at + 5000] ^= 0xFF
    path.write_bytes(content)
    with (
        pytest.raises(StoreError) as refused,
        closing(open_store(tmp_path, KEY, writing=False)) as damaged,
        damaged.read() as read,
    ):
        read.records.events(limit=100_000)
    assert refused.value.code is ReasonCode.STORE_DAMAGED


def test_a_newer_schema_is_refused_untouched(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    connection = connect(database_path(tmp_path), KEY)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = contents(database_path(tmp_path))
    assert refusal(tmp_path).code is ReasonCode.SCHEMA_NEWER
    assert refusal(tmp_path, writing=False).code is ReasonCode.SCHEMA_NEWER
    assert contents(database_path(tmp_path)) == before


def test_a_lock_held_by_another_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.store.engines.BUSY_TIMEOUT_MS", 10)
    store = new_store(tmp_path)
    other = connect(database_path(tmp_path), KEY)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as refused, store.write() as uow:
        uow.records.say("info", "x", NOON)
    assert refused.value.code is ReasonCode.STORE_BUSY
    other.execute("ROLLBACK")
    other.close()
    with store.write() as uow:
        uow.records.say("info", "x", NOON)
    store.close()


def test_a_reading_store_cannot_write(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    reading = open_store(tmp_path, KEY, writing=False)
    with pytest.raises(StoreError), reading.write():
        pass
    reading.close()


def test_readers_see_one_state_beside_a_writer(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.read() as read:
        assert read.records.events(limit=10) == []
        with store.write() as uow:
            uow.records.say("info", "meanwhile", NOON)
        assert read.records.events(limit=10) == []
    with store.read() as read:
        assert [row.what for row in read.records.events(limit=10)] == ["meanwhile"]
    store.close()


def test_writers_in_threads_take_turns(tmp_path: Path) -> None:
    store = new_store(tmp_path)

    def count_up() -> None:
        for _ in range(30):
            with store.write() as uow:
                number = len(uow.read.records.events(limit=1000))
                uow.records.say("info", str(number), NOON)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as read:
        assert sorted(int(row.what) for row in read.records.events(limit=1000)) == list(range(120))
    store.close()


def test_what_was_committed_is_durable(store: Store) -> None:
    with store.write() as uow:
        run = uow.customers._run
        assert run.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert run.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert run.exec_driver_sql("PRAGMA temp_store").scalar() == 2


def test_one_writer_per_profile(tmp_path: Path) -> None:
    with ProfileLock(tmp_path):
        with pytest.raises(StoreError) as refused, ProfileLock(tmp_path, wait_s=0):
            pass
        assert refused.value.code is ReasonCode.PROFILE_BUSY
    with ProfileLock(tmp_path, wait_s=0):
        pass


@pytest.mark.parametrize(
    ("number", "code"),
    [(28, ReasonCode.STORE_FULL), (13, ReasonCode.STORE_READ_ONLY), (30, ReasonCode.STORE_READ_ONLY)],
)
def test_disk_errors_are_sentences(number: int, code: ReasonCode) -> None:
    known = explain(OSError(number, os.strerror(number)))
    assert known is not None
    assert known.code is code
    assert known.action


def test_a_bug_is_not_explained_away() -> None:
    assert explain(ValueError("x")) is None
    assert explain(OSError(2, "no such file")) is None

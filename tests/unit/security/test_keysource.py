"""The key of a profile: found, made once, or missed in a sentence - never made over a database."""

import json
import multiprocessing
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import Keychain
from desktop.security.keyfile import new_key_file
from desktop.security.keysource import (
    WRAPPED_FILE,
    SecretsIn,
    keep_in_keyring,
    obtain_key,
    open_vault,
    require_passphrase,
    set_passphrase,
)
from desktop.security.profile import PROFILE_FILE, KeyKind, Profile, load_profile, mark_created
from desktop.security.secrets import DatabaseKey, Secret, new_key
from desktop.security.vault import KeyringVault, SealedVault
from tests.unit.security.support import MemoryKeyring, MemoryRows, never_answers

PASSPHRASE = Secret("correct horse battery staple")


@pytest.fixture
def backend() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def keychain(backend: MemoryKeyring) -> Keychain:
    return Keychain(backend, wait_s=5)


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    return tmp_path / "profile"


def loaded(profile_dir: Path) -> Profile:
    profile = load_profile(profile_dir)
    assert profile is not None
    return profile


def made(profile_dir: Path, keychain: Keychain) -> DatabaseKey:
    key = obtain_key(profile_dir, database_exists=False, keychain=keychain).key
    mark_created(profile_dir)
    return key


# the keyring


def test_the_first_start_makes_a_key_and_later_ones_find_it(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    first = obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert first.secrets is SecretsIn.KEYRING
    assert first.profile == loaded(profile_dir)
    assert list(backend.items) == [("Postroom", f"{first.profile.id}:database-key")]
    mark_created(profile_dir)
    later = obtain_key(profile_dir, database_exists=True, keychain=keychain)
    assert later.key == first.key
    assert later.profile.created


def test_a_start_that_stopped_before_the_database_goes_on_with_its_key(profile_dir: Path, keychain: Keychain) -> None:
    first = obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert obtain_key(profile_dir, database_exists=False, keychain=keychain).key == first.key


def test_the_key_is_in_the_keyring_before_it_is_returned(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert backend.calls[-2:] == ["set", "get"]


def test_without_a_keyring_nothing_is_left_behind(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    def fails(_call: str) -> None:
        raise RuntimeError("no bus")

    backend.before = fails
    with pytest.raises(KeyUnavailable) as failure:
        obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert failure.value.code is ReasonCode.KEYRING_MISSING
    assert not profile_dir.exists()


def test_a_key_that_was_not_kept_is_not_used(profile_dir: Path, keychain: Keychain, backend: MemoryKeyring) -> None:
    def forgets(call: str) -> None:
        if call == "get":
            backend.items.clear()

    backend.before = forgets
    with pytest.raises(KeyUnavailable, match="did not keep"):
        obtain_key(profile_dir, database_exists=False, keychain=keychain)


def test_a_database_without_its_key_never_gets_a_new_one(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    made(profile_dir, keychain)
    backend.items.clear()
    with pytest.raises(KeyUnavailable, match=r"is not in the desktop's keyring.*so none was made") as failure:
        obtain_key(profile_dir, database_exists=True, keychain=keychain)
    assert failure.value.code is ReasonCode.KEYRING_MISSING
    assert backend.items == {}


def test_a_database_without_profile_file_never_gets_a_new_key(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    made(profile_dir, keychain)
    (profile_dir / PROFILE_FILE).unlink()
    before = dict(backend.items)
    with pytest.raises(KeyUnavailable, match=r"Restore profile\.json"):
        obtain_key(profile_dir, database_exists=True, keychain=keychain)
    assert backend.items == before
    assert not (profile_dir / PROFILE_FILE).exists()


def test_a_lost_database_keeps_its_key_for_a_restore(profile_dir: Path, keychain: Keychain) -> None:
    key = made(profile_dir, keychain)
    unlocked = obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert unlocked.key == key
    assert unlocked.profile.created


def test_a_lost_database_and_a_lost_key_are_told(profile_dir: Path, keychain: Keychain, backend: MemoryKeyring) -> None:
    made(profile_dir, keychain)
    backend.items.clear()
    with pytest.raises(StoreError, match="is gone, and so is its key") as failure:
        obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert failure.value.code is ReasonCode.STORE_MISSING
    assert backend.items == {}


@pytest.mark.parametrize("content", ["", "not a key", "ab" * 31])
def test_an_item_that_is_no_key_is_told(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring, content: str
) -> None:
    made(profile_dir, keychain)
    backend.items = dict.fromkeys(backend.items, content)
    for exists in (True, False):
        with pytest.raises(KeyUnavailable, match="is no key") as failure:
            obtain_key(profile_dir, database_exists=exists, keychain=keychain)
        assert failure.value.code is ReasonCode.KEY_WRONG
    assert set(backend.items.values()) == {content}


def test_an_unreadable_profile_is_never_replaced(profile_dir: Path, keychain: Keychain, tmp_path: Path) -> None:
    made(profile_dir, keychain)
    (profile_dir / PROFILE_FILE).write_text('{"format": 1, "id"')
    key_file = tmp_path / "key"
    new_key_file(key_file)
    for given in (None, key_file):
        for exists in (True, False):
            with pytest.raises(StoreError, match="cannot be understood"):
                obtain_key(profile_dir, given, database_exists=exists, keychain=keychain)
    assert (profile_dir / PROFILE_FILE).read_text() == '{"format": 1, "id"'


def test_two_starts_at_once_agree_on_one_key(profile_dir: Path, backend: MemoryKeyring) -> None:
    keys: list[DatabaseKey] = []
    ready = threading.Barrier(4)

    def start() -> None:
        ready.wait(20)
        keys.append(obtain_key(profile_dir, database_exists=False, keychain=Keychain(backend, wait_s=5)).key)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(keys) == 4
    assert all(key == keys[0] for key in keys)
    assert len(backend.items) == 1


def test_a_slow_keyring_is_a_sentence(profile_dir: Path, backend: MemoryKeyring) -> None:
    release = threading.Event()
    backend.before = never_answers(release)
    with pytest.raises(KeyUnavailable, match="did not answer"):
        obtain_key(profile_dir, database_exists=False, keychain=Keychain(backend, wait_s=0.1))
    release.set()


# the key file


def test_a_key_file_opens_a_new_profile_without_a_keyring(profile_dir: Path, tmp_path: Path) -> None:
    key = new_key_file(tmp_path / "key")
    unlocked = obtain_key(profile_dir, tmp_path / "key", database_exists=False)
    assert unlocked.key == key
    assert unlocked.secrets is SecretsIn.STORE
    assert loaded(profile_dir).key is KeyKind.FILE
    assert obtain_key(profile_dir, tmp_path / "key", database_exists=True).profile == unlocked.profile


def test_a_key_file_is_never_made_by_opening(profile_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable) as failure:
        obtain_key(profile_dir, tmp_path / "key", database_exists=False)
    assert failure.value.code is ReasonCode.KEY_FILE_INVALID
    assert list(tmp_path.iterdir()) == []


def test_a_profile_of_a_key_file_says_so_when_none_is_given(
    profile_dir: Path, tmp_path: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    new_key_file(tmp_path / "key")
    obtain_key(profile_dir, tmp_path / "key", database_exists=False)
    mark_created(profile_dir)
    for exists in (True, False):
        with pytest.raises(KeyUnavailable, match="opened with a key file, and none was given") as failure:
            obtain_key(profile_dir, database_exists=exists, keychain=keychain)
        assert failure.value.code is ReasonCode.KEYRING_MISSING
    assert backend.calls == []


def test_until_there_is_a_database_the_place_of_the_key_can_change(
    profile_dir: Path, tmp_path: Path, keychain: Keychain
) -> None:
    new_key_file(tmp_path / "key")
    obtain_key(profile_dir, tmp_path / "key", database_exists=False)
    obtain_key(profile_dir, database_exists=False, keychain=keychain)
    assert loaded(profile_dir).key is KeyKind.KEYRING
    obtain_key(profile_dir, tmp_path / "key", database_exists=False)
    assert loaded(profile_dir).key is KeyKind.FILE


def test_a_key_file_given_once_does_not_move_a_keyring_profile(
    profile_dir: Path, tmp_path: Path, keychain: Keychain
) -> None:
    key = made(profile_dir, keychain)
    new_key_file(tmp_path / "key", key)
    unlocked = obtain_key(profile_dir, tmp_path / "key", database_exists=True)
    assert (unlocked.key, unlocked.secrets) == (key, SecretsIn.STORE)
    assert loaded(profile_dir).key is KeyKind.KEYRING


def test_a_restored_database_without_profile_file_opens_with_its_key_file(profile_dir: Path, tmp_path: Path) -> None:
    new_key_file(tmp_path / "key")
    obtain_key(profile_dir, tmp_path / "key", database_exists=True)
    assert loaded(profile_dir) == Profile(loaded(profile_dir).id, KeyKind.FILE, created=True)


# the passphrase


def test_a_passphrase_opens_a_new_profile_without_a_keyring(profile_dir: Path) -> None:
    unlocked = obtain_key(profile_dir, database_exists=False, passphrase=PASSPHRASE)
    assert unlocked.secrets is SecretsIn.STORE
    assert loaded(profile_dir).key is KeyKind.PASSPHRASE
    mark_created(profile_dir)
    assert obtain_key(profile_dir, database_exists=True, passphrase=PASSPHRASE).key == unlocked.key
    with pytest.raises(KeyUnavailable, match="That is not the passphrase") as failure:
        obtain_key(profile_dir, database_exists=True, passphrase=Secret("correct horse battery"))
    assert failure.value.code is ReasonCode.KEY_WRONG
    with pytest.raises(KeyUnavailable, match="opened with a passphrase, and none was given"):
        obtain_key(profile_dir, database_exists=True)


def test_a_passphrase_that_was_never_set_is_told(profile_dir: Path, keychain: Keychain) -> None:
    made(profile_dir, keychain)
    for exists in (True, False):
        with pytest.raises(KeyUnavailable, match="has no passphrase") as failure:
            obtain_key(profile_dir, database_exists=exists, passphrase=PASSPHRASE)
        assert failure.value.code is ReasonCode.KEY_WRONG
    assert not (profile_dir / WRAPPED_FILE).exists()


def test_a_passphrase_copy_is_a_way_back_to_the_keyring(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    key = made(profile_dir, keychain)
    set_passphrase(profile_dir, key, PASSPHRASE)
    assert loaded(profile_dir).key is KeyKind.KEYRING
    backend.items.clear()
    unlocked = obtain_key(profile_dir, database_exists=True, passphrase=PASSPHRASE)
    assert unlocked.key == key
    keep_in_keyring(profile_dir, unlocked.key, keychain)
    assert obtain_key(profile_dir, database_exists=True, keychain=keychain).key == key


def test_a_required_passphrase_takes_the_key_out_of_the_keyring(
    profile_dir: Path, keychain: Keychain, backend: MemoryKeyring
) -> None:
    key = made(profile_dir, keychain)
    require_passphrase(profile_dir, key, PASSPHRASE, keychain)
    assert backend.items == {}
    assert loaded(profile_dir) == Profile(loaded(profile_dir).id, KeyKind.PASSPHRASE, created=True)
    assert obtain_key(profile_dir, database_exists=True, passphrase=PASSPHRASE).key == key


def test_no_file_of_the_profile_holds_a_secret_in_the_clear(profile_dir: Path, keychain: Keychain) -> None:
    key = made(profile_dir, keychain)
    set_passphrase(profile_dir, key, PASSPHRASE)
    for path in profile_dir.iterdir():
        content = path.read_bytes()
        assert key.reveal() not in content
        assert key.reveal_hex().encode() not in content.lower()
        assert PASSPHRASE.reveal().encode() not in content


# the vault that goes with it


def test_the_vault_follows_how_the_profile_was_opened(profile_dir: Path, tmp_path: Path, keychain: Keychain) -> None:
    new_key_file(tmp_path / "key")
    sealed = obtain_key(tmp_path / "other", tmp_path / "key", database_exists=False)
    assert isinstance(open_vault(sealed, MemoryRows()), SealedVault)
    unlocked = obtain_key(profile_dir, database_exists=False, keychain=keychain)
    vault = open_vault(unlocked, MemoryRows(), keychain)
    assert isinstance(vault, KeyringVault)
    vault.store("mailbox-1", Secret("value"))
    assert vault.fetch("mailbox-1") == Secret("value")
    assert obtain_key(profile_dir, database_exists=False, keychain=keychain).key == unlocked.key


def _killed_at(step: int, profile_dir: str, key_hex: str) -> None:
    """Set a passphrase and die without cleaning up at the *step*-th system call that changes the disk."""
    import os

    count = 0

    def dying(call: Any) -> Any:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)
            return call(*args, **kwargs)

        return wrapper

    os.open, os.fsync, os.replace, os.rename = (dying(call) for call in (os.open, os.fsync, os.replace, os.rename))
    set_passphrase(Path(profile_dir), DatabaseKey.from_hex(key_hex), PASSPHRASE)
    os._exit(0)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_a_crash_while_setting_a_new_passphrase_leaves_the_old_or_the_new(profile_dir: Path, step: int) -> None:
    key = new_key()
    set_passphrase(profile_dir, key, Secret("an older passphrase"))
    child = multiprocessing.get_context("spawn").Process(
        target=_killed_at, args=(step, str(profile_dir), key.reveal_hex())
    )
    child.start()
    child.join(60)
    assert child.exitcode == 9
    child.close()
    fields = json.loads((profile_dir / WRAPPED_FILE).read_bytes())
    assert fields["format"] == 1
    found = []
    for passphrase in (Secret("an older passphrase"), PASSPHRASE):
        try:
            found.append(obtain_key(profile_dir, database_exists=True, passphrase=passphrase).key)
        except KeyUnavailable as error:
            assert error.code is ReasonCode.KEY_WRONG  # noqa: PT017 - exactly one of the two must open it
    assert found == [key]

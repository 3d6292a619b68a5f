"""Sealed secrets: what follows from a row being kept waits until it is."""

import contextlib

import pytest
from keyring.errors import KeyringLocked

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import Keychain
from desktop.security.secrets import Secret
from desktop.security.vault import KeyringVault
from desktop.store.store import Store
from desktop.workspace.secrets import StoredSecrets
from tests.unit.security.support import MemoryKeyring
from tools.pytest_house import ExpectedLogs

LONG = "t" * 10_000
FULL = StoreError(ReasonCode.STORE_FULL, "The disk is full.")


def rows_of(store: Store) -> set[str]:
    with store.read() as read:
        return {name for name in ("a", "b") if read.secrets.get(name) is not None}


def test_what_follows_a_row_waits_for_the_commit(store: Store) -> None:
    done: list[str] = []
    with store.write() as uow:
        uow.secrets.put("a", b"1", lambda: done.append("a"))
        uow.secrets.put("b", b"1", lambda: done.append("b"))
        uow.secrets.put("b", b"2")
        assert done == []
    assert (done, rows_of(store)) == (["a"], {"a", "b"})
    with store.write() as uow:
        uow.secrets.put("a", b"3", lambda: done.append("again"))
        uow.secrets.delete("a")
    assert (done, rows_of(store)) == (["a"], {"b"})


def test_what_is_taken_back_has_no_consequence(store: Store) -> None:
    done: list[str] = []
    with contextlib.suppress(StoreError), store.write() as uow:
        uow.secrets.put("a", b"1", lambda: done.append("a"))
        raise FULL
    assert (done, rows_of(store)) == ([], set())


@pytest.mark.parametrize("is_in_transaction", [True, False])
def test_a_long_secret_goes_through_the_store(store: Store, is_in_transaction: bool) -> None:
    keychain = Keychain(MemoryKeyring(), wait_s=5, limit_bytes=2560)
    outside = KeyringVault("id", keychain, StoredSecrets(store))
    outside.store("tokens", Secret("short"))
    if is_in_transaction:
        with store.write() as uow:
            KeyringVault("id", keychain, uow.secrets).store("tokens", Secret(LONG))
    else:
        outside.store("tokens", Secret(LONG))
    assert outside.fetch("tokens") == Secret(LONG)
    assert keychain.get("id:tokens") is None
    outside.forget("tokens")
    assert outside.fetch("tokens") is None


@pytest.mark.parametrize("old", ["short", LONG])
def test_a_transaction_taken_back_leaves_the_old_secret(store: Store, old: str) -> None:
    keychain = Keychain(MemoryKeyring(), wait_s=5, limit_bytes=2560)
    outside = KeyringVault("id", keychain, StoredSecrets(store))
    outside.store("tokens", Secret(old))
    with contextlib.suppress(StoreError), store.write() as uow:
        KeyringVault("id", keychain, uow.secrets).store("tokens", Secret(LONG + "er"))
        raise FULL
    assert outside.fetch("tokens") == Secret(old)


@pytest.mark.parametrize(("old", "new"), [("short", LONG), (LONG, "short")])
def test_a_rotation_taken_back_leaves_the_old_tokens(store: Store, old: str, new: str) -> None:
    """Two slots, as tokens have: the new one is stored, then the old one forgotten."""
    keychain = Keychain(MemoryKeyring(), wait_s=5, limit_bytes=2560)
    outside = KeyringVault("id", keychain, StoredSecrets(store))
    outside.store("a", Secret(old))
    with contextlib.suppress(StoreError), store.write() as uow:
        inside = KeyringVault("id", keychain, uow.secrets)
        inside.store("b", Secret(new))
        inside.forget("a")
        raise FULL
    assert outside.fetch("a") == Secret(old)


def test_forgotten_and_stored_anew_in_one_transaction_is_there(store: Store) -> None:
    keychain = Keychain(MemoryKeyring(), wait_s=5, limit_bytes=2560)
    outside = KeyringVault("id", keychain, StoredSecrets(store))
    outside.store("tokens", Secret("old"))
    with store.write() as uow:
        inside = KeyringVault("id", keychain, uow.secrets)
        inside.forget("tokens")
        inside.store("tokens", Secret("new"))
    assert outside.fetch("tokens") == Secret("new")
    with store.write() as uow:
        KeyringVault("id", keychain, uow.secrets).forget("tokens")
    assert outside.fetch("tokens") is None


def test_a_keyring_locked_after_the_commit_undoes_nothing(store: Store, expected_logs: ExpectedLogs) -> None:
    expected_logs("desktop.store.writing.secrets", "KEYRING_MISSING")
    backend = MemoryKeyring()
    keychain = Keychain(backend, wait_s=5, limit_bytes=2560)
    outside = KeyringVault("id", keychain, StoredSecrets(store))
    outside.store("tokens", Secret("old"))

    def lock(_call: str) -> None:
        raise KeyringLocked

    with store.write() as uow:
        KeyringVault("id", keychain, uow.secrets).forget("tokens")
        uow.secrets.put("a", b"1")
        backend.before = lock
    assert rows_of(store) == {"a"}


def test_long_and_short_in_one_transaction_keeps_the_last(store: Store) -> None:
    keychain = Keychain(MemoryKeyring(), wait_s=5, limit_bytes=2560)
    with store.write() as uow:
        vault = KeyringVault("id", keychain, uow.secrets)
        vault.store("tokens", Secret(LONG))
        vault.store("tokens", Secret("short"))
    assert KeyringVault("id", keychain, StoredSecrets(store)).fetch("tokens") == Secret("short")

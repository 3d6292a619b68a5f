"""Both vaults keep, give back and forget; a seal notices every change; nothing is lost half-way."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.errors import KeyringLocked

from desktop.domain.errors import KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import Keychain
from desktop.security.secrets import DatabaseKey, Secret, new_key
from desktop.security.vault import KeyringVault, SealedVault, SecretVault
from tests.unit.security.support import MemoryKeyring, MemoryRows, MemoryVault
from tools.pytest_house import ExpectedLogs

KEY = DatabaseKey(bytes(range(32)))
LIMIT = 2560
LONG = "t" * 10_000


@pytest.fixture(params=["memory", "keyring", "short keyring", "sealed"])
def vault(request: pytest.FixtureRequest) -> SecretVault:
    if request.param.endswith("keyring"):
        limit = LIMIT if request.param.startswith("short") else None
        return KeyringVault("some-id", Keychain(MemoryKeyring(), wait_s=5, limit_bytes=limit), MemoryRows())
    return SealedVault(KEY, MemoryRows()) if request.param == "sealed" else MemoryVault()


def test_the_contract(vault: SecretVault) -> None:
    assert vault.fetch("mailbox-1") is None
    vault.forget("mailbox-1")
    vault.store("mailbox-1", Secret("one"))
    vault.store("mailbox-2", Secret("zwölf €"))
    vault.store("mailbox-1", Secret("two"))
    assert vault.fetch("mailbox-1") == Secret("two")
    assert vault.fetch("mailbox-2") == Secret("zwölf €")
    for value in (LONG, "short again", LONG, LONG + "er"):
        vault.store("mailbox-1", Secret(value))
        assert vault.fetch("mailbox-1") == Secret(value)
    vault.forget("mailbox-1")
    assert vault.fetch("mailbox-1") is None
    assert vault.fetch("mailbox-2") == Secret("zwölf €")


def test_profiles_do_not_share_keyring_items() -> None:
    keychain = Keychain(MemoryKeyring(), wait_s=5)
    KeyringVault("one", keychain, MemoryRows()).store("mailbox-1", Secret("of one"))
    assert KeyringVault("two", keychain, MemoryRows()).fetch("mailbox-1") is None


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"), max_size=50))
def test_a_seal_gives_back_what_was_sealed(value: str, name: str) -> None:
    rows = MemoryRows()
    SealedVault(KEY, rows).store(name, Secret(value))
    assert SealedVault(DatabaseKey(KEY.reveal()), rows).fetch(name) == Secret(value)


def test_nothing_of_it_can_be_read_in_the_row() -> None:
    rows = MemoryRows()
    SealedVault(KEY, rows).store("mailbox-1", Secret("correct horse battery"))
    first = rows.rows["mailbox-1"]
    SealedVault(KEY, rows).store("mailbox-1", Secret("correct horse battery"))
    assert first != rows.rows["mailbox-1"]
    assert b"horse" not in first


@pytest.mark.parametrize("at", [0, 1, 12, 13, 20, -1])
def test_a_changed_bit_breaks_the_seal(at: int) -> None:
    rows = MemoryRows()
    vault = SealedVault(KEY, rows)
    vault.store("mailbox-1", Secret("correct horse battery"))
    row = bytearray(rows.rows["mailbox-1"])
    row[at] ^= 1
    rows.rows["mailbox-1"] = bytes(row)
    with pytest.raises(StoreError, match="Enter the mailbox's password again") as failure:
        vault.fetch("mailbox-1")
    assert failure.value.code is ReasonCode.STORE_DAMAGED


@pytest.mark.parametrize("row", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(20), bytes(64)])
def test_a_cut_row_breaks_the_seal(row: bytes) -> None:
    rows = MemoryRows()
    rows.rows["mailbox-1"] = row
    with pytest.raises(StoreError, match="cannot be unsealed"):
        SealedVault(KEY, rows).fetch("mailbox-1")


def test_rows_cannot_be_exchanged_nor_read_with_another_key() -> None:
    rows = MemoryRows()
    vault = SealedVault(KEY, rows)
    vault.store("mailbox-1", Secret("one"))
    rows.rows["mailbox-2"] = rows.rows["mailbox-1"]
    with pytest.raises(StoreError, match="cannot be unsealed"):
        vault.fetch("mailbox-2")
    with pytest.raises(StoreError, match="cannot be unsealed"):
        SealedVault(new_key(), rows).fetch("mailbox-1")


# what is too long for the keyring


class Short:
    """A keyring that takes no long secrets, and the store's rows."""

    def __init__(self) -> None:
        self.keyring, self.rows = MemoryKeyring(), MemoryRows()

    def vault(self) -> KeyringVault:
        return KeyringVault("id", Keychain(self.keyring, wait_s=5, limit_bytes=LIMIT), self.rows)

    def items(self) -> dict[str, str]:
        return {name: value for (_service, name), value in self.keyring.items.items()}

    def places(self, name: str) -> int:
        """In how many places there is something under *name*."""
        return (f"id:{name}" in self.items()) + (f"keyring:{name}" in self.rows.rows)


def test_a_long_secret_is_sealed_and_its_key_is_the_keyrings() -> None:
    short = Short()
    short.vault().store("tokens", Secret(LONG))
    assert list(short.items()) == ["id:sealing-key"]
    assert LONG.encode()[:50] not in short.rows.rows["keyring:tokens"]
    made = short.items()["id:sealing-key"]
    short.vault().store("others", Secret(LONG))
    assert short.items() == {"id:sealing-key": made}
    assert short.vault().fetch("tokens") == Secret(LONG)


def test_a_secret_is_in_one_place_only() -> None:
    short = Short()
    for value in ("short", LONG, "short", LONG):
        short.vault().store("tokens", Secret(value))
        assert short.places("tokens") == 1
    short.vault().forget("tokens")
    assert short.places("tokens") == 0


def test_a_row_does_not_open_with_another_key() -> None:
    short = Short()
    short.vault().store("tokens", Secret(LONG))
    for other in (None, "no key", "ab", new_key().reveal_hex()):
        short.keyring.items.pop(("Postroom", "id:sealing-key"), None)
        if other is not None:
            short.keyring.items["Postroom", "id:sealing-key"] = other
        with pytest.raises(StoreError, match="or reconnect the mailbox") as failure:
            short.vault().fetch("tokens")
        assert failure.value.code is ReasonCode.STORE_DAMAGED
    short.vault().store("tokens", Secret(LONG + "er"))
    assert short.vault().fetch("tokens") == Secret(LONG + "er")


def test_two_that_are_first_at_once_seal_with_one_key() -> None:
    short, both = Short(), threading.Barrier(2, timeout=20)

    def store(name: str) -> None:
        both.wait()
        short.vault().store(name, Secret(LONG + name))

    threads = [threading.Thread(target=store, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert short.vault().fetch("one") == Secret(LONG + "one")
    assert short.vault().fetch("two") == Secret(LONG + "two")


@pytest.mark.parametrize(("old", "new"), [("old", LONG), (LONG, "new"), ("old", "new"), (LONG, LONG + "er")])
def test_stopped_after_any_call_the_old_or_the_new_one_is_there(
    old: str, new: str, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow("desktop.security", "a secret that was replaced could not be dropped")
    for survived in count():
        short = Short()
        short.vault().store("tokens", Secret(old))
        calls = count()

        def die(_call: str, calls: Iterator[int] = calls, survived: int = survived) -> None:
            if next(calls) >= survived:
                raise KeyringLocked

        short.keyring.before = short.rows.before = die
        try:
            with contextlib.suppress(KeyUnavailable, KeyringLocked):
                short.vault().store("tokens", Secret(new))
        finally:
            short.keyring.before = short.rows.before = lambda _call: None
        found = short.vault().fetch("tokens")
        assert found is not None
        assert found.reveal() in {old, new}
        if next(calls) <= survived:
            assert found == Secret(new)
            assert short.places("tokens") == 1
            break
    assert survived >= 3


def test_a_keyring_locked_at_the_last_moment_keeps_nothing_from_being_kept(expected_logs: ExpectedLogs) -> None:
    expected_logs("desktop.security", "a secret that was replaced could not be dropped")
    short = Short()
    short.vault().store("tokens", Secret("old"))
    short.vault().store("others", Secret(LONG))

    def lock(_call: str) -> None:
        if "keyring:tokens" in short.rows.rows:
            raise KeyringLocked

    short.keyring.before = lock
    short.vault().store("tokens", Secret(LONG))
    short.keyring.before = lambda _call: None
    assert short.vault().fetch("tokens") == Secret(LONG)
    short.vault().forget("tokens")
    assert short.places("tokens") == 0


def test_a_locked_keyring_is_told_and_nothing_changes() -> None:
    short = Short()
    short.vault().store("long", Secret(LONG))
    short.vault().store("short", Secret("short"))
    items, rows = short.items(), dict(short.rows.rows)

    def lock(_call: str) -> None:
        raise KeyringLocked

    short.keyring.before = lock
    vault = short.vault()
    calls: list[Callable[[], object]] = [
        lambda: vault.fetch("long"),
        lambda: vault.fetch("short"),
        lambda: vault.store("long", Secret(LONG + "er")),
        lambda: vault.store("short", Secret(LONG)),
        lambda: vault.forget("long"),
    ]
    for call in calls:
        with pytest.raises(KeyUnavailable, match="is locked and was not unlocked"):
            call()
    assert (short.items(), short.rows.rows) == (items, rows)

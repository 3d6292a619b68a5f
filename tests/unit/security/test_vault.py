"""Both vaults keep, give back and forget; the sealed one notices every change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import Keychain
from desktop.security.secrets import DatabaseKey, Secret, new_key
from desktop.security.vault import KeyringVault, SealedVault, SecretVault
from tests.unit.security.support import MemoryKeyring, MemoryRows, MemoryVault

KEY = DatabaseKey(bytes(range(32)))


@pytest.fixture(params=["memory", "keyring", "sealed"])
def vault(request: pytest.FixtureRequest) -> SecretVault:
    if request.param == "keyring":
        return KeyringVault("some-id", Keychain(MemoryKeyring(), wait_s=5, limit_bytes=None))
    return SealedVault(KEY, MemoryRows()) if request.param == "sealed" else MemoryVault()


def test_the_contract(vault: SecretVault) -> None:
    assert vault.fetch("mailbox-1") is None
    vault.forget("mailbox-1")
    vault.store("mailbox-1", Secret("one"))
    vault.store("mailbox-2", Secret("zwölf €"))
    vault.store("mailbox-1", Secret("two"))
    assert vault.fetch("mailbox-1") == Secret("two")
    assert vault.fetch("mailbox-2") == Secret("zwölf €")
    vault.forget("mailbox-1")
    assert vault.fetch("mailbox-1") is None
    assert vault.fetch("mailbox-2") == Secret("zwölf €")


def test_profiles_do_not_share_keyring_items() -> None:
    keychain = Keychain(MemoryKeyring(), wait_s=5)
    KeyringVault("one", keychain).store("mailbox-1", Secret("of one"))
    assert KeyringVault("two", keychain).fetch("mailbox-1") is None


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

"""Where the passwords and tokens of mailboxes are kept: one protocol, and the two places behind it."""

import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import Keychain
from desktop.security.secrets import DatabaseKey, Secret

_VERSION = b"\x01"
_NONCE_BYTES = 12
_INFO = b"postroom sealed secrets v1"


class SecretVault(Protocol):
    """Keeps named secrets. A keyring shows the names to whoever may look into it, so nothing secret is part of one."""

    def store(self, name: str, secret: Secret) -> None:
        """Keep *secret* under *name*, in place of an older one; when this returns, it is kept."""

    def fetch(self, name: str) -> Secret | None:
        """Return what is kept under *name*, or None."""

    def forget(self, name: str) -> None:
        """Drop what is kept under *name*, if anything."""


class SealedRows(Protocol):
    """What a :class:`SealedVault` needs of the store: bytes by name."""

    def get(self, name: str) -> bytes | None:
        """Return the bytes kept under *name*, or None."""

    def put(self, name: str, sealed: bytes) -> None:
        """Keep *sealed* under *name*, durably, in place of older bytes."""

    def delete(self, name: str) -> None:
        """Drop *name*, if it is there."""


class KeyringVault:
    """Secrets as items of the desktop's keyring, one for each name of this profile."""

    def __init__(self, profile_id: str, keychain: Keychain) -> None:
        self._profile_id = profile_id
        self._keychain = keychain

    def store(self, name: str, secret: Secret) -> None:
        """Keep *secret* under *name* and read it back before returning."""
        self._keychain.set(self._item(name), secret)

    def fetch(self, name: str) -> Secret | None:
        """Return what the keyring has under *name*, or None."""
        return self._keychain.get(self._item(name))

    def forget(self, name: str) -> None:
        """Drop the item, if there is one."""
        self._keychain.delete(self._item(name))

    def _item(self, name: str) -> str:
        return f"{self._profile_id}:{name}"


class SealedVault:
    """Secrets sealed in rows of the encrypted store, for profiles opened with a key file or a passphrase.

    A second lock inside the first: AES-256-GCM under a key derived from the database key, bound to the row's name so
    that rows cannot be exchanged. What a query, a debug dump or a carelessly decrypted copy shows is still sealed.
    """

    def __init__(self, key: DatabaseKey, rows: SealedRows) -> None:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INFO).derive(key.reveal())
        self._cipher = AESGCM(derived)
        self._rows = rows

    def store(self, name: str, secret: Secret) -> None:
        """Seal *secret* into the row *name*."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret.reveal().encode("utf-8"), name.encode("utf-8"))
        self._rows.put(name, _VERSION + nonce + sealed)

    def fetch(self, name: str) -> Secret | None:
        """Unseal the row *name*, or return None when there is none. Raises StoreError when it was tampered with."""
        row = self._rows.get(name)
        if row is None:
            return None
        nonce, sealed = row[1 : 1 + _NONCE_BYTES], row[1 + _NONCE_BYTES :]
        if row[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise _broken_seal()
        try:
            return Secret(self._cipher.decrypt(nonce, sealed, name.encode("utf-8")).decode("utf-8"))
        except InvalidTag:
            raise _broken_seal() from None

    def forget(self, name: str) -> None:
        """Drop the row, if there is one."""
        self._rows.delete(name)


def _broken_seal() -> StoreError:
    return StoreError(
        ReasonCode.STORE_DAMAGED,
        "A stored password cannot be unsealed.",
        meaning="It was changed on disk, or sealed with another key.",
        action="Enter the mailbox's password again.",
    )

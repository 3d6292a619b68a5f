"""Where the passwords and tokens of mailboxes are kept: one protocol, and the two places behind it."""

import logging
import secrets
import threading
from collections.abc import Callable
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import AppError, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.keychain import Keychain
from desktop.security.secrets import DatabaseKey, Secret

SEALING_KEY_ITEM = "sealing-key"

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32
_INFO = b"postroom sealed secrets v1"

_making_key = threading.Lock()
"""Two mailboxes may be the first at the same moment; one key is made for both. Each has a vault of its own by then."""

_log = logging.getLogger(__name__)


class SecretVault(Protocol):
    """Keeps named secrets. A keyring shows the names to whoever may look into it, so nothing secret is part of one."""

    def store(self, name: str, secret: Secret) -> None:
        """Keep *secret* under *name*, in place of an older one; when this returns, it is kept.

        Broken off, it leaves the old one or the new one. Not every keyring promises that: macOS's is written by taking
        the old item out first. Who cannot do without either keeps the new one under another name first, as
        ``token_slots`` does.
        """

    def fetch(self, name: str) -> Secret | None:
        """Return what is kept under *name*, or None."""

    def forget(self, name: str) -> None:
        """Drop what is kept under *name*, if anything."""


class SealedRows(Protocol):
    """What a vault needs of the store: bytes by name."""

    def get(self, name: str) -> bytes | None:
        """Return the bytes kept under *name*, or None."""

    def put(self, name: str, sealed: bytes, then: Callable[[], None] | None = None) -> None:
        """Keep *sealed* under *name*, in place of older bytes.

        *then* is called as soon as they are durable: not before the end of a transaction, and not if that is taken back
        or writes or drops them again.
        """

    def delete(self, name: str, then: Callable[[], None] | None = None) -> None:
        """Drop *name*, if it is there; *then* is called as it is by :meth:`put`, and what was to follow that is not."""


class KeyringVault:
    """Secrets as items of the desktop's keyring, one for each name of this profile.

    What is too long for the keyring (Windows takes some 1,200 characters) is sealed in a row of the encrypted store,
    under a random key that the keyring has. A row counts before an item of the same name: it goes with its transaction,
    and no item is dropped before that is durable.
    """

    def __init__(self, profile_id: str, keychain: Keychain, rows: SealedRows) -> None:
        self._profile_id = profile_id
        self._keychain = keychain
        self._rows = rows

    def store(self, name: str, secret: Secret) -> None:
        """Keep *secret* under *name*: in the keyring, and read back before returning, or sealed in its row."""
        if self._keychain.takes(secret):
            self._keychain.set(self._item(name), secret)
            self._rows.delete(_row(name))
        else:
            row = _row(name)
            self._rows.put(row, _Seal(self._made_key()).seal(row, secret), lambda: self._drop_replaced_item(name))

    def fetch(self, name: str) -> Secret | None:
        """Return what is kept under *name*, or None. Raises StoreError when its row cannot be unsealed any more."""
        row = self._rows.get(_row(name))
        if row is None:
            return self._keychain.get(self._item(name))
        key = self._key()
        if key is None:
            raise _broken_seal()
        return _Seal(key).unseal(_row(name), row)

    def forget(self, name: str) -> None:
        """Drop the row, and the item as soon as that is durable. A keyring that cannot be asked keeps both."""
        item = self._item(name)
        self._keychain.get(item)
        self._rows.delete(_row(name), lambda: self._keychain.delete(item))

    def _drop_replaced_item(self, name: str) -> None:
        try:
            self._keychain.delete(self._item(name))
        except AppError as error:  # the row counts before it, so it is never taken
            _log.warning("a secret that was replaced could not be dropped from the keyring yet: %s", error.code)

    def _key(self) -> bytes | None:
        """Return the key that rows are sealed with, or None when the keyring has none, or no longer one that is."""
        held = self._keychain.get(self._item(SEALING_KEY_ITEM))
        try:
            key = bytes.fromhex(held.reveal()) if held is not None else b""
        except ValueError:
            return None
        return key if len(key) == _KEY_BYTES else None

    def _made_key(self) -> bytes:
        with _making_key:
            key = self._key()
            if key is None:
                key = secrets.token_bytes(_KEY_BYTES)
                self._keychain.set(self._item(SEALING_KEY_ITEM), Secret(key.hex()))
            return key

    def _item(self, name: str) -> str:
        return f"{self._profile_id}:{name}"


class SealedVault:
    """Secrets sealed in rows of the encrypted store, for profiles opened with a key file or a passphrase.

    A second lock inside the first, under a key derived from the database key. What a query, a debug dump or a
    carelessly decrypted copy shows is still sealed.
    """

    def __init__(self, key: DatabaseKey, rows: SealedRows) -> None:
        self._seal = _Seal(
            HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=_INFO).derive(key.reveal())
        )
        self._rows = rows

    def store(self, name: str, secret: Secret) -> None:
        """Seal *secret* into the row *name*."""
        self._rows.put(name, self._seal.seal(name, secret))

    def fetch(self, name: str) -> Secret | None:
        """Unseal the row *name*, or return None when there is none. Raises StoreError when it was tampered with."""
        row = self._rows.get(name)
        return None if row is None else self._seal.unseal(name, row)

    def forget(self, name: str) -> None:
        """Drop the row, if there is one."""
        self._rows.delete(name)


class _Seal:
    """AES-256-GCM under one key, bound to the row's name so that rows cannot be exchanged."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, row: str, secret: Secret) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, secret.reveal().encode("utf-8"), row.encode("utf-8"))

    def unseal(self, row: str, content: bytes) -> Secret:
        nonce, sealed = content[1 : 1 + _NONCE_BYTES], content[1 + _NONCE_BYTES :]
        if content[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise _broken_seal()
        try:
            return Secret(self._cipher.decrypt(nonce, sealed, row.encode("utf-8")).decode("utf-8"))
        except InvalidTag:
            raise _broken_seal() from None


def _row(name: str) -> str:
    """Return the row of a secret that the keyring does not take: a name of its own, since its key is another."""
    return f"keyring:{name}"


def _broken_seal() -> StoreError:
    return StoreError(
        ReasonCode.STORE_DAMAGED,
        "A stored password or sign-in cannot be unsealed.",
        meaning="It was changed on disk, or the key it was sealed with is gone.",
        action="Enter the mailbox's password again, or reconnect the mailbox.",
    )

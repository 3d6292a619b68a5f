"""How a profile's database key is had: from a key file or out of the keyring - and when one is made."""

import contextlib
import dataclasses
import enum
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security import files
from desktop.security.keychain import Keychain
from desktop.security.keyfile import read_key_file
from desktop.security.profile import KeyKind, Profile, load_profile, new_profile, save_profile
from desktop.security.secrets import DATABASE_KEY_BYTES, DatabaseKey, Secret
from desktop.security.vault import KeyringVault, SealedRows, SealedVault, SecretVault

KEY_ITEM = "database-key"
LOCK_FILE = "key.lock"

_LOCK_WAIT_S = 100.0
"""Longer than three keyring calls that each wait for a person."""


class SecretsIn(enum.StrEnum):
    """Where a profile's mailbox secrets are kept while it is open."""

    KEYRING = "keyring"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The key of a profile and what goes with it. The store proves whether it is the right one."""

    key: DatabaseKey
    secrets: SecretsIn
    profile: Profile


def obtain_key(
    profile_dir: Path, key_file: Path | None = None, *, database_exists: bool, keychain: Keychain | None = None
) -> Unlocked:
    """Return the key of *profile_dir*: from *key_file* if given, else out of the keyring.

    A key is made only for a profile that never had a database, only in the keyring, and is safely kept there before
    it is returned. For a database that exists there is never a new key. Raises KeyUnavailable with the way out, or
    StoreError when the profile's own file is the trouble.
    """
    if key_file is not None:
        key = read_key_file(key_file)
        return Unlocked(key, SecretsIn.STORE, _settle(profile_dir, KeyKind.FILE, database_exists=database_exists))
    return _from_keyring(profile_dir, keychain or Keychain(), database_exists=database_exists)


def open_vault(unlocked: Unlocked, rows: SealedRows, keychain: Keychain | None = None) -> SecretVault:
    """Return the vault that belongs to how the profile was opened; *rows* are the store's sealed rows."""
    if unlocked.secrets is SecretsIn.KEYRING:
        return KeyringVault(unlocked.profile.id, keychain or Keychain())
    return SealedVault(unlocked.key, rows)


def _from_keyring(profile_dir: Path, keychain: Keychain, *, database_exists: bool) -> Unlocked:
    profile = load_profile(profile_dir)
    if profile is None and database_exists:
        raise KeyUnavailable(
            ReasonCode.KEYRING_MISSING,
            f"{profile_dir} has a database but no profile.json, which names its keyring item.",
            action="Restore profile.json from a backup, or open the profile with its key file.",
        )
    if profile is not None and profile.key is not KeyKind.KEYRING:
        raise KeyUnavailable(
            ReasonCode.KEYRING_MISSING,
            f"This profile is opened with a key {profile.key}, and none was given.",
            action="Give its key file with --key-file FILE or POSTROOM_KEY_FILE.",
        )
    key = None if profile is None else _fetch(keychain, profile)
    if profile is None or key is None:
        if database_exists:
            raise _key_gone()
        profile, key = _make(profile_dir, keychain)
    return Unlocked(key, SecretsIn.KEYRING, profile)


def _make(profile_dir: Path, keychain: Keychain) -> tuple[Profile, DatabaseKey]:
    """Make the first key of a profile; of several processes at once, one makes it and the others find it."""
    with _setting_up(profile_dir):
        profile = load_profile(profile_dir) or new_profile(KeyKind.KEYRING)
        key = _fetch(keychain, profile)  # before anything is written: without a keyring nothing must be left behind
        if key is None and profile.created:
            raise StoreError(
                ReasonCode.STORE_MISSING,
                f"The database of {profile_dir} is gone, and so is its key.",
                action="Restore a backup with postroom restore FILE, or start over in another folder with --profile.",
            )
        if key is None:
            key = DatabaseKey(secrets.token_bytes(DATABASE_KEY_BYTES))
            profile = _settle(profile_dir, KeyKind.KEYRING, profile=profile, database_exists=False)
            keychain.set(_item(profile), Secret(key.reveal_hex()))
        return profile, key


@contextlib.contextmanager
def _setting_up(profile_dir: Path) -> Iterator[None]:
    files.make_private_dir(profile_dir)
    with files.exclusive(profile_dir / LOCK_FILE, wait_s=_LOCK_WAIT_S):
        yield


def _settle(profile_dir: Path, kind: KeyKind, *, database_exists: bool, profile: Profile | None = None) -> Profile:
    """Write down where the key is kept, unless a database exists already: then that was settled when it was made."""
    old = load_profile(profile_dir)
    if old is not None and (old.created or database_exists or old.key is kind):
        return old
    settled = dataclasses.replace(old or profile or new_profile(kind), key=kind, created=database_exists)
    save_profile(profile_dir, settled)
    return settled


def _fetch(keychain: Keychain, profile: Profile) -> DatabaseKey | None:
    found = keychain.get(_item(profile))
    if found is None:
        return None
    try:
        return DatabaseKey.from_hex(found.reveal())
    except ValueError:
        raise KeyUnavailable(
            ReasonCode.KEY_WRONG,
            "What the desktop's keyring holds as this profile's key is no key.",
            meaning="Something else has changed the item.",
            action="Open the profile with its key file or recovery code.",
        ) from None


def _item(profile: Profile) -> str:
    return f"{profile.id}:{KEY_ITEM}"


def _key_gone() -> KeyUnavailable:
    return KeyUnavailable(
        ReasonCode.KEYRING_MISSING,
        "The key of this database is not in the desktop's keyring.",
        meaning="Without it nobody can read the database, and a new key would not open it, so none was made.",
        action="Open it with your recovery code or key file, or in the session of the user whose keyring has the key.",
    )

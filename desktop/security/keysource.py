"""How a profile's database key is had: from a key file, a passphrase or the keyring - and when one is made."""

import contextlib
import dataclasses
import enum
import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security import files
from desktop.security.keychain import Keychain
from desktop.security.keyfile import read_key_file
from desktop.security.profile import KeyKind, Profile, load_profile, new_profile, save_profile
from desktop.security.recovery import unwrap_key, wrap_key
from desktop.security.secrets import DatabaseKey, Secret, new_key
from desktop.security.vault import KeyringVault, SealedRows, SealedVault, SecretVault

KEY_ITEM = "database-key"
LOCK_FILE = "key.lock"
WRAPPED_FILE = "key.wrapped"

_LARGEST_WRAPPED = 64 * 1024

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
    profile_dir: Path,
    key_file: Path | None = None,
    *,
    database_exists: bool,
    passphrase: Secret | None = None,
    keychain: Keychain | None = None,
) -> Unlocked:
    """Return the key of *profile_dir*: from *key_file* if given, else under *passphrase* if given, else the keyring's.

    A key is made only for a profile that never had a database, and is safely kept before it is returned; a key file
    is never made here. For a database that exists there is never a new key. Raises KeyUnavailable with the way out,
    or StoreError when the profile's own files are the trouble.
    """
    if key_file is not None:
        key = read_key_file(key_file)
        return Unlocked(key, SecretsIn.STORE, _settle(profile_dir, KeyKind.FILE, database_exists=database_exists))
    profile = load_profile(profile_dir)
    has_database = database_exists or (profile is not None and profile.created)
    if passphrase is not None:
        return _under_passphrase(profile_dir, passphrase, has_database=has_database)
    return _from_keyring(profile_dir, keychain or Keychain(), profile, database_exists=database_exists)


def open_vault(unlocked: Unlocked, rows: SealedRows, keychain: Keychain | None = None) -> SecretVault:
    """Return the vault that belongs to how the profile was opened; *rows* are the store's sealed rows."""
    if unlocked.secrets is SecretsIn.KEYRING:
        return KeyringVault(unlocked.profile.id, keychain or Keychain(), rows)
    return SealedVault(unlocked.key, rows)


def open_ahead(unlocked: Unlocked, rows: SealedRows) -> SecretVault | None:
    """Return where renewed tokens wait for the keyring, sealed in the store's *rows*; None where no keyring is used."""
    return SealedVault(unlocked.key, rows) if unlocked.secrets is SecretsIn.KEYRING else None


def keep_in_keyring(profile_dir: Path, key: DatabaseKey, keychain: Keychain | None = None) -> None:
    """Make the keyring the place of *key*, which must have opened the profile's database: after a recovery."""
    profile = load_profile(profile_dir) or new_profile(KeyKind.KEYRING)
    (keychain or Keychain()).set(_item(profile), Secret(key.reveal_hex()))
    save_profile(profile_dir, dataclasses.replace(profile, key=KeyKind.KEYRING))


def set_passphrase(profile_dir: Path, key: DatabaseKey, passphrase: Secret) -> None:
    """Write a copy of *key*, locked with *passphrase*, beside the database: a way back when the keyring is gone.

    *key* must have opened the profile's database. An older copy is replaced.
    """
    wrapped = wrap_key(key, passphrase)
    files.make_private_dir(profile_dir)
    files.write_private(profile_dir / WRAPPED_FILE, wrapped)
    if _unwrapped(profile_dir, passphrase) != key:
        raise files.disk_error(
            OSError(errno.EIO, "what was written is not what was read"), "The passphrase cannot be set"
        )


def require_passphrase(profile_dir: Path, key: DatabaseKey, passphrase: Secret, keychain: Keychain | None) -> None:
    """Make the passphrase the only everyday way in: the locked copy stays, the item in *keychain*, if any, goes."""
    set_passphrase(profile_dir, key, passphrase)
    profile = load_profile(profile_dir) or new_profile(KeyKind.PASSPHRASE)
    save_profile(profile_dir, dataclasses.replace(profile, key=KeyKind.PASSPHRASE))
    if keychain is not None:
        keychain.delete(_item(profile))


def _under_passphrase(profile_dir: Path, passphrase: Secret, *, has_database: bool) -> Unlocked:
    key = _unwrapped(profile_dir, passphrase)
    if key is None and has_database:
        raise KeyUnavailable(
            ReasonCode.KEY_WRONG,
            "This profile has no passphrase.",
            action="Open it without one, or with its key file or recovery code.",
        )
    if key is None:
        with _setting_up(profile_dir):
            key = _unwrapped(profile_dir, passphrase)
            if key is None:
                key = new_key()
                set_passphrase(profile_dir, key, passphrase)
    profile = _settle(profile_dir, KeyKind.PASSPHRASE, database_exists=has_database)
    return Unlocked(key, SecretsIn.STORE, profile)


def _unwrapped(profile_dir: Path, passphrase: Secret) -> DatabaseKey | None:
    path = profile_dir / WRAPPED_FILE
    try:
        content, _ = files.read_opened(path, _LARGEST_WRAPPED)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise files.disk_error(error, f"{path} cannot be read") from error
    return unwrap_key(content, passphrase)


def _from_keyring(profile_dir: Path, keychain: Keychain, profile: Profile | None, *, database_exists: bool) -> Unlocked:
    if profile is None and database_exists:
        raise KeyUnavailable(
            ReasonCode.KEYRING_MISSING,
            f"{profile_dir} has a database but no profile.json, which names its keyring item.",
            action="Restore profile.json from a backup, or open the profile with its key file or passphrase.",
        )
    if profile is not None and profile.key is not KeyKind.KEYRING and (profile.created or database_exists):
        raise _not_given(profile.key)
    profile = profile or new_profile(KeyKind.KEYRING)
    key = _fetch(keychain, profile)  # before anything is written: where there is no keyring, nothing is left behind
    if key is None:
        if database_exists:
            raise _key_gone()
        profile, key = _make(profile_dir, keychain)
    return Unlocked(key, SecretsIn.KEYRING, profile)


def _make(profile_dir: Path, keychain: Keychain) -> tuple[Profile, DatabaseKey]:
    """Make the first key of a profile; of several processes at once, one makes it and the others find it."""
    with _setting_up(profile_dir):
        profile = load_profile(profile_dir) or new_profile(KeyKind.KEYRING)
        key = _fetch(keychain, profile)
        if key is None and profile.created:
            raise StoreError(
                ReasonCode.STORE_MISSING,
                f"The database of {profile_dir} is gone, and so is its key.",
                action="Restore a backup with postroom restore FILE, or start over in another folder with --profile.",
            )
        if key is None:
            key = new_key()
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


def _not_given(kind: KeyKind) -> KeyUnavailable:
    if kind is KeyKind.FILE:
        return KeyUnavailable(
            ReasonCode.KEYRING_MISSING,
            "This profile is opened with a key file, and none was given.",
            action="Give it with --key-file FILE or POSTROOM_KEY_FILE.",
        )
    return KeyUnavailable(
        ReasonCode.KEYRING_MISSING,
        "This profile is opened with a passphrase, and none was given.",
        action="Enter it, or give a key file with --key-file FILE.",
    )


def _key_gone() -> KeyUnavailable:
    return KeyUnavailable(
        ReasonCode.KEYRING_MISSING,
        "The key of this database is not in the desktop's keyring.",
        meaning="Without it nobody can read the database, and a new key would not open it, so none was made.",
        action="Open it with your recovery code or key file, or in the session of the user whose keyring has the key.",
    )

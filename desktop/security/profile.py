"""Who a profile is: the small file beside its database that says which keyring item is its key."""

import dataclasses
import enum
import json
import uuid
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security import files

PROFILE_FILE = "profile.json"
FORMAT = 1

_LARGEST = 64 * 1024


class KeyKind(enum.StrEnum):
    """Where a profile's key is kept."""

    KEYRING = "keyring"
    FILE = "file"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a place, not a passphrase


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile's identity.

    ``created`` is True from the moment its database has been made: a missing database then is a loss.
    """

    id: str
    key: KeyKind
    created: bool = False


def default_profile_dir() -> Path:
    """Return the platform's data folder for Postroom."""
    return Path(platformdirs.user_data_dir("Postroom", appauthor=False))


def new_profile(key: KeyKind) -> Profile:
    """Return a profile with a random id; nothing is written."""
    return Profile(uuid.uuid4().hex, key)


def load_profile(profile_dir: Path) -> Profile | None:
    """Read the identity of *profile_dir*, or return None when it has none yet.

    Raises StoreError when there is one that cannot be read.
    """
    path = profile_dir / PROFILE_FILE
    try:
        content, _ = files.read_opened(path, _LARGEST)
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise files.disk_error(error, f"{profile_dir} is not a folder") from error
    except OSError as error:
        raise files.disk_error(error, f"{path} cannot be read") from error
    return _read(path, content)


def _read(path: Path, content: bytes) -> Profile:
    try:
        fields = json.loads(content)
        version, profile_id, created = fields["format"], fields["id"], fields["created"]
        if isinstance(version, int) and version > FORMAT:
            raise StoreError(
                ReasonCode.SCHEMA_NEWER,
                f"The profile {path.parent} was made by a newer Postroom.",
                action="Open it with that one, or with a later one.",
            )
        if version != FORMAT or not isinstance(created, bool) or len(bytes.fromhex(profile_id)) != 16:
            raise ValueError("not the fields of a profile")
        return Profile(profile_id, KeyKind(fields["key"]), created)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            ReasonCode.STORE_DAMAGED,
            f"{path} cannot be understood.",
            meaning="It names the keyring item that opens the database, so a new one would not do.",
            action=f"Restore {PROFILE_FILE} from a backup, or move it away and open the profile with its key file "
            "or recovery code.",
            detail=type(error).__name__,
        ) from error


def save_profile(profile_dir: Path, profile: Profile) -> None:
    """Write the identity of *profile_dir*, making the folder if need be; safe on disk when this returns."""
    files.make_private_dir(profile_dir)
    fields = {"format": FORMAT, "id": profile.id, "key": profile.key.value, "created": profile.created}
    files.write_private(profile_dir / PROFILE_FILE, json.dumps(fields, indent=1).encode("ascii") + b"\n")


def mark_created(profile_dir: Path) -> None:
    """Note that the profile's database exists from now on; to be called once the database is safe on disk."""
    profile = load_profile(profile_dir)
    if profile is not None and not profile.created:
        save_profile(profile_dir, dataclasses.replace(profile, created=True))

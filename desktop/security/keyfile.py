"""The key file: a database key as 64 hex digits in a file that only its owner can read."""

import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path

from desktop.domain.errors import CommandRefused, KeyUnavailable
from desktop.domain.reasons import ReasonCode
from desktop.security import files
from desktop.security.secrets import DatabaseKey, new_key

ENVIRONMENT = "POSTROOM_KEY_FILE"

_LARGEST = 1024


def chosen_key_file(given: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the key file to use: the one given on the command line, else the environment's, else None."""
    if given is not None:
        return given
    named = environ.get(ENVIRONMENT, "")
    return Path(named) if named else None


def new_key_file(path: Path, key: DatabaseKey | None = None) -> DatabaseKey:
    """Make the key file *path*, mode 0600, with a new random key, or with *key* for one that was recovered.

    It is safe on disk when this returns. Raises CommandRefused when there is something at *path* already (which is
    never touched), StoreError when the disk refuses.
    """
    key = key or new_key()
    try:
        files.create_private(path, key.reveal_hex().encode("ascii") + b"\n")
    except FileExistsError as error:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"There is a file {path} already, and it was left as it was.",
            meaning="If it is the key of a database, writing over it would lose that database.",
            action="Choose another name.",
        ) from error
    except FileNotFoundError as error:
        raise CommandRefused(
            ReasonCode.BAD_INPUT, f"There is no folder {path.parent}.", action="Make it first, or choose another one."
        ) from error
    except OSError as error:
        raise files.disk_error(error, f"The key file {path} cannot be written") from error
    return key


def read_key_file(path: Path) -> DatabaseKey:
    """Read the key file *path*.

    Owner, mode and kind are those of the very file that was read, however it was reached: a symbolic link is
    followed and what it points to is judged. Raises KeyUnavailable with KEY_FILE_UNSAFE or KEY_FILE_INVALID.
    """
    try:
        content, facts = files.read_opened(path, _LARGEST)
    except FileNotFoundError as error:
        raise _invalid(
            f"There is no key file {path}.",
            "Give the path of the profile's own key file; for a new profile make one with: "
            f"postroom key new {shlex.quote(str(path))}",
        ) from error
    except OSError as error:
        raise _invalid(
            f"The key file {path} cannot be read: {error.strerror}.", "Check that it is a file and that it is yours."
        ) from error
    if not stat.S_ISREG(facts.st_mode):
        raise _invalid(f"{path} is not a file, so it is no key file.", "Give the path of the key file itself.")
    if files.POSIX:
        _refuse_unsafe(path, facts)
    try:
        return DatabaseKey.from_hex(content.decode("ascii").strip())
    except ValueError:
        raise _invalid(
            f"{path} is no key file: it must hold 64 hex digits and nothing else.",
            "Give the right file, or restore it from your copy.",
        ) from None


def _refuse_unsafe(path: Path, facts: os.stat_result) -> None:
    quoted = shlex.quote(str(path))
    if facts.st_uid not in {files.own_uid(), 0}:
        raise _unsafe(
            f"The key file {path} belongs to another user.",
            "Whoever owns it can read the key, and change it.",
            f"Make it yours: chown {files.own_uid()} {quoted}",
        )
    if facts.st_mode & files.OTHERS:
        raise _unsafe(
            f"The key file {path} can be read by other users (mode {stat.S_IMODE(facts.st_mode):04o}).",
            "Whoever reads it can open the database.",
            f"Close it: chmod 600 {quoted}",
        )


def _unsafe(what: str, meaning: str, action: str) -> KeyUnavailable:
    return KeyUnavailable(ReasonCode.KEY_FILE_UNSAFE, what, meaning=meaning, action=action)


def _invalid(what: str, action: str) -> KeyUnavailable:
    return KeyUnavailable(ReasonCode.KEY_FILE_INVALID, what, action=action)

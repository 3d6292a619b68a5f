"""Files that only their owner may read, written so that a crash leaves the old or the new one, never half of one."""

import contextlib
import errno
import logging
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import monotonic

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode

PRIVATE_FILE = 0o600
PRIVATE_DIR = 0o700
OTHERS = 0o077
"""The permission bits of everybody but the owner."""

POSIX = os.name == "posix"

_log = logging.getLogger(__name__)


def own_uid() -> int:
    """Return the user's number; Windows has none."""
    if sys.platform == "win32":
        return 0
    else:
        return os.geteuid()


def make_private_dir(path: Path) -> None:
    """Make sure that the folder *path* exists, for its owner only.

    A folder of ours (made here, or empty) is tightened. One that holds other things may be anything from a home to
    ``/tmp``: its mode is left alone and a warning logged; the files in it are private by their own modes.
    """
    try:
        path.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
        if not POSIX or not path.stat().st_mode & OTHERS:
            return
        if path.stat().st_uid == own_uid() and not any(path.iterdir()):
            path.chmod(PRIVATE_DIR)
        else:
            _log.warning("The folder %s can be looked into by other users. Close it with: chmod 700 %s", path, path)
    except OSError as error:
        raise disk_error(error, f"The folder {path} cannot be made") from error


def write_private(path: Path, content: bytes) -> None:
    """Write *path* with mode 0600 in one step: temporary file, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_new(temporary, content)
        temporary.replace(path)
        sync_dir(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise disk_error(error, f"{path} cannot be written") from error


def create_private(path: Path, content: bytes) -> None:
    """Write the new file *path* with mode 0600; raises FileExistsError rather than touch one that is there."""
    _write_new(path, content)
    sync_dir(path.parent)


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if sys.platform != "win32":
                os.fchmod(file.fileno(), PRIVATE_FILE)  # an odd umask may have taken the owner's own bits
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def private_opener(path: str, flags: int) -> int:
    """Open as ``open(..., opener=private_opener)`` does, making new files with mode 0600."""
    return os.open(path, flags, PRIVATE_FILE)


def sync_dir(path: Path) -> None:
    """Make a rename or a new name in the folder *path* durable; Windows does so by itself."""
    if not POSIX:
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_opened(path: Path, at_most: int) -> tuple[bytes, os.stat_result]:
    """Read up to *at_most* bytes of *path* and the facts about the very file they came from. Raises OSError.

    Opening does not wait (a named pipe would) and nothing but a regular file is read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            return b"", facts
        return file.read(at_most), facts


def disk_error(error: OSError, what: str) -> StoreError:
    """Return the sentence for an error of the disk; *what* says what could not be done."""
    detail = f"{type(error).__name__}: {error.strerror}"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreError(
            ReasonCode.STORE_FULL, f"{what}: the disk is full.", action="Free some space and try again.", detail=detail
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StoreError(
            ReasonCode.STORE_READ_ONLY,
            f"{what}: this user may not do that there.",
            action="Check the owner and the permissions of the folder, or choose another one with --profile.",
            detail=detail,
        )
    return StoreError(
        ReasonCode.STORE_DAMAGED,
        f"{what}: {error.strerror or type(error).__name__}.",
        action="Check the path and the disk.",
        detail=detail,
    )


@contextlib.contextmanager
def exclusive(path: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the lock file *path* against every other process of this machine; PROFILE_BUSY after *wait_s* seconds.

    The lock is the system's, so it ends with the process that holds it, however that ends. The file stays.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as error:
        raise disk_error(error, f"The lock {path} cannot be made") from error
    try:
        until = monotonic() + wait_s
        while not _try_lock(descriptor):
            if monotonic() >= until:
                raise StoreError(
                    ReasonCode.PROFILE_BUSY,
                    "Another Postroom is setting up this profile right now.",
                    action="Answer its question or close it, then try again.",
                )
            Event().wait(0.05)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

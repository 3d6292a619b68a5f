"""The one place that turns the database's errors into sentences with a way out."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc
import sqlcipher3.dbapi2 as sqlcipher

from desktop.domain.errors import AppError, KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode

_FULL = (
    StoreError,
    (
        ReasonCode.STORE_FULL,
        "The disk is full, so nothing more can be saved.",
        "What was saved before is whole; syncing pauses and will go on from where it was.",
        "Free some space on the disk that holds the profile, then try again.",
    ),
)
_NOT_TAKEN = (
    StoreError,
    (
        ReasonCode.STORE_FULL,
        "The disk did not take what was to be saved: it is full, a quota or a limit is reached, or it is failing.",
        "What was saved before is whole; syncing pauses and will go on from where it was.",
        "Look at the disk that holds the profile, then try again.",
    ),
)
_READ_ONLY = (
    StoreError,
    (
        ReasonCode.STORE_READ_ONLY,
        "The profile cannot be written: its folder, file or disk is read-only.",
        "Nothing was changed.",
        "Make the folder writable for your user, or choose another with --profile.",
    ),
)
_DAMAGED = (
    StoreError,
    (
        ReasonCode.STORE_DAMAGED,
        "The database is damaged.",
        "Nothing was deleted or replaced, and nothing will be written to it as it is.",
        "Copy the profile folder aside, then restore a backup into a new one, or sync into a fresh profile.",
    ),
)
_WRONG_KEY = (
    KeyUnavailable,
    (
        ReasonCode.KEY_WRONG,
        "The database cannot be read with this key.",
        "Either the key belongs to another profile, or the first page of the database is damaged; nothing was changed.",
        "Give the key made for this profile (--key-file), or restore it: postroom key restore.",
    ),
)
_BUSY = (
    StoreError,
    (
        ReasonCode.STORE_BUSY,
        "Another program holds the database locked.",
        "Nothing was changed.",
        "Close what has the file open (a backup or antivirus program, another Postroom), then try again.",
    ),
)
_TABLE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _READ_ONLY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _WRONG_KEY,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_IOERR_READ": _DAMAGED,
    "SQLITE_IOERR_SHORT_READ": _DAMAGED,
    "SQLITE_IOERR_CORRUPTFS": _DAMAGED,
    "SQLITE_IOERR_DATA": _DAMAGED,
    "SQLITE_IOERR": _NOT_TAKEN,
}
"""The first that an error's name begins with."""


def explain(error: BaseException) -> AppError | None:
    """Return the sentence for a database or disk error, or None when it is a bug of ours."""
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        return explain(error.orig)
    if isinstance(error, sqlcipher.Error):
        name = str(getattr(error, "sqlite_errorname", "") or "")
        kind = next((row for prefix, row in _TABLE.items() if name.startswith(prefix)), None)
        return _made(kind, name) if kind else None
    if isinstance(error, OSError):
        return _explain_os(error)
    return None


def _explain_os(error: OSError) -> AppError | None:
    import errno

    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _made(_FULL, "ENOSPC")
    if error.errno == errno.EFBIG:
        return _made(_NOT_TAKEN, "EFBIG")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _made(_READ_ONLY, errno.errorcode.get(error.errno, ""))
    if error.errno == errno.EIO:
        return _made(_DAMAGED, "EIO")
    return None


def _made(row: tuple[type[StoreError], tuple[ReasonCode, str, str, str]], detail: str) -> AppError:
    kind, (code, what, meaning, action) = row
    return kind(code, what, meaning=meaning, action=action, detail=detail)


@contextmanager
def explained(*, key_fits: bool = False) -> Iterator[None]:
    """Raise the program's own error in place of the database's or the disk's.

    A page that SQLCipher cannot read looks to it like a wrong key; where the *key fits*, it is damage.
    """
    try:
        yield
    except (sqlalchemy.exc.DBAPIError, sqlcipher.Error, OSError) as error:
        known = explain(error)
        if key_fits and known is not None and known.code is ReasonCode.KEY_WRONG:
            known = _made(_DAMAGED, known.detail)
        if known is None:
            raise
        raise known from error

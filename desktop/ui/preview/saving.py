"""Files out of mail, written by a worker: whole or not at all, under names that are safe everywhere."""

import errno
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailRow
from desktop.parsing import names
from desktop.ui.preview.verdicts import subject_of

_SIGNS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".bmp": (b"BM",),
    ".txt": (b"",),
}
"""Files that are looked at and carry no program: each extension with how such a file begins."""

_DOTTED = re.compile(r"\.+$")


def may_open(name: str) -> bool:
    """Tell whether a file of this name may be handed to another program: pictures, PDF and plain text."""
    return Path(name).suffix.lower() in _SIGNS


def is_what_it_says(name: str, data: bytes) -> bool:
    """Tell whether a file begins as its extension promises."""
    return data.startswith(_SIGNS.get(Path(name).suffix.lower(), ()))


def eml_name(row: EmailRow) -> str:
    """Return a safe file name for an email: its day and its subject."""
    day = f"{row.received_at:%Y-%m-%d} " if row.received_at else ""
    subject = _DOTTED.sub("", subject_of(row))[:100]
    return names.safe(f"{day}{subject}.eml", "message/rfc822", row.seen_id)


def unique_names(wanted: Iterable[str]) -> Iterator[str]:
    """Yield the names, numbered where one was there before."""
    taken: dict[str, int] = {}
    return (names.unique(name, taken) for name in wanted)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a new private file to write; it becomes *path* at the end of the block, or goes if an error leaves it.

    Raises AppError when the disk refuses.
    """
    temporary = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise refused(error, path) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step; raises AppError when the disk refuses."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def refused(error: OSError, path: Path) -> AppError:
    """Return the sentences for a file that cannot be written."""
    detail = type(error).__name__
    folder = path.parent
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        what, action = f"The disk with {folder} is full.", "Free some space, or choose another folder."
    elif isinstance(error, PermissionError):
        what, action = f"{folder} may not be written to.", "Choose another folder."
    elif isinstance(error, FileNotFoundError):
        what, action = f"There is no folder {folder} any more.", "Choose another folder."
    else:
        what, action = f"The file could not be written to {folder}.", "Try again, or choose another folder."
    return AppError(ReasonCode.BAD_INPUT, what, meaning="Nothing was saved there.", action=action, detail=detail)

"""Files that a person has written out of mail: whole or not at all."""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode


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


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file of *pieces*, one after the other, and raise what they raise; AppError when the disk refuses."""
    with whole_file(path) as temporary, temporary.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def free(path: Path) -> Path:
    """Return *path*, numbered if there is such a file."""
    numbers = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in range(2, 10_000))
    return next((one for one in chain((path,), numbers) if not one.exists()), path)


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

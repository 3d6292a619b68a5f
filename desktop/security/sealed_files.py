"""Long files on disk, sealed piece by piece: AES-256-GCM with a key of each file's own (STREAM, Hoang and others 2015).

    a record: four bytes of length, a random nonce of twelve bytes, the piece compressed (zstd) and sealed

What is sealed along with a piece is its number and whether it is the last, so that pieces can neither be exchanged nor
left out at the end. The nonce is random rather than counted: a piece that was being written when the power failed is
written again, perhaps with other bytes.
"""

import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.security.files import sync_dir

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
PIECE_LIMIT = 16 << 20
_LENGTH = struct.Struct(">I")
_BOUND = struct.Struct(">16sQB")
_PURPOSE = b"postroom piece 1"
_LEVEL = 1


class DamagedFileError(Exception):
    """The file is not as it was written: cut, changed, or another one's."""


@dataclass(frozen=True, slots=True)
class Written:
    """How far a file goes: its length on disk, and of how many pieces it is made."""

    length: int = 0
    pieces: int = 0


def new_key() -> bytes:
    """Return a key for one file."""
    return secrets.token_bytes(KEY_BYTES)


def new_name() -> str:
    """Return a name that tells nothing."""
    return secrets.token_hex(16)


class SealedWriter:
    """Appends pieces to a file, each safe on disk when :meth:`append` returns. A context manager."""

    def __init__(self, path: Path, key: bytes, so_far: Written) -> None:
        """Go on after *so_far*; what stands behind it, from a piece that was broken off, is cut away.

        Raises OSError, and DamagedFileError when the file is shorter than it should be.
        """
        is_new = not so_far.pieces
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(path, flags, 0o600)
        try:
            if os.fstat(self._file).st_size < so_far.length:
                raise DamagedFileError
            os.ftruncate(self._file, so_far.length)
            os.lseek(self._file, so_far.length, os.SEEK_SET)
            if is_new:
                os.fsync(self._file)
                sync_dir(path.parent)
        except BaseException:
            os.close(self._file)
            raise
        self._cipher = AESGCM(key)
        self.written = so_far

    def append(self, piece: bytes, *, is_last: bool) -> Written:
        """Seal *piece* at the end of the file; returns how far it goes then. Raises OSError."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        number = self.written.pieces
        sealed = self._cipher.encrypt(nonce, zstandard.compress(piece, _LEVEL), _bound(number, is_last=is_last))
        record = _LENGTH.pack(len(sealed)) + nonce + sealed
        view = memoryview(record)
        while view:
            view = view[os.write(self._file, view) :]
        os.fsync(self._file)
        self.written = Written(self.written.length + len(record), number + 1)
        return self.written

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> "SealedWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def pieces_of(path: Path, key: bytes, written: Written) -> Iterator[bytes]:
    """Yield the pieces of a finished file, one at a time; raises DamagedFileError for whatever is not as written.

    A file that is not there raises it too; other troubles of the disk raise OSError.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise DamagedFileError from error
    with file:
        if os.fstat(file.fileno()).st_size != written.length:
            raise DamagedFileError
        cipher, unpacker = AESGCM(key), zstandard.ZstdDecompressor()
        for number in range(written.pieces):
            is_last = number == written.pieces - 1
            yield _opened(file, cipher, unpacker, _bound(number, is_last=is_last))


def _opened(file: IO[bytes], cipher: AESGCM, unpacker: zstandard.ZstdDecompressor, bound: bytes) -> bytes:
    head = file.read(_LENGTH.size + NONCE_BYTES)
    if len(head) != _LENGTH.size + NONCE_BYTES:
        raise DamagedFileError
    (length,) = _LENGTH.unpack_from(head)
    if not TAG_BYTES <= length <= PIECE_LIMIT + TAG_BYTES:
        raise DamagedFileError
    sealed = file.read(length)
    if len(sealed) != length:
        raise DamagedFileError
    try:
        packed = cipher.decrypt(head[_LENGTH.size :], sealed, bound)
        return unpacker.decompress(packed, max_output_size=PIECE_LIMIT)
    except (InvalidTag, zstandard.ZstdError) as error:
        raise DamagedFileError from error


def _bound(number: int, *, is_last: bool) -> bytes:
    return _BOUND.pack(_PURPOSE, number, is_last)

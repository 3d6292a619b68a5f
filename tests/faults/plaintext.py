"""Looks for planted words wherever they could have leaked: in any spelling, and inside anything that is compressed."""

import gzip
import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from quopri import encodestring
from urllib.parse import quote_from_bytes

import zstandard

LARGEST = 64 << 20
COMPRESSED = re.compile(rb"\x28\xb5\x2f\xfd|\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def spellings(secret: bytes) -> set[bytes]:
    """The ways in which the same bytes may stand in a file."""
    text = secret.decode("utf-8", "replace")
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), encodestring(secret).replace(b"=\n", b"")}
    found |= {text.encode("utf-16-le"), text.encode("utf-16-be"), quote_from_bytes(secret).encode()}
    found |= {text.encode("unicode_escape"), text.encode("ascii", "backslashreplace")}
    for before in range(3):
        aligned = b64encode(b"\0" * before + secret)
        found.add(aligned[4 if before else 0 : len(aligned) - 4])
    return {spelling for spelling in found if len(spelling) >= 6}


def hits(data: bytes, secrets: Iterable[bytes]) -> list[bytes]:
    """Which of the secrets stand in these bytes, as they are or compressed, in any spelling and any case."""
    pieces = [piece.lower() for piece in (data, *unpacked(data))]
    return [one for one in secrets if any(spelling.lower() in piece for spelling in spellings(one) for piece in pieces)]


def unpacked(data: bytes) -> Iterator[bytes]:
    """What comes out of everything in these bytes that begins like a compressed stream and is one."""
    for found in COMPRESSED.finditer(data):
        rest = data[found.start() :]
        try:
            if rest.startswith(b"\x28"):
                yield zstandard.ZstdDecompressor().decompressobj().decompress(rest)
            elif rest.startswith(b"\x1f"):
                yield zlib.decompressobj(wbits=31).decompress(rest, LARGEST)
            else:
                yield zlib.decompressobj().decompress(rest, LARGEST)
        except (zstandard.ZstdError, zlib.error, gzip.BadGzipFile, EOFError, MemoryError):
            continue


def files(*folders: Path) -> list[Path]:
    """Every regular file in these folders."""
    return [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]

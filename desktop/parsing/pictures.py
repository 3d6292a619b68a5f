"""What kind of picture some bytes are and how large it is drawn, read from its first bytes; nothing is decoded.

Only kinds that hold pixels and nothing else: an SVG can name files and addresses, so it is no picture here.
"""

import struct
from dataclasses import dataclass

_SIZED_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that begin a frame (ITU T.81 table B.1): a picture's size stands there."""
_BARE_MARKERS = frozenset([0x01, *range(0xD0, 0xD9)])
_JPEG_SEGMENTS = 2_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A picture's media type, and its width and height in pixels."""

    kind: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many pixels it is."""
        return self.width * self.height


def shape_of(data: bytes) -> Shape | None:
    """Return the kind and size of a picture, or None for what is none that is shown."""
    try:
        return _shape_of(data)
    except (struct.error, IndexError):  # it ends before its size is told
        return None


def _shape_of(data: bytes) -> Shape | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Shape("image/png", *struct.unpack_from(">II", data, 16))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Shape("image/gif", *struct.unpack_from("<HH", data, 6))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    if data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
        return Shape("image/bmp", abs(width), abs(height))
    return None


def _jpeg(data: bytes) -> Shape | None:
    at = 2
    for _ in range(_JPEG_SEGMENTS):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker in _SIZED_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Shape("image/jpeg", width, height)
        if marker == 0xFF:
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _webp(data: bytes) -> Shape | None:
    form = data[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif form == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        return None
    return Shape("image/webp", width, height) if len(data) > 30 else None

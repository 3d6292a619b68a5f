"""Kind and size of a picture by its own first bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.parsing.pictures import Shape, shape_of

JPEG = b"\xff\xd8\xff\xe0\x00\x10" + b"JFIF\0" + bytes(9) + b"\xff\xff\xd0\xff\xc2\x00\x11\x08\x00\x20\x00\x40\x03"


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x10", Shape("image/png", 256, 16)),
        (b"GIF89a\x40\x00\x20\x00", Shape("image/gif", 64, 32)),
        (b"GIF87a\x01\x00\x01\x00", Shape("image/gif", 1, 1)),
        (JPEG, Shape("image/jpeg", 64, 32)),
        (b"BM" + bytes(16) + struct.pack("<ii", 7, -9), Shape("image/bmp", 7, 9)),
        (b"RIFF....WEBPVP8X" + bytes(8) + b"\x3f\0\0\x1f\0\0 ", Shape("image/webp", 64, 32)),
        (b"RIFF....WEBPVP8L" + bytes(5) + struct.pack("<I", 63 | 31 << 14) + bytes(9), Shape("image/webp", 64, 32)),
        (b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 64, 32) + b"  ", Shape("image/webp", 64, 32)),
        (b"RIFF....WEBPANIM" + bytes(30), None),
        (b"\xff\xd8\xff\xc4\x00\x03\x00\x00", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='1'/>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_is_read(data: bytes, shape: Shape | None) -> None:
    assert shape_of(data) == shape


def test_what_ends_too_early_is_no_picture() -> None:
    for length in range(len(JPEG) - 2):
        assert shape_of(JPEG[:length]) is None


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"RIFF....WEBPVP8X", b"BM"]),
    st.binary(max_size=60),
)
def test_nothing_raises(start: bytes, rest: bytes) -> None:
    shape = shape_of(start + rest)
    assert shape is None or shape.pixels >= 0

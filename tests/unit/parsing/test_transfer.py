"""Transfer encodings undone piece by piece: the same bytes as in one go, however the pieces fall."""

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.parsing.transfer import Decoder, decode

ENCODINGS = ("base64", "quoted-printable", "x-uuencode", "7bit", "8bit", "binary", "", "x-unheard-of", " BASE64 ")


def streamed(data: bytes, encoding: str, cuts: list[int]) -> bytes:
    """What comes out when *data* is cut there."""
    decoder, at, out = Decoder(encoding), 0, []
    for cut in sorted({min(cut, len(data)) for cut in cuts}):
        out.append(decoder.feed(data[at:cut]))
        at = cut
    return b"".join([*out, decoder.feed(data[at:]), decoder.end()])


def uuencoded(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\nafter the end\n"


@given(st.binary(max_size=300), st.lists(st.integers(0, 500), max_size=6))
def test_what_is_encoded_well_comes_out_as_it_was(data: bytes, cuts: list[int]) -> None:
    assert streamed(base64.encodebytes(data), "base64", cuts) == data
    assert (
        streamed(quopri.encodestring(data), "quoted-printable", cuts)
        == decode(quopri.encodestring(data), "quoted-printable")[0]
    )
    assert streamed(uuencoded(data), "x-uuencode", cuts) == data


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(
    data=st.one_of(st.binary(max_size=200), st.text("AZaz09+/=\r\n _-!", max_size=300).map(str.encode)),
    cuts=st.lists(st.integers(0, 300), max_size=6),
)
def test_what_is_encoded_badly_comes_out_as_in_one_go(encoding: str, data: bytes, cuts: list[int]) -> None:
    assert streamed(data, encoding, cuts) == decode(data, encoding)[0]


def test_a_line_without_an_end_is_not_kept() -> None:
    decoder = Decoder("quoted-printable")
    out = b"".join(decoder.feed(b"a=41" * 100_000) for _ in range(20)) + decoder.end()
    assert out == b"aA" * 2_000_000

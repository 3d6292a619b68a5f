"""Addresses compare as people mean them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.addresses import looks_like_address, normalise_address


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Ann@Acme.Example", "ann@acme.example"),
        (" <ann@acme.example> ", "ann@acme.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@acme.example.", "ann@acme.example"),
        ("JÖRG@acme.example", "jörg@acme.example"),
        ("no at sign", "no at sign"),
        ("", ""),
    ],
)
def test_comparable_form(written: str, compared: str) -> None:
    assert normalise_address(written) == compared


@given(st.text())
def test_comparing_never_raises_and_is_stable(text: str) -> None:
    once = normalise_address(text)
    looks_like_address(text)
    if looks_like_address(once):
        assert normalise_address(once) == once


@pytest.mark.parametrize("good", ["a@b.example", "o'neil+x@sub.b.example", "用户@例え.example"])
def test_addresses(good: str) -> None:
    assert looks_like_address(good)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "a",
        "a@b",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b..example",
        "a@@b.example",
        "a@b.example\r\nX: y",
        "a@.b",
    ],
)
def test_no_addresses(bad: str) -> None:
    assert not looks_like_address(bad)

"""What servers say messages are made of: read as far as it makes sense, never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_types import BodyData

from desktop.domain.source import Outline
from desktop.providers.imap.outline import DEPTH, MOST_PARTS, outline_of

TEXT = (b"TEXT", b"PLAIN", (b"CHARSET", b"utf-8"), None, None, b"7BIT", 12, 1, None, None, None, None)
FILE = (
    *(b"APPLICATION", b"PDF", (b"NAME", b"a.pdf"), None, None, b"BASE64", 4711, None),
    *((b"ATTACHMENT", (b"FILENAME", b"a.pdf")), None, None),
)
MIXED = (TEXT, FILE, b"MIXED", (b"BOUNDARY", b"=_a"), None, None, None)


def test_a_usual_mail() -> None:
    found = outline_of(BodyData.create(MIXED))
    parts = (Outline("text/plain", 12), Outline("application/pdf", 4711, is_attached=True))
    assert found == Outline("multipart/mixed", boundary="=_a", parts=parts)


def test_a_message_inside() -> None:
    inside = (b"MESSAGE", b"RFC822", None, None, None, b"7BIT", 9000, (None,) * 10, MIXED, 200, None, None)
    found = outline_of(BodyData.create(inside))
    assert found is not None
    assert (found.kind, found.size_bytes, [part.kind for part in found.parts]) == (
        "message/rfc822",
        9000,
        ["multipart/mixed"],
    )


def test_a_named_text_is_a_file_where_it_is_not_the_first() -> None:
    named = (b"text", b"plain", (b"name", b"a.txt"), None, None, b"7BIT", 12, 1, None, None)
    found = outline_of(BodyData.create((named, named, b"MIXED", (b"BOUNDARY", b"b"), None)))
    assert found is not None
    assert [part.is_attached for part in found.parts] == [False, True]


@pytest.mark.parametrize(
    "told",
    [
        None,
        b"NIL",
        7,
        (),
        (b"TEXT",),
        (b"TEXT", b"PLAIN", None, None, None, b"7BIT", b"twelve", 1),
        (b"TEXT", b"PLAIN", None, None, None, b"7BIT", -1, 1),
        (7, b"PLAIN", None, None, None, b"7BIT", 12, 1),
        (TEXT, TEXT),
        (*[TEXT] * (MOST_PARTS + 1), b"MIXED", (b"BOUNDARY", b"b"), None),
    ],
)
def test_nonsense_is_no_outline(told: object) -> None:
    assert outline_of(told) is None


def test_what_is_nested_deeper_than_anybody_nests_is_none() -> None:
    told: tuple[object, ...] = TEXT
    for _ in range(DEPTH + 2):
        told = (told, b"MIXED", (b"BOUNDARY", b"b"), None)
    assert outline_of(told) is None


VALUES = st.recursive(
    st.one_of(st.none(), st.binary(max_size=8), st.integers(-5, 5000)),
    lambda inner: st.lists(inner, max_size=9).map(tuple),
    max_leaves=40,
)


@given(VALUES)
def test_whatever_is_told_is_no_error(told: object) -> None:
    found = outline_of(told)
    assert found is None or found.size_bytes >= 0

"""When two addresses are so alike that one person may have both, and when they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.matching.likeness import halves, how_alike, is_slip, keys_of, near_halves, plain_of, split

ALIKE = [
    ("ann.lee+shop@gmail.com", "ann.lee@gmail.com", "only the tag behind + differs"),
    ("annlee@gmail.com", "ann.lee@gmail.com", "only dots or dashes differ"),
    ("ann_lee@acme.com", "ann.lee@acme.com", "only dots or dashes differ"),
    ("ann.lee@googlemail.com", "ann.lee@gmail.com", "the same mail service under its other name"),
    ("anne.meier@acme.com", "anne.maier@acme.com", "one letter differs before the @"),
    ("stefn@acme.com", "stefan@acme.com", "one letter differs before the @"),
    ("setfan@acme.com", "stefan@acme.com", "two letters are swapped before the @"),
    ("ann@acme.de", "ann@acme.com", "the same name at acme.de, a sister of acme.com"),
    ("ann@mail.acme.com", "ann@acme.com", "the same name at another part of acme.com"),
    ("ann@amce.com", "ann@acme.com", "one letter differs from acme.com behind the @"),
    ("ann.lee@gmial.com", "ann.lee@gmail.com", "one letter differs from gmail.com behind the @"),
    ("ann.lee@gmail.con", "ann.lee@gmail.com", "one letter differs from gmail.com behind the @"),
    ("ивaн.петров@почта.рф", "иван.петров@почта.рф", "one letter differs before the @"),
    ("山田太郎様御中@acme.jp", "山田太朗様御中@acme.jp", "one letter differs before the @"),
]
NOT_ALIKE = [
    ("ann@gmail.com", "ann@yahoo.com"),
    ("ann.lee@yahoo.de", "ann.lee@yahoo.com"),
    ("ann1@gmail.com", "ann2@gmail.com"),
    ("ann.lee1@gmail.com", "ann.lee@gmail.com"),
    ("stefan@acme.com", "stephan@acme.com"),
    ("jan@acme.com", "jana@acme.com"),
    ("maria@gmail.com", "mario@gmail.com"),
    ("sales@acme.com", "salts@acme.com.evil.example"),
    ("info@acne.com", "info@acme.com"),
    ("ann@hp.com", "ann@hq.com"),
    ("ann@acme.com.evil.example", "ann@acme.com"),
    ("ann@a.github.io", "ann@b.github.io"),
    ("ann@co.uk", "ann@com.uk"),
    ("+tag@acme.com", "ann@acme.com"),
    ("ann", "ann@acme.com"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other", "how"), ALIKE)
def test_alike(one: str, other: str, how: str) -> None:
    assert how_alike(one, other) == how


@pytest.mark.parametrize(("one", "other"), NOT_ALIKE)
def test_not_alike(one: str, other: str) -> None:
    assert how_alike(one, other) == how_alike(other, one) == ""


LETTERS = st.text(alphabet="abxy.-+1é山", max_size=12)


@given(LETTERS, LETTERS)
def test_both_ways_round_it_is_the_same(one: str, other: str) -> None:
    first, second = f"{one}@acme.com", f"{other}@acme.com"
    assert bool(how_alike(first, second)) == bool(how_alike(second, first))


def _one_slip(text: str, at: int, letter: str) -> set[str]:
    """Every kind of slip at one place."""
    at %= len(text) + 1
    swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    return {text[:at] + letter + text[at:], text[:at] + text[at + 1 :], text[:at] + letter + text[at + 1 :], swapped}


@given(st.text(alphabet="abc山", min_size=1, max_size=12), st.integers(0, 12), st.sampled_from("abcd"))
def test_one_slip_leaves_a_half_by_which_it_is_found(text: str, at: int, letter: str) -> None:
    heads, tails = near_halves(text)
    for other in _one_slip(text, at, letter) | {text}:
        head, tail = halves(other)
        assert head in heads or tail in tails, (text, other)
        assert other == text or is_slip(text, other)


def test_keys_leave_out_tag_and_separators() -> None:
    keys = keys_of("ann.b-lee+shop@acme.com")
    assert (keys.plain, keys.domain) == ("annblee", "acme.com")
    assert plain_of("+x") == ""
    assert split("a@b@c") == ("a", "b@c")

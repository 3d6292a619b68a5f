"""Sets of references: the same answers as Python's own sets, whatever the ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.refset import RefSet

refs = st.sets(st.integers(1, 60))


@given(refs, refs)
def test_algebra_agrees_with_sets(one: set[int], other: set[int]) -> None:
    a, b = RefSet.of(one), RefSet.of(other)
    assert set(a | b) == one | other
    assert set(a - b) == one - other
    assert set(a & b) == one & other
    assert (a == b) == (one == other)
    assert len(a) == len(one)
    assert bool(a) == bool(one)
    assert a.highest == max(one, default=0)
    assert [ref in a for ref in range(1, 62)] == [ref in one for ref in range(1, 62)]


@given(refs)
def test_text_reads_back(members: set[int]) -> None:
    made = RefSet.of(members)
    assert RefSet.parse(str(made)) == made
    assert list(made) == sorted(members)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9))))
def test_ranges_are_sorted_disjoint_and_apart(pairs: list[tuple[int, int]]) -> None:
    made = RefSet((first, first + more) for first, more in pairs)
    for (_, last), (first, _) in zip(made.ranges, made.ranges[1:], strict=False):
        assert first > last + 1


@pytest.mark.parametrize("text", ["0", "5:3", "-1", "x", "1:2:3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        RefSet.parse(text)


def test_large_sets_stay_small() -> None:
    everything = RefSet([(1, 4_294_967_295)])
    assert len(everything - RefSet.of([7])) == 4_294_967_294
    assert str(everything - RefSet.of([7])) == "1:6,8:4294967295"

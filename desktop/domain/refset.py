"""Sets of message references as ranges, as IMAP writes them (RFC 3501 ``sequence-set``): ``1:4,7,9:12``."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain


class RefSet:
    """An immutable set of positive integers kept as sorted, disjoint, non-adjacent closed ranges."""

    __slots__ = ("_ranges", "_starts")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        merged: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if first < 1 or last < first:
                msg = f"not a range of references: {first}:{last}"
                raise ValueError(msg)
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        self._ranges = tuple(merged)
        self._starts = [first for first, _ in merged]

    @classmethod
    def of(cls, refs: Iterable[int]) -> "RefSet":
        """Return the set of the given numbers."""
        ranges: list[tuple[int, int]] = []
        first = last = 0
        for ref in sorted(refs):
            if first and ref <= last + 1:
                last = ref
                continue
            if first:
                ranges.append((first, last))
            first = last = ref
        if first:
            ranges.append((first, last))
        return cls(ranges)

    @classmethod
    def parse(cls, text: str) -> "RefSet":
        """Read ``"1:4,7"``; raises ValueError on anything else."""
        pairs = (part.partition(":") for part in text.split(",") if part)
        return cls((int(first), int(last or first)) for first, _, last in pairs)

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The ranges, ascending, both ends included."""
        return self._ranges

    def __contains__(self, ref: int) -> bool:
        at = bisect_right(self._starts, ref) - 1
        return at >= 0 and ref <= self._ranges[at][1]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(range(first, last + 1) for first, last in self._ranges)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._ranges)

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RefSet) and self._ranges == other._ranges

    def __hash__(self) -> int:
        return hash(self._ranges)

    def __or__(self, other: "RefSet") -> "RefSet":
        return RefSet(chain(self._ranges, other._ranges))

    def __sub__(self, other: "RefSet") -> "RefSet":
        left: list[tuple[int, int]] = []
        others = iter(other._ranges)
        cut = next(others, None)
        for first, last in self._ranges:
            while cut and cut[1] < first:
                cut = next(others, None)
            while cut and cut[0] <= last:
                if first < cut[0]:
                    left.append((first, cut[0] - 1))
                first = cut[1] + 1
                if cut[1] >= last:
                    break
                cut = next(others, None)
            if first <= last:
                left.append((first, last))
        return RefSet(left)

    def __and__(self, other: "RefSet") -> "RefSet":
        return self - (self - other)

    def __str__(self) -> str:
        return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in self._ranges)

    def __repr__(self) -> str:
        return f"RefSet({self})"

    @property
    def highest(self) -> int:
        """The largest member, or 0 for the empty set."""
        return self._ranges[-1][1] if self._ranges else 0

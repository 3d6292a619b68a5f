"""Changes of rows as the journal keeps them: a single row whole, many rows of one command in blocks.

Both hold the stored values themselves (numbers and text), so an image read back years later means the same.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import Any

from desktop.store.packing import pack, unpack

Row = dict[str, Any]
Values = tuple[Any, ...]
Ways = Mapping[tuple[Values | None, Values | None], Sequence[int]]
"""Rows by how they were before and became (None: not there), each by its number."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of *table*: its key, and its columns before and after (None: it was not there)."""

    table: str
    key: Row
    before: Row | None
    after: Row | None

    def image(self) -> Row:
        """Return the change as the journal keeps it; the rows are not copied, an import has very many."""
        return {"table": self.table, "key": self.key, "before": self.before, "after": self.after}

    def turned(self) -> "RowChange":
        """Return the change that takes this one back."""
        return RowChange(self.table, self.key, self.after, self.before)


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Up to some thousand rows of *table*, in the few bytes that a million of them leave room for.

    The key of a row is *fixed* and, in *column*, a number of its own. *names* are the columns that the command wrote;
    of the others nothing is known here, and what becomes of them later stays when the block is turned.
    """

    table: str
    fixed: Row
    column: str
    names: tuple[str, ...]
    count: int
    packed: bytes

    @classmethod
    def of(cls, table: str, fixed: Row, column: str, names: Sequence[str], ways: Ways) -> "RowBlock":
        """Return the block of rows that went these *ways*."""
        parts = []
        for (before, after), numbers in ways.items():
            each = sorted(numbers)
            parts.append([before, after, [*each[:1], *map(sub, each[1:], each)]])
        count = sum(map(len, ways.values()))
        return cls(table, fixed, column, tuple(names), count, pack(json.dumps(parts).encode()))

    def ways(self) -> Ways:
        """Return how the rows were, how they became, and which they are."""
        found = {}
        for before, after, steps in json.loads(unpack(self.packed)):
            sides = (None if before is None else tuple(before), None if after is None else tuple(after))
            found[sides] = list(accumulate(steps))
        return found

    def numbers(self) -> Iterator[int]:
        """Yield the number of each row."""
        for numbers in self.ways().values():
            yield from numbers

    def image(self) -> Row:
        """Return the block as the journal keeps it."""
        return {
            "table": self.table,
            "fixed": self.fixed,
            "column": self.column,
            "names": self.names,
            "count": self.count,
            "rows": b64encode(self.packed).decode(),
        }


Change = RowChange | RowBlock


def packed_changes(changes: Sequence[Change]) -> bytes:
    """Return *changes* as a journal entry holds them."""
    return pack(json.dumps([change.image() for change in changes]).encode())


def changes_in(packed: bytes) -> list[Change]:
    """Return what :func:`packed_changes` was given."""
    return [_change(image) for image in json.loads(unpack(packed))]


def numbers_in(change: Change, table: str, column: str) -> Iterator[int]:
    """Yield the numbers that *column* of the key has in the rows of *table* that a change names."""
    if change.table != table:
        return
    if isinstance(change, RowBlock):
        yield from change.numbers() if change.column == column else [change.fixed[column]]
    else:
        yield change.key[column]


def _change(image: Row) -> Change:
    if "rows" not in image:
        return RowChange(**image)
    packed = b64decode(image["rows"])
    return RowBlock(image["table"], image["fixed"], image["column"], tuple(image["names"]), image["count"], packed)

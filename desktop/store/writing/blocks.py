"""Many rows changed by a statement or a few, whatever their number, each change with how the rows were before.

A statement is given the numbers of its rows as one JSON list: SQLite goes through them by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode
from desktop.store.reading.email_rows import THESE, listed
from desktop.store.row_images import Row, RowBlock, Values, Ways

AT_ONCE = 2_000
"""Rows of one block: so many are done between two looks at whether somebody wants to stop."""


class BlockWriter:
    """Writes blocks. Values are as the driver stores them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def update(self, table: str, column: str, wanted: Mapping[int, Row]) -> RowBlock | None:
        """Give the rows with these numbers in *column*, their whole key, other values, for each the same columns.

        Returns None when all were so already. Raises CommandRefused when one of them is not there.
        """
        names = tuple(next(iter(wanted.values())))
        before = self._held(table, {}, column, names, list(wanted))
        if len(before) != len(wanted):
            raise changed_meanwhile()
        ways: dict[tuple[Values | None, Values | None], list[int]] = {}
        for number, row in wanted.items():
            after = tuple(row[name] for name in names)
            if before[number] != after:
                ways.setdefault((before[number], after), []).append(number)
        return self._made(table, {}, column, names, ways) if ways else None

    def insert(self, table: str, fixed: Row, column: str, numbers: Sequence[int]) -> RowBlock:
        """Insert rows that consist of their key."""
        return self._made(table, fixed, column, (), {(None, ()): numbers})

    def delete(self, table: str, fixed: Row, column: str, numbers: Sequence[int]) -> RowBlock:
        """Remove rows that consist of their key; all of them are there."""
        return self._made(table, fixed, column, (), {((), None): numbers})

    def turn(self, block: RowBlock, *, backwards: bool) -> None:
        """Take a block back, or do it again. Raises CommandRefused when a row is not as the command left it."""
        ways = block.ways()
        if backwards:
            ways = {(after, before): numbers for (before, after), numbers in ways.items()}
        expected = {number: before for (before, _), numbers in ways.items() for number in numbers if before is not None}
        every = [number for numbers in ways.values() for number in numbers]
        if self._held(block.table, block.fixed, block.column, block.names, every) != expected:
            raise changed_meanwhile()
        self._write(block, ways)

    def _made(self, table: str, fixed: Row, column: str, names: Sequence[str], ways: Ways) -> RowBlock:
        block = RowBlock.of(table, fixed, column, names, ways)
        self._write(block, ways)
        return block

    def _held(
        self, table: str, fixed: Row, column: str, names: Sequence[str], numbers: Sequence[int]
    ) -> dict[int, Values]:
        """Return the values of those of the rows that are there."""
        chosen = ", ".join(f'"{name}"' for name in (column, *names))
        where, bound = _where(fixed, column)
        found = self._run.exec_driver_sql(f"SELECT {chosen} FROM {table} WHERE {where}", (*bound, listed(numbers)))
        return {row[0]: row[1:] for row in map(tuple, found.all())}

    def _write(self, block: RowBlock, ways: Ways) -> None:
        where, bound = _where(block.fixed, block.column)
        changed: dict[tuple[str, ...], list[tuple[Values, Sequence[int]]]] = {}
        for (before, after), numbers in ways.items():
            if after is None:
                self._run.exec_driver_sql(f"DELETE FROM {block.table} WHERE {where}", (*bound, listed(numbers)))
            elif before is None:
                columns = ", ".join(f'"{name}"' for name in (*block.fixed, block.column))
                given = "".join("?, " for _ in block.fixed)
                sql = f"INSERT INTO {block.table} ({columns}) SELECT {given}value FROM json_each(?)"
                self._run.exec_driver_sql(sql, (*bound, listed(numbers)))
            else:
                at = [at for at, value in enumerate(after) if value != before[at]]
                into = tuple(block.names[one] for one in at)
                changed.setdefault(into, []).append((tuple(after[one] for one in at), numbers))
        for into, rows in changed.items():
            self._update(block, into, rows)

    def _update(self, block: RowBlock, into: Sequence[str], rows: Sequence[tuple[Values, Sequence[int]]]) -> None:
        """Write the columns that change, and no others: an index is written anew for each column that is named."""
        columns = ", ".join(f'"{name}" = ?' for name in into)
        sql = f"UPDATE {block.table} SET {columns} WHERE "
        alike: dict[Values, list[int]] = {}
        for values, numbers in rows:
            alike.setdefault(values, []).extend(numbers)
        if len(alike) == 1:
            ((values, every),) = alike.items()
            where, bound = _where(block.fixed, block.column)
            self._run.exec_driver_sql(sql + where, (*values, *bound, listed(every)))
            return
        each: list[tuple[Any, ...]] = [(*values, number) for values, numbers in alike.items() for number in numbers]
        each.sort(key=lambda one: one[-1])
        self._run.exec_driver_sql(f'{sql}"{block.column}" = ?', each)


def changed_meanwhile() -> CommandRefused:
    """Return the refusal for a command whose object has moved on."""
    return CommandRefused(
        ReasonCode.CHANGED_MEANWHILE,
        "What this would change has been changed since.",
        meaning="Nothing was changed now, so that the newer change is not lost.",
        action="Look at it as it is now, then decide again.",
    )


def _where(fixed: Row, column: str) -> tuple[str, tuple[Any, ...]]:
    parts = [*(f'"{name}" = ?' for name in fixed), f'"{column}" IN {THESE}']
    return " AND ".join(parts), tuple(fixed.values())

"""Row changes with their images before and after: what a journal entry needs to be undone and redone exactly.

Works on the stored values themselves (numbers and text), so an image read back years later means the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.store.row_images import Change, Row, RowBlock, RowChange
from desktop.store.writing.blocks import AT_ONCE, BlockWriter, changed_meanwhile


class TrackedRows:
    """Writes rows and remembers each change. *metadata* says which tables and keys there are."""

    def __init__(self, connection: sa.Connection, metadata: sa.MetaData) -> None:
        self._run = connection
        self._tables = metadata.tables
        self._blocks = BlockWriter(connection)
        self.changes: list[Change] = []

    def insert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert complete *rows* (every column, the key too)."""
        if not rows:
            return
        plain = [self._stored(table, row) for row in rows]
        self._insert(table.name, plain)
        self.changes += [RowChange(table.name, self._key(table, row), None, row) for row in plain]

    def update(self, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Change columns of one row; nothing is remembered when they already are so."""
        before = self._read(table.name, dict(key))
        if before is None:
            raise changed_meanwhile()
        change = RowChange(table.name, dict(key), before, {**before, **self._stored(table, values)})
        if change.before != change.after:
            self._update_all(table.name, [change])
            self.changes.append(change)

    def update_all(self, table: sa.Table, numbers: Sequence[int], values: Mapping[str, Any]) -> None:
        """Change columns of the rows with these numbers, each named once; those that are so are not remembered.

        Undo looks at these columns only, and puts back these only: name one with the value it has to have it looked at.
        """
        wanted = self._stored(table, values)
        self._update_each(table, dict.fromkeys(numbers, wanted))

    def update_each(self, table: sa.Table, rows: Mapping[int, Mapping[str, Any]]) -> None:
        """Change rows, each to values of its own for the same columns; as :meth:`update_all`."""
        self._update_each(table, {number: self._stored(table, values) for number, values in rows.items()})

    def _update_each(self, table: sa.Table, rows: Mapping[int, Row]) -> None:
        (column,) = table.primary_key
        for part in _parts(list(rows)):
            block = self._blocks.update(table.name, column.name, {number: rows[number] for number in part})
            if block is not None:
                self.changes.append(block)

    def insert_keys(self, table: sa.Table, fixed: Row, column: str, numbers: Sequence[int]) -> None:
        """Insert rows that consist of their key: *fixed*, and each of *numbers* in *column*."""
        self.changes += [self._blocks.insert(table.name, fixed, column, part) for part in _parts(numbers)]

    def delete_keys(self, table: sa.Table, fixed: Row, column: str, numbers: Sequence[int]) -> None:
        """Remove rows that consist of their key, as :meth:`insert_keys` puts them in; all of them are there."""
        self.changes += [self._blocks.delete(table.name, fixed, column, part) for part in _parts(numbers)]

    def delete(self, table: sa.Table, key: Mapping[str, Any]) -> None:
        """Remove one row, if it is there."""
        before = self._read(table.name, dict(key))
        if before is not None:
            self._delete(table.name, dict(key))
            self.changes.append(RowChange(table.name, dict(key), before, None))

    def apply(self, changes: Sequence[Change], *, backwards: bool, step: Callable[[int], object]) -> None:
        """Undo (*backwards*) or redo *changes*. Refused when any row is no longer as the journal left it.

        *step* is told now and then how many rows are done; what it raises ends it.
        """
        done = 0
        for batch in _batches(reversed(changes) if backwards else changes):
            if isinstance(batch, RowBlock):
                self._blocks.turn(batch, backwards=backwards)
                done += batch.count
            else:
                self._turn([change.turned() for change in batch] if backwards else batch)
                done += len(batch)
            step(done)

    def _turn(self, batch: Sequence[RowChange]) -> None:
        table, keys = batch[0].table, [change.key for change in batch]
        if self._read_all(table, keys) != [change.before for change in batch]:
            raise changed_meanwhile()
        for change in batch:
            if change.after is None:
                self._delete(table, change.key)
        self._insert(table, [change.after for change in batch if change.before is None and change.after])
        self._update_all(table, [change for change in batch if change.before and change.after])

    def _stored(self, table: sa.Table, row: Mapping[str, Any]) -> Row:
        """Turn values into what the driver stores, as the column types would."""
        dialect = self._run.dialect
        stored: Row = {}
        for name, value in row.items():
            process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            stored[name] = process(value) if process else value
        return stored

    def _key(self, table: sa.Table, row: Row) -> Row:
        return {column.name: row[column.name] for column in table.primary_key}

    def _read(self, table: str, key: Row) -> Row | None:
        where, values = _where(key)
        found = self._run.exec_driver_sql(f"SELECT * FROM {self._tables[table].name} WHERE {where}", values)
        row = found.mappings().first()
        return dict(row) if row is not None else None

    def _read_all(self, table: str, keys: Sequence[Row]) -> list[Row | None]:
        """Return the rows with *keys*, in their order; None for one that is not there."""
        names = tuple(keys[0])
        columns = ", ".join(f'"{name}"' for name in names)
        mark = f"({', '.join('?' * len(names))})"
        sql = f"SELECT * FROM {self._tables[table].name} WHERE ({columns}) IN (VALUES {', '.join([mark] * len(keys))})"
        found = self._run.exec_driver_sql(sql, tuple(key[name] for key in keys for name in names)).mappings()
        rows = {tuple(row[name] for name in names): dict(row) for row in found}
        return [rows.get(tuple(key[name] for name in names)) for key in keys]

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        names = list(rows[0])
        marks = ", ".join("?" for _ in names)
        columns = ", ".join(f'"{name}"' for name in names)
        statement = f"INSERT INTO {self._tables[table].name} ({columns}) VALUES ({marks})"
        self._run.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])

    def _update_all(self, table: str, changes: Sequence[RowChange]) -> None:
        """Write the columns that change, and no others: an index is written anew for each column that is named."""
        statements: dict[str, list[tuple[Any, ...]]] = {}
        for change in changes:
            before, after = change.before or {}, change.after or {}
            names = [name for name in after if after[name] != before[name]]
            if names:
                columns = ", ".join(f'"{name}" = ?' for name in names)
                where, bound = _where(change.key)
                sql = f"UPDATE {self._tables[table].name} SET {columns} WHERE {where}"
                statements.setdefault(sql, []).append((*(after[name] for name in names), *bound))
        for sql, values in statements.items():
            self._run.exec_driver_sql(sql, values)

    def _delete(self, table: str, key: Row) -> None:
        where, values = _where(key)
        self._run.exec_driver_sql(f"DELETE FROM {self._tables[table].name} WHERE {where}", values)


_NAMED = 500
"""Rows that one statement names by their keys."""


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE))


def _batches(changes: Iterable[Change]) -> Iterator[list[RowChange] | RowBlock]:
    """Yield *changes* in order, rows that follow one another in one table together; a row at most once in each."""
    batch: list[RowChange] = []
    keys: set[tuple[Any, ...]] = set()
    for change in changes:
        key = () if isinstance(change, RowBlock) else tuple(change.key.values())
        if batch and (not key or change.table != batch[0].table or key in keys or len(batch) == _NAMED):
            yield batch
            batch, keys = [], set()
        if isinstance(change, RowBlock):
            yield change
        else:
            batch.append(change)
            keys.add(key)
    if batch:
        yield batch


def _where(key: Row) -> tuple[str, tuple[Any, ...]]:
    return " AND ".join(f'"{name}" = ?' for name in key), tuple(key.values())

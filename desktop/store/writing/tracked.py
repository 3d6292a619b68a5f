"""Row changes with their images before and after: what a journal entry needs to be undone and redone exactly.

Works on the stored values themselves (numbers and text), so an image read back years later means the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.domain.errors import CommandRefused
from desktop.domain.reasons import ReasonCode

Row = dict[str, Any]


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


class TrackedRows:
    """Writes rows and remembers each change. *metadata* says which tables and keys there are."""

    def __init__(self, connection: sa.Connection, metadata: sa.MetaData) -> None:
        self._run = connection
        self._tables = metadata.tables
        self.changes: list[RowChange] = []

    def insert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert complete *rows* (every column, the key too)."""
        if not rows:
            return
        plain = [self._stored(table, row) for row in rows]
        self._insert(table.name, plain)
        self.changes += [RowChange(table.name, self._key(table, row), None, row) for row in plain]

    def update(self, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Change columns of one row; nothing is remembered when they already are so."""
        self.update_all(table, [key], values)

    def update_all(self, table: sa.Table, keys: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> None:
        """Change columns of the rows with *keys*, each named once; rows that already are so are not remembered."""
        wanted = self._stored(table, values)
        self._update_each(table, [(dict(key), wanted) for key in keys])

    def update_each(self, table: sa.Table, rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Change rows, each given by its key and the columns of its own; as :meth:`update_all`."""
        self._update_each(table, [(dict(key), self._stored(table, values)) for key, values in rows])

    def _update_each(self, table: sa.Table, rows: Sequence[tuple[Row, Row]]) -> None:
        for at in range(0, len(rows), _AT_ONCE):
            part = rows[at : at + _AT_ONCE]
            changes = []
            for (key, wanted), before in zip(part, self._read_all(table.name, [key for key, _ in part]), strict=True):
                if before is None:
                    raise changed_meanwhile()
                changes.append(RowChange(table.name, key, before, {**before, **wanted}))
            changes = [change for change in changes if change.before != change.after]
            self._update_all(table.name, changes)
            self.changes += changes

    def delete(self, table: sa.Table, key: Mapping[str, Any]) -> None:
        """Remove one row, if it is there."""
        before = self._read(table.name, dict(key))
        if before is not None:
            self._delete(table.name, dict(key))
            self.changes.append(RowChange(table.name, dict(key), before, None))

    def delete_all(self, table: sa.Table, keys: Sequence[Mapping[str, Any]]) -> None:
        """Remove the rows with *keys*, each named once; those that are not there are passed over."""
        for at in range(0, len(keys), _AT_ONCE):
            part = [dict(key) for key in keys[at : at + _AT_ONCE]]
            found = zip(part, self._read_all(table.name, part), strict=True)
            gone = [RowChange(table.name, key, before, None) for key, before in found if before is not None]
            for change in gone:
                self._delete(table.name, change.key)
            self.changes += gone

    def apply(self, changes: Sequence[RowChange], *, backwards: bool) -> None:
        """Undo (*backwards*) or redo *changes*. Refused when any row is no longer as the journal left it."""
        turned = [change.turned() for change in reversed(changes)] if backwards else changes
        for batch in _batches(turned):
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


_AT_ONCE = 500
"""Rows that one statement names."""


def _batches(changes: Iterable[RowChange]) -> Iterator[list[RowChange]]:
    """Yield *changes* in order, those that follow one another in one table together; a row at most once in each."""
    batch: list[RowChange] = []
    keys: set[tuple[Any, ...]] = set()
    for change in changes:
        key = tuple(change.key.values())
        if batch and (change.table != batch[0].table or key in keys or len(batch) == _AT_ONCE):
            yield batch
            batch, keys = [], set()
        batch.append(change)
        keys.add(key)
    if batch:
        yield batch


def _where(key: Row) -> tuple[str, tuple[Any, ...]]:
    return " AND ".join(f'"{name}" = ?' for name in key), tuple(key.values())


def changed_meanwhile() -> CommandRefused:
    """Return the refusal for a command whose object has moved on."""
    return CommandRefused(
        ReasonCode.CHANGED_MEANWHILE,
        "What this would change has been changed since.",
        meaning="Nothing was changed now, so that the newer change is not lost.",
        action="Look at it as it is now, then decide again.",
    )

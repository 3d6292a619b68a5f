"""Row changes with their images before and after: what a journal entry needs to be undone and redone exactly.

Works on the stored values themselves (numbers and text), so an image read back years later means the same.
"""

from collections.abc import Mapping, Sequence
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
        before = self._read(table.name, dict(key))
        if before is None:
            raise changed_meanwhile()
        after = {**before, **self._stored(table, values)}
        if after != before:
            self._update(table.name, dict(key), after)
            self.changes.append(RowChange(table.name, dict(key), before, after))

    def delete(self, table: sa.Table, key: Mapping[str, Any]) -> None:
        """Remove one row, if it is there."""
        before = self._read(table.name, dict(key))
        if before is not None:
            self._delete(table.name, dict(key))
            self.changes.append(RowChange(table.name, dict(key), before, None))

    def apply(self, changes: Sequence[RowChange], *, backwards: bool) -> None:
        """Undo (*backwards*) or redo *changes*. Refused when any row is no longer as the journal left it."""
        for change in reversed(changes) if backwards else changes:
            expected, wanted = (change.after, change.before) if backwards else (change.before, change.after)
            if self._read(change.table, change.key) != expected:
                raise changed_meanwhile()
            if wanted is None:
                self._delete(change.table, change.key)
            elif expected is None:
                self._insert(change.table, [wanted])
            else:
                self._update(change.table, change.key, wanted)

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

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        names = list(rows[0])
        marks = ", ".join("?" for _ in names)
        columns = ", ".join(f'"{name}"' for name in names)
        statement = f"INSERT INTO {self._tables[table].name} ({columns}) VALUES ({marks})"
        self._run.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])

    def _update(self, table: str, key: Row, values: Row) -> None:
        where, bound = _where(key)
        changed = ", ".join(f'"{name}" = ?' for name in values)
        self._run.exec_driver_sql(
            f"UPDATE {self._tables[table].name} SET {changed} WHERE {where}", (*values.values(), *bound)
        )

    def _delete(self, table: str, key: Row) -> None:
        where, values = _where(key)
        self._run.exec_driver_sql(f"DELETE FROM {self._tables[table].name} WHERE {where}", values)


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

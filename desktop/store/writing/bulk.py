"""Many rows at once: the driver's own executemany, without Core's look at every value of every row on its way."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from desktop.store.sqltypes import Instant

_INSTANT = Instant()


def insert_rows(run: sa.Connection, statement: sa.Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute *statement*, an INSERT in whatever form, once for each of *rows*; they have the same keys.

    Values go to the driver as they are, instants apart: columns of a type that must be translated are not for this.
    What a statement comes to is kept, so one that is used again and again should be made once.
    """
    if not rows:
        return
    text, names, instants = _compiled(statement, run.dialect, tuple(rows[0]))
    pick = itemgetter(*names)
    values = []
    for row in rows:
        picked = list(pick(row))
        for at in instants:
            picked[at] = _INSTANT.process_bind_param(picked[at], run.dialect)
        values.append(tuple(picked))
    run.exec_driver_sql(text, values)


@lru_cache(maxsize=64)
def _compiled(
    statement: sa.Insert, dialect: sa.Dialect, keys: tuple[str, ...]
) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """Return a statement as text, the names of its places in order, and which of them take instants."""
    compiled = statement.compile(dialect=dialect, column_keys=list(keys))
    names = tuple(compiled.positiontup or [])
    columns = statement.table.columns
    return compiled.string, names, tuple(at for at, name in enumerate(names) if isinstance(columns[name].type, Instant))

"""Many rows at once: the driver's own executemany, without Core's look at every value of every row on its way."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from desktop.store.sqltypes import Instant

_INSTANT = Instant()


def insert_rows(run: sa.Connection, statement: sa.Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute *statement*, an INSERT in whatever form, once for each of *rows*; they have the same keys.

    Values go to the driver as they are, instants apart: columns of a type that must be translated are not for this.
    """
    if not rows:
        return
    compiled = statement.compile(dialect=run.dialect, column_keys=list(rows[0]))
    names = compiled.positiontup or []
    columns = statement.table.columns
    instants = [at for at, name in enumerate(names) if isinstance(columns[name].type, Instant)]
    pick = itemgetter(*names)
    values = []
    for row in rows:
        picked = list(pick(row))
        for at in instants:
            picked[at] = _INSTANT.process_bind_param(picked[at], run.dialect)
        values.append(tuple(picked))
    run.exec_driver_sql(compiled.string, values)

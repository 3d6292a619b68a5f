"""What a database is made of, for comparing schemas and contents."""

from pathlib import Path

from desktop.store.engines import connect
from tests.helpers.mails import KEY

RELEASED = Path(__file__).parents[2] / "data" / "schema"
"""One file per released schema: its statements and a few rows, as that version made them. Never edited."""


def statements(path: Path) -> list[str]:
    """Return the schema of the database at *path*, the index's own inner tables left out."""
    connection = connect(path, KEY, read_only=True)
    try:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'email_fts_%' "
            "AND name != 'alembic_version' ORDER BY type DESC, name"
        )
        return [str(sql) for (sql,) in rows]
    finally:
        connection.close()


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    connection = connect(path, KEY, read_only=True)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in sorted(names)}
    finally:
        connection.close()


def build_released(schema: str, path: Path) -> None:
    """Make the database of a released schema, with its rows."""
    connection = connect(path, KEY)
    try:
        connection.executescript((RELEASED / f"{schema}.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()

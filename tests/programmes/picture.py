"""What a database says, without what may differ between two runs that came to the same: row numbers, times, the log.

Every table is in the picture, also one that is added later; what is left out is named here with its reason.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from desktop.domain.attachments import StretchState
from desktop.domain.refset import RefSet
from desktop.security.sealed_files import Written, pieces_of
from desktop.store.attachment_files import FOLDER_NAME
from desktop.store.engines import connect
from desktop.store.opening import DATABASE_NAME
from desktop.store.writing.numbers import NEXT

Row = Mapping[str, Any]
Picture = dict[str, Counter[tuple[Any, ...]]]

LEFT_OUT = {
    "run": "one row for each run, also for one that was stopped",
    "audit": "one row for each audit that came to its end",
    "event": "the log says what happened, and more happened",
    "cursor_range": "compared as sets of numbers, not as rows",
    "freshness": "how often and when somebody looked",
    "alembic_version": "the schema",
    "backfill_before": "images of rows, with their numbers",
}
FIGURES = ("stored", "review", "unfiled", "duplicates", "missing", "failed", "skipped")
"""What a backfill has counted; one more try may bring what the first one did not."""

COLUMNS_LEFT_OUT = {
    "backfill": {"total", "by_day", "since", *FIGURES},  # what was left to come; the sum is compared
    "mailbox": {"synced_from"},  # depends on when a backfill was begun; the invariants know what it has to be
    "ledger": {"attempts"},
    "stretch": {"file", "key", "tries", "reason"},  # the name and the key are made by chance; the content is compared
    "journal": {"changes"},  # images of rows, with their numbers
    "health": {"last_try", "last_sync", "counted_from", "retry_at", "failing_since"},
}
KEYS = {
    "mailbox": "SELECT id, address FROM mailbox",
    "folder": "SELECT f.id, m.address || '/' || f.name FROM folder f JOIN mailbox m ON m.id = f.mailbox_id",
    "email": "SELECT id, identity FROM email",
    "customer": "SELECT id, name FROM customer",
    "tag": "SELECT id, key FROM tag",
    "ledger": "SELECT id, folder_id || '/' || epoch || '/' || ref FROM ledger",
}
"""What a row is called whatever its number is."""


def picture(profile: Path, key_hex: str, *, only_live: bool = False) -> Picture:
    """Return the rows of every table, by table.

    With *only_live* mail that is no longer on the server, and places of the past, are left out: when a server changes
    while it is read, it depends on the moment whether something was seen before it went.
    """
    connection = connect(profile / DATABASE_NAME, key_hex, read_only=True)
    try:
        connection.execute("BEGIN")
        return _Painter(profile, connection.execute, only_live=only_live).paint()
    finally:
        connection.close()


def differences(wanted: Picture, found: Picture) -> list[str]:
    """Say table by table what one has and the other has not; nothing when they are the same."""
    told = []
    for table in sorted({*wanted, *found}):
        lacking = wanted.get(table, Counter()) - found.get(table, Counter())
        surplus = found.get(table, Counter()) - wanted.get(table, Counter())
        told += [f"{table} lacks {row}" for row in list(lacking)[:3]]
        told += [f"{table} has {row}" for row in list(surplus)[:3]]
    return told


class _Painter:
    """Reads one consistent state."""

    def __init__(self, profile: Path, execute: Callable[[str], Any], *, only_live: bool) -> None:
        self._profile = profile
        self._execute = execute
        self._names = {table: dict(execute(statement).fetchall()) for table, statement in KEYS.items()}
        self._dead = self._dead_emails() if only_live else set()
        self._only_live = only_live

    def paint(self) -> Picture:
        tables = [
            name
            for (name,) in self._execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'email_fts%'"
                " AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
            if name not in LEFT_OUT
        ]
        painted = {table: Counter(map(_as_tuple, self._rows(table))) for table in tables}
        return painted if self._only_live else {**painted, "cursor": self._cursors()}

    def _dead_emails(self) -> set[int]:
        live = "SELECT email_id FROM ledger WHERE gone_at IS NULL AND email_id IS NOT NULL"
        return {number for (number,) in self._execute(f"SELECT id FROM email WHERE id NOT IN ({live})")}

    def _rows(self, table: str) -> list[dict[str, Any]]:
        cursor = self._execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        rows = [
            row for row in rows if table != "meta" or row["key"] != NEXT
        ]  # how many there were, counting those tried
        return [self._plain(table, row) for row in rows if not self._is_past(table, row)]

    def _is_past(self, table: str, row: Row) -> bool:
        if not self._only_live:
            return False
        number = row["id"] if table == "email" else row.get("email_id")
        return number in self._dead or row.get("gone_at") is not None

    def _plain(self, table: str, row: Row) -> dict[str, Any]:
        dropped = COLUMNS_LEFT_OUT.get(table, set())
        found = {name: value for name, value in row.items() if name not in dropped and not _is_moment(table, name)}
        for name, value in found.items():
            if name.endswith("_id") and name.removesuffix("_id") in self._names and value is not None:
                found[name] = self._names[name.removesuffix("_id")][value]
        if table == "backfill":
            found["reached"] = row["reached"] == row["since"]
            found["brought"] = sum(row[name] for name in FIGURES if name not in {"review", "unfiled"})
        if table == "email_body":
            found["details"] = _SAID.sub("", row["details"])
        if table == "stretch":
            found |= self._file(row)
        if "gone_at" in row:
            found["gone"] = row["gone_at"] is not None
        if self._only_live and table == "ledger" and row["email_id"] is not None:
            del found["code"], found["reason"]  # that it was known from before depends on what was seen before
        return found

    def _file(self, row: Row) -> dict[str, Any]:
        """What a file holds when it is here; how far one goes that waits depends on when somebody stopped it."""
        if row["state"] != StretchState.HERE.value:
            return dict.fromkeys(("arrived", "stored", "chunks"), 0)
        path = self._profile / FOLDER_NAME / row["file"]
        made = hashlib.sha256()
        for piece in pieces_of(path, row["key"], Written(row["stored"], row["chunks"])):
            made.update(piece)
        return {"stored": 0, "chunks": 0, "content": made.hexdigest()}

    def _cursors(self) -> Counter[tuple[Any, ...]]:
        covered: dict[tuple[int, str], RefSet] = {}
        for folder, epoch, first, last in self._execute("SELECT * FROM cursor_range"):
            known = covered.get((folder, epoch), RefSet())
            covered[folder, epoch] = known | RefSet.of(range(first, last + 1))
        current = dict(self._execute("SELECT id, epoch FROM folder").fetchall())
        return Counter(
            (self._names["folder"][folder], epoch, str(refs))
            for (folder, epoch), refs in covered.items()
            if current[folder] == epoch
        )


_SAID = re.compile(r'"suggestions":\[[^\]]*\],?')
"""Whom a mail may belong to depends on what had been filed when it was judged; the queue asks anew."""


def _is_moment(table: str, name: str) -> bool:
    """Tell whether a column holds a row's number or the time of something we did; a mail's own times count."""
    if name in {"id", "at"}:
        return True
    return name.endswith("_at") and name not in {"received_at", "sent_at"}


def _as_tuple(row: Row) -> tuple[Any, ...]:
    return tuple(sorted((name, value) for name, value in row.items()))

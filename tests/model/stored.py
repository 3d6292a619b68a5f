"""What the database holds, read with plain SQL of its own: the checks trust no query of the program."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zstandard

from desktop.store.engines import connect
from desktop.store.opening import DATABASE_NAME
from desktop.store.writing.numbers import NEXT
from tests.model.letters import serial_in

Row = Mapping[str, Any]
VERDICT = ("status", "code", "reason", "customer_id", "confidence", "decided_by", "needs_review")
NOT_COMPARED = {"run", "event", "health", "freshness"}
"""Tables that a sync writes even when nothing has happened."""

TELLING = {"backfill", "journal", "event", "run", "alembic_version"}
"""Tables that tell what happened: they only ever grow, also when a backfill is taken back."""

_EMAILS = "SELECT e.*, b.raw FROM email e LEFT JOIN email_body b ON b.email_id = e.id ORDER BY e.id"
_LEDGER = "SELECT * FROM ledger ORDER BY id"
_FOLDERS = (
    "SELECT f.id, f.name, f.epoch, f.uid_next, f.exists_count, m.address FROM folder f "
    "JOIN mailbox m ON m.id = f.mailbox_id ORDER BY f.id"
)
_UNSEARCHABLE = "SELECT id FROM email WHERE id NOT IN (SELECT id FROM email_fts_docsize)"


@dataclass(frozen=True, slots=True)
class Stored:
    """One state of the database. ``serials`` has the hidden serial of each email (-1: no bytes)."""

    emails: dict[int, Row]
    serials: dict[int, int]
    ledger: list[Row]
    ranges: list[Row]
    cursors: list[Row]
    decisions: dict[int, list[Row]]
    outbox: dict[int, list[Row]]
    folders: dict[int, Row]
    customers: list[Row]
    addresses: list[Row]
    mailboxes: dict[str, Row]
    backfills: dict[int, Row]
    unsearchable: set[int] = field(default_factory=set)
    stretches: list[Row] = field(default_factory=list)

    def owners(self, address: str) -> set[int]:
        """Return the customers that have *address*."""
        return {row["customer_id"] for row in self.addresses if row["address"] == address}

    def by_person(self) -> dict[int, tuple[Any, ...]]:
        """Return the verdicts that a person gave."""
        return {number: verdict(row) for number, row in self.emails.items() if row["decided_by"] == "person"}


def verdict(row: Row) -> tuple[Any, ...]:
    """Return what an email row says about where it belongs."""
    return tuple(row[name] for name in VERDICT)


class Peephole:
    """A connection of its own to a profile's database, read-only."""

    def __init__(self, profile: Path, key_hex: str) -> None:
        self._connection = connect(profile / DATABASE_NAME, key_hex, read_only=True)

    def close(self) -> None:
        self._connection.close()

    def look(self) -> Stored:
        """Read everything the checks ask about."""
        rows = self._rows
        self._connection.execute("BEGIN")
        try:
            emails = {row["id"]: row for row in rows(_EMAILS)}
            return Stored(
                emails=emails,
                serials={number: _serial(row["raw"]) for number, row in emails.items()},
                ledger=rows(_LEDGER),
                ranges=rows("SELECT * FROM ledger_range"),
                cursors=rows("SELECT * FROM cursor_range"),
                decisions=_by_email(rows("SELECT * FROM decision ORDER BY id")),
                outbox=_by_email(rows("SELECT * FROM outbox ORDER BY id")),
                folders={row["id"]: row for row in rows(_FOLDERS)},
                customers=rows("SELECT * FROM customer ORDER BY id"),
                addresses=rows("SELECT * FROM customer_address ORDER BY address, customer_id"),
                mailboxes={row["address"]: row for row in rows("SELECT * FROM mailbox")},
                backfills={row["id"]: row for row in rows("SELECT * FROM backfill")},
                unsearchable={row["id"] for row in rows(_UNSEARCHABLE)},
                stretches=rows("SELECT * FROM stretch ORDER BY email_id, position"),
            )
        finally:
            self._connection.execute("ROLLBACK")

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table that an idle sync must leave alone."""
        named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [name for (name,) in self._connection.execute(named) if name not in NOT_COMPARED]
        return {name: self._comparable(name) for name in tables}

    def fingerprint(self) -> dict[str, str]:
        """A hash of each table's rows, but for those that tell what happened; of the index, what can be found in it."""
        ask = self._connection.execute
        names = [name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in names if not name.startswith("email_fts") and name not in TELLING]
        rows = {name: sorted(ask(f"SELECT * FROM {name}"), key=repr) for name in tables}
        rows["meta"] = [row for row in rows["meta"] if row[0] != NEXT]  # a number is not given twice, whatever went
        rows["email_fts"] = list(ask("SELECT id FROM email_fts_docsize ORDER BY id"))
        rows["found"] = list(ask("SELECT rowid FROM email_fts WHERE email_fts MATCH 'customer' ORDER BY rowid"))
        return {name: hashlib.sha256(repr(held).encode()).hexdigest() for name, held in rows.items()}

    def _comparable(self, table: str) -> list[tuple[Any, ...]]:
        rows = self._rows(f'SELECT * FROM "{table}"')
        when_looked = {"listed_at"} if table == "folder" else set()
        return [tuple(value for name, value in row.items() if name not in when_looked) for row in rows]

    def _rows(self, statement: str) -> list[Row]:
        cursor = self._connection.execute(statement)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def _serial(packed: bytes | None) -> int:
    return -1 if packed is None else serial_in(zstandard.decompress(packed))


def _by_email(rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["email_id"], []).append(row)
    return found

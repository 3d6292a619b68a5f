"""Writes the sync log: runs and events, bounded."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.activity import brought_words
from desktop.domain.errors import AppError
from desktop.domain.health import Finding
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.store.sqltypes import stored_instant
from desktop.store.tables import event, run

PRUNED_EVERY = 100
"""The log is cut back at every so many syncs: it may be that much longer than it is to be."""

_SYNCED = ReasonCode.SYNCED.value


class RecordWriter:
    """Runs and events."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def begin_run(self, mailbox_id: MailboxId, at: datetime) -> int:
        """Note that a sync has begun; returns its number."""
        made = self._run.execute(sa.insert(run).values(mailbox_id=mailbox_id, started_at=at, code="", receipt="{}"))
        return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0

    def end_run(self, number: int, code: str, receipt: dict[str, object], at: datetime) -> None:
        """Note how a sync ended, with its receipt. What the log was told of it before (by its mailbox and code, at this
        very instant) is told on its line; a sync that came to the same as the one before it shares that one's line.
        """
        mailbox_id = self._run.execute(sa.select(run.c.mailbox_id).where(run.c.id == number)).scalar()
        if mailbox_id is None:  # the clock was set ahead meanwhile, and it was cut off as too old
            return
        told = sa.update(event).where(event.c.mailbox_id == mailbox_id, event.c.at == at, event.c.code == code)
        is_told = self._run.execute(told.values(run_id=number, line=None)).rowcount > 0
        brought = brought_words(receipt)
        values = {"ended_at": at, "code": code, "receipt": json.dumps(receipt), "brought": brought}
        stands_alone = bool(brought) or (code == _SYNCED and is_told)
        values["line"] = number if stands_alone else self._line_before(number, mailbox_id, code) or number
        values["event_id"] = None if code == _SYNCED else self._explaining(mailbox_id, code, at)
        self._run.execute(sa.update(run).where(run.c.id == number).values(**values))

    def say(self, level: str, what: str, at: datetime, *, mailbox_id: MailboxId | None = None, code: str = "") -> None:
        """Add an entry without advice."""
        self._add(level, at, mailbox_id, (code, what, "", ""))

    def say_error(self, error: AppError, at: datetime, *, mailbox_id: MailboxId | None, level: str = "error") -> None:
        """Add an entry in three parts: what happened, what it means, what to do."""
        self._add(level, at, mailbox_id, (error.code.value, error.what, error.meaning, error.action))

    def say_finding(self, finding: Finding, at: datetime, *, mailbox_id: MailboxId, level: str) -> None:
        """Add an entry about a mailbox's health, in the same three parts."""
        self._add(level, at, mailbox_id, (finding.code, finding.what, finding.meaning, finding.action))

    def prune(self, *, before: datetime, keep: int) -> None:
        """Drop entries and syncs older than *before*, and all but the newest *keep* of each."""
        floor = sa.select(sa.func.max(event.c.id) - keep).scalar_subquery()
        self._run.execute(sa.delete(event).where((event.c.at < before) | (event.c.id <= floor)))
        floor = sa.select(sa.func.max(run.c.id) - keep).scalar_subquery()
        is_old = sa.func.coalesce(run.c.ended_at, run.c.started_at) < before
        self._run.execute(sa.delete(run).where(is_old | (run.c.id <= floor)))

    def _add(self, level: str, at: datetime, mailbox_id: MailboxId | None, parts: tuple[str, str, str, str]) -> None:
        code, what, meaning, action = parts
        values = {"at": at, "level": level, "mailbox_id": mailbox_id, "code": code, "what": what}
        before = None if level == "debug" else self._entry_before(mailbox_id)
        made = self._run.execute(sa.insert(event).values(**values, meaning=meaning, action=action))
        number = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
        if level != "debug":
            line = before.line if before is not None and before.what == what else number
            self._run.execute(sa.update(event).where(event.c.id == number).values(line=line))

    # --- what shares a line -------------------------------------------------------------------------------------------

    def _entry_before(self, mailbox_id: MailboxId | None) -> sa.Row[Any] | None:
        """Return line and words of the newest entry of a mailbox that has a line of its own."""
        sql = (
            "SELECT line, what FROM event NOT INDEXED "
            "WHERE mailbox_id IS :mailbox_id AND line IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
        return self._run.exec_driver_sql(sql, {"mailbox_id": mailbox_id}).first()

    def _line_before(self, number: int, mailbox_id: int, code: str) -> int | None:
        """Return the line of the sync before, when that came to the same *code*, brought nothing and told nothing."""
        sql = (
            "SELECT id, line, code, brought, ended_at FROM run NOT INDEXED "
            "WHERE mailbox_id = :mailbox_id AND id < :number ORDER BY id DESC LIMIT 1"
        )
        before = self._run.exec_driver_sql(sql, {"mailbox_id": mailbox_id, "number": number}).first()
        if before is None or before.ended_at is None or before.brought or before.code != code:
            return None
        if code == _SYNCED and self._run.execute(sa.select(event.c.id).where(event.c.run_id == before.id)).first():
            return None
        return int(before.line)

    def _explaining(self, mailbox_id: int, code: str, at: datetime) -> int | None:
        """Return the newest entry that says in sentences what *code* is about in a mailbox."""
        sql = (
            "SELECT id FROM event WHERE mailbox_id = :mailbox_id AND code = :code AND at <= :at "
            "AND level IN ('warning', 'error') ORDER BY at DESC, id DESC LIMIT 1"
        )
        values = {"mailbox_id": mailbox_id, "code": code, "at": stored_instant(at)}
        found = self._run.exec_driver_sql(sql, values).scalar()
        return None if found is None else int(found)

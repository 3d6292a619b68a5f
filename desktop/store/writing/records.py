"""Writes the sync log: runs and events, bounded."""

import json
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.errors import AppError
from desktop.domain.health import Finding
from desktop.domain.ids import MailboxId
from desktop.store.tables import event, run


class RecordWriter:
    """Runs and events."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def begin_run(self, mailbox_id: MailboxId, at: datetime) -> int:
        """Note that a sync has begun; returns its number."""
        made = self._run.execute(sa.insert(run).values(mailbox_id=mailbox_id, started_at=at, code="", receipt="{}"))
        return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0

    def end_run(self, number: int, code: str, receipt: dict[str, object], at: datetime) -> None:
        """Note how a sync ended, with its receipt."""
        values = {"ended_at": at, "code": code, "receipt": json.dumps(receipt)}
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
        """Drop entries older than *before* and all but the newest *keep*."""
        floor = sa.select(sa.func.max(event.c.id) - keep).scalar_subquery()
        self._run.execute(sa.delete(event).where((event.c.at < before) | (event.c.id <= floor)))
        floor = sa.select(sa.func.max(run.c.id) - keep).scalar_subquery()
        self._run.execute(sa.delete(run).where((run.c.started_at < before) | (run.c.id <= floor)))

    def _add(self, level: str, at: datetime, mailbox_id: MailboxId | None, parts: tuple[str, str, str, str]) -> None:
        code, what, meaning, action = parts
        self._run.execute(
            sa.insert(event).values(
                at=at, level=level, mailbox_id=mailbox_id, code=code, what=what, meaning=meaning, action=action
            )
        )

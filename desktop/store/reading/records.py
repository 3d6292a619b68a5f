"""Questions about the sync log and the journal."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import sqlalchemy as sa

from desktop.domain.activity import ActivityFilter
from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.domain.rows import EventRow, JournalRow
from desktop.store.reading.log_search import BROKEN_OFF, NOTHING_LOST, SYNC_AGAIN, fits, on_entries, on_syncs
from desktop.store.sqltypes import read_instant
from desktop.store.tables import event, journal

_JOURNAL = [journal.c[name] for name in JournalRow.__slots__]
"""The columns of a row: an import's images of the rows it changed are megabytes, and no list shows them."""

EVERYTHING = ActivityFilter()
LEVELS = ("debug", "info", "warning", "error")
MAY_RUN = "A sync has begun and is not over."


class RecordQueries:
    """Newest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def events(self, wanted: ActivityFilter = EVERYTHING, *, level: str = "info", limit: int) -> Sequence[EventRow]:
        """Return the newest entries of *level* or graver that fit *wanted*, those told on a sync's line too."""
        narrowed = on_entries(wanted, None, self._run, lines=False)
        graver = narrowed.any_of(LEVELS[LEVELS.index(level) :])
        sql = (
            "SELECT event.id, event.at, level, coalesce(mailbox.address, ''), code, what, meaning, action, run_id "
            "FROM event LEFT JOIN mailbox ON mailbox.id = event.mailbox_id "
            f"WHERE {narrowed.condition} AND level IN {graver} ORDER BY event.id DESC LIMIT {int(limit)}"
        )
        rows = self._run.exec_driver_sql(sql, narrowed.values)
        return [EventRow(number, read_instant(at), *others) for number, at, *others in rows]

    def unended(
        self, wanted: ActivityFilter = EVERYTHING, *, level: str = "info", has_writer: bool, limit: int
    ) -> Sequence[EventRow]:
        """Return the newest syncs without an end that fit *wanted*, as entries.

        While somebody writes to the profile, the newest sync of a mailbox may run; all others ended with the program.
        """
        narrowed = on_syncs(replace(wanted, search=""), None, self._run)
        sql = (
            "SELECT run.id, run.started_at, mailbox.address, "
            "run.id = (SELECT max(id) FROM run AS newer WHERE newer.mailbox_id = run.mailbox_id) AS is_newest "
            "FROM run JOIN mailbox ON mailbox.id = run.mailbox_id "
            f"WHERE run.ended_at IS NULL AND {narrowed.condition} ORDER BY run.id DESC"
        )
        found = self._run.exec_driver_sql(sql, narrowed.values)
        rows = (_unended(number, at, mailbox, may_run=has_writer and newest) for number, at, mailbox, newest in found)
        graver = LEVELS[LEVELS.index(level) :]
        fitting = (row for row in rows if fits(wanted, row.mailbox, row.what, row.meaning, row.action))
        return [*islice((row for row in fitting if row.level in graver), limit)]

    def has_said(self, mailbox_id: MailboxId, error: AppError) -> bool:
        """Tell whether the log has an entry about *mailbox_id* with the code and the words of *error*."""
        same = (event.c.mailbox_id == mailbox_id) & (event.c.code == error.code.value) & (event.c.what == error.what)
        return self._run.execute(sa.select(event.c.id).where(same).limit(1)).first() is not None

    def journal(self, *, limit: int) -> Sequence[JournalRow]:
        """Return the newest commands, undone ones too."""
        query = sa.select(*_JOURNAL).order_by(journal.c.id.desc()).limit(limit)
        return [JournalRow(**row) for row in self._run.execute(query).mappings()]

    def undoable(self) -> JournalRow | None:
        """Return the command that undo would take back, or None."""
        return self._newest_of(journal.c.state == "done", journal.c.id.desc())

    def redoable(self) -> JournalRow | None:
        """Return the command that redo would do again, or None."""
        return self._newest_of(journal.c.state == "undone", journal.c.id)

    def _newest_of(self, where: sa.ColumnElement[bool], order: sa.ColumnElement[int]) -> JournalRow | None:
        query = sa.select(*_JOURNAL).where(where).order_by(order).limit(1)
        row = self._run.execute(query).mappings().first()
        return JournalRow(**row) if row is not None else None


def _unended(run: int, at: int, mailbox: str, *, may_run: bool) -> EventRow:
    level, what = ("info", MAY_RUN) if may_run else ("warning", f"{BROKEN_OFF}.")
    meaning, action = ("", "") if may_run else (NOTHING_LOST, SYNC_AGAIN)
    return EventRow(None, read_instant(at), level, mailbox, "", what, meaning, action, run)

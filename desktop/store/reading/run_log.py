"""Syncs and log entries as lines, newest first: what repeats itself is one line, however often it happened.

A sync that failed or found nothing new stands with those of its mailbox before it that came to the same. What the log
says of a sync is told on the sync's own line. Which line something belongs to is decided when it is written, so that a
line is the same after a restart and under every filter.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa

from desktop.domain.activity import ActivityFilter, ActivityRow, Fix, Level, Outcome
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import PASSING, advice_of, fix_of, outcome_of, words_of
from desktop.store.reading.log_search import (
    BROKEN_OFF,
    EVENT_LEVELS,
    EVENT_OUTCOMES,
    NOTHING_LOST,
    NOTHING_NEW,
    SYNC_AGAIN,
    on_entries,
    on_syncs,
)
from desktop.store.reading.problems import PARKED_ACTION, PARKED_MEANING
from desktop.store.sqltypes import read_instant, stored_instant

_SYNCED = ReasonCode.SYNCED.value


class _Run(NamedTuple):
    id: int
    mailbox_id: int
    mailbox: str
    at: int
    started_at: int
    ended_at: int | None
    code: str
    brought: str
    seconds: float | None
    line: int | None
    is_newest: int
    happened: str | None
    meaning: str | None
    action: str | None


class _Event(NamedTuple):
    id: int
    mailbox_id: int | None
    mailbox: str
    at: int
    level: str
    code: str
    what: str
    meaning: str
    action: str
    line: int | None


class RunLog:
    """Lines of syncs, of entries and of messages set aside that fit *wanted* and are older than the stored instant
    *before*; each stream is newest first, and read as far as asked.
    """

    def __init__(self, connection: sa.Connection, wanted: ActivityFilter, before: int | None) -> None:
        self._run = connection
        self._wanted = wanted
        self._before = before

    def syncs(self) -> Iterator[ActivityRow]:
        """Yield a line for each sync, or for several alike in a row."""
        narrowed = on_syncs(self._wanted, self._before, self._run)
        sql = (
            f"{narrowed.prelude}SELECT run.id, run.mailbox_id, mailbox.address, "
            "coalesce(run.ended_at, run.started_at) AS ended, run.started_at, run.ended_at, run.code, run.brought, "
            "run.receipt ->> '$.seconds', run.line, CASE WHEN run.ended_at IS NULL THEN "
            "run.id = (SELECT max(id) FROM run AS newer WHERE newer.mailbox_id = run.mailbox_id) ELSE 0 END, "
            "event.what, event.meaning, event.action "
            "FROM run JOIN mailbox ON mailbox.id = run.mailbox_id LEFT JOIN event ON event.id = run.event_id "
            f"WHERE {narrowed.condition} ORDER BY coalesce(run.ended_at, run.started_at) DESC, run.id DESC"
        )
        with closing(self._run.exec_driver_sql(sql, narrowed.values)) as rows:
            for values in rows:
                line = self._line_of(_Run(*values))
                if not self._wanted.levels or line.level in self._wanted.levels:
                    yield line

    def entries(self) -> Iterator[ActivityRow]:
        """Yield a line for each entry that belongs to no sync; the same entry again and again is one."""
        narrowed = on_entries(self._wanted, self._before, self._run)
        sql = (
            f"{narrowed.prelude}SELECT event.id, event.mailbox_id, coalesce(mailbox.address, ''), event.at, level, "
            "code, what, meaning, action, line "
            "FROM event LEFT JOIN mailbox ON mailbox.id = event.mailbox_id "
            f"WHERE {narrowed.condition} ORDER BY event.at DESC, event.id DESC"
        )
        with closing(self._run.exec_driver_sql(sql, narrowed.values)) as rows:
            for values in rows:
                event = _Event(*values)
                yield _entry_line(event, self._alike("event", "at", event.line))

    def parked(self) -> Iterator[ActivityRow]:
        """Yield a line for each batch in which messages could not be read, as long as nobody has decided on them."""
        sql = (
            "SELECT email.mailbox_id, mailbox.address, stored_at, count(*), min(email.id), min(reason) "
            "FROM email INDEXED BY ix_email_open JOIN mailbox ON mailbox.id = email.mailbox_id "
            "WHERE status = 'error' AND status != 'synced' AND (:mailbox_id IS NULL OR email.mailbox_id = :mailbox_id) "
            "GROUP BY email.mailbox_id, stored_at ORDER BY stored_at DESC"
        )
        with closing(self._run.exec_driver_sql(sql, {"mailbox_id": self._wanted.mailbox_id})) as rows:
            for row in rows:
                if self._is_in_time(row[0], row[2]):
                    yield _parked_line(tuple(row))

    def _is_in_time(self, mailbox_id: int, at: int) -> bool:
        wanted = self._wanted
        if wanted.run is not None and not self._was_during(wanted.run, mailbox_id, at):
            return False
        is_older = self._before is None or at < self._before
        is_since = wanted.since is None or at >= stored_instant(wanted.since)
        return is_older and is_since and (wanted.until is None or at < stored_instant(wanted.until))

    def _was_during(self, number: int, mailbox_id: int, at: int) -> bool:
        sql = (
            "SELECT 1 FROM run WHERE id = :id AND mailbox_id = :mailbox_id AND started_at <= :at "
            "AND (ended_at IS NULL OR ended_at >= :at)"
        )
        return self._run.exec_driver_sql(sql, {"id": number, "mailbox_id": mailbox_id, "at": at}).first() is not None

    def _alike(self, table: str, begun: str, line: int | None) -> tuple[int, int] | None:
        """Return how many share a line and when the first of them began; None where a line is one thing alone."""
        if line is None or self._wanted.run is not None:
            return None
        counted = f"SELECT count(*), min(id) FROM {table} WHERE line = :line"
        count, first = self._run.exec_driver_sql(counted, {"line": line}).one()
        since = self._run.exec_driver_sql(f"SELECT {begun} FROM {table} WHERE id = :id", {"id": first}).scalar_one()
        return count, since

    def _line_of(self, run: _Run) -> ActivityRow:
        count, since = self._alike("run", "started_at", run.line) or (1, run.started_at)
        line = ActivityRow(
            key=f"run:{run.line or run.id}",
            at=read_instant(run.at),
            level=Level.DONE,
            outcome=Outcome.RUNNING,
            mailbox_id=MailboxId(run.mailbox_id),
            mailbox=run.mailbox,
            what="Syncing",
            count=count,
            since=read_instant(since),
            run=run.id,
            seconds=run.seconds,
            code=run.code,
        )
        if run.ended_at is None:
            stopped = replace(line, level=Level.ATTENTION, outcome=Outcome.STOPPED, what=BROKEN_OFF, fix=Fix.SYNC)
            stopped = replace(stopped, happened=f"{BROKEN_OFF}.", meaning=NOTHING_LOST, action=SYNC_AGAIN)
            return line if run.is_newest and run.mailbox_id in self._wanted.running else stopped
        outcome, level = outcome_of(run.code)
        line = replace(line, outcome=outcome, level=level, fix=fix_of(run.code), what=words_of(run.code))
        if run.code == _SYNCED:
            return self._with_notes(replace(line, what=run.brought or NOTHING_NEW), run)
        if run.brought:
            line = replace(line, what=f"{run.brought}; then: {line.what}")
        if line.level is Level.DONE:
            return line
        meaning, action = advice_of(run.code)
        happened = run.happened or f"{words_of(run.code)}."
        return replace(line, happened=happened, meaning=run.meaning or meaning, action=run.action or action)

    def _with_notes(self, line: ActivityRow, run: _Run) -> ActivityRow:
        """Add what the log says of a sync that went well, apart from its sums, which the line has already."""
        query = "SELECT what FROM event WHERE run_id = :run ORDER BY id"
        notes = [str(what) for (what,) in self._run.exec_driver_sql(query, {"run": run.id})]
        if not notes:
            return line
        if run.brought:
            return replace(line, happened=" ".join(notes[:-1]))
        return replace(line, what=" ".join(notes))


def _entry_line(event: _Event, alike: tuple[int, int] | None) -> ActivityRow:
    count, since = alike or (1, event.at)
    level, outcome = EVENT_LEVELS.get(event.level, Level.DONE), EVENT_OUTCOMES.get(event.level, Outcome.NOTED)
    if event.level == "error" and event.code in PASSING:
        outcome, level = outcome_of(event.code)
    is_trouble = level is not Level.DONE
    meaning, action = advice_of(event.code) if is_trouble else ("", "")
    return ActivityRow(
        key=f"event:{event.line or event.id}",
        at=read_instant(event.at),
        level=level,
        outcome=outcome,
        mailbox_id=None if event.mailbox_id is None else MailboxId(event.mailbox_id),
        mailbox=event.mailbox,
        what=event.what,
        count=count,
        since=read_instant(since),
        code=event.code,
        happened=event.what if is_trouble else "",
        meaning=event.meaning or meaning,
        action=event.action or action,
        fix=(fix_of(event.code) if event.code else Fix.SYNC) if is_trouble else Fix.NONE,
    )


def _parked_line(row: tuple[int, str, int, int, int, str]) -> ActivityRow:
    mailbox_id, address, at, count, email_id, reason = row
    subject = "1 email" if count == 1 else f"{count:,} emails"
    return ActivityRow(
        key=f"parked:{mailbox_id}:{at}",
        at=read_instant(at),
        level=Level.ATTENTION,
        outcome=Outcome.PARKED,
        mailbox_id=MailboxId(mailbox_id),
        mailbox=address,
        what=f"{subject} could not be read",
        since=read_instant(at),
        code=ReasonCode.UNPARSEABLE.value,
        happened=f"{subject} could not be read. {reason}" if count == 1 else f"{subject} could not be read.",
        meaning=PARKED_MEANING,
        action=PARKED_ACTION,
        fix=Fix.OPEN_EMAIL if count == 1 else Fix.SHOW_ERRORS,
        email_id=EmailId(email_id) if count == 1 else None,
    )

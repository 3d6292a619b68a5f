"""Syncs and log entries as lines, newest first: what repeats itself is one line, however often it happened.

A sync that failed or found nothing new stands with those of its mailbox before it that came to the same. What the log
says of a sync (by mailbox, code and the very instant of its end) is told on the sync's own line.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from desktop.domain.activity import ActivityRow, Fix, Level, Outcome
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.troubles import fix_of, outcome_of, words_of
from desktop.store.reading.problems import PARKED_ACTION, PARKED_MEANING, newest_words
from desktop.store.sqltypes import read_instant

BROKEN_OFF = "Broken off: Postroom was ended before the sync was over"
NOTHING_NEW = "Nothing new"
_FOUND = "EXISTS (SELECT 1 FROM json_each(run.receipt, '$.folders') WHERE value ->> 'fetched' > 0)"
_SAID = (
    "EXISTS (SELECT 1 FROM event WHERE event.mailbox_id = run.mailbox_id AND event.at = run.ended_at "
    "AND event.code = run.code)"
)
_IS_TOLD_ELSEWHERE = (
    "EXISTS (SELECT 1 FROM run WHERE run.mailbox_id = event.mailbox_id AND run.ended_at = event.at "
    "AND run.code = event.code)"
)
_SAYINGS = (
    ("fetched", "fetched"),
    ("matched", "matched"),
    ("review", "to review"),
    ("unfiled", "sent to no customer"),
    ("skipped", "left out"),
    ("parked", "parked"),
    ("duplicates", "here before"),
    ("missing", "not delivered"),
    ("manual_mode", "left to pick"),
)
_SUMMED = ("fetched", "stored", "review", "unfiled", "skipped", "parked", "duplicates", "missing", "manual_mode")
_SYNCED = ReasonCode.SYNCED.value


class _Run(NamedTuple):
    id: int
    mailbox_id: int
    mailbox: str
    at: int
    started_at: int
    ended_at: int | None
    code: str
    receipt: str
    found: int
    said: int


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


class RunLog:
    """Lines of syncs, of entries and of messages set aside; each stream is newest first, and read as far as asked."""

    def __init__(self, connection: sa.Connection, running: frozenset[MailboxId]) -> None:
        self._run = connection
        self._running = running

    def syncs(self, mailbox_id: MailboxId | None) -> Iterator[ActivityRow]:
        """Yield a line for each sync, or for several alike in a row."""
        sql = (
            "SELECT run.id, run.mailbox_id, mailbox.address, coalesce(ended_at, started_at), started_at, ended_at, "
            f"code, receipt, {_FOUND}, {_SAID} FROM run JOIN mailbox ON mailbox.id = run.mailbox_id "
            "WHERE :mailbox_id IS NULL OR run.mailbox_id = :mailbox_id "
            "ORDER BY coalesce(ended_at, started_at) DESC, run.id DESC"
        )
        told: dict[int, int] = {}
        newest = set(self._running)
        with closing(self._run.exec_driver_sql(sql, {"mailbox_id": mailbox_id})) as rows:
            for values in rows:
                run = _Run(*values)
                if run.id >= told.get(run.mailbox_id, run.id + 1):
                    continue
                first, count, since = self._alike(run)
                told[run.mailbox_id] = first
                is_running = run.ended_at is None and run.mailbox_id in newest
                newest.discard(MailboxId(run.mailbox_id))
                line = self._line_of(run, is_running=is_running)
                yield replace(line, key=f"run:{first}", count=count, since=read_instant(since))

    def entries(self, mailbox_id: MailboxId | None) -> Iterator[ActivityRow]:
        """Yield a line for each entry that belongs to no sync; the same entry again and again is one."""
        sql = (
            "SELECT event.id, event.mailbox_id, coalesce(mailbox.address, ''), at, level, code, what, meaning, action "
            "FROM event LEFT JOIN mailbox ON mailbox.id = event.mailbox_id "
            "WHERE level != 'debug' AND (:mailbox_id IS NULL OR event.mailbox_id = :mailbox_id) "
            f"AND NOT {_IS_TOLD_ELSEWHERE} ORDER BY event.id DESC"
        )
        told: dict[int | None, int] = {}
        with closing(self._run.exec_driver_sql(sql, {"mailbox_id": mailbox_id})) as rows:
            for values in rows:
                event = _Event(*values)
                if event.id >= told.get(event.mailbox_id, event.id + 1):
                    continue
                first, count, since = self._repeats(event)
                told[event.mailbox_id] = first
                yield _entry_line(event, (first, count, since))

    def parked(self, mailbox_id: MailboxId | None) -> Iterator[ActivityRow]:
        """Yield a line for each batch in which messages could not be read, as long as nobody has decided on them."""
        sql = (
            "SELECT email.mailbox_id, mailbox.address, stored_at, count(*), min(email.id), min(reason) "
            "FROM email INDEXED BY ix_email_open JOIN mailbox ON mailbox.id = email.mailbox_id "
            "WHERE status = 'error' AND status != 'synced' AND (:mailbox_id IS NULL OR email.mailbox_id = :mailbox_id) "
            "GROUP BY email.mailbox_id, stored_at ORDER BY stored_at DESC"
        )
        with closing(self._run.exec_driver_sql(sql, {"mailbox_id": mailbox_id})) as rows:
            for row in rows:
                yield _parked_line(tuple(row))

    # --- several alike ----------------------------------------------------------------------------------------------

    def _alike(self, run: _Run) -> tuple[int, int, int]:
        """Return the oldest of the syncs alike in a row, how many there are, and when the first began."""
        if run.found or run.ended_at is None or (run.code == _SYNCED and run.said):
            return run.id, 1, run.started_at
        alike = f"code = :code AND ended_at IS NOT NULL AND NOT {_FOUND}"
        if run.code == _SYNCED:
            alike += f" AND NOT {_SAID}"
        values = {"mailbox_id": run.mailbox_id, "id": run.id, "code": run.code}
        border = (
            "SELECT id FROM run NOT INDEXED WHERE mailbox_id = :mailbox_id AND id < :id "
            f"AND NOT ({alike}) ORDER BY id DESC LIMIT 1"
        )
        values["border"] = self._run.exec_driver_sql(border, values).scalar() or 0
        counted = (
            "SELECT min(id), count(*), min(started_at) FROM run NOT INDEXED "
            "WHERE mailbox_id = :mailbox_id AND id > :border AND id <= :id"
        )
        first, count, since = self._run.exec_driver_sql(counted, values).one()
        return first, count, since

    def _repeats(self, event: _Event) -> tuple[int, int, int]:
        mine = f"mailbox_id IS :mailbox_id AND level != 'debug' AND NOT {_IS_TOLD_ELSEWHERE}"
        values: dict[str, Any] = {"mailbox_id": event.mailbox_id, "id": event.id, "what": event.what}
        border = (
            f"SELECT id FROM event NOT INDEXED WHERE id < :id AND what != :what AND {mine} ORDER BY id DESC LIMIT 1"
        )
        values["border"] = self._run.exec_driver_sql(border, values).scalar() or 0
        counted = (
            f"SELECT min(id), count(*), min(at) FROM event NOT INDEXED WHERE id > :border AND id <= :id AND {mine}"
        )
        first, count, since = self._run.exec_driver_sql(counted, values).one()
        return first, count, since

    def _line_of(self, run: _Run, *, is_running: bool) -> ActivityRow:
        figures = json.loads(run.receipt)
        line = ActivityRow(
            key=f"run:{run.id}",
            at=read_instant(run.at),
            level=Level.DONE,
            outcome=Outcome.RUNNING,
            mailbox_id=MailboxId(run.mailbox_id),
            mailbox=run.mailbox,
            what="Syncing",
            since=read_instant(run.started_at),
            run=run.id,
            seconds=figures.get("seconds"),
            code=run.code,
        )
        if run.ended_at is None:
            stopped = replace(line, level=Level.ATTENTION, outcome=Outcome.STOPPED, what=BROKEN_OFF, fix=Fix.SYNC)
            return line if is_running else stopped
        outcome, level = outcome_of(run.code)
        line = replace(line, outcome=outcome, level=level, fix=fix_of(run.code), what=words_of(run.code))
        counted = _counted(figures) if run.found else ""
        if run.code == _SYNCED:
            return self._with_notes(replace(line, what=counted or NOTHING_NEW), run)
        if counted:
            line = replace(line, what=f"{counted}; then: {line.what}")
        said = newest_words(self._run, MailboxId(run.mailbox_id), run.code, run.at)
        return replace(line, happened=said.happened, meaning=said.meaning, action=said.action) if said else line

    def _with_notes(self, line: ActivityRow, run: _Run) -> ActivityRow:
        """Add what the log says of a sync that went well, apart from its sums, which the line has already."""
        if not run.said:
            return line
        query = "SELECT what FROM event WHERE mailbox_id = :mailbox_id AND at = :at AND code = :code ORDER BY id"
        values = {"mailbox_id": run.mailbox_id, "at": run.ended_at, "code": run.code}
        notes = [str(what) for (what,) in self._run.exec_driver_sql(query, values)]
        if run.found:
            return replace(line, happened=" ".join(notes[:-1]))
        return replace(line, what=" ".join(notes))


def _counted(figures: dict[str, Any]) -> str:
    """Say what a sync brought: ``34 fetched, 31 matched, 3 to review``."""
    folders = figures.get("folders", [])
    sums = {name: sum(int(folder.get(name, 0)) for folder in folders) for name in _SUMMED}
    sums["matched"] = sums["stored"] - sums["review"] - sums["unfiled"]
    return ", ".join(f"{sums[name]:,} {words}" for name, words in _SAYINGS if sums[name] or name == "fetched")


def _entry_line(event: _Event, alike: tuple[int, int, int]) -> ActivityRow:
    first, count, since = alike
    level = {"error": Level.FAILED, "warning": Level.ATTENTION}.get(event.level, Level.DONE)
    is_trouble = level is not Level.DONE
    return ActivityRow(
        key=f"event:{first}",
        at=read_instant(event.at),
        level=level,
        outcome=Outcome.FAILED if level is Level.FAILED else Outcome.NOTED,
        mailbox_id=None if event.mailbox_id is None else MailboxId(event.mailbox_id),
        mailbox=event.mailbox,
        what=event.what,
        count=count,
        since=read_instant(since),
        code=event.code,
        happened=event.what if is_trouble else "",
        meaning=event.meaning,
        action=event.action,
        fix=fix_of(event.code) if is_trouble else Fix.NONE,
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

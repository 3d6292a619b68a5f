"""Attachments that a person may want to do something about: too large to come by themselves, or refused."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desktop.domain.activity import Fix, Level, Task
from desktop.domain.attachments import MEGABYTE
from desktop.domain.ids import EmailId, MailboxId
from desktop.store.sqltypes import read_instant, stored_instant

RECENT = timedelta(days=14)
"""What is too large is worth a question while its mail is fresh."""

_LEFT = """
SELECT count(DISTINCT s.email_id || ':' || s.part) AS files, sum(s.size_bytes) AS size_bytes,
       count(DISTINCT m.attachments_up_to) AS limits, m.id AS mailbox_id, m.attachments_up_to AS up_to,
       e.id AS email_id, max(e.received_at) AS newest
FROM stretch s JOIN email e ON e.id = s.email_id JOIN mailbox m ON m.id = e.mailbox_id
WHERE {} AND s.part != '' AND EXISTS (SELECT 1 FROM ledger l WHERE l.email_id = e.id AND l.gone_at IS NULL)
"""
"""Beside one max() SQLite gives the other columns of that very row: those of the newest email."""

_LARGE = (
    "s.state = 'waiting' AND NOT s.asked AND m.attachments_up_to > 0 AND s.size_bytes > m.attachments_up_to "
    "AND e.received_at >= ?"
)
_FAILED = "s.state = 'failed'"


def attachment_tasks(run: sa.Connection, now: datetime) -> list[Task]:
    """Return at most two tasks; each opens the newest email it is about."""
    large = run.exec_driver_sql(_LEFT.format(_LARGE), (stored_instant(now - RECENT),)).one()
    failed = run.exec_driver_sql(_LEFT.format(_FAILED)).one()
    found = []
    if failed.files:
        why = "The email says why, and can have it tried again."
        found.append(_task("failed", f"{_counted(failed.files)} could not be fetched", why, failed))
    if large.files:
        over = f"over {large.up_to // MEGABYTE} MB" if large.limits == 1 else "larger than comes by itself"
        it = "It stays" if large.files == 1 else "They stay"
        why = f"{it} on the server until you ask: {_megabytes(large.size_bytes)}."
        found.append(_task("large", f"{_counted(large.files)} {over}", why, large))
    return found


def _task(kind: str, what: str, why: str, row: sa.Row[tuple[object, ...]]) -> Task:
    return Task(
        f"attachments:{kind}",
        Level.ATTENTION,
        what,
        why,
        Fix.OPEN_EMAIL,
        mailbox_id=MailboxId(row.mailbox_id),
        since=read_instant(row.newest),
        count=row.files,
        email_id=EmailId(row.email_id),
    )


def _counted(count: int) -> str:
    return "1 attachment" if count == 1 else f"{count:,} attachments"


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / MEGABYTE)):,} MB"

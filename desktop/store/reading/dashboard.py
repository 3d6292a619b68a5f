"""The dashboard's figures, each from an index that holds little more than what is counted."""

from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from desktop.domain.dashboard import Dashboard, MailboxCard, Today
from desktop.domain.ids import MailboxId
from desktop.domain.rows import MailboxFigures
from desktop.store.reading.mailboxes import MailboxQueries
from desktop.store.sqltypes import read_instant, stored_instant

HOURS = 24
_HOUR_MS = 3_600_000


class DashboardQueries:
    """Cards and today's figures."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._mailboxes = MailboxQueries(connection)

    def get(self, *, now: datetime, today: datetime) -> Dashboard:
        """Return everything the dashboard shows; *today* is when the person's day began."""
        figures, errors_today = self._mailboxes.every_figures(), self._errors_since(today)
        hourly = self._hourly(now)
        cards = tuple(
            MailboxCard(
                mailbox=box,
                health=self._mailboxes.health(box.id),
                figures=figures.get(box.id, MailboxFigures(0, 0, 0)),
                errors_today=errors_today[box.id],
                newest_at=self._newest(box.id),
                hourly=tuple(hourly[box.id]),
                folders=self._mailboxes.freshness(box.id),
            )
            for box in self._mailboxes.every()
        )
        queue, oldest = self._queue()
        return Dashboard(cards, self._today(today), queue, oldest, sum(one.errors for one in figures.values()))

    def _hourly(self, now: datetime) -> dict[int, list[int]]:
        begin = stored_instant(now - timedelta(hours=HOURS))
        sql = (
            "SELECT mailbox_id, (received_at - :begin) / :hour, count(*) FROM email INDEXED BY ix_email_list "
            "WHERE received_at >= :begin GROUP BY 1, 2"
        )
        counts: dict[int, list[int]] = defaultdict(lambda: [0] * HOURS)
        for mailbox_id, hour, count in self._run.exec_driver_sql(sql, {"begin": begin, "hour": _HOUR_MS}):
            counts[mailbox_id][min(hour, HOURS - 1)] += count  # a server's clock may be ahead of ours
        return counts

    def _errors_since(self, moment: datetime) -> dict[int, int]:
        unread = (
            "SELECT mailbox_id, count(*) FROM email INDEXED BY ix_email_open "
            "WHERE status = 'error' AND status != 'synced' AND stored_at >= :moment GROUP BY 1"
        )
        unfetched = (
            "SELECT folder.mailbox_id, count(*) FROM ledger INDEXED BY ix_ledger_unkept "
            "JOIN folder ON folder.id = ledger.folder_id "
            "WHERE email_id IS NULL AND code = 'FETCH_RETRYING' AND seen_at >= :moment GROUP BY 1"
        )
        counts: dict[int, int] = defaultdict(int)
        for sql in (unread, unfetched):
            for mailbox_id, count in self._run.exec_driver_sql(sql, {"moment": stored_instant(moment)}):
                counts[mailbox_id] += count
        return counts

    def _newest(self, mailbox_id: MailboxId) -> datetime | None:
        sql = "SELECT max(received_at) FROM email INDEXED BY ix_email_mailbox WHERE mailbox_id = :mailbox_id"
        found = self._run.exec_driver_sql(sql, {"mailbox_id": mailbox_id}).scalar()
        return None if found is None else read_instant(found)

    def _today(self, today: datetime) -> Today:
        sql = (
            "SELECT count(*), count(customer_id), coalesce(sum(needs_review), 0) "
            "FROM email INDEXED BY ix_email_list WHERE received_at >= :today AND status != 'left_out'"
        )
        return Today(*self._run.exec_driver_sql(sql, {"today": stored_instant(today)}).one())

    def _queue(self) -> tuple[int, datetime | None]:
        sql = "SELECT count(*), min(received_at) FROM email INDEXED BY ix_email_review WHERE needs_review = 1"
        count, oldest = self._run.exec_driver_sql(sql).one()
        return count, None if oldest is None else read_instant(oldest)

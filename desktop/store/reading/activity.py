"""The sync log: activity newest first in pages, problems that are open now, tasks for a person."""

from datetime import datetime
from heapq import merge

import sqlalchemy as sa

from desktop.domain.activity import ActivityFilter, ActivityRow, Problem, Task
from desktop.store.reading.log_search import fits
from desktop.store.reading.problems import ProblemQueries
from desktop.store.reading.run_log import RunLog
from desktop.store.sqltypes import stored_instant

NO_FILTER = ActivityFilter()


class ActivityQueries:
    """What happened, what is wrong, what to do."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._problems = ProblemQueries(connection)

    def page(
        self, wanted: ActivityFilter = NO_FILTER, *, limit: int = 200, before: datetime | None = None
    ) -> list[ActivityRow]:
        """Return the newest *limit* rows that fit and are older than *before* (the last row's ``at``), newest first.

        Rows of the very same instant stay together, so there may be a few more than *limit*.
        """
        page: list[ActivityRow] = []
        log = RunLog(self._run, wanted, None if before is None else stored_instant(before))
        parked = (row for row in log.parked() if _fits(row, wanted))
        for row in merge(log.syncs(), log.entries(), parked, key=lambda row: row.at, reverse=True):
            if len(page) >= limit and row.at != page[-1].at:
                break
            page.append(row)
        return page

    def problems(self) -> list[Problem]:
        """Return what is wrong now, gravest first; its length is the badge's number."""
        return self._problems.problems()

    def tasks(self, now: datetime) -> list[Task]:
        """Return what waits for a person, most urgent first; its length is the badge's number."""
        return self._problems.tasks(now)


def _fits(row: ActivityRow, wanted: ActivityFilter) -> bool:
    if (wanted.levels and row.level not in wanted.levels) or wanted.code not in {"", row.code}:
        return False
    return fits(wanted, row.mailbox, row.what, row.happened, row.meaning, row.action, row.code, row.outcome.value)

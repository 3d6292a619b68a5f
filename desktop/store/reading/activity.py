"""The sync log: activity newest first in pages, problems that are open now, tasks for a person."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge

import sqlalchemy as sa

from desktop.domain.activity import ActivityFilter, ActivityRow, Problem, Task
from desktop.store.reading.problems import ProblemQueries
from desktop.store.reading.run_log import RunLog

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
        for row in self._rows(wanted):
            if len(page) >= limit and row.at != page[-1].at:
                break
            if (before is None or row.at < before) and _fits(row, wanted):
                page.append(row)
        return page

    def problems(self) -> list[Problem]:
        """Return what is wrong now, gravest first; its length is the badge's number."""
        return self._problems.problems()

    def tasks(self, now: datetime) -> list[Task]:
        """Return what waits for a person, most urgent first; its length is the badge's number."""
        return self._problems.tasks(now)

    def _rows(self, wanted: ActivityFilter) -> Iterator[ActivityRow]:
        log = RunLog(self._run, wanted.running)
        streams = (source(wanted.mailbox_id) for source in (log.syncs, log.entries, log.parked))
        for row in merge(*streams, key=lambda row: row.at, reverse=True):
            if wanted.since is not None and row.at < wanted.since:
                return
            yield row


def _fits(row: ActivityRow, wanted: ActivityFilter) -> bool:
    if wanted.levels and row.level not in wanted.levels:
        return False
    needle = wanted.search.strip().casefold()
    texts = (row.mailbox, row.what, row.happened, row.code, str(row.run or ""))
    return not needle or any(needle in text.casefold() for text in texts)

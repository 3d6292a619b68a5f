"""The list of emails at any size: its first rows at once, all its ids in a worker, rows as they come into view.

A list is an ``array('q')`` of ids, 8 bytes each. A positive id is an email's; a negative one is the ledger row of a
message that is not kept (:data:`~desktop.domain.rows.EmailRow.seen_id`), listed where errors are. Words and parts of
a sender's name become one byte per email first, and the order is walked through that.
"""

from array import array
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.email_list import ChipCounts, EmailFilter, EmailOrder
from desktop.domain.rows import EmailRow
from desktop.store.reading.email_chips import ChipQueries
from desktop.store.reading.email_rows import UNKEPT_ROWS, chunks, rows_by_id, unkept_row
from desktop.store.reading.email_walk import EmailWalk
from desktop.store.tables import ledger


class EmailListQueries:
    """Emails in any order, by filter."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._walk = EmailWalk(connection)

    def first_page(
        self, wanted: EmailFilter, order: EmailOrder = EmailOrder.NEWEST, *, limit: int = 200
    ) -> list[EmailRow]:
        """Return the rows of the first *limit* of :meth:`ids`, without making the whole list where that is possible."""
        return self.rows(self._walk.first(wanted, order, limit))

    def ids(self, wanted: EmailFilter, order: EmailOrder = EmailOrder.NEWEST) -> "array[int]":
        """Return every id that fits, in order."""
        return self._walk.every(wanted, order)

    def rows(self, ids: Sequence[int]) -> list[EmailRow]:
        """Return the rows of *ids*, in their order. A message that has come over since has its email's row."""
        return [row for row in self.rows_still_there(ids) if row is not None]

    def rows_still_there(self, ids: Sequence[int]) -> list[EmailRow | None]:
        """Return :meth:`rows`, with None for what has gone since the ids were read (a renumbered folder's messages)."""
        unkept, kept = self._unkept([-number for number in ids if number < 0])
        emails = rows_by_id(self._run, {number for number in ids if number > 0} | set(kept.values()))
        return [emails.get(kept.get(number, number)) or unkept.get(number) for number in ids]

    def chip_counts(self, wanted: EmailFilter, *, today: datetime) -> ChipCounts:
        """Return the length of the list each chip would show (see ``email_list.narrowed``), and of each mailbox.

        *today* is when the person's day began.
        """
        return ChipQueries(self._run, self._walk).counts(wanted, today)

    def _unkept(self, numbers: Sequence[int]) -> tuple[dict[int, EmailRow], dict[int, int]]:
        """Return the messages that are still not kept, and the emails of those that are by now, by negative id."""
        rows: dict[int, EmailRow] = {}
        kept: dict[int, int] = {}
        for part in chunks(numbers):
            here = self._run.execute(UNKEPT_ROWS.where(ledger.c.id.in_(part))).mappings()
            rows.update((-row["id"], unkept_row(row)) for row in here)
            arrived = sa.select(ledger.c.id, ledger.c.email_id).where(
                ledger.c.id.in_(part), ledger.c.email_id.is_not(None)
            )
            kept.update((-seen_id, email_id) for seen_id, email_id in self._run.execute(arrived))
        return rows, kept

"""Counts for the chips above the list of emails: each is the length of the list its chip shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from desktop.domain.email_list import Chip, ChipCounts, EmailFilter, narrowed, without_chip
from desktop.domain.ids import MailboxId
from desktop.store.reading.email_conditions import Conditions, on_columns
from desktop.store.reading.email_walk import EmailWalk
from desktop.store.reading.email_words import EmailWords, on_people_and_words
from desktop.store.sqltypes import stored_instant
from desktop.store.tables import mailbox


class _Tally(NamedTuple):
    """So many emails of a mailbox are alike in what chips ask for."""

    mailbox_id: int
    status: str
    code: str
    is_today: int
    emails: int


class ChipQueries:
    """Counts emails by mailbox, status, code and day in one go."""

    def __init__(self, connection: sa.Connection, walk: EmailWalk) -> None:
        self._run = connection
        self._walk = walk
        self._words = EmailWords(connection)

    def counts(self, wanted: EmailFilter, today: datetime) -> ChipCounts:
        """See ``EmailListQueries.chip_counts``."""
        anywhere = replace(without_chip(wanted), mailbox_id=None)
        plain = anywhere == EmailFilter()
        tallies = self._of_everything(today) if plain else self._of(anywhere, today)
        here = [tally for tally in tallies if wanted.mailbox_id in {None, tally.mailbox_id}]
        failed = len(self._walk.unkept(narrowed(wanted, Chip.ERRORS, today)))
        chips = {
            Chip.TODAY: sum(tally.emails for tally in here if tally.is_today),
            Chip.PENDING: sum(tally.emails for tally in here if tally.status == "pending"),
            Chip.NO_MATCH: sum(tally.emails for tally in here if (tally.status, tally.code) == ("pending", "NO_MATCH")),
            Chip.ERRORS: sum(tally.emails for tally in here if tally.status == "error") + failed,
        }
        if wanted != without_chip(wanted):
            tallies = self._of(replace(wanted, mailbox_id=None), today)
        by_mailbox = self._by_mailbox(tallies, wanted)
        every = sum(by_mailbox.values()) if wanted.mailbox_id is None else by_mailbox.get(wanted.mailbox_id, 0)
        return ChipCounts({Chip.ALL: every, **chips}, by_mailbox)

    def _by_mailbox(self, tallies: Sequence[_Tally], wanted: EmailFilter) -> dict[MailboxId, int]:
        numbers = self._run.execute(sa.select(mailbox.c.id).order_by(mailbox.c.id)).scalars()
        counts = {MailboxId(number): 0 for number in numbers}
        for tally in tallies:
            counts[MailboxId(tally.mailbox_id)] += tally.emails
        for number in counts:
            counts[number] += len(self._walk.unkept(replace(wanted, mailbox_id=number)))
        return counts

    def _of_everything(self, today: datetime) -> list[_Tally]:
        """Without conditions: from the indexes that hold few rows, and the number of each mailbox's emails.

        Filed mail of days before is all that no small index holds, so it is what is left of the mailbox.
        """
        tallies = self._tallies("email INDEXED BY ix_email_open", Conditions("status != 'synced'", {}), today)
        filed_today = Conditions("status = 'synced' AND received_at >= :today", {})
        tallies += self._tallies("email INDEXED BY ix_email_list", filed_today, today)
        counts = "SELECT mailbox_id, count(*) FROM email INDEXED BY ix_email_mailbox GROUP BY mailbox_id"
        for number, count in self._run.exec_driver_sql(counts).all():
            rest = count - sum(tally.emails for tally in tallies if tally.mailbox_id == number)
            tallies.append(_Tally(number, "synced", "", 0, rest))
        return [tally for tally in tallies if tally.status != "left_out"]

    def _of(self, wanted: EmailFilter, today: datetime) -> list[_Tally]:
        where, few = on_columns(wanted), wanted.customer_id is not None
        if wanted.asks_words:
            words = self._words.asked(wanted)
            if words is None:
                return []
            few = few or self._walk.is_rare(words)
        beyond = on_people_and_words(wanted, self._words)
        return self._tallies(
            "email" if few else "email INDEXED BY ix_email_list", where.also(beyond.sql, beyond.values), today
        )

    def _tallies(self, table: str, where: Conditions, today: datetime) -> list[_Tally]:
        sql = (
            "SELECT mailbox_id, status, code, received_at >= :today, count(*) "
            f"FROM {table} WHERE {where.sql} GROUP BY 1, 2, 3, 4"
        )
        rows = self._run.exec_driver_sql(sql, {**where.values, "today": stored_instant(today)})
        return [_Tally(*row) for row in rows]

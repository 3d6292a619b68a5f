"""Questions about backfills: which there were, what they brought, and what undoing one would take away."""

import json
from collections import Counter
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.backfill import OPEN, SPOT_CHECK, Backfill, BackfillFigures, BackfillState, SpotCheck
from desktop.domain.backfill_days import DayCount, day_of, filled
from desktop.domain.decision import PERSON
from desktop.domain.ids import BackfillId, CustomerId, EmailId, MailboxId
from desktop.domain.intake import LetIn
from desktop.store.reading.email_rows import chunks
from desktop.store.row_images import Change, changes_in, numbers_in
from desktop.store.tables import backfill, customer, email, email_tag, journal, ledger, mailbox

_SUBJECTS = 3
_QUARTER_MS = 15 * 60 * 1000
"""Every time zone's days begin at a quarter of an hour."""

_ENOUGH = 20
"""Messages in one sync that tell how fast it goes."""

_NAMES = ("stored", "review", "unfiled", "skipped", "duplicates", "failed", "missing")

_NAMES_EMAIL = {email.name: "id", email_tag.name: "email_id"}
"""Which part of a changed row's key names an email."""


class BackfillQueries:
    """Backfills of all mailboxes, newest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def every(self) -> list[Backfill]:
        """Return all there ever were."""
        return self._read(_QUERY)

    def one(self, backfill_id: BackfillId) -> Backfill | None:
        """Return one; None when there is no such."""
        return next(iter(self._read(_QUERY.where(backfill.c.id == backfill_id))), None)

    def of(self, mailbox_id: MailboxId) -> list[Backfill]:
        """Return those of a mailbox."""
        return self._read(_QUERY.where(backfill.c.mailbox_id == mailbox_id))

    def open(self) -> list[Backfill]:
        """Return those that are not at an end: one of a mailbox at most."""
        return self._read(_QUERY.where(backfill.c.state.in_([state.value for state in OPEN])))

    def let_in(self, mailbox_id: MailboxId) -> LetIn:
        """Return what lets mail of a mailbox in that is older than the day first chosen."""
        columns = (backfill.c.reached, backfill.c.until, backfill.c.id)
        held = sa.select(*columns).where(
            backfill.c.mailbox_id == mailbox_id, backfill.c.state != BackfillState.UNDONE.value
        )
        ranges = tuple((row.reached, row.until, BackfillId(row.id)) for row in self._run.execute(held))
        return LetIn(ranges=ranges)

    def emails(self, backfill_id: BackfillId) -> set[EmailId]:
        """Return the emails that are here because of a backfill alone: every place they have is one of its."""
        mine = sa.select(ledger.c.email_id).where(ledger.c.backfill_id == backfill_id, ledger.c.email_id.is_not(None))
        others = sa.select(ledger.c.email_id).where(
            ledger.c.email_id.in_(mine), ledger.c.backfill_id.is_distinct_from(backfill_id)
        )
        held = set(self._run.execute(mine).scalars()) - set(self._run.execute(others).scalars())
        return {EmailId(number) for number in held if number is not None}

    def known_messages(self, message_ids: Collection[str]) -> int:
        """Return how many of these Message-IDs an email here has."""
        wanted = sorted(set(message_ids) - {""})
        held = sa.select(email.c.message_id).distinct()
        return sum(len(self._run.execute(held.where(email.c.message_id.in_(part))).all()) for part in chunks(wanted))

    def decided(self, emails: Collection[EmailId]) -> int:
        """Return how many of *emails* a person has decided on."""
        held = sa.select(email.c.id).where(email.c.decided_by == PERSON)
        return sum(len(self._run.execute(held.where(email.c.id.in_(part))).all()) for part in chunks(sorted(emails)))

    def commands_on(self, emails: Collection[EmailId], since: datetime) -> list[int]:
        """Return the commands carried out since then that changed any of *emails* and could be undone or redone."""
        query = sa.select(journal.c.id, journal.c.changes).where(
            journal.c.at >= since, journal.c.state.in_(("done", "undone"))
        )
        found = []
        for number, packed in self._run.execute(query):
            if any(_names(change, emails) for change in changes_in(packed)):
                found.append(int(number))
        return found

    def here_by_day(self, backfill_id: BackfillId) -> Counter[date]:
        """Return how many messages a backfill gave a verdict to, by the day they were received."""
        sql = (
            "SELECT received_at / ? AS quarter, count(*) AS messages FROM ledger "
            "WHERE backfill_id = ? AND received_at IS NOT NULL GROUP BY quarter"
        )
        found: Counter[date] = Counter()
        for row in self._run.exec_driver_sql(sql, (_QUARTER_MS, backfill_id)):
            found[day_of(datetime.fromtimestamp(row.quarter * _QUARTER_MS / 1000, UTC))] += row.messages
        return found

    def days(self, one: Backfill) -> list[DayCount]:
        """Return the days of *one*, as the server was found to have them; empty when it was not asked yet."""
        kept = self._run.execute(sa.select(backfill.c.by_day).where(backfill.c.id == one.id)).scalar_one()
        totals = {date.fromisoformat(day): count for day, count in json.loads(kept).items()}
        if not totals:
            return []
        here = self.here_by_day(one.id)
        there = {day: max(0, count - here[day]) for day, count in totals.items()}
        return filled(there, here, one.since, one.until)

    def seconds_each(self, mailbox_id: MailboxId) -> float | None:
        """Return how long a message took in the sync of a mailbox that brought the most; None when it was too few."""
        sql = (
            "SELECT receipt ->> 'seconds' AS seconds, (SELECT sum(value ->> 'fetched') "
            "FROM json_each(run.receipt, '$.folders')) AS fetched FROM run "
            "WHERE mailbox_id = ? AND ended_at IS NOT NULL ORDER BY fetched DESC LIMIT 1"
        )
        row = self._run.exec_driver_sql(sql, (mailbox_id,)).first()
        return row.seconds / row.fetched if row is not None and (row.fetched or 0) >= _ENOUGH else None

    def spot_check(self, backfill_id: BackfillId, limit: int = SPOT_CHECK) -> list[SpotCheck]:
        """Return the customers with the most mail of a backfill, to be looked at."""
        mine = sa.select(ledger.c.email_id).where(ledger.c.backfill_id == backfill_id, ledger.c.email_id.is_not(None))
        count, sent = sa.func.count(), sa.func.sum(sa.case((email.c.direction == "outbound", 1), else_=0))
        query = (
            sa.select(customer.c.id, customer.c.name, count.label("emails"), sent.label("sent"))
            .join(email, email.c.customer_id == customer.c.id)
            .where(email.c.id.in_(mine))
            .group_by(customer.c.id)
            .order_by(count.desc(), customer.c.name_key, customer.c.id)
            .limit(limit)
        )
        found = []
        for row in self._run.execute(query).all():
            newest = (
                sa.select(email.c.subject)
                .where(email.c.id.in_(mine), email.c.customer_id == row.id)
                .order_by(email.c.received_at.desc(), email.c.id)
                .limit(_SUBJECTS)
            )
            subjects = tuple(self._run.execute(newest).scalars())
            found.append(SpotCheck(CustomerId(row.id), row.name, row.emails, int(row.sent), subjects))
        return found

    def _read(self, query: sa.Select[Any]) -> list[Backfill]:
        return [_backfill(row) for row in self._run.execute(query.order_by(backfill.c.id.desc())).mappings()]


_QUERY = sa.select(backfill, mailbox.c.address).join(mailbox, mailbox.c.id == backfill.c.mailbox_id)


def _names(change: Change, emails: Collection[EmailId]) -> bool:
    column = _NAMES_EMAIL.get(change.table)
    return column is not None and any(number in emails for number in numbers_in(change, change.table, column))


def _backfill(row: sa.RowMapping) -> Backfill:
    return Backfill(
        id=BackfillId(row["id"]),
        mailbox_id=MailboxId(row["mailbox_id"]),
        address=row["address"],
        days=row["days"],
        since=row["since"],
        until=row["until"],
        reached=row["reached"],
        state=BackfillState(row["state"]),
        quiet_hours=row["quiet_hours"],
        code=row["code"],
        reason=row["reason"],
        total=row["total"],
        figures=BackfillFigures(**{name: row[name] for name in _NAMES}),
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )

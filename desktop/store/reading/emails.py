"""Questions about emails: lists, one opened, its trace."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import DecisionRow, EmailDetail, EmailRow, PlaceRow, VerdictRow
from desktop.store.packing import unpack
from desktop.store.reading.attachments import AttachmentQueries
from desktop.store.reading.email_conditions import on_columns, on_unkept
from desktop.store.reading.email_rows import (
    EMAIL_ROWS,
    THESE,
    UNKEPT_ROWS,
    listed,
    rows_by_id,
    unkept_row,
    with_places,
)
from desktop.store.reading.email_words import EmailWords, on_people_and_words
from desktop.store.tables import (
    customer,
    decision,
    email,
    email_body,
    folder,
    ledger,
    ledger_range,
    mailbox,
    own_message,
)


class EmailQueries:
    """Emails, newest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def page(self, wanted: EmailFilter, *, limit: int) -> Sequence[EmailRow]:
        """Return the newest emails that fit, and messages without an email (see EmailRow) where they fit."""
        query = EMAIL_ROWS.order_by(email.c.received_at.desc(), email.c.id.desc()).limit(limit)
        rows = with_places(self._run, self._run.execute(self._narrowed(query, wanted)).mappings().all())
        together = [*rows, *self._unkept(wanted, limit)]
        together.sort(key=lambda row: (row.received_at is None, row.received_at), reverse=True)
        return together[:limit]

    def count(self, wanted: EmailFilter) -> int:
        """Return how many emails fit."""
        query = sa.select(sa.func.count()).select_from(email)
        return int(self._run.execute(self._narrowed(query, wanted)).scalar_one())

    def get(self, email_id: EmailId) -> EmailRow | None:
        """Return one email's row, or None."""
        found = self._run.execute(EMAIL_ROWS.where(email.c.id == email_id)).mappings().all()
        return next(iter(with_places(self._run, found)), None)

    def by_ids(self, emails: Collection[EmailId]) -> dict[EmailId, EmailRow]:
        """Return those of *emails* that there are."""
        return {EmailId(number): row for number, row in rows_by_id(self._run, emails).items()}

    def verdicts(self, emails: Collection[EmailId]) -> dict[EmailId, VerdictRow]:
        """Return what holds of those of *emails* that there are, in one question however many they are."""
        sql = f"SELECT id, code, customer_id, decided_by, needs_review FROM email WHERE id IN {THESE}"
        found = self._run.exec_driver_sql(sql, (listed(emails),))
        return {
            number: VerdictRow(number, code, customer_id, by, bool(waits))
            for number, code, customer_id, by, waits in found.all()
        }

    def there(self, emails: Collection[EmailId]) -> set[EmailId]:
        """Return those of *emails* that there are."""
        return set(
            self._run.exec_driver_sql(f"SELECT id FROM email WHERE id IN {THESE}", (listed(emails),)).scalars().all()
        )

    def open(self, email_id: EmailId) -> EmailDetail | None:
        """Return one email with its text and details, or None."""
        row = self.get(email_id)
        if row is None:
            return None
        query = sa.select(email_body.c.text, email_body.c.details, email.c.size_bytes, email.c.whole).join(
            email, email.c.id == email_body.c.email_id
        )
        text, details, size, whole = self._run.execute(query.where(email.c.id == email_id)).one()
        files, rest = AttachmentQueries(self._run).of(email_id, whole=whole)
        return EmailDetail(row, unpack(text).decode(), json.loads(details), files, size, whole, rest)

    def raw(self, email_id: EmailId) -> bytes | None:
        """Return the bytes as the server sent them, or None."""
        packed = self._run.execute(sa.select(email_body.c.raw).where(email_body.c.email_id == email_id)).scalar()
        return None if packed is None else unpack(packed)

    def places(self, email_id: EmailId) -> Sequence[PlaceRow]:
        """Return every place of an email, oldest first."""
        return self._places(ledger.c.email_id == email_id)

    def seen(self, seen_id: int) -> PlaceRow | None:
        """Return one message by its ledger row: also one that is not kept."""
        return next(iter(self._places(ledger.c.id == seen_id)), None)

    def decisions(self, email_id: EmailId) -> Sequence[DecisionRow]:
        """Return what was decided about an email, oldest first."""
        query = (
            sa.select(decision, sa.func.coalesce(customer.c.name, "").label("customer"))
            .join(customer, customer.c.id == decision.c.customer_id, isouter=True)
            .where(decision.c.email_id == email_id)
            .order_by(decision.c.id)
        )
        names = DecisionRow.__slots__
        return [DecisionRow(**{name: row[name] for name in names}) for row in self._run.execute(query).mappings()]

    def to_reread(self, parser_version: int, *, everything: bool) -> Iterator[EmailId]:
        """Return the emails that a newer parser has not read yet, or all of them."""
        query = sa.select(email.c.id).where(email.c.whole).order_by(email.c.id)
        if not everything:
            query = query.where((email.c.parser_version < parser_version) | (email.c.code == "UNPARSEABLE"))
        yield from (EmailId(number) for number in self._run.execute(query).scalars())

    def filed_with(self, customers: Sequence[CustomerId]) -> Sequence[EmailId]:
        """Return the emails that are filed with any of *customers*."""
        found: list[EmailId] = []
        for at in range(0, len(customers), 500):
            query = sa.select(email.c.id).where(email.c.customer_id.in_(customers[at : at + 500]))
            found += [EmailId(number) for number in self._run.execute(query).scalars()]
        return found

    def own_message_ids(self) -> frozenset[str]:
        """Return the Message-IDs of mail that Postroom sent to itself."""
        return frozenset(self._run.execute(sa.select(own_message.c.message_id)).scalars())

    def left_out_counts(self) -> dict[str, int]:
        """Return how many messages were seen and not kept, by reason code."""
        counts: dict[str, int] = {}
        singles = sa.select(ledger.c.code, sa.func.count()).where(ledger.c.email_id.is_(None)).group_by(ledger.c.code)
        ranges = sa.select(ledger_range.c.code, sa.func.sum(ledger_range.c.count)).group_by(ledger_range.c.code)
        for code, number in [*self._run.execute(singles), *self._run.execute(ranges)]:
            counts[code] = counts.get(code, 0) + int(number)
        return counts

    def _places(self, where: sa.ColumnElement[bool]) -> Sequence[PlaceRow]:
        query = (
            sa.select(
                ledger,
                mailbox.c.address.label("mailbox"),
                folder.c.name.label("folder"),
                folder.c.selected.label("synced"),
            )
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
            .where(where)
            .order_by(ledger.c.id)
        )
        names = PlaceRow.__slots__
        return [PlaceRow(**{name: row[name] for name in names}) for row in self._run.execute(query).mappings()]

    def _unkept(self, wanted: EmailFilter, limit: int) -> list[EmailRow]:
        """Messages that failed to come over are listed unasked; those left out on purpose only by their code."""
        where = on_unkept(wanted if wanted.every_code or wanted.status else replace(wanted, status="error"))
        if where is None:
            return []
        here = sa.text(where.sql).bindparams(**where.values)
        query = UNKEPT_ROWS.where(here).order_by(ledger.c.id.desc()).limit(limit)
        return [unkept_row(row) for row in self._run.execute(query).mappings()]

    def _narrowed(self, query: Any, wanted: EmailFilter) -> Any:
        for where in (on_columns(wanted), on_people_and_words(wanted, EmailWords(self._run))):
            query = query.where(sa.text(f"({where.sql})").bindparams(**where.values))
        return query

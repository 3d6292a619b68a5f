"""Questions about emails: lists, one opened, its trace."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.rows import AttachmentRow, DecisionRow, EmailDetail, EmailRow, PlaceRow
from desktop.store.packing import unpack
from desktop.store.search_text import match_expression
from desktop.store.tables import (
    attachment,
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


@dataclass(frozen=True, slots=True)
class EmailFilter:
    """What a list is narrowed to; empty means everything."""

    status: str = ""
    code: str = ""
    search: str = ""
    customer_id: CustomerId | None = None
    needs_review: bool | None = None


class EmailQueries:
    """Emails, newest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def page(self, wanted: EmailFilter, *, limit: int) -> Sequence[EmailRow]:
        """Return the newest emails that fit, and messages without an email (see EmailRow) where they fit."""
        query = _EMAIL_ROWS.order_by(email.c.received_at.desc(), email.c.id.desc()).limit(limit)
        rows = self._with_places(self._run.execute(_narrowed(query, wanted)).mappings().all())
        if wanted.search or wanted.customer_id is not None or wanted.needs_review is not None:
            return rows
        together = [*rows, *self._unkept(wanted, limit)]
        together.sort(key=lambda row: (row.received_at is None, row.received_at), reverse=True)
        return together[:limit]

    def count(self, wanted: EmailFilter) -> int:
        """Return how many emails fit."""
        query = sa.select(sa.func.count()).select_from(email)
        return int(self._run.execute(_narrowed(query, wanted)).scalar_one())

    def get(self, email_id: EmailId) -> EmailRow | None:
        """Return one email's row, or None."""
        found = self._run.execute(_EMAIL_ROWS.where(email.c.id == email_id)).mappings().all()
        return next(iter(self._with_places(found)), None)

    def open(self, email_id: EmailId) -> EmailDetail | None:
        """Return one email with its text and details, or None."""
        row = self.get(email_id)
        if row is None:
            return None
        query = sa.select(email_body.c.text, email_body.c.details, email.c.size_bytes, email.c.whole).join(
            email, email.c.id == email_body.c.email_id
        )
        text, details, size, whole = self._run.execute(query.where(email.c.id == email_id)).one()
        parts = self._run.execute(
            sa.select(attachment).where(attachment.c.email_id == email_id).order_by(attachment.c.part)
        ).mappings()
        files = tuple(AttachmentRow(**{name: part[name] for name in AttachmentRow.__slots__}) for part in parts)
        return EmailDetail(row, unpack(text).decode(), json.loads(details), files, size, whole)

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
            sa.select(ledger, mailbox.c.address.label("mailbox"), folder.c.name.label("folder"))
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
            .where(where)
            .order_by(ledger.c.id)
        )
        names = PlaceRow.__slots__
        return [PlaceRow(**{name: row[name] for name in names}) for row in self._run.execute(query).mappings()]

    def _with_places(self, rows: Sequence[sa.RowMapping]) -> list[EmailRow]:
        numbers = [row["id"] for row in rows]
        first: dict[int, tuple[str, str, str, int]] = {}
        for at in range(0, len(numbers), 500):
            query = (
                sa.select(ledger.c.email_id, mailbox.c.address, folder.c.name, ledger.c.ref, ledger.c.id)
                .join(folder, folder.c.id == ledger.c.folder_id)
                .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
                .where(ledger.c.email_id.in_(numbers[at : at + 500]))
                .order_by(ledger.c.gone_at.is_not(None), ledger.c.id)
            )
            for number, address, name, ref, seen_id in self._run.execute(query):
                first.setdefault(number, (address, name, ref, seen_id))
        return [_email_row(row, first.get(row["id"], ("", "", "", 0))) for row in rows]

    def _unkept(self, wanted: EmailFilter, limit: int) -> list[EmailRow]:
        """Messages that failed to come over are listed unasked; those left out on purpose only by their code."""
        codes = [wanted.code] if wanted.code else ["FETCH_RETRYING"]
        if wanted.status not in {"", "error"} or (wanted.status and codes != ["FETCH_RETRYING"]):
            return []
        query = (
            sa.select(ledger, mailbox.c.address, folder.c.name)
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
            .where(ledger.c.email_id.is_(None), ledger.c.code.in_(codes))
            .order_by(ledger.c.id.desc())
            .limit(limit)
        )
        return [_unkept_row(row) for row in self._run.execute(query).mappings()]


_EMAIL_ROWS = sa.select(email, sa.func.coalesce(customer.c.name, "").label("customer")).join(
    customer, customer.c.id == email.c.customer_id, isouter=True
)


def _narrowed(query: Any, wanted: EmailFilter) -> Any:
    if wanted.status:
        query = query.where(email.c.status == wanted.status)
    if wanted.code:
        query = query.where(email.c.code == wanted.code)
    if wanted.customer_id is not None:
        query = query.where(email.c.customer_id == wanted.customer_id)
    if wanted.needs_review is not None:
        query = query.where(email.c.needs_review == sa.text("1" if wanted.needs_review else "0"))
    if wanted.search.strip():
        expression = match_expression(wanted.search)
        hits = sa.text("email.id IN (SELECT rowid FROM email_fts WHERE email_fts MATCH :words)")
        query = query.where(hits.bindparams(words=expression)) if expression else query.where(sa.false())
    return query


def _email_row(row: sa.RowMapping, place: tuple[str, str, str, int]) -> EmailRow:
    address, name, ref, seen_id = place
    return EmailRow(
        id=EmailId(row["id"]),
        seen_id=seen_id,
        mailbox=address,
        folder=name,
        uid=ref,
        message_id=row["message_id"],
        from_address=row["from_address"],
        from_name=row["from_name"],
        to=row["to_line"],
        subject=row["subject"],
        sent_at=row["sent_at"],
        received_at=row["received_at"],
        direction=row["direction"],
        status=row["status"],
        code=row["code"],
        reason=row["reason"],
        customer_id=row["customer_id"],
        customer=row["customer"],
        confidence=row["confidence"],
        decided_by=row["decided_by"],
        needs_review=row["needs_review"],
        attachments=row["attachments"],
        preview=row["preview"],
    )


def _unkept_row(row: sa.RowMapping) -> EmailRow:
    failed = row["code"] == "FETCH_RETRYING"
    return EmailRow(
        id=None,
        seen_id=row["id"],
        mailbox=row["address"],
        folder=row["name"],
        uid=row["ref"],
        message_id="",
        from_address="",
        from_name="",
        to="",
        subject="",
        sent_at=None,
        received_at=row["received_at"],
        direction="inbound",
        status="error" if failed else "synced",
        code=row["code"],
        reason=row["reason"],
        customer_id=None,
        customer="",
        confidence=0,
        decided_by="rule:sync",
        needs_review=False,
        attachments=0,
        preview="",
    )

"""Filters as they stand, what they left out, and the stored mail they are rehearsed on."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

import sqlalchemy as sa

from desktop.domain.decision import BY_FILTER, PERSON, EmailStatus
from desktop.domain.filters import (
    KIND_EVIDENCE,
    Comparison,
    DomainRole,
    Effect,
    Facts,
    Field,
    FilterRow,
    Kind,
    SkippedMail,
)
from desktop.domain.ids import EmailId, FilterId, MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.filtering.comparing import comparable
from desktop.store.packing import NO_SENDER
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.sqltypes import read_instant, stored_instant
from desktop.store.tables import email, filter_domain, filter_row, folder, ledger, mailbox, skipped


@dataclass(frozen=True, slots=True)
class KnownMail:
    """A mail with what filters look at in it. ``number`` is its email's id, or minus its skipped mail's.

    ``facts`` is None for one stored before kinds of mail were kept. ``is_known``: it is filed with a customer, or from
    the address of one. ``by_person``: a person filed it. ``left_out``: a filter does so now.
    """

    number: int
    mailbox_id: MailboxId
    outbound: bool
    received_at: datetime
    facts: Facts | None
    is_known: bool
    by_person: bool
    left_out: bool

    def __repr__(self) -> str:
        return f"<KnownMail {self.number}>"


_STORED = """
SELECT email.id, mailbox_id, direction, received_at, from_address, subject, status, code, customer_id, decided_by,
       recipients, kinds, EXISTS (SELECT 1 FROM customer_address WHERE address = from_address) AS is_customer
FROM email LEFT JOIN email_facts ON email_id = email.id WHERE code != 'UNPARSEABLE'
"""
_LEFT_OUT = """
SELECT -ledger.id AS id, folder.mailbox_id, 'inbound' AS direction, coalesce(received_at, seen_at) AS received_at,
       sender AS from_address, subject, 'left_out' AS status, code, NULL AS customer_id, '' AS decided_by,
       recipients, kinds, EXISTS (SELECT 1 FROM customer_address WHERE address = sender) AS is_customer
FROM skipped JOIN ledger ON ledger.id = ledger_id JOIN folder ON folder.id = folder_id WHERE email_id IS NULL
"""


class FilterQueries:
    """Answers about filters."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def rows(self, mailbox_id: MailboxId | None = None) -> list[FilterRow]:
        """Return the rows in their order; with a mailbox, those that hold for it."""
        query = sa.select(filter_row).order_by(filter_row.c.position, filter_row.c.id)
        if mailbox_id is not None:
            query = query.where(filter_row.c.mailbox_id.is_(None) | (filter_row.c.mailbox_id == mailbox_id))
        return [_row(found) for found in self._run.execute(query).mappings()]

    def domains(self, role: DomainRole) -> frozenset[str]:
        """Return the domains on a list, in comparable form."""
        query = sa.select(filter_domain.c.domain).where(filter_domain.c.role == role.value)
        return frozenset(self._run.execute(query).scalars())

    def skipped(
        self, *, row_id: FilterId | None = None, mailbox_id: MailboxId | None = None, limit: int = 500
    ) -> list[SkippedMail]:
        """Return what filters left out, newest first; of one row or one mailbox if given."""
        never_in, past = self._skipped(), self._left_out_since()
        if row_id is not None:
            never_in = never_in.where(skipped.c.row_id == row_id)
            past = past.where(email.c.decided_by == f"{BY_FILTER}:{row_id}")
        if mailbox_id is not None:
            never_in = never_in.where(folder.c.mailbox_id == mailbox_id)
            past = past.where(email.c.mailbox_id == mailbox_id)
        newest = sa.func.coalesce(ledger.c.received_at, ledger.c.seen_at).desc(), ledger.c.id.desc()
        found = [_skipped_mail(row) for row in self._run.execute(never_in.order_by(*newest).limit(limit)).mappings()]
        order = email.c.received_at.desc(), email.c.id.desc()
        found += [_left_out_mail(row) for row in self._run.execute(past.order_by(*order).limit(limit)).mappings()]
        found.sort(key=lambda one: (one.received_at is not None, one.received_at, one.id), reverse=True)
        return found[:limit]

    def skipped_by_ids(self, numbers: Sequence[int]) -> list[SkippedMail]:
        """Return those of the mails *numbers* that are still left out."""
        found = []
        for part in chunks(numbers):
            query = self._skipped().where(skipped.c.ledger_id.in_(part))
            found += [_skipped_mail(row) for row in self._run.execute(query).mappings()]
            query = self._left_out_since().where(ledger.c.id.in_(part))
            found += [_left_out_mail(row) for row in self._run.execute(query).mappings()]
        return found

    def hits(self) -> dict[FilterId | None, int]:
        """Return how many mails each row has left out; under None, what was left out by no row."""
        hits: dict[FilterId | None, int] = {}
        for row_id, count in self._run.execute(sa.select(skipped.c.row_id, sa.func.count()).group_by(skipped.c.row_id)):
            hits[FilterId(row_id) if row_id is not None else None] = count
        for by, count in self._run.exec_driver_sql(_counted_by("decided_by")):
            row = _row_of(by)
            hits[row] = hits.get(row, 0) + count
        return hits

    def counts(self) -> dict[ReasonCode, int]:
        """Return how many mails were left out for each reason."""
        query = (
            sa.select(ledger.c.code, sa.func.count())
            .join(skipped, skipped.c.ledger_id == ledger.c.id)
            .group_by(ledger.c.code)
        )
        counts = {ReasonCode(code): count for code, count in self._run.execute(query)}
        for code, count in self._run.exec_driver_sql(_counted_by("code")):
            counts[ReasonCode(code)] = counts.get(ReasonCode(code), 0) + count
        return counts

    def left_out(self, emails: Sequence[EmailId]) -> list[EmailId]:
        """Return those of *emails* that a filter leaves out now."""
        found: list[EmailId] = []
        for part in chunks(emails):
            sql = f"SELECT id FROM email WHERE status = 'left_out' AND id IN ({marks(part)})"
            found += [EmailId(number) for number in self._run.exec_driver_sql(sql, tuple(part)).scalars()]
        return found

    def left_out_from(self, sender: str) -> list[EmailId]:
        """Return the emails of a sender that filters leave out now."""
        sql = "SELECT id FROM email INDEXED BY ix_email_sender WHERE from_address = ? AND status = 'left_out'"
        return [EmailId(number) for number in self._run.exec_driver_sql(sql, (sender,)).scalars()]

    def known_mail(
        self, *, since: datetime | None, mailbox_id: MailboxId | None, limit: int | None
    ) -> Iterator[KnownMail]:
        """Yield mail that is here, and what filters left out, since then (None: ever), newest first; all, or *limit*.

        Each is made when it is asked for: nobody has to hold a hundred thousand of them.
        """
        both: list[Iterator[KnownMail]] = []
        for sql, moment, whose in (
            (_STORED, "received_at", "mailbox_id"),
            (_LEFT_OUT, "coalesce(received_at, seen_at)", "folder.mailbox_id"),
        ):
            values: dict[str, object] = {"limit": -1 if limit is None else limit}
            if since is not None:
                sql += f" AND {moment} >= :since"
                values["since"] = stored_instant(since)
            if mailbox_id is not None:
                sql += f" AND {whose} = :mailbox_id"
                values["mailbox_id"] = mailbox_id
            rows = self._run.exec_driver_sql(f"{sql} ORDER BY {moment} DESC, id DESC LIMIT :limit", values)
            both.append(_Reading().each(rows))
        return islice(merge(*both, key=lambda one: (one.received_at, one.number), reverse=True), limit)

    def mail_count(self) -> int:
        """Return how many emails are here, left out or not, and how many messages filters left on their servers."""
        stored = self._run.exec_driver_sql("SELECT count(*) FROM email").scalar_one()
        return int(stored) + int(self._run.exec_driver_sql("SELECT count(*) FROM skipped").scalar_one())

    def _skipped(self) -> sa.Select[Any]:
        return (
            sa.select(*_PLACE, skipped)
            .join(ledger, ledger.c.id == skipped.c.ledger_id)
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
        )

    def _left_out_since(self) -> sa.Select[Any]:
        places = ledger.alias()
        first = sa.select(sa.func.min(places.c.id)).where(places.c.email_id == email.c.id).scalar_subquery()
        of_email = (email.c.from_address, email.c.from_name, email.c.subject, email.c.decided_by)
        verdict = (email.c.code.label("verdict"), email.c.reason.label("why"), email.c.received_at.label("came_at"))
        return (
            sa.select(*_PLACE, *of_email, *verdict, email.c.id.label("email"))
            .select_from(email)
            .join(ledger, ledger.c.id == first)
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
            .where(email.c.status == EmailStatus.LEFT_OUT.value, sa.text("email.status != 'synced'"))
        )


_PLACE = (
    *(ledger.c.id.label("place"), ledger.c.epoch, ledger.c.ref, ledger.c.received_at, ledger.c.code, ledger.c.reason),
    *(ledger.c.gone_at, folder.c.name.label("folder"), mailbox.c.address),
)


def _counted_by(column: str) -> str:
    """Return the count of the emails that filters leave out, by one column; those are few, and have an index."""
    of = "email INDEXED BY ix_email_open WHERE status != 'synced' AND status = 'left_out'"
    return f"SELECT {column}, count(*) FROM {of} GROUP BY 1"


def _row_of(decided_by: str) -> FilterId | None:
    number = decided_by.removeprefix(f"{BY_FILTER}:")
    return FilterId(int(number)) if number.isdecimal() else None


def _row(found: Any) -> FilterRow:
    return FilterRow(
        FilterId(found["id"]),
        Effect(found["effect"]),
        Field(found["field"]),
        Comparison(found["comparison"]),
        tuple(json.loads(found["values"])),
        MailboxId(found["mailbox_id"]) if found["mailbox_id"] is not None else None,
        enabled=bool(found["enabled"]),
    )


def _skipped_mail(found: Any) -> SkippedMail:
    return SkippedMail(
        id=found["place"],
        mailbox=found["address"],
        folder=found["folder"],
        epoch=found["epoch"],
        ref=found["ref"],
        sender=found["sender"],
        sender_name=found["sender_name"],
        subject=found["subject"],
        received_at=found["received_at"],
        code=ReasonCode(found["code"]),
        reason=found["reason"],
        row=FilterId(found["row_id"]) if found["row_id"] is not None else None,
        gone=found["gone_at"] is not None,
    )


def _left_out_mail(found: Any) -> SkippedMail:
    return SkippedMail(
        id=found["place"],
        mailbox=found["address"],
        folder=found["folder"],
        epoch=found["epoch"],
        ref=found["ref"],
        sender=found["from_address"],
        sender_name=found["from_name"],
        subject=found["subject"],
        received_at=found["came_at"],
        code=ReasonCode(found["verdict"]),
        reason=found["why"],
        row=_row_of(found["decided_by"]),
        gone=found["gone_at"] is not None,
        email_id=EmailId(found["email"]),
    )


class _Reading:
    """Reads rows of mail as facts; lists of people and kinds repeat, so each is read once."""

    def __init__(self) -> None:
        self._people: dict[str, tuple[str, ...]] = {}
        self._kinds: dict[tuple[str, bool], tuple[tuple[Kind, str], ...]] = {}

    def each(self, rows: Iterable[Any]) -> Iterator[KnownMail]:
        for row in rows:
            yield KnownMail(
                row.id,
                MailboxId(row.mailbox_id),
                row.direction == "outbound",
                read_instant(row.received_at),
                self._facts(row) if row.recipients is not None else None,
                bool(row.is_customer) or row.customer_id is not None,
                row.decided_by == PERSON,
                row.status == EmailStatus.LEFT_OUT.value,
            )

    def _facts(self, row: Any) -> Facts:
        people = self._people.get(row.recipients)
        if people is None:
            people = self._people[row.recipients] = tuple(row.recipients.split())
        in_doubt = row.code == ReasonCode.SENDER_AMBIGUOUS.value or NO_SENDER in row.kinds
        known = bool(row.is_customer) and not in_doubt
        kinds = self._kinds.get((row.kinds, known))
        if kinds is None:
            kinds = self._kinds[row.kinds, known] = _kinds_of(row.kinds, known=known)
        return Facts("" if in_doubt else row.from_address, people, comparable(row.subject), kinds)


def _kinds_of(text: str, *, known: bool) -> tuple[tuple[Kind, str], ...]:
    held = [Kind(kind) for kind in text.split() if kind != NO_SENDER]
    return tuple((kind, KIND_EVIDENCE[kind]) for kind in (*held, *([Kind.CUSTOMER] if known else [])))

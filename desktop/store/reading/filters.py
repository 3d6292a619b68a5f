"""Filters as they stand, what they left out, and the stored mail they are rehearsed on."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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
from desktop.store.tables import email, email_facts, filter_domain, filter_row, folder, ledger, mailbox, skipped

BY_FILTERS = (
    *(ReasonCode.EXCLUDED_RULE, ReasonCode.NOT_INCLUDED, ReasonCode.BLOCKLISTED, ReasonCode.INTERNAL_ONLY),
    *(ReasonCode.BULK_OR_LIST, ReasonCode.AUTO_REPLY, ReasonCode.BOUNCE, ReasonCode.SPAM_FOLDER),
)
"""The verdicts that filters give."""


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
        query = self._skipped().order_by(ledger.c.received_at.desc(), skipped.c.ledger_id.desc()).limit(limit)
        if row_id is not None:
            query = query.where(skipped.c.row_id == row_id)
        if mailbox_id is not None:
            query = query.where(folder.c.mailbox_id == mailbox_id)
        return [_skipped_mail(found) for found in self._run.execute(query).mappings()]

    def skipped_by_ids(self, numbers: Sequence[int]) -> list[SkippedMail]:
        """Return those of the mails *numbers* that are still left out."""
        found = []
        for at in range(0, len(numbers), 500):
            query = self._skipped().where(skipped.c.ledger_id.in_(numbers[at : at + 500]))
            found += [_skipped_mail(row) for row in self._run.execute(query).mappings()]
        return found

    def hits(self) -> dict[FilterId | None, int]:
        """Return how many mails each row has left out; under None, what was left out by no row."""
        query = sa.select(skipped.c.row_id, sa.func.count()).group_by(skipped.c.row_id)
        return {FilterId(row) if row is not None else None: count for row, count in self._run.execute(query)}

    def counts(self) -> dict[ReasonCode, int]:
        """Return how many mails were left out for each reason."""
        query = (
            sa.select(ledger.c.code, sa.func.count())
            .join(skipped, skipped.c.ledger_id == ledger.c.id)
            .group_by(ledger.c.code)
        )
        return {ReasonCode(code): count for code, count in self._run.execute(query)}

    def stored_facts(
        self, *, since: datetime, mailbox_id: MailboxId | None, limit: int
    ) -> Iterator[tuple[EmailId, Facts]]:
        """Yield what filters look at in stored mail that came in since then, newest first, at most *limit*."""
        query = (
            sa.select(
                *(email.c.id, email.c.from_address, email.c.subject, email.c.to_line, email.c.customer_id),
                *(email_facts.c.recipients, email_facts.c.kinds),
            )
            .outerjoin(email_facts, email_facts.c.email_id == email.c.id)
            .where(email.c.direction == "inbound", email.c.received_at >= since)
            .order_by(email.c.received_at.desc())
            .limit(limit)
        )
        if mailbox_id is not None:
            query = query.where(email.c.mailbox_id == mailbox_id)
        for row in self._run.execute(query):
            recipients = row.recipients if row.recipients is not None else row.to_line.replace(",", " ")
            yield EmailId(row.id), _facts(row.from_address, row.subject, recipients, row.kinds, row.customer_id)

    def _skipped(self) -> sa.Select[Any]:
        return (
            sa.select(
                *(
                    skipped,
                    ledger.c.epoch,
                    ledger.c.ref,
                    ledger.c.received_at,
                    ledger.c.code,
                    ledger.c.reason,
                    ledger.c.gone_at,
                ),
                *(folder.c.name.label("folder"), mailbox.c.address),
            )
            .join(ledger, ledger.c.id == skipped.c.ledger_id)
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
        )


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
        id=found["ledger_id"],
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


def _facts(sender: str, subject: str, recipients: str, kinds: str | None, customer_id: int | None) -> Facts:
    held: Sequence[Kind] = [Kind(kind) for kind in (kinds or "").split()]
    known = [Kind.CUSTOMER] if customer_id is not None else []
    each = tuple((kind, KIND_EVIDENCE[kind]) for kind in (*held, *known))
    return Facts(sender, tuple(recipients.split()), comparable(subject), each)

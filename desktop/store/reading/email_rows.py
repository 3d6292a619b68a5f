"""Emails as rows: the one SELECT behind every list, with each email's place, and messages that are not kept."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa

from desktop.domain.attachments_left import FilesLeft
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.rows import EmailRow
from desktop.store.reading.attachments_left import files_left
from desktop.store.tables import customer, email, email_tag, folder, ledger, mailbox, skipped, tag

T = TypeVar("T")

EMAIL_ROWS = sa.select(email, sa.func.coalesce(customer.c.name, "").label("customer")).join(
    customer, customer.c.id == email.c.customer_id, isouter=True
)
"""Every email with its customer's name; narrow and order it, then give its rows to :func:`with_places`."""

UNKEPT_ROWS = (
    sa.select(
        *(ledger, folder.c.mailbox_id, mailbox.c.address, folder.c.name),
        *(skipped.c.message_id, skipped.c.sender, skipped.c.sender_name, skipped.c.recipients, skipped.c.subject),
    )
    .join(folder, folder.c.id == ledger.c.folder_id)
    .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
    .join(skipped, skipped.c.ledger_id == ledger.c.id, isouter=True)
    .where(ledger.c.email_id.is_(None))
)
"""Every message that was seen and is not kept; narrow and order it, then give its rows to :func:`unkept_row`."""


def chunks(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Yield *values* in parts that one statement can name."""
    return (values[at : at + size] for at in range(0, len(values), size))


THESE = "(SELECT value FROM json_each(?))"
"""The numbers that :func:`listed` was given, for ``IN``: as many as there may be, in one statement."""


def listed(numbers: Iterable[int]) -> str:
    """Return *numbers* as :data:`THESE` takes them: one value, which SQLite goes through by itself."""
    return json.dumps(list(numbers))


def marks(values: Sequence[object]) -> str:
    """Return as many places for values as there are in *values*, for ``IN (...)``."""
    return ", ".join("?" * len(values))


def rows_by_id(run: sa.Connection, numbers: Collection[int]) -> dict[int, EmailRow]:
    """Return the emails with these ids, by id."""
    found: dict[int, EmailRow] = {}
    for part in chunks(sorted(numbers)):
        rows = run.execute(EMAIL_ROWS.where(email.c.id.in_(part))).mappings().all()
        found.update((row.id, row) for row in with_places(run, rows) if row.id is not None)
    return found


def with_places(run: sa.Connection, rows: Sequence[sa.RowMapping]) -> list[EmailRow]:
    """Return rows of :data:`EMAIL_ROWS` as emails, each with its first place that still counts, else its first ever."""
    first: dict[int, tuple[str, str, str, int]] = {}
    left: dict[int, FilesLeft] = {}
    tags: dict[int, list[str]] = {}
    for part in chunks([row["id"] for row in rows]):
        query = (
            sa.select(ledger.c.email_id, mailbox.c.address, folder.c.name, ledger.c.ref, ledger.c.id)
            .join(folder, folder.c.id == ledger.c.folder_id)
            .join(mailbox, mailbox.c.id == folder.c.mailbox_id)
            .where(ledger.c.email_id.in_(part))
            .order_by(ledger.c.gone_at.is_not(None), ledger.c.id)
        )
        for number, address, name, ref, seen_id in run.execute(query):
            first.setdefault(number, (address, name, ref, seen_id))
        left |= files_left(run, part)
        tagged = sa.select(email_tag.c.email_id, tag.c.name).join(tag, tag.c.id == email_tag.c.tag_id)
        for number, name in run.execute(tagged.where(email_tag.c.email_id.in_(part)).order_by(tag.c.key)):
            tags.setdefault(number, []).append(name)
    return [
        _email_row(row, first.get(row["id"], ("", "", "", 0)), left.get(row["id"]), tuple(tags.get(row["id"], ())))
        for row in rows
    ]


def _email_row(
    row: sa.RowMapping, place: tuple[str, str, str, int], left: FilesLeft | None, tags: tuple[str, ...]
) -> EmailRow:
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
        mailbox_id=MailboxId(row["mailbox_id"]),
        size_bytes=row["size_bytes"],
        stored_at=row["stored_at"],
        left=left,
        tags=tags,
    )


def unkept_row(row: sa.RowMapping) -> EmailRow:
    """Return a row of :data:`UNKEPT_ROWS` as an email without an id; of what a filter left out, more is known."""
    failed = row["code"] == "FETCH_RETRYING"
    return EmailRow(
        id=None,
        seen_id=row["id"],
        mailbox=row["address"],
        folder=row["name"],
        uid=row["ref"],
        message_id=row["message_id"] or "",
        from_address=row["sender"] or "",
        from_name=row["sender_name"] or "",
        to=", ".join((row["recipients"] or "").split()[:3]),
        subject=row["subject"] or "",
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
        mailbox_id=MailboxId(row["mailbox_id"]),
        size_bytes=0,
        stored_at=row["seen_at"],
    )

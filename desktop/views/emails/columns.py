"""The columns of the list: what they are called, how they read as text, and how wide they are at first."""

from collections.abc import Callable, Sequence
from datetime import datetime

from desktop.domain.email_list import EmailOrder
from desktop.domain.rows import EmailRow
from desktop.ui import words
from desktop.ui.preview.verdicts import happened_to, left_words, match_of, place_of, sender_of, status_of, subject_of
from desktop.ui.tables import Column

FLEXIBLE = "subject"
"""The column that takes what room is left."""
SMALLEST = {"subject": 112, "from": 88, "date": 72, "customer": 92, "status": 92}
"""How narrow columns get by themselves, in px at 100 %; others 48."""
WIDTHS_BESIDE_PREVIEW = {"from": 164, "date": 72, "customer": 128, "status": 96}
ALWAYS = ("subject",)
"""Columns that cannot be hidden."""
SHOWN = ("from", "subject", "date", "customer", "status")
SHOWN_ALONE = ("from", "subject", "why", "date", "customer", "status")
"""What is shown at first beside the preview, and without it, where no row has a second line."""

ORDERS = {
    "from": (EmailOrder.SENDER, EmailOrder.SENDER_REVERSED),
    "date": (EmailOrder.NEWEST, EmailOrder.OLDEST),
    "customer": (EmailOrder.CUSTOMER, EmailOrder.CUSTOMER_REVERSED),
    "status": (EmailOrder.STATUS, EmailOrder.STATUS_REVERSED),
}
"""The orders of a column: at the first click on its head, and at the second."""


def columns(now: Callable[[], datetime]) -> Sequence[Column[EmailRow]]:
    """Return the columns; *now* tells the time that dates are written against."""
    return (
        Column("from", "From", sender_of, 232, order="sender", tooltip=_from_in_full),
        Column("subject", "Subject", subject_of, 320, tooltip=_subject_in_full),
        Column("why", "What happened", happened_to, 196, tooltip=lambda row: row.reason),
        Column("date", "Date", lambda row: short_date(row, now()), 80, order="newest", tooltip=_date_in_full),
        Column("customer", "Customer match", _match_words, 220, order="customer", tooltip=lambda row: row.reason),
        Column("status", "Status", lambda row: status_of(row)[1], 100, order="status", tooltip=lambda row: row.reason),
        Column("mailbox", "Mailbox", lambda row: words.local_part(row.mailbox), 96, tooltip=_place_in_full),
        Column("tags", "Tags", lambda row: ", ".join(row.tags), 120, tooltip=lambda row: "\n".join(row.tags)),
        Column("size", "Size", lambda row: words.size(row.size_bytes) if row.size_bytes else "", 80, trailing=True),
        Column("files", "Attachments", lambda row: words.number(row.attachments) if row.attachments else "", 88, True),
    )


def date_of(row: EmailRow) -> datetime:
    """Return when a message arrived, or when it was seen."""
    return row.received_at or row.stored_at


def short_date(row: EmailRow, now: datetime) -> str:
    """Return the time of a message as the column has it."""
    return words.short_when(date_of(row), now)


def _from_in_full(row: EmailRow) -> str:
    return f"{row.from_name} <{row.from_address}>" if row.from_name else row.from_address


def _subject_in_full(row: EmailRow) -> str:
    return "\n".join(part for part in (row.subject, row.reason, left_words(row.left)) if part)


def _date_in_full(row: EmailRow) -> str:
    return words.exact(date_of(row))


def _place_in_full(row: EmailRow) -> str:
    return f"{row.mailbox}, {place_of(row)}"


def _match_words(row: EmailRow) -> str:
    match = match_of(row)
    return ", ".join(part for part in (match.name, match.why) if part)

"""Emails: the narrow row lists read, bytes and texts beside it, and the verdict on each message of a server.

Identity of a message is (mailbox, folder, epoch, ref): mailbox and folder by their names' rows, epoch and ref as
text, so that a provider whose references are no numbers needs no new schema.
"""

import sqlalchemy as sa

from desktop.store.sqltypes import Instant
from desktop.store.tables.metadata import metadata

EMAIL_DOMAIN = "substr(from_address, instr(from_address, '@') + 1)"
"""The sender's domain in SQL, written just as the indexes have it: only then are they used."""

email = sa.Table(
    "email",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.Text, nullable=False, unique=True),
    sa.Column("provider_id", sa.Text, nullable=False),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, index=True),
    sa.Column("from_address", sa.Text, nullable=False),
    sa.Column("from_name", sa.Text, nullable=False),
    sa.Column("to_line", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
    sa.Column("attachments", sa.Integer, nullable=False),
    sa.Column("preview", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("customer_id", sa.ForeignKey("customer.id")),
    sa.Column("confidence", sa.Integer, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("needs_review", sa.Boolean, nullable=False),
    sa.Column("parser_version", sa.Integer, nullable=False),
    sa.Column("stored_at", Instant, nullable=False),
    sa.Index("ix_email_review", "received_at", sqlite_where=sa.text("needs_review = 1")),
    sa.Index("ix_email_customer", "customer_id", "received_at", sqlite_where=sa.text("customer_id IS NOT NULL")),
    sa.Index(
        "ix_email_list",
        *("received_at", "id", "mailbox_id", "status", "code", "needs_review", "attachments", "customer_id"),
    ),
    sa.Index("ix_email_sender", "from_address", sa.text("received_at DESC"), "from_name"),
    sa.Index("ix_email_mailbox", "mailbox_id", "received_at"),
    sa.Index(
        "ix_email_open",
        *("status", "received_at", "id", "mailbox_id", "code"),
        sqlite_where=sa.text("status != 'synced'"),
    ),
    sa.Index("ix_email_provider", "provider_id", "mailbox_id", sqlite_where=sa.text("provider_id != ''")),
    sa.Index("ix_email_domain", sa.text(EMAIL_DOMAIN), "customer_id", sqlite_where=sa.text("customer_id IS NOT NULL")),
    sa.Index("ix_email_headers", "mailbox_id", "received_at", sqlite_where=sa.text("whole = 0")),
    sa.Index("ix_email_waiting", sa.text(EMAIL_DOMAIN), "from_address", sqlite_where=sa.text("needs_review = 1")),
)

email_body = sa.Table(
    "email_body",
    metadata,
    sa.Column("email_id", sa.ForeignKey("email.id"), primary_key=True),
    sa.Column("details", sa.Text, nullable=False),  # the short ones first: a long row is a chain of pages
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("email_id", sa.ForeignKey("email.id"), primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("declared_name", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("content_id", sa.Text, nullable=False),
    sa.Column("inline", sa.Boolean, nullable=False),
    sa.Column("encoding", sa.Text, nullable=False, server_default=""),
    sa.Column("start_at", sa.BigInteger),
    sa.Column("end_at", sa.BigInteger),
    sqlite_with_rowid=False,
)
"""``start_at`` and ``end_at``: where a part that is not all in ``email_body.raw`` begins and ends there."""

stretch = sa.Table(
    "stretch",
    metadata,
    sa.Column("email_id", sa.ForeignKey("email.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("begins", sa.BigInteger, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("certain", sa.Boolean, nullable=False),
    sa.Column("sign", sa.Text, nullable=False, server_default=""),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("arrived", sa.BigInteger, nullable=False),
    sa.Column("stored", sa.BigInteger, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("retry_at", Instant),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("ix_stretch_waiting", "email_id", sqlite_where=sa.text("state = 'waiting'")),
    sqlite_with_rowid=False,
)
"""What of an email's bytes is not in ``email_body.raw``, in its order, and the file it lies in by now (see
``domain.attachments``).
"""

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("folder_id", sa.ForeignKey("folder.id"), nullable=False),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("email_id", sa.ForeignKey("email.id"), index=True),
    sa.Column("received_at", Instant),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("gone_at", Instant),
    sa.Column("backfill_id", sa.Integer),
    sa.Column("flags", sa.Text),
    sa.UniqueConstraint("folder_id", "epoch", "ref"),
    sa.Index("ix_ledger_unkept", "code", sqlite_where=sa.text("email_id IS NULL")),
    sa.Index("ix_ledger_backfill", "backfill_id", sqlite_where=sa.text("backfill_id IS NOT NULL")),
    sa.Index(
        "ix_ledger_flagless",
        "folder_id",
        "epoch",
        sqlite_where=sa.text("flags IS NULL AND email_id IS NOT NULL AND gone_at IS NULL"),
    ),
)

ledger_range = sa.Table(
    "ledger_range",
    metadata,
    sa.Column("folder_id", sa.ForeignKey("folder.id"), primary_key=True),
    sa.Column("epoch", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("refs", sa.Text, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

backfill = sa.Table(
    "backfill",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("reached", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("quiet_hours", sa.Boolean, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("stored", sa.BigInteger, nullable=False),
    sa.Column("review", sa.BigInteger, nullable=False),
    sa.Column("unfiled", sa.BigInteger, nullable=False),
    sa.Column("skipped", sa.BigInteger, nullable=False),
    sa.Column("duplicates", sa.BigInteger, nullable=False),
    sa.Column("failed", sa.BigInteger, nullable=False),
    sa.Column("missing", sa.BigInteger, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("by_day", sa.Text, nullable=False, server_default="{}"),
    sa.Index("ix_backfill_mailbox", "mailbox_id", "id"),
)
"""``by_day``: how many messages the server was found to have of each day, as JSON."""

backfill_before = sa.Table(
    "backfill_before",
    metadata,
    sa.Column("backfill_id", sa.ForeignKey("backfill.id"), primary_key=True),
    sa.Column("folder_id", sa.ForeignKey("folder.id"), primary_key=True),
    sa.Column("epoch", sa.Text, primary_key=True),
    sa.Column("range_seen_at", Instant),
    sa.Column("range_reason", sa.Text, nullable=False),
    sa.Column("rows", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What a backfill changes that was there before it: when the range verdict was given, and verdicts in rows (JSON)."""

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email_id", sa.ForeignKey("email.id"), nullable=False, index=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("customer_id", sa.Integer),
    sa.Column("confidence", sa.Integer, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Index("ix_decision_person", "id", "customer_id", sqlite_where=sa.text("decided_by = 'person'")),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email_id", sa.ForeignKey("email.id"), nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("email_id", "event", "channel"),
)

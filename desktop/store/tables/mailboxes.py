"""Mailboxes, their folders and cursors, and how each is."""

import sqlalchemy as sa

from desktop.store.sqltypes import Instant
from desktop.store.tables.metadata import metadata

mailbox = sa.Table(
    "mailbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False, unique=True),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("imap_host", sa.Text, nullable=False),
    sa.Column("imap_port", sa.Integer, nullable=False),
    sa.Column("imap_security", sa.Text, nullable=False),
    sa.Column("imap_user", sa.Text, nullable=False),
    sa.Column("smtp_host", sa.Text),
    sa.Column("smtp_port", sa.Integer),
    sa.Column("smtp_security", sa.Text),
    sa.Column("smtp_user", sa.Text),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("frequency", sa.Text, nullable=False),
    sa.Column("since_days", sa.Integer, nullable=False),
    sa.Column("synced_from", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("oauth", sa.Text),
    sa.Column("purpose", sa.Text, nullable=False, server_default=""),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("recovery_contact", sa.Text, nullable=False, server_default=""),
    sa.Column("display_name", sa.Text, nullable=False, server_default=""),
    sa.Column("reply_to", sa.Text, nullable=False, server_default=""),
    sa.Column("attachments_up_to", sa.BigInteger, nullable=False, server_default="26214400"),  # bytes; -1: of any size
)

mailbox_grant = sa.Table(
    "mailbox_grant",
    metadata,
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), primary_key=True),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("granted_at", Instant),
    sa.Column("renewed_at", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("renewable_until", Instant),
    sa.Column("can_renew", sa.Boolean, nullable=False),
)

mailbox_review = sa.Table(
    "mailbox_review",
    metadata,
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), primary_key=True),
    sa.Column("reviewed_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("cause", sa.Text, nullable=False),
)

folder = sa.Table(
    "folder",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("selected", sa.Boolean, nullable=False),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("uid_next", sa.BigInteger),
    sa.Column("exists_count", sa.BigInteger),
    sa.Column("highest_modseq", sa.BigInteger),
    sa.Column("listed_at", Instant),
    sa.Column("holds_sent", sa.Boolean),
    sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refused_at", Instant),
    sa.UniqueConstraint("mailbox_id", "name"),
)

cursor_range = sa.Table(
    "cursor_range",
    metadata,
    sa.Column("folder_id", sa.ForeignKey("folder.id"), primary_key=True),
    sa.Column("epoch", sa.Text, primary_key=True),
    sa.Column("first_ref", sa.BigInteger, primary_key=True),
    sa.Column("last_ref", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

health = sa.Table(
    "health",
    metadata,
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("next_step", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failing_since", Instant),
    sa.Column("retry_at", Instant),
    sa.Column("last_try", Instant),
    sa.Column("last_sync", Instant),
    sa.Column("findings", sa.Text, nullable=False, server_default="[]"),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    sa.Column("counted_from", Instant),
    sa.Column("waiting", sa.Text, nullable=False, server_default=""),
    sa.Column("polled", sa.Text, nullable=False, server_default=""),
)

freshness = sa.Table(
    "freshness",
    metadata,
    sa.Column("folder_id", sa.ForeignKey("folder.id"), primary_key=True),
    sa.Column("looked_at", Instant),
    sa.Column("there_ref", sa.BigInteger),
    sa.Column("there_at", Instant),
    sa.Column("here_at", Instant),
    sa.Column("behind_ref", sa.BigInteger),
    sa.Column("behind_since", Instant),
    sa.Column("behind_passes", sa.Integer, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("on_server", sa.BigInteger, nullable=False),
    sa.Column("judged", sa.BigInteger, nullable=False),
    sa.Column("found", sa.BigInteger, nullable=False),
    sa.Column("repaired", sa.BigInteger, nullable=False),
    sa.Column("still_open", sa.BigInteger, nullable=False),
    sa.Column("folders", sa.Text, nullable=False),
    sa.Index("ix_audit_mailbox", "mailbox_id", "id"),
)
"""Comparisons with the server that were made, a bounded number of each mailbox; ``folders`` is JSON."""

own_message = sa.Table(
    "own_message",
    metadata,
    sa.Column("message_id", sa.Text, primary_key=True),
    sa.Column("sent_at", Instant, nullable=False),
)

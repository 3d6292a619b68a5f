"""The tables as they are at the newest schema; ``migrations`` makes them, a test compares the two.

Identity of a message is (mailbox, folder, epoch, ref): mailbox and folder by their names' rows, epoch and ref as
text, so that a provider whose references are no numbers needs no new schema. Lists read the narrow ``email``;
bytes and long texts lie apart in ``email_body``.
"""

import sqlalchemy as sa

from desktop.store.sqltypes import Instant

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

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

customer = sa.Table(
    "customer",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_customer_search", "name_key", "id", "name", "company"),
)

ADDRESS_DOMAIN = "substr(address, instr(address, '@') + 1)"
"""An address's domain in SQL, written just as the index has it."""

_PLAIN = (
    "replace(replace(replace("
    "substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', '')"
)
ADDRESS_HEAD = f"{ADDRESS_DOMAIN} || '/' || substr({_PLAIN}, 1, length({_PLAIN}) / 2)"
ADDRESS_TAIL = f"{ADDRESS_DOMAIN} || '/' || substr({_PLAIN}, length({_PLAIN}) / 2 + 1)"
"""An address's domain, and one half of its local part without tag and separators: see ``matching.likeness``."""

customer_address = sa.Table(
    "customer_address",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Index("ix_customer_address_domain", sa.text(ADDRESS_DOMAIN), "customer_id"),
    sa.Index("ix_customer_address_head", sa.text(ADDRESS_HEAD)),
    sa.Index("ix_customer_address_tail", sa.text(ADDRESS_TAIL)),
    sqlite_with_rowid=False,
)

address_domain = sa.Table(
    "address_domain",
    metadata,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("core", sa.Text, nullable=False),
    sa.Column("suffix", sa.Text, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("tail", sa.Text, nullable=False),
    sa.Index("ix_address_domain_core", "core", "suffix"),
    sa.Index("ix_address_domain_head", "head", "core"),
    sa.Index("ix_address_domain_tail", "tail", "core"),
    sqlite_with_rowid=False,
)
"""Every domain that a customer's address ever had, with the keys by which domains like it are found.

It follows from the addresses alone and only grows: a domain that nobody has any more is found, and leads to nobody.
"""

match_rule = sa.Table(
    "match_rule",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("conditions", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("customer_id", sa.Integer),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)
"""Rules that people wrote, in the order of their ids. ``conditions`` is JSON."""

sealed_secret = sa.Table(
    "sealed_secret",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("changes", sa.LargeBinary, nullable=False),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("receipt", sa.Text, nullable=False),
    sa.Column("brought", sa.Text, nullable=False, server_default=""),
    sa.Column("line", sa.Integer),
    sa.Column("event_id", sa.Integer),
    sa.Index("ix_run_at", sa.text("coalesce(ended_at, started_at)")),
    sa.Index("ix_run_mailbox", "mailbox_id", "ended_at"),
    sa.Index("ix_run_line", "line"),
)
"""``brought`` is what it brought in words, ``line`` the first of the syncs alike in a row (the log shows them as one),
``event_id`` the entry that explains its failure. All are written when it ends.
"""

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id")),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("meaning", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("run_id", sa.Integer),
    sa.Column("line", sa.Integer),
    sa.Index("ix_event_mailbox", "mailbox_id", "at"),
    sa.Index("ix_event_at", "at"),
    sa.Index("ix_event_run", "run_id", sqlite_where=sa.text("run_id IS NOT NULL")),
    sa.Index("ix_event_line", "line"),
)
"""``run_id`` is the sync on whose line it is told; ``line`` the first of the entries alike in a row, where it has one
of its own.
"""

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

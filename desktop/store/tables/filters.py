"""Filters: what mail is brought in, and what is known of the rest."""

import sqlalchemy as sa

from desktop.store.tables.metadata import metadata

filter_row = sa.Table(
    "filter_row",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("mailbox_id", sa.ForeignKey("mailbox.id")),
    sa.Column("effect", sa.Text, nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("comparison", sa.Text, nullable=False),
    sa.Column("values", sa.Text, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
)

filter_domain = sa.Table(
    "filter_domain",
    metadata,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Domains that are on the blocklist, and own ones whose internal mail is let in."""

skipped = sa.Table(
    "skipped",
    metadata,
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True),
    sa.Column("row_id", sa.Integer),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("sender_name", sa.Text, nullable=False),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("kinds", sa.Text, nullable=False),
    sa.Index("ix_skipped_row", "row_id"),
    sa.Index("ix_skipped_message", "message_id"),
)
"""What is known of mail that a filter left out: enough to list it, to find it and to judge it again; no content."""

email_facts = sa.Table(
    "email_facts",
    metadata,
    sa.Column("email_id", sa.ForeignKey("email.id"), primary_key=True),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("kinds", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_email_facts_about", "about", sqlite_where=sa.text("about != ''")),
)
"""What filters look at in a stored mail beyond what lists show. ``about``: the Message-ID of the mail that a report on
a delivery is about, else empty.
"""

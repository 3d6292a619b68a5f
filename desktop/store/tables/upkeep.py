"""What the program keeps for itself: its own facts, sealed secrets, the journal of commands, and the sync log."""

import sqlalchemy as sa

from desktop.store.sqltypes import Instant
from desktop.store.tables.metadata import metadata

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

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

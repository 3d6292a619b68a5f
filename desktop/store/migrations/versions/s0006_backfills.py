"""Backfills, and which of them let a message in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANTS = ("since", "until", "reached")
FIGURES = ("total", "stored", "review", "unfiled", "skipped", "duplicates", "failed", "missing")


def upgrade() -> None:
    """Make the tables and the column: nothing was brought in by a backfill so far."""
    op.create_table(
        "backfill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in INSTANTS),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("quiet_hours", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in FIGURES),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_backfill_mailbox", "backfill", ["mailbox_id", "id"])
    op.create_table(
        "backfill_before",
        sa.Column("backfill_id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("range_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("range_reason", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfill.id"]),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"]),
        sa.PrimaryKeyConstraint("backfill_id", "folder_id", "epoch"),
        sqlite_with_rowid=False,
    )
    op.add_column("ledger", sa.Column("backfill_id", sa.Integer(), nullable=True))
    where = sa.text("backfill_id IS NOT NULL")
    op.create_index("ix_ledger_backfill", "ledger", ["backfill_id"], sqlite_where=where)

"""What makes the sync trustworthy: attachments that follow, flags and moves of the server, audits that were made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AUDIT_FIGURES = ("on_server", "judged", "found", "repaired", "still_open")


def upgrade() -> None:
    """Nothing is known yet of what older profiles hold."""
    op.add_column("backfill", sa.Column("by_day", sa.Text(), nullable=False, server_default="{}"))
    _add_audits()


def _add_audits() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("begun_at", "ended_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("cause", "code", "reason")),
        sa.Column("complete", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in AUDIT_FIGURES),
        sa.Column("folders", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_mailbox", "audit", ["mailbox_id", "id"])

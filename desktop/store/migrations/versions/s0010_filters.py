"""Filters, blocked domains, what is known of mail that was left out, and what filters look at in stored mail."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables: there are no filters yet, and nothing was left out by one."""
    op.create_table(
        "filter_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("effect", "field", "comparison", "values")),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "filter_domain",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "role"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "skipped",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("message_id", "sender", "sender_name", "recipients", "subject", "kinds")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"]),
        sa.PrimaryKeyConstraint("ledger_id"),
    )
    op.create_index("ix_skipped_row", "skipped", ["row_id"])
    op.create_index("ix_skipped_message", "skipped", ["message_id"])
    op.create_table(
        "email_facts",
        sa.Column("email_id", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["email_id"], ["email.id"]),
        sa.PrimaryKeyConstraint("email_id"),
    )

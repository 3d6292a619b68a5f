"""Customers' telephone numbers, merges of customers with what takes them back, and pairs that are not the same."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nobody has a number yet, and nobody was merged."""
    op.add_column("customer", sa.Column("phones", sa.Text(), nullable=False, server_default="[]"))
    op.create_index("ix_customer_phones", "customer", ["phones"], sqlite_where=sa.text("phones != '[]'"))
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("kept_id", "merged_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kept_name", "merged_name")),
        sa.Column("merged_at", sa.BigInteger(), nullable=False),
        sa.Column("unmerged_at", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("kept_id", "merged_id"):
        op.create_index(f"ix_customer_merge_{name}", "customer_merge", [name])
    op.create_table(
        "customer_apart",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", "second_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_apart_second", "customer_apart", ["second_id"])

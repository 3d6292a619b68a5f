"""Customers that were merged, and pairs that are not the same."""

import sqlalchemy as sa

from desktop.store.sqltypes import Instant
from desktop.store.tables.metadata import metadata

customer_merge = sa.Table(
    "customer_merge",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kept_id", sa.Integer, nullable=False, index=True),
    sa.Column("merged_id", sa.Integer, nullable=False, index=True),
    sa.Column("kept_name", sa.Text, nullable=False),
    sa.Column("merged_name", sa.Text, nullable=False),
    sa.Column("merged_at", Instant, nullable=False),
    sa.Column("unmerged_at", Instant),
    sa.Column("image", sa.Text, nullable=False),
)
"""Customers that were merged into others, for good: ``image`` is what un-merging needs of how both were, as JSON.

``merged_id`` is nobody while ``unmerged_at`` is NULL. Both are history and may name customers who are gone.
"""

customer_apart = sa.Table(
    "customer_apart",
    metadata,
    sa.Column("first_id", sa.Integer, primary_key=True),
    sa.Column("second_id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_customer_apart_second", "second_id"),
    sqlite_with_rowid=False,
)
"""Pairs of customers of whom a person said that they are not the same; the lower id stands first."""

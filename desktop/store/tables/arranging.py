"""What people arrange for themselves: tags on emails, and views of the list under a name."""

import sqlalchemy as sa

from desktop.store.tables.metadata import metadata

tag = sa.Table(
    "tag",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
)
"""``key`` is the name folded as search folds it: there is one tag however it is written."""

email_tag = sa.Table(
    "email_tag",
    metadata,
    sa.Column("tag_id", sa.ForeignKey("tag.id"), primary_key=True),
    sa.Column("email_id", sa.ForeignKey("email.id"), primary_key=True),
    sa.Index("ix_email_tag_email", "email_id"),
    sqlite_with_rowid=False,
)

saved_view = sa.Table(
    "saved_view",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
"""``content`` is what is listed and how it is shown, as JSON (``domain.saved_view``)."""

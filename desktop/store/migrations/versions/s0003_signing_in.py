"""Signing in with a provider, whose a mailbox is, and when its settings are to be looked at again.

``mailbox_grant`` outlives a disconnected mailbox: who had signed in stays (issuer, subject, address), so that another
account cannot take its place unnoticed; what was granted and until when is empty then. Nothing in it is secret.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

DETAILS = ("purpose", "owner", "recovery_contact", "display_name", "reply_to")


def upgrade() -> None:
    """Widen the mailboxes and make the two tables beside them."""
    op.add_column("mailbox", sa.Column("oauth", sa.Text(), nullable=True))
    for name in DETAILS:
        op.add_column("mailbox", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    _make_grant()
    _make_review()


def _make_grant() -> None:
    op.create_table(
        "mailbox_grant",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=True),
        sa.Column("renewed_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("renewable_until", sa.BigInteger(), nullable=True),
        sa.Column("can_renew", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("mailbox_id"),
    )


def _make_review() -> None:
    op.create_table(
        "mailbox_review",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"]),
        sa.PrimaryKeyConstraint("mailbox_id"),
    )

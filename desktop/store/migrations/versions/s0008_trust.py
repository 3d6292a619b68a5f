"""What makes the sync trustworthy: attachments that follow, flags and moves of the server, audits that were made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing is known yet of what older profiles hold."""
    op.add_column("backfill", sa.Column("by_day", sa.Text(), nullable=False, server_default="{}"))

"""Which folder holds sent mail, where only the server could say it, and messages found by the server's own id."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column (not known yet of any folder) and the index."""
    op.add_column("folder", sa.Column("holds_sent", sa.Boolean(), nullable=True))
    where = sa.text("provider_id != ''")
    op.create_index("ix_email_provider", "email", ["provider_id", "mailbox_id"], sqlite_where=where)

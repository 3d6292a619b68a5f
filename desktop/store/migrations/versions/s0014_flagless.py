"""Which messages have flags that are not known yet is found without looking through all that are here."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the index; it holds a message until its flags are known."""
    op.create_index(
        "ix_ledger_flagless",
        "ledger",
        ["folder_id", "epoch"],
        sqlite_where=sa.text("flags IS NULL AND email_id IS NOT NULL AND gone_at IS NULL"),
    )

"""Why mail that is to arrive in real time has to be asked for, where its server cannot be listened to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column: nothing is known yet of any mailbox."""
    op.add_column("health", sa.Column("polled", sa.Text(), nullable=False, server_default=""))

"""What a mailbox's health is made of, and the newest message of each folder on the server against the newest here.

``findings`` and ``trouble`` are JSON. The trouble of a mailbox that fails now is told from its verdict, so that it is
neither forgotten nor reported again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SEEN = ("looked_at", "there_ref", "there_at", "here_at", "behind_ref", "behind_since")
TROUBLE = (
    "UPDATE health SET trouble = json_object('kind', CASE "
    "WHEN last_try = last_sync THEN 'partial' "
    "WHEN state = 'disconnected' AND retry_at IS NULL THEN 'sign_in' "
    "WHEN state = 'disconnected' AND failures < 3 THEN 'setting' "
    "ELSE 'passing' END, 'code', code, 'what', reason, 'meaning', '', 'action', next_step) "
    "WHERE failures > 0 AND code != ''"
)
RESUMED = "UPDATE health SET waiting = 'resumed' WHERE reason = 'Resumed; not synced since.'"
CHANGED = "UPDATE health SET waiting = 'changed' WHERE reason = 'Not synced since its settings changed.'"


def upgrade() -> None:
    """Widen the one table, fill what is known, and make the other."""
    op.add_column("health", sa.Column("findings", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("health", sa.Column("trouble", sa.Text(), nullable=False, server_default=""))
    op.add_column("health", sa.Column("counted_from", sa.BigInteger(), nullable=True))
    op.add_column("health", sa.Column("waiting", sa.Text(), nullable=False, server_default=""))
    for statement in (TROUBLE, RESUMED, CHANGED):
        op.execute(statement)
    op.create_table(
        "freshness",
        sa.Column("folder_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in SEEN),
        sa.Column("behind_passes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"]),
        sa.PrimaryKeyConstraint("folder_id"),
    )

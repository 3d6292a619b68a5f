"""How customers' names, companies and addresses are folded, where they are not plain ASCII: ``muller`` finds Müller."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table, which is filled by what knows how texts are folded."""
    op.create_table(
        "folded_text",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("text", "folded")),
        sa.PrimaryKeyConstraint("text"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_folded_text_folded", "folded_text", ["folded"])

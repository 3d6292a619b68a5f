"""What people say about matching: the order of their rules, how much a rule may say, who else we are. And bounces."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables and columns: rules keep the order of their ids, nothing is limited, no report is linked yet."""
    op.add_column("match_rule", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE match_rule SET position = id")
    op.create_table(
        "rule_limit",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rule"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "our_name",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.add_column("email_facts", sa.Column("about", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_email_facts_about", "email_facts", ["about"], sqlite_where=sa.text("about != ''"))

"""What matching asks: addresses by what is like them, domains of one name or one slip, and rules that people write."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

DOMAIN = "substr(address, instr(address, '@') + 1)"
PLAIN = (
    "replace(replace(replace("
    "substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', '')"
)
HEAD = f"{DOMAIN} || '/' || substr({PLAIN}, 1, length({PLAIN}) / 2)"
TAIL = f"{DOMAIN} || '/' || substr({PLAIN}, length({PLAIN}) / 2 + 1)"


def upgrade() -> None:
    """Make the indexes and the table of domains, which is filled by what knows whose a domain is."""
    op.create_index("ix_customer_address_head", "customer_address", [sa.text(HEAD)])
    op.create_index("ix_customer_address_tail", "customer_address", [sa.text(TAIL)])
    op.create_table(
        "address_domain",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("domain", "core", "suffix", "head", "tail")),
        sa.PrimaryKeyConstraint("domain"),
        sqlite_with_rowid=False,
    )
    for name in ("core", "head", "tail"):
        op.create_index(f"ix_address_domain_{name}", "address_domain", [name, "suffix" if name == "core" else "core"])
    op.create_table(
        "match_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "conditions", "action")),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )

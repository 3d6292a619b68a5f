"""Customers, their addresses with the keys by which ones like them are found, and rules that people wrote."""

import sqlalchemy as sa

from desktop.store.sqltypes import Instant
from desktop.store.tables.metadata import metadata

customer = sa.Table(
    "customer",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("phones", sa.Text, nullable=False, server_default="[]"),
    sa.Index("ix_customer_search", "name_key", "id", "name", "company"),
    sa.Index("ix_customer_phones", "phones", sqlite_where=sa.text("phones != '[]'")),
)

ADDRESS_DOMAIN = "substr(address, instr(address, '@') + 1)"
"""An address's domain in SQL, written just as the index has it."""

_PLAIN = (
    "replace(replace(replace("
    "substr(address, 1, min(instr(address || '@', '@'), instr(address || '+', '+')) - 1), '.', ''), '_', ''), '-', '')"
)
ADDRESS_HEAD = f"{ADDRESS_DOMAIN} || '/' || substr({_PLAIN}, 1, length({_PLAIN}) / 2)"
ADDRESS_TAIL = f"{ADDRESS_DOMAIN} || '/' || substr({_PLAIN}, length({_PLAIN}) / 2 + 1)"
"""An address's domain, and one half of its local part without tag and separators: see ``matching.likeness``."""

customer_address = sa.Table(
    "customer_address",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Index("ix_customer_address_domain", sa.text(ADDRESS_DOMAIN), "customer_id"),
    sa.Index("ix_customer_address_head", sa.text(ADDRESS_HEAD)),
    sa.Index("ix_customer_address_tail", sa.text(ADDRESS_TAIL)),
    sqlite_with_rowid=False,
)

address_domain = sa.Table(
    "address_domain",
    metadata,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("core", sa.Text, nullable=False),
    sa.Column("suffix", sa.Text, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("tail", sa.Text, nullable=False),
    sa.Index("ix_address_domain_core", "core", "suffix"),
    sa.Index("ix_address_domain_head", "head", "core"),
    sa.Index("ix_address_domain_tail", "tail", "core"),
    sqlite_with_rowid=False,
)
"""Every domain that a customer's address ever had, with the keys by which domains like it are found.

It follows from the addresses alone and only grows: a domain that nobody has any more is found, and leads to nobody.
"""

folded_text = sa.Table(
    "folded_text",
    metadata,
    sa.Column("text", sa.Text, primary_key=True),
    sa.Column("folded", sa.Text, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Every ``name_key``, company and address beyond ASCII that a customer ever had, with its folded form, as words are
searched. It follows from the customers alone and only grows: a text that nobody has any more leads to nobody.
"""

match_rule = sa.Table(
    "match_rule",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("conditions", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("customer_id", sa.Integer),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
)
"""Rules that people wrote, in the order of ``position``, then of their ids. ``conditions`` is JSON."""

rule_limit = sa.Table(
    "rule_limit",
    metadata,
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("most", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The most that a rule of matching may state, in percent, where a person lowered it; 0: it is switched off."""

our_name = sa.Table(
    "our_name",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Addresses and domains that are ours beside those of the mailboxes, in comparable form. An address has an ``@``."""

"""Indexes for the window: every list is there at once at a million emails.

``ix_email_list`` holds every column that a list is narrowed by, so that neither filtering nor counting reads the rows
themselves; it stands in for the index on the time of arrival alone. ``ix_email_sender`` orders by sender and finds part
of a name; it stands in for the index on the address alone. ``ix_customer_search`` does so for customers. The others
hold few rows (what waits or failed, what a person decided), answer who else writes from a sender's domain, or bring the
log's entries together with the syncs they speak of.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

EMAIL_DOMAIN = "substr(from_address, instr(from_address, '@') + 1)"
ADDRESS_DOMAIN = "substr(address, instr(address, '@') + 1)"


def upgrade() -> None:
    """Make the new indexes and drop those they stand in for."""
    _index_emails()
    _index_domains()
    _index_customers()
    _index_records()


def _index_emails() -> None:
    op.create_index(
        "ix_email_list",
        "email",
        ["received_at", "id", "mailbox_id", "status", "code", "needs_review", "attachments", "customer_id"],
    )
    op.drop_index("ix_email_received_at", "email")
    op.create_index("ix_email_sender", "email", ["from_address", sa.text("received_at DESC"), "from_name"])
    op.drop_index("ix_email_from_address", "email")
    op.create_index("ix_email_mailbox", "email", ["mailbox_id", "received_at"])
    open_columns = ["status", "received_at", "id", "mailbox_id", "code"]
    op.create_index("ix_email_open", "email", open_columns, sqlite_where=sa.text("status != 'synced'"))


def _index_domains() -> None:
    filed, waiting = sa.text("customer_id IS NOT NULL"), sa.text("needs_review = 1")
    op.create_index("ix_email_domain", "email", [sa.text(EMAIL_DOMAIN), "customer_id"], sqlite_where=filed)
    op.create_index("ix_email_waiting", "email", [sa.text(EMAIL_DOMAIN), "from_address"], sqlite_where=waiting)
    op.create_index("ix_customer_address_domain", "customer_address", [sa.text(ADDRESS_DOMAIN), "customer_id"])


def _index_customers() -> None:
    op.create_index("ix_customer_search", "customer", ["name_key", "id", "name", "company"])
    op.drop_index("ix_customer_name_key", "customer")


def _index_records() -> None:
    where = sa.text("decided_by = 'person'")
    op.create_index("ix_decision_person", "decision", ["id", "customer_id"], sqlite_where=where)
    op.create_index("ix_run_at", "run", [sa.text("coalesce(ended_at, started_at)")])
    op.create_index("ix_run_mailbox", "run", ["mailbox_id", "ended_at"])
    op.create_index("ix_event_mailbox", "event", ["mailbox_id", "at"])

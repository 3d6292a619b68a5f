"""The tables as they are at the newest schema; ``migrations`` makes them, a test compares the two.

A module for each family. Whoever needs a table takes it from here, so that ``metadata`` always knows them all.
"""

from desktop.store.tables.arranging import email_tag, saved_view, tag
from desktop.store.tables.customers import (
    ADDRESS_DOMAIN,
    ADDRESS_HEAD,
    ADDRESS_TAIL,
    address_domain,
    customer,
    customer_address,
    folded_text,
    match_rule,
    our_name,
    rule_limit,
)
from desktop.store.tables.filters import email_facts, filter_domain, filter_row, skipped
from desktop.store.tables.mail import (
    EMAIL_DOMAIN,
    attachment,
    backfill,
    backfill_before,
    decision,
    email,
    email_body,
    ledger,
    ledger_range,
    outbox,
    stretch,
)
from desktop.store.tables.mailboxes import (
    audit,
    cursor_range,
    folder,
    freshness,
    health,
    mailbox,
    mailbox_grant,
    mailbox_review,
    own_message,
)
from desktop.store.tables.merging import customer_apart, customer_merge
from desktop.store.tables.metadata import metadata
from desktop.store.tables.upkeep import event, journal, meta, run, sealed_secret

__all__ = [
    "ADDRESS_DOMAIN",
    "ADDRESS_HEAD",
    "ADDRESS_TAIL",
    "EMAIL_DOMAIN",
    "address_domain",
    "attachment",
    "audit",
    "backfill",
    "backfill_before",
    "cursor_range",
    "customer",
    "customer_address",
    "customer_apart",
    "customer_merge",
    "decision",
    "email",
    "email_body",
    "email_facts",
    "email_tag",
    "event",
    "filter_domain",
    "filter_row",
    "folded_text",
    "folder",
    "freshness",
    "health",
    "journal",
    "ledger",
    "ledger_range",
    "mailbox",
    "mailbox_grant",
    "mailbox_review",
    "match_rule",
    "meta",
    "metadata",
    "our_name",
    "outbox",
    "own_message",
    "rule_limit",
    "run",
    "saved_view",
    "sealed_secret",
    "skipped",
    "stretch",
    "tag",
]

"""Everything that can be asked of one consistent state of the database."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from desktop.matching.answers import Answers, Known
from desktop.store.giving_up import give_up
from desktop.store.reading.activity import ActivityQueries
from desktop.store.reading.attachments import AttachmentQueries
from desktop.store.reading.backfills import BackfillQueries
from desktop.store.reading.email_list import EmailListQueries
from desktop.store.reading.mailboxes import MailboxQueries
from desktop.store.reading.records import RecordQueries
from desktop.store.reading.review import ReviewQueries
from desktop.store.reading.saved_views import SavedViewQueries

if TYPE_CHECKING:
    from desktop.store.reading.arrivals import ArrivalQueries
    from desktop.store.reading.audits import AuditQueries
    from desktop.store.reading.book import StoredBook
    from desktop.store.reading.bounces import BounceQueries
    from desktop.store.reading.customer_list import CustomerListQueries
    from desktop.store.reading.customers import CustomerQueries
    from desktop.store.reading.dashboard import DashboardQueries
    from desktop.store.reading.dependents import DependentQueries
    from desktop.store.reading.duplicates import DuplicateQueries
    from desktop.store.reading.emails import EmailQueries
    from desktop.store.reading.filters import FilterQueries
    from desktop.store.reading.grants import GrantQueries
    from desktop.store.reading.ledger import LedgerQueries
    from desktop.store.reading.letters import LetterQueries
    from desktop.store.reading.mailbox_reviews import MailboxReviewQueries
    from desktop.store.reading.match_rules import MatchRuleQueries
    from desktop.store.reading.matching import MatchingQueries
    from desktop.store.reading.merges import MergeQueries
    from desktop.store.reading.recovery import RecoveryQueries
    from desktop.store.reading.rule_records import RuleRecordQueries
    from desktop.store.reading.secrets import SealedSecrets
    from desktop.store.reading.sender_mail import SenderMailQueries
    from desktop.store.reading.soundness import SoundnessQueries
    from desktop.store.reading.tags import TagQueries

_LATER = {
    "emails": ("emails", "EmailQueries"),
    "letters": ("letters", "LetterQueries"),
    "bounces": ("bounces", "BounceQueries"),
    "tags": ("tags", "TagQueries"),
    "customers": ("customers", "CustomerQueries"),
    "customer_list": ("customer_list", "CustomerListQueries"),
    "duplicates": ("duplicates", "DuplicateQueries"),
    "merges": ("merges", "MergeQueries"),
    "dashboard": ("dashboard", "DashboardQueries"),
    "arrivals": ("arrivals", "ArrivalQueries"),
    "match_rules": ("match_rules", "MatchRuleQueries"),
    "matching": ("matching", "MatchingQueries"),
    "dependents": ("dependents", "DependentQueries"),
    "filters": ("filters", "FilterQueries"),
    "grants": ("grants", "GrantQueries"),
    "recovery": ("recovery", "RecoveryQueries"),
    "mailbox_reviews": ("mailbox_reviews", "MailboxReviewQueries"),
    "ledger": ("ledger", "LedgerQueries"),
    "audits": ("audits", "AuditQueries"),
    "rule_records": ("rule_records", "RuleRecordQueries"),
    "sender_mail": ("sender_mail", "SenderMailQueries"),
    "soundness": ("soundness", "SoundnessQueries"),
    "secrets": ("secrets", "SealedSecrets"),
    "book": ("book", "StoredBook"),
}
"""Queries that are loaded when they are first wanted, by their names: module and class. No first screen needs them."""


class Reader:
    """The queries, all on the same transaction. *answers* are for one that reads what is committed only."""

    emails: "EmailQueries"
    letters: "LetterQueries"
    bounces: "BounceQueries"
    tags: "TagQueries"
    customers: "CustomerQueries"
    customer_list: "CustomerListQueries"
    duplicates: "DuplicateQueries"
    merges: "MergeQueries"
    dashboard: "DashboardQueries"
    arrivals: "ArrivalQueries"
    match_rules: "MatchRuleQueries"
    matching: "MatchingQueries"
    dependents: "DependentQueries"
    filters: "FilterQueries"
    grants: "GrantQueries"
    recovery: "RecoveryQueries"
    mailbox_reviews: "MailboxReviewQueries"
    ledger: "LedgerQueries"
    audits: "AuditQueries"
    rule_records: "RuleRecordQueries"
    sender_mail: "SenderMailQueries"
    soundness: "SoundnessQueries"
    secrets: "SealedSecrets"
    book: "StoredBook"

    def __init__(self, connection: sa.Connection, answers: Answers | None = None) -> None:
        self._run = connection
        self._answers = answers
        self.email_list = EmailListQueries(connection)
        self.saved_views = SavedViewQueries(connection)
        self.review = ReviewQueries(connection)
        self.activity = ActivityQueries(connection)
        self.attachments = AttachmentQueries(connection)
        self.mailboxes = MailboxQueries(connection)
        self.backfills = BackfillQueries(connection)
        self.records = RecordQueries(connection)

    def __getattr__(self, name: str) -> Any:
        """Return queries that are asked for the first time."""
        if name not in _LATER:
            raise AttributeError(name)
        module, queries = _LATER[name]
        made = getattr(import_module(f"desktop.store.reading.{module}"), queries)(self._run)
        setattr(self, name, made)
        return made

    def known_answers(self) -> Known:
        """Return what rules of matching said of the customers as they are here, to be added to."""
        return {} if self._answers is None else self._answers.at(self.book.version())

    def interrupt(self) -> None:
        """End the statement that runs, which raises there, as every later one does; from any thread, while the
        transaction lasts.
        """
        give_up(self._run)

"""Everything that can be asked of one consistent state of the database."""

import sqlalchemy as sa

from desktop.matching.answers import Answers, Known
from desktop.store.reading.activity import ActivityQueries
from desktop.store.reading.arrivals import ArrivalQueries
from desktop.store.reading.attachments import AttachmentQueries
from desktop.store.reading.audits import AuditQueries
from desktop.store.reading.backfills import BackfillQueries
from desktop.store.reading.book import StoredBook
from desktop.store.reading.bounces import BounceQueries
from desktop.store.reading.customer_list import CustomerListQueries
from desktop.store.reading.customers import CustomerQueries
from desktop.store.reading.dashboard import DashboardQueries
from desktop.store.reading.dependents import DependentQueries
from desktop.store.reading.duplicates import DuplicateQueries
from desktop.store.reading.email_list import EmailListQueries
from desktop.store.reading.emails import EmailQueries
from desktop.store.reading.filters import FilterQueries
from desktop.store.reading.grants import GrantQueries
from desktop.store.reading.ledger import LedgerQueries
from desktop.store.reading.letters import LetterQueries
from desktop.store.reading.mailbox_reviews import MailboxReviewQueries
from desktop.store.reading.mailboxes import MailboxQueries
from desktop.store.reading.match_rules import MatchRuleQueries
from desktop.store.reading.matching import MatchingQueries
from desktop.store.reading.merges import MergeQueries
from desktop.store.reading.records import RecordQueries
from desktop.store.reading.recovery import RecoveryQueries
from desktop.store.reading.review import ReviewQueries
from desktop.store.reading.rule_records import RuleRecordQueries
from desktop.store.reading.saved_views import SavedViewQueries
from desktop.store.reading.secrets import SealedSecrets
from desktop.store.reading.sender_mail import SenderMailQueries
from desktop.store.reading.soundness import SoundnessQueries
from desktop.store.reading.tags import TagQueries


class Reader:
    """The queries, all on the same transaction. *answers* are for one that reads what is committed only."""

    def __init__(self, connection: sa.Connection, answers: Answers | None = None) -> None:
        self._run = connection
        self._answers = answers
        self.emails = EmailQueries(connection)
        self.letters = LetterQueries(connection)
        self.bounces = BounceQueries(connection)
        self.email_list = EmailListQueries(connection)
        self.tags = TagQueries(connection)
        self.saved_views = SavedViewQueries(connection)
        self.customers = CustomerQueries(connection)
        self.customer_list = CustomerListQueries(connection)
        self.duplicates = DuplicateQueries(connection)
        self.merges = MergeQueries(connection)
        self.review = ReviewQueries(connection)
        self.dashboard = DashboardQueries(connection)
        self.activity = ActivityQueries(connection)
        self.arrivals = ArrivalQueries(connection)
        self.attachments = AttachmentQueries(connection)
        self.match_rules = MatchRuleQueries(connection)
        self.matching = MatchingQueries(connection)
        self.mailboxes = MailboxQueries(connection)
        self.dependents = DependentQueries(connection)
        self.filters = FilterQueries(connection)
        self.grants = GrantQueries(connection)
        self.recovery = RecoveryQueries(connection)
        self.mailbox_reviews = MailboxReviewQueries(connection)
        self.ledger = LedgerQueries(connection)
        self.backfills = BackfillQueries(connection)
        self.audits = AuditQueries(connection)
        self.records = RecordQueries(connection)
        self.rule_records = RuleRecordQueries(connection)
        self.sender_mail = SenderMailQueries(connection)
        self.soundness = SoundnessQueries(connection)
        self.secrets = SealedSecrets(connection)
        self.book = StoredBook(connection)

    def known_answers(self) -> Known:
        """Return what rules of matching said of the customers as they are here, to be added to."""
        return {} if self._answers is None else self._answers.at(self.book.version())

    def interrupt(self) -> None:
        """End the statement that runs, which raises there; from any thread, while the transaction lasts."""
        connection = self._run.connection.driver_connection
        if connection is not None:
            connection.interrupt()

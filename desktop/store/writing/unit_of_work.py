"""A unit of work: one write transaction with everything that may be written in it. Leaving by an error rolls back."""

import sqlalchemy as sa

from desktop.store.reading.reader import Reader
from desktop.store.tables import metadata
from desktop.store.writing.attachments import AttachmentWriter
from desktop.store.writing.audits import AuditWriter
from desktop.store.writing.backfills import BackfillWriter
from desktop.store.writing.customers import CustomerWriter
from desktop.store.writing.decisions import DecisionWriter
from desktop.store.writing.filters import FilterWriter
from desktop.store.writing.grants import GrantWriter
from desktop.store.writing.intake import IntakeWriter
from desktop.store.writing.journal import JournalWriter
from desktop.store.writing.mailbox_reviews import MailboxReviewWriter
from desktop.store.writing.mailboxes import MailboxWriter
from desktop.store.writing.match_rules import MatchRuleWriter
from desktop.store.writing.matching import MatchingWriter
from desktop.store.writing.merges import MergeWriter
from desktop.store.writing.places import PlaceWriter
from desktop.store.writing.records import RecordWriter
from desktop.store.writing.saved_views import SavedViewWriter
from desktop.store.writing.secrets import SecretRows
from desktop.store.writing.tags import TagWriter
from desktop.store.writing.tracked import TrackedRows


class UnitOfWork:
    """The writers, all on the same transaction; ``read`` sees what they have written so far."""

    def __init__(self, connection: sa.Connection) -> None:
        tracked = TrackedRows(connection, metadata)
        self.read = Reader(connection)
        self.intake = IntakeWriter(connection)
        self.places = PlaceWriter(connection)
        self.backfills = BackfillWriter(connection, self.intake)
        self.audits = AuditWriter(connection)
        self.attachments = AttachmentWriter(connection)
        self.mailboxes = MailboxWriter(connection)
        self.grants = GrantWriter(connection)
        self.mailbox_reviews = MailboxReviewWriter(connection)
        self.secrets = SecretRows(connection)
        self.customers = CustomerWriter(connection, tracked)
        self.match_rules = MatchRuleWriter(connection, tracked)
        self.matching = MatchingWriter(connection, tracked)
        self.filters = FilterWriter(connection, tracked)
        self.decisions = DecisionWriter(connection, tracked)
        self.tags = TagWriter(connection, tracked)
        self.merges = MergeWriter(connection, tracked, self.customers, self.decisions)
        self.saved_views = SavedViewWriter(connection, tracked)
        self.journal = JournalWriter(connection, tracked)
        self.records = RecordWriter(connection)

"""Writes when mailboxes are to be reviewed."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox_review import MailboxReview
from desktop.store.tables import mailbox_review


class MailboxReviewWriter:
    """One review for each mailbox: the next."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def put(self, mailbox_id: MailboxId, review: MailboxReview) -> None:
        """Keep *review* as the next one of a mailbox."""
        columns = {"reviewed_at": review.reviewed_at, "due_at": review.due_at, "cause": review.cause.value}
        statement = upsert(mailbox_review).values(mailbox_id=mailbox_id, **columns)
        self._run.execute(statement.on_conflict_do_update(index_elements=["mailbox_id"], set_=columns))

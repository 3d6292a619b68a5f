"""Questions about the reviews of mailboxes."""

from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.mailbox_review import MailboxReview, ReviewCause, first_review, with_stop
from desktop.store.reading.mailboxes import MailboxQueries
from desktop.store.tables import mailbox, mailbox_review


class MailboxReviewQueries:
    """One review for each mailbox: the next."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._mailboxes = MailboxQueries(connection)

    def of(self, mailbox_id: MailboxId) -> MailboxReview | None:
        """Return when a mailbox is to be reviewed and why, syncing that has stopped included; None for no mailbox."""
        held = self.noted(mailbox_id)
        return None if held is None else with_stop(held, self._mailboxes.health(mailbox_id))

    def noted(self, mailbox_id: MailboxId) -> MailboxReview | None:
        """Return the same, without asking how the mailbox is."""
        query = _query().where(mailbox.c.id == mailbox_id)
        row = self._run.execute(query).mappings().first()
        return None if row is None else _review(row)

    def due(self, now: datetime) -> list[tuple[Mailbox, MailboxReview]]:
        """Return the connected mailboxes whose review is due, the one that waits longest first."""
        rows = {MailboxId(row["id"]): _review(row) for row in self._run.execute(_query()).mappings()}
        boxes = [one for one in self._mailboxes.every() if one.state is not MailboxState.DISCONNECTED]
        found = [(one, with_stop(rows[one.id], self._mailboxes.health(one.id))) for one in boxes]
        return sorted(((box, one) for box, one in found if one.is_due(now)), key=lambda pair: pair[1].due_at)


def _query() -> sa.Select[tuple[object, ...]]:
    columns = (mailbox.c.id, mailbox.c.created_at, mailbox_review)
    return sa.select(*columns).select_from(mailbox.outerjoin(mailbox_review))


def _review(row: sa.RowMapping) -> MailboxReview:
    if row["due_at"] is None:
        return first_review(row["reviewed_at"] or row["created_at"])
    return MailboxReview(row["due_at"], ReviewCause(row["cause"]), row["reviewed_at"])

"""What a sync brought in after a mailbox was reconnected, counted from what is stored."""

from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import MailboxId
from desktop.store.sqltypes import stored_instant


class RecoveryQueries:
    """Counts of mail stored since a moment."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def stored_since(self, mailbox_id: MailboxId, moment: datetime) -> int:
        """Return how many emails of a mailbox were stored at or after *moment*."""
        sql = "SELECT count(*) FROM email WHERE mailbox_id = :mailbox_id AND stored_at >= :moment"
        return int(self._run.exec_driver_sql(sql, self._values(mailbox_id, moment)).scalar_one())

    def doubled_since(self, mailbox_id: MailboxId, moment: datetime) -> int:
        """Return how many of those are the same letter as one stored earlier: Message-ID, sender, subject and date.

        The schema lets no message in twice by its identity; this asks past it, by what a person would call the same.
        """
        sql = (
            "SELECT count(*) FROM email AS new WHERE new.mailbox_id = :mailbox_id AND new.stored_at >= :moment "
            "AND new.message_id != '' AND EXISTS (SELECT 1 FROM email AS old WHERE old.message_id = new.message_id "
            "AND old.mailbox_id = new.mailbox_id AND old.id != new.id AND old.stored_at < :moment "
            "AND old.from_address = new.from_address AND old.subject = new.subject AND old.sent_at IS new.sent_at)"
        )
        return int(self._run.exec_driver_sql(sql, self._values(mailbox_id, moment)).scalar_one())

    def _values(self, mailbox_id: MailboxId, moment: datetime) -> dict[str, int]:
        return {"mailbox_id": mailbox_id, "moment": stored_instant(moment)}

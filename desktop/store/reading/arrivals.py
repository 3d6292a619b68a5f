"""Whether the message that a mailbox sent to itself has come in by a sync."""

from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.store.tables import folder, ledger


class ArrivalQueries:
    """Our own test messages: they have a verdict and are never emails."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def own_message(self, mailbox_id: MailboxId, since: datetime) -> str | None:
        """Return the folder in which a test message was seen at or after *since*; None when none was."""
        query = (
            sa.select(folder.c.name)
            .join(ledger, ledger.c.folder_id == folder.c.id)
            .where(
                folder.c.mailbox_id == mailbox_id,
                ledger.c.email_id.is_(None),
                ledger.c.code == ReasonCode.OWN_LOOP.value,
                ledger.c.seen_at >= since,
            )
            .order_by(ledger.c.id.desc())
            .limit(1)
        )
        return self._run.execute(query).scalar_one_or_none()

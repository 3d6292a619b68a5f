"""Questions about the sync log and the journal."""

from collections.abc import Sequence

import sqlalchemy as sa

from desktop.domain.rows import EventRow, JournalRow
from desktop.store.tables import event, journal, mailbox

LEVELS = ("debug", "info", "warning", "error")


class RecordQueries:
    """Newest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def events(self, *, level: str = "info", limit: int) -> Sequence[EventRow]:
        """Return the newest log entries of *level* or graver."""
        query = (
            sa.select(event, sa.func.coalesce(mailbox.c.address, "").label("mailbox"))
            .join(mailbox, mailbox.c.id == event.c.mailbox_id, isouter=True)
            .where(event.c.level.in_(LEVELS[LEVELS.index(level) :]))
            .order_by(event.c.id.desc())
            .limit(limit)
        )
        names = EventRow.__slots__
        return [EventRow(**{name: row[name] for name in names}) for row in self._run.execute(query).mappings()]

    def journal(self, *, limit: int) -> Sequence[JournalRow]:
        """Return the newest commands, undone ones too."""
        query = sa.select(journal).order_by(journal.c.id.desc()).limit(limit)
        names = JournalRow.__slots__
        return [JournalRow(**{name: row[name] for name in names}) for row in self._run.execute(query).mappings()]

"""Questions about the sync log and the journal."""

from collections.abc import Sequence

import sqlalchemy as sa

from desktop.domain.rows import EventRow, JournalRow
from desktop.store.tables import event, journal, mailbox

_JOURNAL = [journal.c[name] for name in JournalRow.__slots__]
"""The columns of a row: an import's images of the rows it changed are megabytes, and no list shows them."""

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
        query = sa.select(*_JOURNAL).order_by(journal.c.id.desc()).limit(limit)
        return [JournalRow(**row) for row in self._run.execute(query).mappings()]

    def undoable(self) -> JournalRow | None:
        """Return the command that undo would take back, or None."""
        return self._newest_of(journal.c.state == "done", journal.c.id.desc())

    def redoable(self) -> JournalRow | None:
        """Return the command that redo would do again, or None."""
        return self._newest_of(journal.c.state == "undone", journal.c.id)

    def _newest_of(self, where: sa.ColumnElement[bool], order: sa.ColumnElement[int]) -> JournalRow | None:
        query = sa.select(*_JOURNAL).where(where).order_by(order).limit(1)
        row = self._run.execute(query).mappings().first()
        return JournalRow(**row) if row is not None else None

"""Writes what becomes of places: flags that change, and messages that the server says are gone.

What a complete listing shows is written by ``IntakeWriter.reconcile``; this is for what is told piece by piece.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import FolderId
from desktop.domain.intake import FolderEpoch
from desktop.domain.refset import RefSet
from desktop.store.tables import ledger

AT_ONCE = 500
"""References that one statement names."""


class PlaceWriter:
    """Places of mail that is kept; verdicts and the cursor are never touched here."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def note_gone(self, place: FolderEpoch, refs: RefSet, at: datetime) -> None:
        """Mark *refs* as no longer on the server."""
        for part in _parts(list(refs)):
            statement = sa.update(ledger).where(_here(place), ledger.c.ref.in_(part), ledger.c.gone_at.is_(None))
            self._run.execute(statement.values(gone_at=at))

    def note_all_gone(self, folder_id: FolderId, at: datetime) -> int:
        """Mark everything of a folder as no longer on the server; returns how many emails that concerns."""
        here = (ledger.c.folder_id == folder_id) & ledger.c.gone_at.is_(None)
        kept = sa.select(sa.func.count(ledger.c.email_id.distinct())).where(here)
        count = int(self._run.execute(kept).scalar_one())
        self._run.execute(sa.update(ledger).where(here).values(gone_at=at))
        return count

    def note_flags(self, place: FolderEpoch, told: Mapping[int, str]) -> int:
        """Keep the flags *told* of mail that is here; returns how many had others, or none that were known."""
        changed: list[dict[str, object]] = []
        for part in _parts(list(told)):
            query = sa.select(ledger.c.id, ledger.c.ref, ledger.c.flags).where(
                _here(place), ledger.c.ref.in_(part), ledger.c.email_id.is_not(None)
            )
            rows = self._run.execute(query)
            changed += [{"row": row, "now": told[int(ref)]} for row, ref, held in rows if held != told[int(ref)]]
        if changed:
            mine = ledger.c.id == sa.bindparam("row")
            self._run.execute(sa.update(ledger).where(mine).values(flags=sa.bindparam("now")), changed)
        return len(changed)


def _here(place: FolderEpoch) -> sa.ColumnElement[bool]:
    return (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)


def _parts(refs: Sequence[int]) -> list[list[str]]:
    return [[str(ref) for ref in refs[at : at + AT_ONCE]] for at in range(0, len(refs), AT_ONCE)]

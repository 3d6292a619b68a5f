"""Questions about the ledger: what has a verdict, what is covered, what is still open."""

from dataclasses import dataclass

import sqlalchemy as sa

from desktop.domain.ids import FolderId
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.tables import cursor_range, ledger, ledger_range


@dataclass(frozen=True, slots=True)
class OpenRefs:
    """Messages asked for and not delivered yet, with how often they were asked for."""

    attempts: dict[int, int]

    def at_least(self, tries: int) -> RefSet:
        """Return those asked for *tries* times or more."""
        return RefSet.of(ref for ref, asked in self.attempts.items() if asked >= tries)


class LedgerQueries:
    """One folder at one epoch at a time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def cursor(self, folder_id: FolderId, epoch: str) -> RefSet:
        """Return the confirmed references."""
        query = sa.select(cursor_range.c.first_ref, cursor_range.c.last_ref).where(
            cursor_range.c.folder_id == folder_id, cursor_range.c.epoch == epoch
        )
        return RefSet((first, last) for first, last in self._run.execute(query))

    def open_refs(self, folder_id: FolderId, epoch: str) -> OpenRefs:
        """Return what the server listed and has not delivered."""
        query = sa.select(ledger.c.ref, ledger.c.attempts).where(
            ledger.c.folder_id == folder_id,
            ledger.c.epoch == epoch,
            ledger.c.email_id.is_(None),
            ledger.c.code == ReasonCode.FETCH_RETRYING.value,
        )
        return OpenRefs({int(ref): attempts for ref, attempts in self._run.execute(query)})

    def verdicts(self, folder_id: FolderId, epoch: str) -> RefSet:
        """Return every reference that has a row or lies in a range: what the completeness audit counts."""
        rows = sa.select(ledger.c.ref).where(ledger.c.folder_id == folder_id, ledger.c.epoch == epoch)
        return RefSet.of(int(ref) for ref in self._run.execute(rows).scalars()) | self._ranges(folder_id, epoch)

    def live(self, folder_id: FolderId, epoch: str) -> RefSet:
        """Return the references that the server is known to have still (ranges too)."""
        rows = sa.select(ledger.c.ref).where(
            ledger.c.folder_id == folder_id, ledger.c.epoch == epoch, ledger.c.gone_at.is_(None)
        )
        return RefSet.of(int(ref) for ref in self._run.execute(rows).scalars()) | self._ranges(folder_id, epoch)

    def has_older_epochs(self, folder_id: FolderId, epoch: str) -> bool:
        """Tell whether places of another epoch of this folder still count."""
        query = sa.select(ledger.c.id).where(
            ledger.c.folder_id == folder_id, ledger.c.epoch != epoch, ledger.c.gone_at.is_(None)
        )
        return self._run.execute(query.limit(1)).first() is not None

    def _ranges(self, folder_id: FolderId, epoch: str) -> RefSet:
        query = sa.select(ledger_range.c.refs).where(
            ledger_range.c.folder_id == folder_id, ledger_range.c.epoch == epoch
        )
        together = RefSet()
        for text in self._run.execute(query).scalars():
            together |= RefSet.parse(text)
        return together

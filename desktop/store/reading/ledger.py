"""Questions about the ledger: what has a verdict, what is covered, what is still open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import FolderId
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.packing import unpack
from desktop.store.tables import cursor_range, email_body, ledger, ledger_range

LOOKED_UP = 2000
"""How many references are looked up one by one; of more, the folder's are read."""


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

    def has_left_out(self, folder_id: FolderId, epoch: str, codes: Collection[ReasonCode]) -> bool:
        """Tell whether anything was left out because of one of *codes*."""
        named = [code.value for code in codes]
        for table in (ledger_range, ledger) if named else ():
            here = (table.c.folder_id == folder_id) & (table.c.epoch == epoch) & table.c.code.in_(named)
            kept_out = here & table.c.email_id.is_(None) if table is ledger else here
            if self._run.execute(sa.select(table.c.code).where(kept_out).limit(1)).first() is not None:
                return True
        return False

    def here(self, folder_id: FolderId, epoch: str, refs: RefSet) -> RefSet:
        """Return those of *refs* that were brought in."""
        wanted = [str(ref) for ref in refs]
        found: set[int] = set()
        for at in range(0, len(wanted), 500):
            query = sa.select(ledger.c.ref).where(
                ledger.c.folder_id == folder_id,
                ledger.c.epoch == epoch,
                ledger.c.ref.in_(wanted[at : at + 500]),
                ledger.c.email_id.is_not(None),
            )
            found.update(map(int, self._run.execute(query).scalars()))
        return RefSet.of(found)

    def live_among(self, folder_id: FolderId, epoch: str, refs: RefSet) -> RefSet:
        """Return those of *refs* that the server is known to have still, each looked up while they are few."""
        here = (ledger.c.folder_id == folder_id) & (ledger.c.epoch == epoch) & ledger.c.gone_at.is_(None)
        return self._among(refs, here) | (self._ranges(folder_id, epoch) & refs)

    def flags(self, folder_id: FolderId, epoch: str) -> dict[int, str | None]:
        """Return the flags of every message that is here and there; None for those the server never told of."""
        query = sa.select(ledger.c.ref, ledger.c.flags).where(
            ledger.c.folder_id == folder_id,
            ledger.c.epoch == epoch,
            ledger.c.email_id.is_not(None),
            ledger.c.gone_at.is_(None),
        )
        return {int(ref): flags for ref, flags in self._run.execute(query)}

    def newest_contents(self, folder_id: FolderId, epoch: str, count: int) -> dict[int, bytes]:
        """Return the newest *count* messages of a folder that are here and were there when last looked at."""
        query = (
            sa.select(ledger.c.ref, email_body.c.raw)
            .join(email_body, email_body.c.email_id == ledger.c.email_id)
            .where(ledger.c.folder_id == folder_id, ledger.c.epoch == epoch, ledger.c.gone_at.is_(None))
            .order_by(ledger.c.id.desc())
            .limit(count)
        )
        return {int(ref): unpack(raw) for ref, raw in self._run.execute(query)}

    def too_old(self, folder_id: FolderId, epoch: str) -> RefSet:
        """Return what was left out because it arrived before the day the mailbox is synced from."""
        code = ReasonCode.BEFORE_START_DATE.value
        here = (ledger.c.folder_id == folder_id) & (ledger.c.epoch == epoch) & (ledger.c.code == code)
        rows = sa.select(ledger.c.ref).where(here, ledger.c.email_id.is_(None))
        ranges = sa.select(ledger_range.c.refs).where(
            ledger_range.c.folder_id == folder_id, ledger_range.c.epoch == epoch, ledger_range.c.code == code
        )
        found = RefSet.of(int(ref) for ref in self._run.execute(rows).scalars())
        return found | RefSet.parse(self._run.execute(ranges).scalar() or "")

    def received_at(self, folder_id: FolderId, epoch: str, ref: int) -> datetime | None:
        """Return when the server received a message; None where it has no row of its own, or that is not known."""
        here = (ledger.c.folder_id == folder_id) & (ledger.c.epoch == epoch) & (ledger.c.ref == str(ref))
        return self._run.execute(sa.select(ledger.c.received_at).where(here)).scalar()

    def judged(self, folder_id: FolderId, epoch: str, refs: RefSet) -> RefSet:
        """Return those of *refs* that have a verdict: in a row of their own that is not open, or in a range."""
        closed = ledger.c.code != ReasonCode.FETCH_RETRYING.value
        found = self._among(refs, (ledger.c.folder_id == folder_id) & (ledger.c.epoch == epoch) & closed)
        return found if found == refs else found | (self._ranges(folder_id, epoch) & refs)

    def flagless(self, folder_id: FolderId, epoch: str, limit: int) -> RefSet:
        """Return the *limit* newest messages that are here and there, and whose flags are not known yet."""
        sql = (
            "SELECT ref FROM ledger INDEXED BY ix_ledger_flagless WHERE folder_id = ? AND epoch = ? "
            "AND flags IS NULL AND email_id IS NOT NULL AND gone_at IS NULL ORDER BY id DESC LIMIT ?"
        )
        return RefSet.of(int(ref) for (ref,) in self._run.exec_driver_sql(sql, (folder_id, epoch, limit)))

    def verdicts(self, folder_id: FolderId, epoch: str) -> RefSet:
        """Return every reference that has a row or lies in a range: what the cursor may cover."""
        rows = sa.select(ledger.c.ref).where(ledger.c.folder_id == folder_id, ledger.c.epoch == epoch)
        return RefSet.of(int(ref) for ref in self._run.execute(rows).scalars()) | self._ranges(folder_id, epoch)

    def has_older_epochs(self, folder_id: FolderId, epoch: str) -> bool:
        """Tell whether places of another epoch of this folder still count."""
        query = sa.select(ledger.c.id).where(
            ledger.c.folder_id == folder_id, ledger.c.epoch != epoch, ledger.c.gone_at.is_(None)
        )
        return self._run.execute(query.limit(1)).first() is not None

    def _among(self, refs: RefSet, such: sa.ColumnElement[bool]) -> RefSet:
        """Return those of *refs* that have *such* a row, each looked up while they are few."""
        rows = sa.select(ledger.c.ref).where(such)
        if len(refs) > LOOKED_UP:
            return RefSet.of(int(ref) for ref in self._run.execute(rows).scalars()) & refs
        wanted = [str(ref) for ref in refs]
        parts = (rows.where(ledger.c.ref.in_(wanted[at : at + 500])) for at in range(0, len(wanted), 500))
        return RefSet.of(int(ref) for part in parts for ref in self._run.execute(part).scalars())

    def _ranges(self, folder_id: FolderId, epoch: str) -> RefSet:
        query = sa.select(ledger_range.c.refs).where(
            ledger_range.c.folder_id == folder_id, ledger_range.c.epoch == epoch
        )
        together = RefSet()
        for text in self._run.execute(query).scalars():
            together |= RefSet.parse(text)
        return together

"""What of a folder is settled without a row for each message: the cursor, and verdicts that many messages share."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.intake import FolderEpoch
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.reading.ledger import LedgerQueries
from desktop.store.tables import cursor_range, ledger_range


class Coverage:
    """Sets of references, kept as ranges. A part of what ``IntakeWriter`` writes, in its transaction.

    The cursor is never told what it covers: it follows the verdicts that are stored.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._ledger = LedgerQueries(connection)

    def confirm(self, place: FolderEpoch, refs: RefSet) -> None:
        """Have the cursor hold those of *refs* that have a verdict here, and none of the others."""
        judged = self._ledger.judged(place.folder_id, place.epoch, refs)
        self._cover(place, judged)
        if bare := refs - judged:
            self.uncover(place, bare)

    def _cover(self, place: FolderEpoch, refs: RefSet) -> None:
        """Add *refs* to the cursor: ranges that overlap or touch become one row."""
        mine = (cursor_range.c.folder_id == place.folder_id) & (cursor_range.c.epoch == place.epoch)
        for first, last in refs.ranges:
            near = mine & (cursor_range.c.first_ref <= last + 1) & (cursor_range.c.last_ref >= first - 1)
            touching = self._run.execute(
                sa.select(sa.func.min(cursor_range.c.first_ref), sa.func.max(cursor_range.c.last_ref)).where(near)
            ).one()
            low, high = min(first, touching[0] or first), max(last, touching[1] or last)
            self._run.execute(sa.delete(cursor_range).where(near))
            key = {"folder_id": place.folder_id, "epoch": place.epoch}
            self._run.execute(sa.insert(cursor_range).values(**key, first_ref=low, last_ref=high))

    def uncover(self, place: FolderEpoch, refs: RefSet) -> None:
        """Take *refs* out of the cursor."""
        mine = (cursor_range.c.folder_id == place.folder_id) & (cursor_range.c.epoch == place.epoch)
        held = self._run.execute(sa.select(cursor_range.c.first_ref, cursor_range.c.last_ref).where(mine)).all()
        self._run.execute(sa.delete(cursor_range).where(mine))
        self._cover(place, RefSet((first, last) for first, last in held) - refs)

    def add_to_range(self, place: FolderEpoch, code: ReasonCode, refs: RefSet, reason: str, at: datetime) -> None:
        """Give *refs* one verdict, together with those that have it already; what lies in another range stays there."""
        where = self._mine(place) & (ledger_range.c.code == code.value)
        others = sa.select(ledger_range.c.refs).where(self._mine(place), ledger_range.c.code != code.value)
        for text in self._run.execute(others).scalars().all():
            refs -= RefSet.parse(text)
        if not refs:
            return
        before = self._run.execute(sa.select(ledger_range.c.refs).where(where)).scalar()
        together = RefSet.parse(before) | refs if before else refs
        values = {"refs": str(together), "count": len(together), "reason": reason, "seen_at": at}
        if before is None:
            key = {"folder_id": place.folder_id, "epoch": place.epoch, "code": code.value}
            self._run.execute(sa.insert(ledger_range).values(**key, **values))
        else:
            self._run.execute(sa.update(ledger_range).where(where).values(**values))

    def put_back(self, place: FolderEpoch, code: ReasonCode, refs: RefSet, reason: str, seen_at: datetime) -> None:
        """Give *refs* a verdict that they had already, as of *seen_at*; one that others have still is not redated."""
        where = self._mine(place) & (ledger_range.c.code == code.value)
        if not refs:
            return
        before = self._run.execute(sa.select(ledger_range.c.refs).where(where)).scalar()
        if before is None:
            self.add_to_range(place, code, refs, reason, seen_at)
        else:
            together = RefSet.parse(before) | refs
            self._run.execute(sa.update(ledger_range).where(where).values(refs=str(together), count=len(together)))

    def take_out_of_ranges(self, place: FolderEpoch, refs: RefSet) -> None:
        """Take *refs* out of every range: they have a row of their own from now on."""
        mine = self._mine(place)
        for code, text in self._run.execute(sa.select(ledger_range.c.code, ledger_range.c.refs).where(mine)).all():
            held = RefSet.parse(text)
            left = held - refs
            where = mine & (ledger_range.c.code == code)
            if not left:
                self._run.execute(sa.delete(ledger_range).where(where))
            elif left != held:
                values = {"refs": str(left), "count": len(left)}
                self._run.execute(sa.update(ledger_range).where(where).values(**values))

    def dissolve(self, place: FolderEpoch, codes: Collection[ReasonCode]) -> None:
        """Give up the ranges of *codes*: what lies in them has no verdict any more, and is out of the cursor."""
        where = self._mine(place) & ledger_range.c.code.in_([code.value for code in codes])
        given_up = self._run.execute(sa.select(ledger_range.c.refs).where(where)).scalars().all()
        self._run.execute(sa.delete(ledger_range).where(where))
        for text in given_up:
            self.uncover(place, RefSet.parse(text))

    def forget(self, place: FolderEpoch, *, others: bool = False) -> None:
        """Forget this epoch of the folder, or all *others*."""
        for table in (cursor_range, ledger_range):
            epoch = table.c.epoch != place.epoch if others else table.c.epoch == place.epoch
            self._run.execute(sa.delete(table).where(table.c.folder_id == place.folder_id, epoch))

    def _mine(self, place: FolderEpoch) -> sa.ColumnElement[bool]:
        return (ledger_range.c.folder_id == place.folder_id) & (ledger_range.c.epoch == place.epoch)

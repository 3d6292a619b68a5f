"""The journal of commands: what was done, in words, with the images to undo and redo it, over restarts."""

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.merging import MergeTurn
from desktop.domain.rows import JournalRow
from desktop.store.merge_images import image_of, record_of
from desktop.store.packing import pack, unpack
from desktop.store.sqltypes import read_instant
from desktop.store.tables import customer, customer_merge, decision, email, journal
from desktop.store.writing.bulk import insert_rows
from desktop.store.writing.tracked import RowChange, TrackedRows

DONE, UNDONE, FORGOTTEN = "done", "undone", "forgotten"


class JournalWriter:
    """One stack: undo takes the newest done entry, redo the oldest undone; a new command forgets what was undone."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def record(self, command: str, words: str, actor: str, at: datetime) -> bool:
        """Write the entry for everything tracked in this unit of work; False when nothing was changed at all."""
        changes = self._tracked.changes
        if not changes:
            return False
        self._run.execute(sa.update(journal).where(journal.c.state == UNDONE).values(state=FORGOTTEN))
        packed = pack(json.dumps([change.image() for change in changes]).encode())
        self._run.execute(
            sa.insert(journal).values(at=at, actor=actor, command=command, words=words, state=DONE, changes=packed)
        )
        return True

    def undo(self, at: datetime) -> JournalRow | None:
        """Undo the newest done command and return it, or None when there is none."""
        return self._turn(sa.select(journal).where(journal.c.state == DONE).order_by(journal.c.id.desc()), UNDONE, at)

    def redo(self, at: datetime) -> JournalRow | None:
        """Do the last undone command again and return it, or None when there is none."""
        return self._turn(sa.select(journal).where(journal.c.state == UNDONE).order_by(journal.c.id), DONE, at)

    def customers_made_by_newest(self) -> list[CustomerId]:
        """Return the customers that would disappear if the newest done command were undone."""
        return [
            CustomerId(change.key["id"])
            for change in self._newest_changes()
            if change.table == customer.name and not change.before
        ]

    def merge_in_turn(self, *, backwards: bool) -> MergeTurn | None:
        """Return the merge that the next undo (*backwards*) or redo does or takes back, if it is one."""
        for change in self._next_changes(backwards=backwards):
            if change.table == customer_merge.name and (change.before is None or "unmerged_at" in _differing(change)):
                after = change.before if backwards else change.after
                row = after or change.before or change.after or {}
                image = image_of(row["image"])
                instants = {name: row[name] and read_instant(row[name]) for name in ("merged_at", "unmerged_at")}
                holds = after is not None and after["unmerged_at"] is None
                return MergeTurn(record_of({**row, **instants}), image, holds)
        return None

    def emails_in_turn(self, *, backwards: bool) -> set[EmailId]:
        """Return the emails that the next undo (*backwards*) or redo writes by itself."""
        changes = self._next_changes(backwards=backwards)
        return {EmailId(change.key["id"]) for change in changes if change.table == email.name}

    def _next_changes(self, *, backwards: bool) -> list[RowChange]:
        if backwards:
            return self._newest_changes()
        query = sa.select(journal.c.changes).where(journal.c.state == UNDONE).order_by(journal.c.id).limit(1)
        packed = self._run.execute(query).scalar()
        return [RowChange(**change) for change in json.loads(unpack(packed))] if packed is not None else []

    def _newest_changes(self) -> list[RowChange]:
        query = sa.select(journal.c.changes).where(journal.c.state == DONE).order_by(journal.c.id.desc()).limit(1)
        packed = self._run.execute(query).scalar()
        return [RowChange(**change) for change in json.loads(unpack(packed))] if packed is not None else []

    def _turn(self, query: sa.Select[tuple[object, ...]], state: str, at: datetime) -> JournalRow | None:
        row = self._run.execute(query.limit(1)).mappings().first()
        if row is None:
            return None
        changes = [RowChange(**change) for change in json.loads(unpack(row["changes"]))]
        self._tracked.apply(changes, backwards=state == UNDONE)
        self._run.execute(sa.update(journal).where(journal.c.id == row["id"]).values(state=state))
        self._repeat_decisions([EmailId(change.key["id"]) for change in changes if change.table == email.name], at)
        return JournalRow(id=row["id"], at=row["at"], command=row["command"], words=row["words"], state=state)

    def _repeat_decisions(self, emails: Sequence[EmailId], at: datetime) -> None:
        """The history of decisions only grows: an undone one is followed by the one that holds again."""
        columns = (email.c.code, email.c.reason, email.c.customer_id, email.c.confidence, email.c.decided_by)
        query = sa.select(email.c.id.label("email_id"), *columns)
        for first in range(0, len(emails), 500):
            held = self._run.execute(query.where(email.c.id.in_(emails[first : first + 500]))).mappings()
            insert_rows(self._run, sa.insert(decision), [{**row, "decided_at": at} for row in held])


def _differing(change: RowChange) -> set[str]:
    before, after = change.before or {}, change.after or {}
    return {name for name in after if after[name] != before.get(name)}

"""The journal of commands: what was done, in words, with the images to undo and redo it, over restarts."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId
from desktop.domain.merging import MergeTurn
from desktop.domain.rows import JournalRow
from desktop.store.merge_images import image_of, record_of
from desktop.store.reading.email_rows import THESE, listed
from desktop.store.row_images import Change, RowBlock, RowChange, changes_in, numbers_in, packed_changes
from desktop.store.sqltypes import read_instant, stored_instant
from desktop.store.tables import customer, customer_merge, email, journal
from desktop.store.writing.tracked import TrackedRows

DONE, UNDONE, FORGOTTEN = "done", "undone", "forgotten"
Step = Callable[[int, int], object]
"""Is told how many of how many rows are done."""
_REPEAT = (
    "INSERT INTO decision (email_id, code, reason, customer_id, confidence, decided_by, decided_at) "
    f"SELECT id, code, reason, customer_id, confidence, decided_by, ? FROM email WHERE id IN {THESE}"
)


def no_step(_done: int, _total: int) -> None:
    """Tell nobody."""


class JournalWriter:
    """One stack: undo takes the newest done entry, redo the oldest undone; a new command forgets what was undone."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked
        self._known: dict[int, Sequence[Change]] = {}

    def record(self, command: str, words: str, actor: str, at: datetime) -> bool:
        """Write the entry for everything tracked in this unit of work; False when nothing was changed at all."""
        changes = self._tracked.changes
        if not changes:
            return False
        self._known.clear()
        self._run.execute(sa.update(journal).where(journal.c.state == UNDONE).values(state=FORGOTTEN))
        packed = packed_changes(changes)
        self._run.execute(
            sa.insert(journal).values(at=at, actor=actor, command=command, words=words, state=DONE, changes=packed)
        )
        return True

    def undo(self, at: datetime, step: Step = no_step) -> JournalRow | None:
        """Undo the newest done command and return it, or None when there is none.

        *step* is told how many of how many rows are done; what it raises ends the undo.
        """
        return self._turn(at, step, backwards=True)

    def redo(self, at: datetime, step: Step = no_step) -> JournalRow | None:
        """Do the last undone command again and return it, or None when there is none; *step* as for :meth:`undo`."""
        return self._turn(at, step, backwards=False)

    def customers_made_by_newest(self) -> list[CustomerId]:
        """Return the customers that would disappear if the newest done command were undone."""
        return [
            CustomerId(change.key["id"])
            for change in self._changes(backwards=True)
            if isinstance(change, RowChange) and change.table == customer.name and not change.before
        ]

    def merge_in_turn(self, *, backwards: bool) -> MergeTurn | None:
        """Return the merge that the next undo (*backwards*) or redo does or takes back, if it is one."""
        for change in self._changes(backwards=backwards):
            if not isinstance(change, RowChange) or change.table != customer_merge.name:
                continue
            if change.before is None or "unmerged_at" in _differing(change):
                after = change.before if backwards else change.after
                row = after or change.before or change.after or {}
                image = image_of(row["image"])
                instants = {name: row[name] and read_instant(row[name]) for name in ("merged_at", "unmerged_at")}
                holds = after is not None and after["unmerged_at"] is None
                return MergeTurn(record_of({**row, **instants}), image, holds)
        return None

    def emails_in_turn(self, *, backwards: bool) -> set[EmailId]:
        """Return the emails that the next undo (*backwards*) or redo writes by itself."""
        changes = self._changes(backwards=backwards)
        return {EmailId(number) for change in changes for number in numbers_in(change, email.name, "id")}

    def _next(self, *, backwards: bool) -> sa.RowMapping | None:
        state, order = (DONE, journal.c.id.desc()) if backwards else (UNDONE, journal.c.id.asc())
        query = sa.select(journal).where(journal.c.state == state).order_by(order).limit(1)
        return self._run.execute(query).mappings().first()

    def _changes(self, *, backwards: bool) -> Sequence[Change]:
        """Return the changes of the entry in turn: several ask for them before it is turned, and they may be many."""
        row = self._next(backwards=backwards)
        if row is None:
            return ()
        if row["id"] not in self._known:
            self._known = {row["id"]: changes_in(row["changes"])}
        return self._known[row["id"]]

    def _turn(self, at: datetime, step: Step, *, backwards: bool) -> JournalRow | None:
        row, changes = self._next(backwards=backwards), self._changes(backwards=backwards)
        if row is None:
            return None
        total = sum(change.count if isinstance(change, RowBlock) else 1 for change in changes)
        self._tracked.apply(changes, backwards=backwards, step=lambda done: step(done, total))
        state = UNDONE if backwards else DONE
        self._run.execute(sa.update(journal).where(journal.c.id == row["id"]).values(state=state))
        for change in changes:
            self._repeat_decisions(list(numbers_in(change, email.name, "id")), at)
        return JournalRow(id=row["id"], at=row["at"], command=row["command"], words=row["words"], state=state)

    def _repeat_decisions(self, emails: Sequence[int], at: datetime) -> None:
        """The history of decisions only grows: an undone one is followed by the one that holds again."""
        if emails:
            self._run.exec_driver_sql(_REPEAT, (stored_instant(at), listed(emails)))


def _differing(change: RowChange) -> set[str]:
    before, after = change.before or {}, change.after or {}
    return {name for name in after if after[name] != before.get(name)}

"""Writes backfills: each batch through the same intake as all mail, marked as theirs, so that one can be taken back."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.backfill import TOO_OLD, Backfill, BackfillState
from desktop.domain.errors import Stopped
from desktop.domain.ids import BackfillId, EmailId, FolderId, MailboxId
from desktop.domain.intake import FolderEpoch, IntakeCounts, LeftOut, LetIn
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.packing import PackedMail
from desktop.store.reading.backfills import BackfillQueries
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.reading.ledger import LedgerQueries
from desktop.store.tables import (
    backfill,
    backfill_before,
    email,
    folder,
    journal,
    ledger,
    ledger_range,
    mailbox,
    metadata,
    skipped,
)
from desktop.store.writing.coverage import Coverage
from desktop.store.writing.intake import IntakeWriter
from desktop.store.writing.numbers import keep_free

LATE = "It was found too old while a backfill moved the day this mailbox is synced from; it is asked for again."

_BEFORE = ReasonCode.BEFORE_START_DATE.value
_VERDICT = ("code", "reason", "email_id", "received_at", "attempts", "seen_at", "backfill_id", "flags")
"""What a backfill changes of a row; which number it stands for and whether that is there may have changed since."""

_COUNTED = {
    "stored": "stored",
    "review": "review",
    "unfiled": "unfiled",
    "skipped": "skipped",
    "duplicates": "duplicates",
    "failed": "parked",
}


class BackfillWriter:
    """One backfill at a time of a mailbox. What runs asks here, in each transaction, whether it still may."""

    def __init__(self, connection: sa.Connection, intake: IntakeWriter) -> None:
        self._run = connection
        self._intake = intake
        self._ledger = LedgerQueries(connection)

    def begin(
        self, mailbox_id: MailboxId, days: int, since: datetime, until: datetime, at: datetime, *, quiet_hours: bool
    ) -> BackfillId:
        """Store a new one, which waits to be run."""
        figures = dict.fromkeys(("total", *_COUNTED, "missing"), 0)
        made = self._run.execute(
            sa.insert(backfill).values(
                mailbox_id=mailbox_id,
                days=days,
                since=since,
                until=until,
                reached=until,
                state=BackfillState.WAITING.value,
                quiet_hours=quiet_hours,
                code="",
                reason="",
                created_at=at,
                **figures,
            )
        )
        return BackfillId(made.inserted_primary_key[0] if made.inserted_primary_key else 0)

    def set_state(
        self, backfill_id: BackfillId, state: BackfillState, *, code: str = "", reason: str = "", ended: datetime | None
    ) -> None:
        """Say where it is, and why it waits."""
        values = {"state": state.value, "code": code, "reason": reason, "ended_at": ended}
        self._run.execute(sa.update(backfill).where(backfill.c.id == backfill_id).values(**values))

    def expect(self, backfill_id: BackfillId, more: int) -> None:
        """Note that *more* messages are to come."""
        done = backfill.c.stored + backfill.c.skipped + backfill.c.duplicates + backfill.c.failed + backfill.c.missing
        self._run.execute(sa.update(backfill).where(backfill.c.id == backfill_id).values(total=done + more))

    def expect_days(self, backfill_id: BackfillId, there: Mapping[date, int]) -> None:
        """Note how many of those to come are of each day, beside those that came before."""
        days = Counter(BackfillQueries(self._run).here_by_day(backfill_id))
        days.update(there)
        kept = json.dumps({day.isoformat(): count for day, count in sorted(days.items())})
        self._run.execute(sa.update(backfill).where(backfill.c.id == backfill_id).values(by_day=kept))

    def check(self, backfill_id: BackfillId) -> None:
        """Raise Stopped when it is not to run any more: paused, cancelled or undone meanwhile."""
        state = self._run.execute(sa.select(backfill.c.state).where(backfill.c.id == backfill_id)).scalar()
        if state != BackfillState.RUNNING.value:
            raise Stopped

    def take_in(
        self,
        backfill_id: BackfillId,
        place: FolderEpoch,
        mails: Sequence[PackedMail],
        left_out: Sequence[LeftOut],
        at: datetime,
    ) -> IntakeCounts:
        """Give a batch its verdicts in place of the one it had; returns what it came to. Raises as :meth:`check`."""
        self.check(backfill_id)
        refs = RefSet.of(int(ref) for ref in (*(mail.ref for mail in mails), *(item.ref for item in left_out)))
        self._remember(backfill_id, place, refs)
        counts = self._intake.take_in(place, mails, left_out, at, picked=True, let_in=LetIn(backfill_id))
        self._count(backfill_id, {name: getattr(counts, theirs) for name, theirs in _COUNTED.items()})
        return counts

    def advance(
        self,
        one: Backfill,
        reached: datetime,
        unanswered: Iterable[tuple[FolderEpoch, Mapping[int, str]]],
        looked_at: Mapping[FolderEpoch, RefSet],
        at: datetime,
    ) -> None:
        """Note that everything from *reached* on has its verdict, but for *unanswered*: the plain sync asks for those.

        So it does for what became "too old" since the backfill *looked at* the folders: the boundary was another when
        that was said. The mailbox is synced from *reached* now. Raises as :meth:`check`, and Renumbered.
        """
        self.check(one.id)
        for place in looked_at:
            self._intake.check_current(place)
        for place, refs in unanswered:
            self._hand_over(one.id, place, refs, at)
            self._count(one.id, {"missing": len(refs)})
        for place in self._places(one.mailbox_id):
            if late := self._ledger.too_old(place.folder_id, place.epoch) - looked_at.get(place, RefSet()):
                if place not in looked_at:
                    raise Stopped  # the folder was chosen meanwhile: whoever goes on looks at it too
                self._hand_over(one.id, place, dict.fromkeys(late, LATE), at)
        self._run.execute(sa.update(backfill).where(backfill.c.id == one.id).values(reached=reached))
        self._run.execute(sa.update(mailbox).where(mailbox.c.id == one.mailbox_id).values(synced_from=reached))

    def _hand_over(self, backfill_id: BackfillId, place: FolderEpoch, refs: Mapping[int, str], at: datetime) -> None:
        """Have the plain sync ask for those of *refs* that are still too old; what was picked meanwhile is not."""
        self._intake.check_current(place)
        still = RefSet.of(refs) & self._ledger.too_old(place.folder_id, place.epoch)
        self._remember(backfill_id, place, still)
        self._intake.take_verdicts(place, {ref: refs[ref] for ref in still}, at)
        self._mark(backfill_id, place, still)

    def _places(self, mailbox_id: MailboxId) -> list[FolderEpoch]:
        """Return the folders that are synced, as they are numbered now."""
        query = sa.select(folder.c.id, folder.c.epoch).where(folder.c.mailbox_id == mailbox_id, folder.c.selected)
        return [
            FolderEpoch(mailbox_id, number, epoch) for number, epoch in self._run.execute(query.order_by(folder.c.id))
        ]

    def _mark(self, backfill_id: BackfillId, place: FolderEpoch, refs: RefSet) -> None:
        for part in chunks([str(ref) for ref in refs]):
            rows = _at(place) & ledger.c.ref.in_(part)
            self._run.execute(sa.update(ledger).where(rows).values(backfill_id=backfill_id))

    def _count(self, backfill_id: BackfillId, more: Mapping[str, int]) -> None:
        values = {name: backfill.c[name] + number for name, number in more.items()}
        self._run.execute(sa.update(backfill).where(backfill.c.id == backfill_id).values(**values))

    def _remember(self, backfill_id: BackfillId, place: FolderEpoch, refs: RefSet) -> None:
        """Keep what is said of *refs* now, so far as the batch itself does not tell."""
        mine = _kept(backfill_id, place.folder_id, place.epoch)
        held = self._run.execute(sa.select(backfill_before.c.rows).where(mine)).scalar()
        if held is None:
            where = (ledger_range.c.folder_id == place.folder_id) & (ledger_range.c.epoch == place.epoch)
            columns = (ledger_range.c.seen_at, ledger_range.c.reason)
            range_row = self._run.execute(sa.select(*columns).where(where, ledger_range.c.code == _BEFORE)).first()
            self._run.execute(
                sa.insert(backfill_before).values(
                    backfill_id=backfill_id,
                    folder_id=place.folder_id,
                    epoch=place.epoch,
                    range_seen_at=range_row.seen_at if range_row else None,
                    range_reason=range_row.reason if range_row else TOO_OLD,
                    rows="[]",
                )
            )
        images: list[dict[str, Any]] = []
        for part in chunks([str(ref) for ref in refs]):
            sql = (
                "SELECT * FROM ledger WHERE folder_id = ? AND epoch = ? AND backfill_id IS NOT ? "
                f"AND email_id IS NULL AND ref IN ({marks(part)})"
            )
            found = self._run.exec_driver_sql(sql, (place.folder_id, place.epoch, backfill_id, *part))
            images += [dict(row) for row in found.mappings()]
        if images:
            rows = json.dumps([*json.loads(held or "[]"), *images])
            self._run.execute(sa.update(backfill_before).where(mine).values(rows=rows))

    # --- taking back --------------------------------------------------------------------------------------------------

    def undo(self, one: Backfill, at: datetime) -> int:
        """Take back exactly what *one* brought; returns how many emails go. Commands that changed them go with them."""
        queries = BackfillQueries(self._run)
        emails = queries.emails(one.id)
        commands = queries.commands_on(emails, one.created_at)
        for part in chunks(commands):
            self._run.execute(sa.update(journal).where(journal.c.id.in_(part)).values(state="forgotten"))
        kept = self._emails_of(one.id) - emails
        for folder_id, epoch in self._run.execute(
            sa.select(ledger.c.folder_id, ledger.c.epoch).where(ledger.c.backfill_id == one.id).distinct()
        ).all():
            self._put_back(one, FolderEpoch(one.mailbox_id, folder_id, epoch), at)
        self._run.execute(sa.delete(backfill_before).where(backfill_before.c.backfill_id == one.id))
        self._remove(emails)
        self._rehome(kept)
        self._run.execute(sa.update(mailbox).where(mailbox.c.id == one.mailbox_id).values(synced_from=one.until))
        self.set_state(one.id, BackfillState.UNDONE, ended=at)
        return len(emails)

    def _emails_of(self, backfill_id: BackfillId) -> set[EmailId]:
        query = sa.select(ledger.c.email_id).where(ledger.c.backfill_id == backfill_id, ledger.c.email_id.is_not(None))
        return {EmailId(number) for number in self._run.execute(query).scalars() if number is not None}

    def _put_back(self, one: Backfill, place: FolderEpoch, at: datetime) -> None:
        """Give what *one* decided at *place* the verdict it had before."""
        where = _at(place) & (ledger.c.backfill_id == one.id)
        rows = self._run.execute(sa.select(ledger.c.id, ledger.c.ref).where(where)).all()
        before = backfill_before.select().where(_kept(one.id, place.folder_id, place.epoch))
        held = self._run.execute(before).mappings().first()
        images = {image["id"]: image for image in json.loads(held["rows"])} if held else {}
        for number, _ in rows:
            if number in images:
                columns = ", ".join(f'"{name}" = ?' for name in _VERDICT)
                values = (*(images[number][name] for name in _VERDICT), number)
                self._run.exec_driver_sql(f"UPDATE ledger SET {columns} WHERE id = ?", values)
        numbers = sa.select(ledger.c.id).where(where)
        self._run.execute(sa.delete(skipped).where(skipped.c.ledger_id.in_(numbers)))
        self._run.execute(sa.delete(ledger).where(where))
        refs = RefSet.of(int(ref) for number, ref in rows if number not in images)
        coverage = Coverage(self._run)
        if self._is_current(place):
            reason, seen_at = (held["range_reason"], held["range_seen_at"] or at) if held else (TOO_OLD, at)
            coverage.put_back(place, ReasonCode.BEFORE_START_DATE, refs, reason, seen_at)
        coverage.confirm(place, RefSet.of(int(ref) for _, ref in rows))

    def _is_current(self, place: FolderEpoch) -> bool:
        query = sa.select(folder.c.epoch).where(folder.c.id == place.folder_id)
        return self._run.execute(query).scalar() == place.epoch

    def _remove(self, emails: Collection[EmailId]) -> None:
        """Remove *emails* with everything that hangs on them."""
        if emails:
            keep_free(self._run, emails)
        own = [table for table in reversed(metadata.sorted_tables) if "email_id" in table.c and table is not ledger]
        for part in chunks(sorted(emails)):
            for table in own:
                self._run.execute(sa.delete(table).where(table.c.email_id.in_(part)))
            self._run.exec_driver_sql(f"DELETE FROM email_fts WHERE rowid IN ({marks(part)})", tuple(part))
            self._run.execute(sa.delete(email).where(email.c.id.in_(part)))

    def _rehome(self, emails: Iterable[EmailId]) -> None:
        """Have *emails* that other places still name stand at the first of those, if all the rest say "one more"."""
        for part in chunks(sorted(emails)):
            first = sa.select(sa.func.min(ledger.c.id)).where(ledger.c.email_id.in_(part)).group_by(ledger.c.email_id)
            only_more = first.having(sa.func.sum(ledger.c.code != ReasonCode.DUPLICATE_OF.value) == 0)
            columns = (ledger.c.id, email.c.id.label("email_id"), email.c.code, email.c.reason, folder.c.mailbox_id)
            query = sa.select(*columns).join(email, email.c.id == ledger.c.email_id)
            query = query.join(folder, folder.c.id == ledger.c.folder_id).where(ledger.c.id.in_(only_more))
            for row in self._run.execute(query).all():
                verdict = {"code": row.code, "reason": row.reason}
                self._run.execute(sa.update(ledger).where(ledger.c.id == row.id).values(**verdict))
                mine = email.c.id == row.email_id
                self._run.execute(sa.update(email).where(mine).values(mailbox_id=row.mailbox_id))


def _at(place: FolderEpoch) -> sa.ColumnElement[bool]:
    return (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)


def _kept(backfill_id: BackfillId, folder_id: FolderId, epoch: str) -> sa.ColumnElement[bool]:
    of = backfill_before.c
    return (of.backfill_id == backfill_id) & (of.folder_id == folder_id) & (of.epoch == epoch)

"""Writes a decided batch: ledger, mail, decision, outbox and cursor, all in the transaction of its unit of work.

The cursor only ever grows by references that get their ledger row (or range) in the same call: it cannot cover a
message that has none. Verdicts are written for a folder as it is numbered now; whoever asked before it was renumbered
is told so (Renumbered), and nothing is written.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.errors import Renumbered
from desktop.domain.ids import Ref
from desktop.domain.intake import NOBODY_ASKED, FolderEpoch, IntakeCounts, LeftOut, LetIn
from desktop.domain.reasons import FAILURES, ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.packing import PackedMail, with_told
from desktop.store.reading.ledger import LedgerQueries
from desktop.store.sameness import known_otherwise
from desktop.store.tables import (
    attachment,
    backfill_before,
    decision,
    email,
    email_body,
    email_facts,
    folder,
    ledger,
    outbox,
    stretch,
)
from desktop.store.writing.bulk import insert_rows
from desktop.store.writing.coverage import Coverage
from desktop.store.writing.filters import note_skipped
from desktop.store.writing.numbers import free_numbers
from desktop.store.writing.tags import give_ruled

T = TypeVar("T")

BACK_AGAIN = "It was gone from the server and is there again; it will be asked for."
RENUMBERED = "The server renumbered the folder before it was delivered; it is asked for under its new number."

_INSERT_FTS = "INSERT INTO email_fts (rowid, subject, people, body) VALUES (?, ?, ?, ?)"
_FILLED = (email, email_body, attachment, stretch, email_facts, decision, outbox)
_INSERTS = {table.name: sa.insert(table) for table in _FILLED}


def _upsert_ledger() -> sa.Insert:
    statement = insert(ledger)
    names = ("code", "reason", "email_id", "received_at", "seen_at", "backfill_id")
    changed = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=["folder_id", "epoch", "ref"], set_=changed)


_UPSERT_LEDGER = _upsert_ledger()


class IntakeWriter:
    """Takes batches in. Replaying a batch changes nothing: what has a verdict already is passed over."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._coverage = Coverage(connection)
        self._ledger = LedgerQueries(connection)

    def take_in(
        self,
        place: FolderEpoch,
        mails: Sequence[PackedMail],
        left_out: Sequence[LeftOut],
        at: datetime,
        *,
        picked: bool = False,
        let_in: LetIn = NOBODY_ASKED,
    ) -> IntakeCounts:
        """Give every message of the batch its verdict; returns what it came to, or raises Renumbered.

        With *picked*, what was left out before, for whatever reason, gets its verdict anew. *let_in* is kept with each;
        nobody is told of what a backfill brings, and nothing known before is changed.
        """
        self.check_current(place)
        refs = [mail.ref for mail in mails] + [str(item.ref) for item in left_out]
        decided = self._already_decided(place, refs, picked=picked)
        rows: list[dict[str, Any]] = []
        fresh = [mail for mail in mails if mail.ref not in decided]
        known = self._known_identities(place, fresh)
        if let_in.backfill is None:
            self._retell(fresh, known)
        live = self._live_elsewhere(place, set(known.values()))
        counts, stored = IntakeCounts(), list[tuple[int, PackedMail]]()
        numbers = free_numbers(self._run)
        for mail in fresh:
            email_id = known.get(mail.identity)
            if email_id is None:
                email_id = known[mail.identity] = next(numbers)
                stored.append((email_id, mail))
                live.add(email_id)
                rows.append(_row(place, mail, email_id, mail.decision.code, mail.decision.reason, at))
                _count_stored(counts, mail)
            else:
                counts.duplicates += 1
                code, reason = _seen_before(repeated=email_id in live)
                live.add(email_id)
                rows.append(_row(place, mail, email_id, code, reason, at))
        for item in left_out:
            if str(item.ref) not in decided:
                counts.skipped += 1
                rows.append(_left_out_row(place, item, at))
        self._store(place, stored, at, let_in)
        self._write_ledger([{**row, "backfill_id": let_in.by(row["received_at"])} for row in rows])
        note_skipped(self._run, place, left_out, [mail.ref for mail in fresh])
        given = RefSet.of(int(row["ref"]) for row in rows)
        self._coverage.take_out_of_ranges(place, given)
        self._coverage.confirm(place, given)
        return counts

    def note_range(self, place: FolderEpoch, code: ReasonCode, refs: RefSet, reason: str, at: datetime) -> None:
        """Give all of *refs* one verdict in one row, instead of a row each; those that were waited for have theirs.

        What somebody picked by hand meanwhile keeps its verdict. Raises Renumbered.
        """
        self.check_current(place)
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        in_rows: set[int] = set()
        for chunk in _chunks([str(ref) for ref in refs], 500):
            query = sa.select(ledger.c.ref).where(here, ledger.c.ref.in_(chunk))
            in_rows.update(map(int, self._run.execute(query).scalars()))
        for chunk in _chunks([str(ref) for ref in in_rows], 500):
            open_rows = here & ledger.c.ref.in_(chunk) & (ledger.c.code == ReasonCode.FETCH_RETRYING.value)
            self._run.execute(sa.update(ledger).where(open_rows).values(code=code.value, reason=reason))
        if others := refs - RefSet.of(in_rows):
            self._coverage.add_to_range(place, code, others, reason, at)
        self._coverage.confirm(place, refs)

    def look_again(self, place: FolderEpoch, codes: Collection[ReasonCode], reason: str) -> None:
        """Have the next pass ask for everything that was left out because of one of *codes*."""
        self._coverage.dissolve(place, codes)
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        rows = here & ledger.c.email_id.is_(None) & ledger.c.code.in_([code.value for code in codes])
        self._ask_for(place, self._run.execute(sa.select(ledger.c.ref).where(rows)).scalars().all(), reason)

    def note_unanswered(self, place: FolderEpoch, refs: RefSet, reason: str, at: datetime) -> None:
        """Name what was asked for and not delivered (FETCH_RETRYING), one more try counted; the cursor stays open.

        What somebody else brought in meanwhile keeps its verdict. Raises Renumbered.
        """
        self.check_current(place)
        for ref in refs - self._ledger.judged(place.folder_id, place.epoch, refs):
            self._name(place, ref, ReasonCode.FETCH_RETRYING, reason, at)

    def take_verdicts(self, place: FolderEpoch, refs: Mapping[int, str], at: datetime) -> None:
        """Have the next pass ask for *refs*, which had a verdict, as for any that did not come; each with why."""
        taken = RefSet.of(refs)
        self._coverage.take_out_of_ranges(place, taken)
        for ref, why in refs.items():
            self._name(place, ref, ReasonCode.FETCH_RETRYING, why, at)
        self._coverage.confirm(place, taken)

    def note_missing(self, place: FolderEpoch, refs: RefSet, reason: str, at: datetime) -> None:
        """Close what the server listed once and no longer has (MISSING_ON_SERVER)."""
        for ref in refs:
            self._name(place, ref, ReasonCode.MISSING_ON_SERVER, reason, at)
        self._run.execute(
            sa.update(ledger)
            .where(ledger.c.folder_id == place.folder_id, ledger.c.epoch == place.epoch)
            .where(ledger.c.code == ReasonCode.MISSING_ON_SERVER.value, ledger.c.gone_at.is_(None))
            .values(gone_at=at)
        )
        self._coverage.confirm(place, refs)

    def reconcile(self, place: FolderEpoch, listed: RefSet, at: datetime) -> None:
        """Compare with a complete listing: mark what the server no longer has, unmark what it has again."""
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        rows = self._run.execute(sa.select(ledger.c.ref, ledger.c.code, ledger.c.gone_at).where(here)).all()
        gone = [ref for ref, _, gone_at in rows if gone_at is None and int(ref) not in listed]
        back = [ref for ref, _, gone_at in rows if gone_at is not None and int(ref) in listed]
        for refs, value in ((gone, at), (back, None)):
            for chunk in _chunks(refs, 500):
                self._run.execute(sa.update(ledger).where(here, ledger.c.ref.in_(chunk)).values(gone_at=value))
        missing = ReasonCode.MISSING_ON_SERVER.value
        self._ask_for(place, [ref for ref, code, _ in rows if code == missing and int(ref) in listed], BACK_AGAIN)

    def _ask_for(self, place: FolderEpoch, refs: Sequence[str], reason: str) -> None:
        """Ask again for what had been closed, as for any that did not come."""
        values = {"code": ReasonCode.FETCH_RETRYING.value, "reason": reason, "attempts": 0}
        for chunk in _chunks(refs, 500):
            here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch) & ledger.c.ref.in_(chunk)
            self._run.execute(sa.update(ledger).where(here).values(**values))
        if refs:
            self.uncover(place, RefSet.of(int(ref) for ref in refs))

    def uncover(self, place: FolderEpoch, refs: RefSet) -> None:
        """Have the next pass ask for *refs* again: out of the cursor (repair of a damaged one), and all tries anew."""
        self.ask_anew(place, refs)
        self._coverage.uncover(place, refs)

    def begin_epoch(self, place: FolderEpoch) -> None:
        """Before the first look at an epoch: what is known of an earlier time under the same name is put aside.

        A server that goes back to an old UIDVALIDITY (a restored backup, two machines behind one name) may have given
        the old numbers to other messages meanwhile, and nothing could tell.
        """
        _put_aside(self._run, place)
        self._coverage.forget(place)

    def check_current(self, place: FolderEpoch) -> None:
        """Raise Renumbered unless the folder is known by this epoch now."""
        query = sa.select(folder.c.epoch).where(folder.c.id == place.folder_id)
        if self._run.execute(query).scalar() != place.epoch:
            raise Renumbered

    def close_old_epochs(self, place: FolderEpoch, at: datetime) -> None:
        """After a re-seed: references of older epochs of this folder no longer point anywhere."""
        old = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch != place.epoch)
        waiting = old & (ledger.c.code == ReasonCode.FETCH_RETRYING.value)
        closed = {"code": ReasonCode.MISSING_ON_SERVER.value, "reason": RENUMBERED}
        self._run.execute(sa.update(ledger).where(waiting).values(**closed))
        self._run.execute(sa.update(ledger).where(old, ledger.c.gone_at.is_(None)).values(gone_at=at))
        self._coverage.forget(place, others=True)

    def ask_anew(self, place: FolderEpoch, refs: RefSet) -> None:
        """Let those of *refs* that were not delivered have all their tries again."""
        here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
        open_rows = here & (ledger.c.code == ReasonCode.FETCH_RETRYING.value)
        for chunk in _chunks([str(ref) for ref in refs], 500):
            self._run.execute(sa.update(ledger).where(open_rows, ledger.c.ref.in_(chunk)).values(attempts=0))

    def _already_decided(self, place: FolderEpoch, refs: Sequence[str], *, picked: bool) -> set[str]:
        closed = ledger.c.email_id.is_not(None) if picked else ledger.c.code != ReasonCode.FETCH_RETRYING.value
        found: set[str] = set()
        for chunk in _chunks(refs, 500):
            found.update(
                self._run.execute(
                    sa.select(ledger.c.ref)
                    .where(ledger.c.folder_id == place.folder_id, ledger.c.epoch == place.epoch)
                    .where(ledger.c.ref.in_(chunk), closed)
                ).scalars()
            )
        return found

    def _known_identities(self, place: FolderEpoch, mails: Sequence[PackedMail]) -> dict[str, int]:
        """Which of *mails* are here already: by content, or by the id under which this mailbox's server knows them."""
        known: dict[str, int] = {}
        for chunk in _chunks([mail.identity for mail in mails], 500):
            query = sa.select(email.c.identity, email.c.id).where(email.c.identity.in_(chunk))
            known.update((identity, email_id) for identity, email_id in self._run.execute(query))
        named = {mail.email["provider_id"]: mail.identity for mail in mails if mail.identity not in known}
        named.pop("", None)
        for chunk in _chunks(list(named), 500):
            query = sa.select(email.c.provider_id, email.c.id).where(
                email.c.provider_id.in_(chunk), sa.text("provider_id != ''"), email.c.mailbox_id == place.mailbox_id
            )
            known.update((named[provider_id], email_id) for provider_id, email_id in self._run.execute(query))
        known.update(known_otherwise(self._run, [mail for mail in mails if mail.identity not in known]))
        return known

    def _retell(self, mails: Sequence[PackedMail], known: Mapping[str, int]) -> None:
        """Keep what the server tells of messages that are here already: their labels may be others by now."""
        for mail in mails:
            if mail.told and (email_id := known.get(mail.identity)) is not None:
                mine = email_body.c.email_id == email_id
                held = self._run.execute(sa.select(email_body.c.details).where(mine)).scalar_one()
                self._run.execute(sa.update(email_body).where(mine).values(details=with_told(held, mail.told)))

    def _live_elsewhere(self, place: FolderEpoch, email_ids: Iterable[int]) -> set[int]:
        """Which of these emails have a place that still counts: any but an older epoch of this same folder."""
        found: set[int] = set()
        for chunk in _chunks(list(email_ids), 500):
            query = sa.select(ledger.c.email_id).where(
                ledger.c.email_id.in_(chunk),
                ledger.c.gone_at.is_(None),
                (ledger.c.folder_id != place.folder_id) | (ledger.c.epoch == place.epoch),
            )
            found.update(self._run.execute(query).scalars())
        return found

    def _store(self, place: FolderEpoch, stored: Sequence[tuple[int, PackedMail]], at: datetime, let_in: LetIn) -> None:
        if not stored:
            return
        run = self._run
        own = {"mailbox_id": place.mailbox_id, "stored_at": at}
        insert_rows(run, _INSERTS["email"], [{"id": number, **own, **mail.email} for number, mail in stored])
        insert_rows(run, _INSERTS["email_body"], [{"email_id": number, **mail.body} for number, mail in stored])
        parts = [{"email_id": number, **part} for number, mail in stored for part in mail.attachments]
        insert_rows(run, _INSERTS["attachment"], parts)
        left = [{"email_id": number, **one} for number, mail in stored for one in mail.left]
        insert_rows(run, _INSERTS["stretch"], left)
        facts = [{"email_id": number, **mail.facts} for number, mail in stored if mail.facts is not None]
        insert_rows(run, _INSERTS["email_facts"], facts)
        insert_rows(run, _INSERTS["decision"], [_decision_row(number, mail, at) for number, mail in stored])
        effects = ["planned" if let_in.by(mail.received_at) is None else "quiet" for _, mail in stored]
        rows = [_outbox_row(*one, effect, at) for one, effect in zip(stored, effects, strict=True)]
        insert_rows(run, _INSERTS["outbox"], rows)
        give_ruled(run, {number: mail.decision.tags for number, mail in stored if mail.decision.tags})
        run.exec_driver_sql(_INSERT_FTS, [(number, *mail.search) for number, mail in stored])

    def _write_ledger(self, rows: Sequence[dict[str, Any]]) -> None:
        insert_rows(self._run, _UPSERT_LEDGER, rows)

    def _name(self, place: FolderEpoch, ref: int, code: ReasonCode, reason: str, at: datetime) -> None:
        where = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch) & (ledger.c.ref == str(ref))
        values = {"code": code.value, "reason": reason, "attempts": ledger.c.attempts + 1}
        if not self._run.execute(sa.update(ledger).where(where).values(**values)).rowcount:
            left_out = _left_out_row(place, LeftOut(Ref(str(ref)), code, reason), at)
            self._run.execute(sa.insert(ledger).values(**{**left_out, "attempts": 1}))


def _put_aside(run: sa.Connection, place: FolderEpoch) -> None:
    """Give the rows of *place* a name for its epoch that no server can give again, and that was not used before."""
    here = (ledger.c.folder_id == place.folder_id) & (ledger.c.epoch == place.epoch)
    if run.execute(sa.select(ledger.c.id).where(here).limit(1)).first() is None:
        return
    known = set(
        run.execute(sa.select(ledger.c.epoch).where(ledger.c.folder_id == place.folder_id).distinct()).scalars()
    )
    name = next(name for name in (f"{place.epoch}~{number}" for number in count(1)) if name not in known)
    run.execute(sa.update(ledger).where(here).values(epoch=name))
    before = (backfill_before.c.folder_id == place.folder_id) & (backfill_before.c.epoch == place.epoch)
    run.execute(sa.update(backfill_before).where(before).values(epoch=name))


def _row(
    place: FolderEpoch, mail: PackedMail, email_id: int, code: ReasonCode, reason: str, at: datetime
) -> dict[str, Any]:
    return {
        "folder_id": place.folder_id,
        "epoch": place.epoch,
        "ref": mail.ref,
        "code": code.value,
        "reason": reason,
        "email_id": email_id,
        "received_at": mail.received_at,
        "attempts": 0,
        "seen_at": at,
        "gone_at": None,
    }


def _left_out_row(place: FolderEpoch, item: LeftOut, at: datetime) -> dict[str, Any]:
    return {
        "folder_id": place.folder_id,
        "epoch": place.epoch,
        "ref": str(item.ref),
        "code": item.code.value,
        "reason": item.reason,
        "email_id": None,
        "received_at": item.received_at,
        "attempts": 0,
        "seen_at": at,
        "gone_at": None,
    }


def _seen_before(*, repeated: bool) -> tuple[ReasonCode, str]:
    if repeated:
        return (
            ReasonCode.DUPLICATE_OF,
            "The same message is here already; this is one more place of it.",
        )
    return ReasonCode.SYNCED, "Known from before under another number (moved, or the server renumbered the folder)."


def _count_stored(counts: IntakeCounts, mail: PackedMail) -> None:
    if mail.failed:
        counts.parked += 1
    else:
        counts.stored += 1
        counts.review += mail.decision.needs_review
        counts.unfiled += mail.decision.customer_id is None and not mail.decision.needs_review


def _decision_row(email_id: int, mail: PackedMail, at: datetime) -> dict[str, Any]:
    made = mail.decision
    return {
        "email_id": email_id,
        "code": made.code.value,
        "reason": made.reason,
        "customer_id": made.customer_id,
        "confidence": made.confidence,
        "decided_by": made.by,
        "decided_at": at,
    }


def _outbox_row(email_id: int, mail: PackedMail, state: str, at: datetime) -> dict[str, Any]:
    if mail.decision.code in FAILURES:
        what = "email_unreadable"
    elif mail.decision.needs_review:
        what = "email_unmatched"
    else:
        what = "email_kept" if mail.decision.customer_id is None else "email_filed"
    return {"email_id": email_id, "event": what, "channel": "in_app", "state": state, "created_at": at}


def _chunks(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))

"""One pass over one folder: list what may be new, bring it over in batches, give each message its verdict.

    open (EXAMINE) ── epoch differs ──▶ begin epoch (old cursor never used again) ──┐
        │ same                                                                     ▼
        ├── unchanged ──▶ done                                    list ──▶ fetch ahead ⇄ take in ──▶ settle

Every arrow may break: the next pass starts from the cursor and does the rest. Nothing is remembered in this object
that the database does not hold.
"""

import logging
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain

from desktop.domain.changes import Changed
from desktop.domain.errors import Misconfigured, Renumbered, Transient
from desktop.domain.health_events import FreshnessSeen
from desktop.domain.intake import FolderEpoch
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import FolderStatus, RemoteMessage
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.sync import phantoms
from desktop.sync.batches import Batches
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.deltas import Deltas
from desktop.sync.epochs import begin_epoch
from desktop.sync.fetch_ahead import FetchAhead
from desktop.sync.freshness import look
from desktop.sync.listing import Listing, is_ahead, is_due, is_set_back, is_unchanged, list_folder
from desktop.sync.pipeline import Reading, ReadStep, take_in
from desktop.sync.renames import Renames
from desktop.sync.sent_folders import holds_sent
from desktop.sync.sifting import LEFT_OUT, sift_by_labels

log = logging.getLogger(__name__)

HELD_BACK = {
    Direction.INBOUND: (ReasonCode.MANUAL_MODE,),
    Direction.BOTH: (ReasonCode.MANUAL_MODE, ReasonCode.DIRECTION_OFF),
    Direction.MANUAL: (),
}
"""Which verdicts of an earlier direction do not hold in this one."""

WANTED_NOW = "The mailbox brings in more than when this was seen; it is asked for."
MISSING = "The server listed it, then no longer had it before it could be fetched."
TOUCHED = Changed.EMAILS | Changed.REVIEW | Changed.LOG


class EpochChanged(Exception):
    """The server renumbered the folder in the middle of the pass."""


class FolderPass:
    """One pass. Make it, :meth:`run` it, drop it."""

    def __init__(
        self, mailbox: Mailbox, folder: FolderState, connection: Connection, context: SyncContext, stop: StopSignal
    ) -> None:
        self._mailbox = mailbox
        self._folder = folder
        self._connection = connection
        self._context = context
        self._stop = stop
        self._done = self._total = 0
        self._told: set[int] = set()
        self._in_sent = self._is_outdated = False
        self.receipt = FolderReceipt(folder.name)

    def run(self) -> None:
        """Do the pass; what it came to is in ``receipt``, also when it raises half-way."""
        if not self._folder.epoch and not self._is_there():
            return
        status = self._opened()
        while True:
            try:
                self._run_at(status)
            except (EpochChanged, Renumbered):
                status = self._connection.source.open_folder(self._folder.name)
                with self._context.store.read() as read:
                    folders = read.mailboxes.folders(self._mailbox.id)
                self._folder = next(known for known in folders if known.id == self._folder.id)
            else:
                return

    def _is_there(self) -> bool:
        """Tell whether the folder is still one by itself: a renamed one may have taken its place in this very pass."""
        with self._context.store.read() as read:
            now = read.mailboxes.folder(self._mailbox.id, self._folder.name)
        return now is not None and now.id == self._folder.id

    def _opened(self) -> FolderStatus:
        phantoms.check(self._folder, self._context.clock.now())
        renames = Renames(self._mailbox, self._connection, self._context)
        try:
            status = self._connection.source.open_folder(self._folder.name)
        except Misconfigured as refusal:
            if refusal.code is not ReasonCode.FOLDER_MISSING:
                raise
            renamed = renames.followed(self._folder)
            if renamed is None:
                phantoms.note_refused(self._folder, self._context)
                raise
            self._folder, self.receipt.name = renamed, renamed.name
            return self._connection.source.open_folder(renamed.name)
        phantoms.note_opened(self._folder, self._context)
        if not self._folder.epoch:
            self._folder = renames.adopted(self._folder, status)
        return status

    def look(self) -> FreshnessSeen | None:
        """Compare the newest message on the server with the newest here, after :meth:`run`."""
        return look(self._folder, self._connection, self._context.store)

    def _run_at(self, status: FolderStatus) -> None:
        place = FolderEpoch(self._mailbox.id, self._folder.id, status.epoch)
        if self._folder.epoch != status.epoch:
            self._folder = begin_epoch(self._folder, place, self._context)
        self._look_again(place)
        limits, now = self._context.limits, self._context.clock.now()
        with self._context.store.read() as read:
            cursor = read.ledger.cursor(place.folder_id, place.epoch)
            open_refs = read.ledger.open_refs(place.folder_id, place.epoch)
        due = is_due(self._folder, now, limits.full_listing_every)
        known = open_refs.at_least(0)
        given_up = RefSet() if due else open_refs.at_least(limits.tries)
        retrying = known - given_up
        deltas = Deltas(place, self._folder, self._connection, self._context, partial(self._reopen, place))
        if is_unchanged(self._folder, status) and not due and not retrying:
            self.receipt.listed = status.exists
            deltas.look_at_flagless()
            return
        full = due or bool(open_refs.attempts) or is_ahead(cursor, self._folder) or is_set_back(self._folder, status)
        deltas.ask(status)
        listing = list_folder(self._connection.source, self._folder, status, deltas.gone, full=full)
        self.receipt.listed = listing.listed
        wanted = listing.refs - cursor - given_up
        if self._mailbox.direction is Direction.MANUAL:
            self._hold_back(place, listing.refs - cursor)
            wanted = RefSet()
        self._done, self._total = 0, len(wanted)
        self._bring_over(place, wanted - known)
        deltas.look_at_flags(listing, cursor, due=due)
        self._ask_again(place, wanted & known)  # last: it may be the end of the connection
        deltas.look_at_flags_of(wanted & known)
        self._settle(place, replace(status, highest_modseq=deltas.reached), listing, deltas, now)

    def _look_again(self, place: FolderEpoch) -> None:
        """Ask anew for what an earlier direction of the mailbox kept out and today's does not."""
        codes = HELD_BACK[self._mailbox.direction]
        with self._context.store.read() as read:
            if not read.ledger.has_left_out(place.folder_id, place.epoch, codes):
                return
        with self._context.store.write() as uow:
            uow.intake.look_again(place, codes, WANTED_NOW)
            uow.mailboxes.forget_folder_state(place.folder_id)
        self._folder = replace(self._folder, uid_next=None, exists=None)

    def _hold_back(self, place: FolderEpoch, refs: RefSet) -> None:
        """Leave *refs*, also those that did not come before, to be picked by hand."""
        if refs:
            self.receipt.to_pick += len(refs)
            with self._context.store.write() as uow:
                code = ReasonCode.MANUAL_MODE
                uow.intake.note_range(place, code, refs, LEFT_OUT[code], self._context.clock.now())
            self._context.committed(TOUCHED)

    def _bring_over(self, place: FolderEpoch, wanted: RefSet) -> None:
        if not wanted:
            return
        self._context.parser.warm()
        source, store = self._connection.source, self._context.store
        self._in_sent = holds_sent(self._folder, self._mailbox, source, store)
        batches = Batches(self._connection, partial(self._reopen, place), self._context.limits, self._stop)
        self._tell_progress()
        read = Reading(self._context).read_step
        with FetchAhead(batches.of(wanted, self._sift), read, name=f"fetch-{self._mailbox.id}") as steps:
            for step in steps:
                self._take(place, step)
                self._tell_progress()
                self._stop.rest()

    def _reopen(self, place: FolderEpoch, cause: Transient) -> None:
        status = self._connection.again(cause, self._folder.name)
        if status.epoch != place.epoch:
            raise EpochChanged

    def _sift(self, message: RemoteMessage) -> ReasonCode | None:
        if message.received_at < self._mailbox.synced_from:
            return ReasonCode.BEFORE_START_DATE
        return sift_by_labels(message, self._mailbox.direction)

    def _tell_progress(self) -> None:
        self._context.progress.folder_progress(self._mailbox.address, self._folder.name, self._done, self._total)

    def _ask_again(self, place: FolderEpoch, refs: RefSet) -> None:
        """Ask once more for what did not come before: last, and without an end to the pass when it breaks again.

        Otherwise a few messages that always break the connection would use up its reconnects in every pass, and
        neither the rest of this folder nor the folders after it would ever be reached. Those behind the break keep
        their turn: the next passes ask for them, however often they were tried before.
        """
        self._told.clear()
        try:
            self._bring_over(place, refs)
        except Transient as broken:
            if broken.retry_after_s is not None:
                raise
            log.info("messages that did not come before broke the connection again: %s", broken.code)
            self._connection.drop()
            with self._context.store.write() as uow:
                uow.intake.ask_anew(place, refs - RefSet.of(self._told))

    def _take(self, place: FolderEpoch, read: ReadStep) -> None:
        receipt, step = self.receipt, read.step
        told = {*(int(mail.ref) for mail in step.mails), *chain(*step.left_out.values()), *step.unanswered}
        self._told |= told
        self._done += len(told)
        if step.mails:
            counts = take_in(read.mails, place, self._mailbox, self._context, in_sent=self._in_sent)
            receipt.add(counts, fetched=len(step.mails))
        if step.left_out:
            with self._context.store.write() as uow:
                for code, refs in step.left_out.items():
                    if code is ReasonCode.BEFORE_START_DATE and self._reaches_further(uow):
                        continue
                    uow.intake.note_range(place, code, refs, LEFT_OUT[code], self._context.clock.now())
            too_old = len(step.left_out.get(ReasonCode.BEFORE_START_DATE, ()))
            receipt.out_of_range += too_old
            receipt.skipped += sum(map(len, step.left_out.values())) - too_old
        if step.unanswered:
            receipt.missing += len(step.unanswered)
            self._name_unanswered(place, step.unanswered)
        self._context.committed(TOUCHED)

    def _reaches_further(self, uow: UnitOfWork) -> bool:
        """Tell whether a backfill has moved, since this pass began, how far back the mailbox is synced.

        What looked too old then may not be so now: it is left without a verdict, and the next pass asks again.
        """
        now = uow.read.mailboxes.synced_from(self._mailbox.id)
        self._is_outdated = self._is_outdated or now < self._mailbox.synced_from
        return self._is_outdated

    def _name_unanswered(self, place: FolderEpoch, unanswered: dict[int, str]) -> None:
        at = self._context.clock.now()
        with self._context.store.write() as uow:
            for ref, why in unanswered.items():
                uow.intake.note_unanswered(place, RefSet.of([ref]), why, at)
            refs = RefSet.of(unanswered)
            uow.records.say(
                "warning",
                f"{len(refs)} message(s) in {self._folder.name} were listed but not delivered (number {refs}). "
                "They are asked for again at the next sync; the rest of the folder goes on.",
                at,
                mailbox_id=self._mailbox.id,
                code=ReasonCode.FETCH_RETRYING.value,
            )

    def _settle(
        self, place: FolderEpoch, status: FolderStatus, listing: Listing, deltas: Deltas, now: datetime
    ) -> None:
        """Write down what the whole pass showed: what is gone, and the state in which nothing more is to be done."""
        with self._context.store.write() as uow:
            open_refs = uow.read.ledger.open_refs(place.folder_id, place.epoch)
            if listing.complete:
                vanished = open_refs.at_least(0) - listing.refs
                uow.intake.note_missing(place, vanished, MISSING, now)
                uow.intake.reconcile(place, listing.refs, now)
                if self._folder.listed_at is None:  # the first complete listing of this epoch
                    uow.intake.close_old_epochs(place, now)
            deltas.note(uow, listing, now)
            if listing.trusted:
                uow.mailboxes.note_folder(place.folder_id, status, listed_at=now if listing.complete else None)
            else:
                log.info("a listing was shorter than the folder; it is listed again at the next sync")
                uow.mailboxes.forget_folder_state(place.folder_id)
            if self._is_outdated:
                uow.mailboxes.forget_folder_state(place.folder_id)
        if listing.complete or listing.gone:  # else nothing was found to be gone
            self._context.committed(Changed.EMAILS)

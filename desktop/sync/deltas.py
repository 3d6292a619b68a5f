"""What a pass learns of messages that are here already: flags that changed, and which are gone.

    server counts changes (CONDSTORE)   all that changed since the last complete pass, in one answer
    it does not, or goes back           the newest some hundred, when anything else is as it was not before
    it was brought in without           those whose flags are not known yet: by a backfill, say, that was ended half-way
    once a day, with the full listing   all: it finds what was never told

Up to where changes are known is written down with them, in the transaction that ends the pass. A pass that broke
before asks from the same point again; so does one whose question alone was not answered.
"""

import logging
from datetime import datetime

from desktop.domain.errors import Transient
from desktop.domain.intake import FolderEpoch
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import FolderStatus
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.sync.batches import Reopen
from desktop.sync.connection import Connection
from desktop.sync.context import SyncContext
from desktop.sync.listing import Listing

log = logging.getLogger(__name__)

FLAGLESS = 2000
"""Of how many messages whose flags are not known yet they are asked for in a pass."""

BEYOND = 2**32
"""Higher than any reference of a folder."""


class Deltas:
    """For one pass over one folder. ``gone`` is what the server told to be gone and is not known to be.

    When the connection breaks over a question it is opened again, by *reopen*, and the pass goes on without the answer.
    """

    def __init__(
        self, place: FolderEpoch, known: FolderState, connection: Connection, context: SyncContext, reopen: Reopen
    ) -> None:
        self._place = place
        self._known = known
        self._connection = connection
        self._context = context
        self._reopen = reopen
        self._flags: dict[int, str] = {}
        self._is_told = False
        self._is_another = True
        self.gone = RefSet()
        self.reached: int | None = None
        """Up to which modification number what changed is known."""

    def ask(self, status: FolderStatus) -> None:
        """Ask what has changed."""
        known, self.reached = self._known.highest_modseq, status.highest_modseq
        self._is_another = (self._known.exists, self._known.uid_next, known) != (
            status.exists,
            status.uid_next,
            status.highest_modseq,
        )
        if known is None or self.reached is None or self.reached < known:
            return
        self._is_told = self.reached == known
        if self._is_told:
            return
        try:
            changes = self._connection.source.changes(known, self._known.uid_next or BEYOND)
        except Transient as broken:
            log.info("the connection broke over the question what has changed: %s", broken.code)
            self.reached = known
            self._reopen(broken)
            return
        if changes is None:
            return
        self._is_told = True
        self._flags.update(changes.flags)
        if changes.vanished:
            with self._context.store.read() as read:
                self.gone = read.ledger.live_among(self._place.folder_id, self._place.epoch, changes.vanished)

    def look_at_flags(self, listing: Listing, cursor: RefSet, *, due: bool) -> None:
        """Ask for the flags of what *cursor* did not hold, and of what changes untold; of everything when *due*."""
        self._ask_flags(self._wanted(listing, cursor, due=due))

    def look_at_flags_of(self, late: RefSet) -> None:
        """Ask for the flags of what came late, on a connection that may have ended over it; then they wait."""
        if late and self._connection.is_open:
            with self._context.store.read() as read:
                here = read.ledger.here(self._place.folder_id, self._place.epoch, late)
            self._ask_flags(here)

    def look_at_flagless(self) -> None:
        """Ask for the flags of the newest that are here without, in a folder in which nothing else is to be done."""
        self._ask_flags(self._flagless())
        if self._flags:
            with self._context.store.write() as uow:
                uow.places.note_flags(self._place, self._flags)

    def _flagless(self) -> RefSet:
        with self._context.store.read() as read:
            return read.ledger.flagless(self._place.folder_id, self._place.epoch, FLAGLESS)

    def _ask_flags(self, wanted: RefSet) -> None:
        if not wanted:
            return
        try:
            self._flags.update(self._connection.source.flags(wanted))
        except Transient as broken:
            log.info("the connection broke over a question about flags: %s", broken.code)
            self._reopen(broken)

    def _wanted(self, listing: Listing, cursor: RefSet, *, due: bool) -> RefSet:
        folder_id, epoch = self._place.folder_id, self._place.epoch
        if not listing.listed:
            return RefSet()
        with self._context.store.read() as read:
            if due or listing.complete:
                held = read.ledger.flags(folder_id, epoch)
                wanted = RefSet.of(ref for ref, flags in held.items() if due or flags is None)
                wanted = wanted & listing.refs if listing.complete else wanted
            else:
                wanted = read.ledger.here(folder_id, epoch, listing.refs - cursor)
                wanted |= read.ledger.flagless(folder_id, epoch, FLAGLESS)
            if self._is_another and not self._is_told and not due:
                newest = newest_of(cursor | listing.refs, self._context.limits.newest_flags)
                wanted |= read.ledger.here(folder_id, epoch, newest)
        return wanted

    def note(self, uow: UnitOfWork, listing: Listing, at: datetime) -> None:
        """Write down what was learned."""
        if not listing.complete:
            uow.places.note_gone(self._place, listing.gone, at)
        uow.places.note_flags(self._place, self._flags)


def newest_of(refs: RefSet, count: int) -> RefSet:
    """Return the *count* highest of *refs*."""
    found: list[tuple[int, int]] = []
    for first, last in reversed(refs.ranges):
        if count <= 0:
            break
        found.append((max(first, last - count + 1), last))
        count -= last - found[-1][0] + 1
    return RefSet(reversed(found))

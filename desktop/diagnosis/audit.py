"""The completeness audit: the server's ids against those that have a verdict here, folder by folder and day by day.

A folder costs two questions, whatever its size: open it, and list its ids. Where the server counts every change
(HIGHESTMODSEQ, RFC 7162) and says that there was none since the last audit that found the folder complete, it costs
one. When messages were received is known here; the server is asked only about those that are not as they should be,
and, for a report by day, about those left out in one range.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from desktop.diagnosis.audit_days import Days, Held, tally_of
from desktop.domain.audit import OLD, DayAudit, FolderAudit, SeenFolder, Tally
from desktop.domain.errors import Misconfigured
from desktop.domain.ids import Epoch, FolderId
from desktop.domain.intake import FolderEpoch
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import FolderStatus, Source
from desktop.store.store import Store


def _go_on(_folder: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class AuditAsk:
    """How closely to look. ``by_day``: tell every day, not only those with something amiss. ``only`` these folders.

    ``seen``: folders that need not be listed while the server says that nothing changed in them. ``between`` is called
    before each question with the folder, and how many of how many are done; it may raise to end the audit.
    """

    by_day: bool = False
    only: frozenset[str] = frozenset()
    seen: Mapping[FolderId, SeenFolder] = field(default_factory=dict)
    describe_at_once: int = 2000
    between: Callable[[str, int, int], None] = _go_on


def audit_mailbox(
    mailbox: Mailbox, source: Source, store: Store, now: datetime, ask: AuditAsk = AuditAsk()
) -> list[FolderAudit]:
    """Compare every chosen folder of *mailbox*, as *source* shows it now, with the ledger. Changes nothing.

    Raises SourceError kinds; a folder that cannot be opened is named in its audit, and the others go on.
    """
    with store.read() as read:
        folders = [one for one in read.mailboxes.folders(mailbox.id) if not ask.only or one.name in ask.only]
    found = []
    for at, folder in enumerate(folders):
        ask.between(folder.name, at, len(folders))
        try:
            found.append(_Folder(mailbox, folder, source, store, ask).look(now))
        except Misconfigured as error:
            if error.code is not ReasonCode.FOLDER_MISSING:
                raise
            place = FolderEpoch(mailbox.id, folder.id, Epoch(folder.epoch))
            missing = FolderStatus(Epoch(folder.epoch), 0, None, None)
            found.append(FolderAudit(folder.name, place, missing, problem=error))
    return found


class _Folder:
    """One folder that is looked at."""

    def __init__(self, mailbox: Mailbox, folder: FolderState, source: Source, store: Store, ask: AuditAsk) -> None:
        self._mailbox = mailbox
        self._folder = folder
        self._source = source
        self._store = store
        self._ask = ask

    def look(self, now: datetime) -> FolderAudit:
        status = self._source.open_folder(self._folder.name)
        place = FolderEpoch(self._mailbox.id, self._folder.id, status.epoch)
        made = FolderAudit(self._folder.name, place, status, listed_at=now)
        if (same := self._unchanged(made)) is not None:
            return same
        listed = self._source.list_refs() if status.exists else RefSet()
        below = listed if status.uid_next is None else listed & _below(status.uid_next)
        with self._store.read() as read:
            rows = read.audits.rows(place.folder_id, status.epoch)
            held = Held(rows, read.audits.ranges(place.folder_id, status.epoch), listed)
            cursor = read.ledger.cursor(place.folder_id, status.epoch)
        unknown = listed - held.verdicts
        renumbered = bool(self._folder.epoch) and self._folder.epoch != status.epoch
        new = unknown if renumbered else self._new(unknown, cursor)
        made = replace(
            made,
            new=new,
            holes=unknown - new,
            waiting=held.waiting,
            gone=held.live - listed,
            counted=held.counted,
            back=held.gone & listed,
            doubles=held.doubles,
            hidden=max(0, status.exists - len(below)),
            renumbered=renumbered,
        )
        unsettled = Tally(waiting=len(made.waiting), holes=len(made.holes), new=len(made.new))
        return replace(made, tally=unsettled + held.tally(), days=self._days(made, held))

    def _unchanged(self, made: FolderAudit) -> FolderAudit | None:
        """Return the audit of a folder that the server says is as it was when all of it had its verdict, or None."""
        seen, status = self._ask.seen.get(made.place.folder_id), made.status
        if seen is None or self._ask.by_day or status.highest_modseq is None or seen.status != status:
            return None
        with self._store.read() as read:
            counts = read.audits.counts(made.place.folder_id, status.epoch)
        if counts.waiting or counts.judged != seen.counted:
            return None
        return replace(made, tally=seen.tally, counted=seen.counted, is_same=True, listed_at=seen.listed_at)

    def _new(self, unknown: RefSet, cursor: RefSet) -> RefSet:
        """Return those that no sync can have seen: not covered, and not below where the last whole sync ended."""
        first = self._folder.uid_next
        return unknown - cursor if first is None else unknown - cursor - _below(first)

    def _days(self, made: FolderAudit, held: Held) -> tuple[DayAudit, ...]:
        """Return every day if asked to, else those on which something is amiss."""
        amiss = ((made.holes, Tally(holes=1)), (made.waiting, Tally(waiting=1)))
        if not (self._ask.by_day or made.holes or made.waiting):
            return ()
        days = Days()
        days.add_settled(held)
        for refs, one in amiss:
            days.add(self._described(refs), one)
        if self._ask.by_day:
            days.add(self._described(made.new), Tally(new=1))
            for code, refs in (*held.undated.items(), *held.shared.items()):
                if code is not OLD:
                    days.add(self._described(refs), tally_of(code, 1))
        found = days.in_order()
        return found if self._ask.by_day else tuple(one for one in found if one.tally.holes or one.tally.waiting)

    def _described(self, refs: RefSet) -> Iterator[datetime | None]:
        """Yield when the server received each of *refs*; None for those it does not answer for."""
        numbers, size = sorted(refs), self._ask.describe_at_once
        for at in range(0, len(numbers), size):
            self._ask.between(self._folder.name, at, len(numbers))
            asked = RefSet.of(numbers[at : at + size])
            told = {one.ref: one.received_at for one in self._source.describe(asked)}
            yield from (told.get(ref) for ref in asked)


def _below(ref: int) -> RefSet:
    return RefSet([(1, ref - 1)]) if ref > 1 else RefSet()

"""What has to be asked of a folder: compares what the server says now with what is known from the last pass.

    unchanged   same epoch, counts and modseq, nothing open, listed in full today  ->  ask nothing more
    counted     new messages at the end and those told to be gone make the count   ->  list from UIDNEXT on
    otherwise   (first time, expunged, something open, broken off, a day since)    ->  list everything

A server's silence is no evidence: a listing that holds fewer messages than EXISTS marks nothing as gone. Mail that came
after EXISTS was said (its numbers begin at UIDNEXT) does not count. Nor is its word, where its own count contradicts:
a message that is told to be gone (VANISHED, RFC 7162) is so when, without it, the folder has as many as EXISTS says.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import FolderStatus, Source


@dataclass(frozen=True, slots=True)
class Listing:
    """References the server named. ``complete``: these are all it has. ``trusted``: the counts agree.

    ``listed`` is how many messages it has. ``gone`` are those that it told to be gone, where they are not complete.
    """

    refs: RefSet
    complete: bool
    trusted: bool
    listed: int
    gone: RefSet = field(default_factory=RefSet)


def is_unchanged(known: FolderState, status: FolderStatus) -> bool:
    """Tell whether nothing can have been added or removed since the last complete pass."""
    if known.epoch != status.epoch or status.uid_next is None or known.uid_next is None:
        return False
    return (known.uid_next, known.exists, known.highest_modseq) == (
        status.uid_next,
        status.exists,
        status.highest_modseq,
    )


def is_due(known: FolderState, now: datetime, every: timedelta) -> bool:
    """Tell whether the folder has not been listed in full for *every*."""
    return known.listed_at is None or not timedelta(0) <= now - known.listed_at < every


def is_ahead(cursor: RefSet, known: FolderState) -> bool:
    """Tell whether mail was brought in that the counts of the last complete pass do not hold: a pass broke off since.

    If some of that mail was removed meanwhile, the counts of a listing from UIDNEXT on agree all the same.
    """
    return known.uid_next is not None and cursor.highest >= known.uid_next


def is_set_back(known: FolderState, status: FolderStatus) -> bool:
    """Tell whether the server counts changes from further back than it did: what it told since is not believed."""
    before, now = known.highest_modseq, status.highest_modseq
    return before is not None and now is not None and now < before


def list_folder(source: Source, known: FolderState, status: FolderStatus, gone: RefSet, *, full: bool) -> Listing:
    """Ask the server for the references that may be new; of those it had, it told *gone* to be gone."""
    if status.exists == 0:
        return Listing(RefSet(), complete=True, trusted=True, listed=0)
    if not full and known.uid_next is not None and known.exists is not None:
        new = source.list_refs(first=known.uid_next)
        if known.exists + len(new) - len(gone) == status.exists:
            return Listing(new, complete=False, trusted=True, listed=status.exists, gone=gone)
    refs = source.list_refs()
    whole = _count_below(refs, status.uid_next) >= status.exists
    return Listing(refs, complete=whole, trusted=whole, listed=max(len(refs), status.exists))


def _count_below(refs: RefSet, uid_next: int | None) -> int:
    if uid_next is None:
        return len(refs)
    return len(refs & RefSet([(1, uid_next - 1)])) if uid_next > 1 else 0

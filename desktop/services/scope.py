"""What changed settings would bring in and what they would leave, worked out before they apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.scope_change import FolderCount, ScopeChange
from desktop.store.reading.reader import Reader


@dataclass(frozen=True, slots=True)
class Reach:
    """Mail of a folder that would come into reach: received at *since* or later, and before *before*, if set."""

    folder: str
    since: datetime
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownHere:
    """What is known of each folder without asking a server: its emails that are here, and the sent mail left out."""

    emails: Mapping[str, int]
    sent: Mapping[str, int]


def reaches(held: Mailbox, changed: Mailbox) -> tuple[Reach, ...]:
    """Return what a server is to be asked for: all of a new folder, and what is older of one that is synced already."""
    before, earlier = _synced(held), changed.synced_from < held.synced_from
    new = [Reach(name, changed.synced_from) for name in _synced(changed) if name not in before]
    older = [Reach(name, changed.synced_from, held.synced_from) for name in _synced(changed) if name in before]
    return (*new, *(older if earlier else ()))


def scope_change(held: Mailbox, changed: Mailbox, in_reach: Mapping[str, int | None], known: KnownHere) -> ScopeChange:
    """Return what *changed* would do; *in_reach* has how many messages each of :func:`reaches` is.

    None there, or nothing, is a server that could not say. Of a folder that is new, what is here already (picked by
    hand, or from before) does not come in again.
    """
    before, after = _synced(held), _synced(changed)
    added: dict[str, int | None] = {}
    for one in reaches(held, changed):
        found = in_reach.get(one.folder)
        here = 0 if one.before else known.emails.get(one.folder, 0)
        added[one.folder] = None if found is None else max(found - here, 0)
    if changed.direction is Direction.BOTH and held.direction is not Direction.BOTH:
        for name in (name for name in after if name in before):
            so_far = added.get(name, 0)
            added[name] = None if so_far is None else so_far + known.sent.get(name, 0)
    shown = (FolderCount(name, added[name]) for name in after if name in added)
    left = (FolderCount(name, known.emails.get(name, 0)) for name in before if name not in after)
    return ScopeChange(tuple(one for one in shown if one.messages != 0 or one.name not in before), tuple(left))


def known_here(read: Reader, held: Mailbox, changed: Mailbox) -> KnownHere:
    """Return what :func:`scope_change` needs to know of the folders concerned; may take a second for a large one."""
    before, after = _synced(held), _synced(changed)
    moved = [name for name in {*before, *after} if (name in before) != (name in after)]
    kept = [name for name in after if name in before]
    return KnownHere(
        {name: read.dependents.emails_in(held.id, name) for name in moved},
        {name: read.dependents.left_out_in(held.id, name, ReasonCode.DIRECTION_OFF) for name in kept},
    )


def _synced(mailbox: Mailbox) -> tuple[str, ...]:
    return () if mailbox.direction is Direction.MANUAL else mailbox.folders

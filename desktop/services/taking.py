"""Who comes second to an email of the queue is told: what does not wait any more is left as it was decided.

Two windows, a rule, or somebody at the command line may decide on what a person has just read. So what the queue asks
for says what still waits, inside the unit of work that then decides on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.decision import PERSON
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailRow
from desktop.store.reading.reader import Reader


@dataclass(frozen=True, slots=True)
class Taken:
    """An email that somebody or something else has decided on meanwhile, and how, in words."""

    id: EmailId
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision on mail of the queue came to: the change, and the emails that somebody else was quicker with."""

    change: ChangeSet
    taken: tuple[Taken, ...] = ()


def still_waiting(read: Reader, emails: Sequence[EmailId]) -> tuple[list[EmailId], tuple[Taken, ...]]:
    """Return those of *emails* that wait for a person, in their order, and those that do not any more."""
    wanted = list(dict.fromkeys(emails))
    held = read.emails.verdicts(wanted)
    waiting = [number for number in wanted if number in held and held[number].needs_review]
    if len(waiting) == len(wanted):
        return waiting, ()
    gone = set(wanted).difference(waiting)
    rows = read.emails.by_ids(gone)
    return waiting, tuple(Taken(number, _words(rows.get(number))) for number in wanted if number in gone)


def outcome(change: ChangeSet, taken: tuple[Taken, ...]) -> Outcome:
    """Return the outcome of a change that left the *taken* emails alone; its words say so."""
    words = f"{change.words}. {taken_words(taken)}" if taken else change.words
    return Outcome(replace(change, words=words), taken)


def too_late(taken: tuple[Taken, ...]) -> Outcome:
    """Return the outcome when nothing that was decided on waits any more: nothing was changed."""
    return Outcome(ChangeSet(Changed.NOTHING, taken_words(taken) or "No email is chosen"), taken)


def taken_words(taken: Sequence[Taken]) -> str:
    """Return what became of the emails that were taken, as a sentence without its stop; empty when none was."""
    if not taken:
        return ""
    if len(taken) == 1:
        return taken[0].words
    kinds = list(dict.fromkeys(one.words for one in taken))
    return kinds[0] if len(kinds) == 1 else f"{len(taken):,} emails were decided on elsewhere meanwhile"


def _words(row: EmailRow | None) -> str:
    if row is None:
        return "Taken away: it is not here any more"
    who = "Taken by somebody else" if row.decided_by == PERSON else "Taken by a rule"
    if row.customer:
        return f"{who}: filed with {row.customer}"
    return f"{who}: ignored" if row.code == ReasonCode.IGNORED_BY_PERSON.value else f"{who}: it does not wait any more"

"""What a policy would do to a hundred thousand mails, while somebody types: the same verdicts as judging one by one.

Each row looks once at each text that occurs, not once at each mail: senders, recipients and kinds repeat. A test holds
the two ways against each other. What is held is texts and numbers, as in ``fact_table`` and for its reason.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

from desktop.domain.filters import Effect, Facts, Field, FilterRow, Kind
from desktop.domain.shared_providers import domain_of
from desktop.filtering.comparing import fits
from desktop.filtering.fact_table import BETWEEN
from desktop.filtering.judging import Policy
from desktop.filtering.kinds import is_at

T = TypeVar("T", bound=Hashable)

OPEN, KEPT, SKIPPED = 0, 1, 2
NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would become of each mail, in their order: 1 kept, 2 left out.

    ``hits``: how many each row decided; ``by``: which row decided each mail, from 0, and -1 where none did.
    """

    outcome: bytes
    hits: tuple[int, ...]
    by: "array[int]"

    @property
    def kept(self) -> int:
        """How many would stay."""
        return self.outcome.count(KEPT)

    @property
    def skipped(self) -> int:
        """How many would be left out."""
        return self.outcome.count(SKIPPED)

    def changed_from(self, other: "Rehearsed") -> list[int]:
        """Return at which places the two differ."""
        if self.outcome == other.outcome:
            return []
        return [at for at, (new, old) in enumerate(zip(self.outcome, other.outcome, strict=True)) if new != old]


class Rehearsal:
    """Holds the facts of many mails, ready to be judged by one policy after the other."""

    def __init__(self, facts: Iterable[Facts]) -> None:
        senders, recipients, subjects = _Gathering[str](), _Gathering[str](), _Gathering[str]()
        kinds = _Gathering[tuple[Kind, ...]]()
        self._count = 0
        for one in facts:
            senders.add(one.sender)
            recipients.add(BETWEEN.join(one.recipients))
            subjects.add(one.subject)
            kinds.add(tuple(kind for kind, _ in one.kinds))
            self._count += 1
        self._senders, self._recipients = _Column(senders), _Column(recipients)
        self._subjects, self._kinds = _Column(subjects), _Column(kinds)

    def __len__(self) -> int:
        return self._count

    def run(self, policy: Policy, check: Callable[[], object]) -> Rehearsed:
        """Return what *policy* would do. *check* is called between rows and may raise to give up."""
        outcome, by = bytearray(self._count), array("h", [NO_ROW]) * self._count
        hits = [0] * len(policy.rows)
        _mark(outcome, self._kinds.where(lambda kinds: Kind.PICKED in kinds), KEPT)
        for at, row in enumerate(policy.rows):
            check()
            if row.enabled and row.effect is not Effect.INCLUDE:
                what = KEPT if row.effect is Effect.KEEP else SKIPPED
                hits[at] = _mark(outcome, self._fitting(row), what, by, at)
        _mark(outcome, self._blocked(policy), SKIPPED)
        _mark(outcome, self._internal(policy), SKIPPED)
        includes = [(at, row) for at, row in enumerate(policy.rows) if row.enabled and row.effect is Effect.INCLUDE]
        for at, row in includes:
            check()
            hits[at] = _mark(outcome, self._fitting(row), KEPT, by, at)
        rest = SKIPPED if includes else KEPT
        return Rehearsed(bytes(outcome).replace(bytes([OPEN]), bytes([rest])), tuple(hits), by)

    def _fitting(self, row: FilterRow) -> Sequence[int]:
        if row.field is Field.KIND:
            wanted = frozenset(map(Kind, row.values))
            return self._kinds.where(lambda kinds: not wanted.isdisjoint(kinds))
        test = fits(row)
        if row.field is Field.SENDER:
            return self._senders.where(lambda sender: bool(sender) and test(sender))
        if row.field is Field.RECIPIENT:
            return self._recipients.where(lambda people: bool(people) and any(map(test, people.split(BETWEEN))))
        return self._subjects.where(test)

    def _blocked(self, policy: Policy) -> Sequence[int]:
        if not policy.blocked:
            return ()
        return self._senders.where(lambda sender: is_at(domain_of(sender), policy.blocked))

    def _internal(self, policy: Policy) -> Sequence[int]:
        inside = self._kinds.where(lambda kinds: Kind.INTERNAL in kinds)
        if not inside or not policy.internal_allowed:
            return inside
        allowed = set(self._senders.where(lambda sender: is_at(domain_of(sender), policy.internal_allowed)))
        return [at for at in inside if at not in allowed]


class _Gathering(Generic[T]):
    """The values of one property as they come: each one once, and which of them each mail has."""

    def __init__(self) -> None:
        self.values: dict[T, int] = {}
        self.each = array("l")

    def add(self, value: T) -> None:
        """Add the next mail's."""
        self.each.append(self.values.setdefault(value, len(self.values)))


class _Column(Generic[T]):
    """The values of one property, each once, and in which mails it is: between two of its ``starts`` in ``places``."""

    def __init__(self, gathered: _Gathering[T]) -> None:
        self._values = tuple(gathered.values)
        self._places = array("l", sorted(range(len(gathered.each)), key=gathered.each.__getitem__))
        counts = Counter(gathered.each)
        self._starts = array("l", accumulate((counts[place] for place in range(len(self._values))), initial=0))

    def where(self, test: Callable[[T], bool]) -> list[int]:
        """Return at which places a value that fits stands."""
        places, bounds = self._places, pairwise(self._starts)
        return [
            at
            for value, (first, after) in zip(self._values, bounds, strict=True)
            if test(value)
            for at in places[first:after]
        ]


def _mark(
    outcome: bytearray, places: Iterable[int], what: int, by: "array[int] | None" = None, row: int = NO_ROW
) -> int:
    """Give those of *places* that are open their outcome, by a row if one decides; returns how many were."""
    marked = 0
    for at in places:
        if outcome[at] == OPEN:
            outcome[at] = what
            if by is not None:
                by[at] = row
            marked += 1
    return marked

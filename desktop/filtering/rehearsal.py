"""What a policy would do to a hundred thousand mails, while somebody types: the same verdicts as judging one by one.

Each row looks once at each text that occurs, not once at each mail: senders, recipients and kinds repeat. A test holds
the two ways against each other.
"""

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from desktop.domain.filters import Effect, Facts, Field, FilterRow, Kind
from desktop.domain.shared_providers import domain_of
from desktop.filtering.comparing import fits
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
        each = list(facts)
        self._count = len(each)
        self._senders = _Column(one.sender for one in each)
        self._recipients = _Column(one.recipients for one in each)
        self._subjects = _Column(one.subject for one in each)
        self._kinds = _Column(tuple(kind for kind, _ in one.kinds) for one in each)

    def __len__(self) -> int:
        return self._count

    def run(self, policy: Policy, check: Callable[[], None]) -> Rehearsed:
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
            return self._recipients.where(lambda each: any(map(test, each)))
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


class _Column(Generic[T]):
    """The values of one property, each once, and in which mails it is."""

    def __init__(self, values: Iterable[T]) -> None:
        self._places: dict[T, list[int]] = {}
        for at, value in enumerate(values):
            self._places.setdefault(value, []).append(at)

    def where(self, test: Callable[[T], bool]) -> list[int]:
        """Return at which places a value that fits stands."""
        return [at for value, places in self._places.items() if test(value) for at in places]


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

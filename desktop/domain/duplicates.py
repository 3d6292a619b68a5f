"""Two customers who may be one: on what evidence, and how much it says."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId


class Strength(enum.IntEnum):
    """How much the evidence says; the figures behind the words are in ``docs/duplicates.md``. Nothing is certain."""

    NONE = 0
    WORTH_A_LOOK = 1
    LIKELY = 2
    VERY_LIKELY = 3

    @property
    def words(self) -> str:
        """The strength as a person reads it."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers, the older first, with what they have in common, the best evidence first: parts of a sentence."""

    first: Customer
    second: Customer
    strength: Strength
    evidence: tuple[str, ...]

    @property
    def key(self) -> tuple[CustomerId, CustomerId]:
        """The ids, the lower first."""
        return self.first.id, self.second.id

    @property
    def words(self) -> str:
        """The evidence as one phrase: ``same domain, other spelling``."""
        return ", ".join(self.evidence)

    def other(self, customer_id: CustomerId) -> Customer:
        """Return the one who is not *customer_id*."""
        return self.second if self.first.id == customer_id else self.first


@dataclass(frozen=True)
class Duplicates:
    """All pairs of a state of the customers, the most likely first. ``version`` is that of the customers then.

    ``more`` pairs were found beyond those listed; ``looked_at`` is how many customers there are. Not ``is_whole``:
    nobody has looked yet, for there are too many.
    """

    pairs: tuple[Pair, ...]
    looked_at: int
    version: int
    more: int = 0
    is_whole: bool = True

    @cached_property
    def _by_customer(self) -> Mapping[CustomerId, tuple[Pair, ...]]:
        found: dict[CustomerId, list[Pair]] = {}
        for pair in self.pairs:
            for number in pair.key:
                found.setdefault(number, []).append(pair)
        return {number: tuple(pairs) for number, pairs in found.items()}

    def of(self, customer_id: CustomerId) -> tuple[Pair, ...]:
        """Return the pairs a customer is in, the most likely first."""
        return self._by_customer.get(customer_id, ())

"""Rows and what else leaves mail out -> one verdict on a mail, with its reason. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.domain.filters import KIND_CODES, Effect, Facts, Field, FilterRow, Kind, Verdict
from desktop.domain.reasons import ReasonCode
from desktop.domain.shared_providers import domain_of
from desktop.filtering.comparing import fits
from desktop.filtering.kinds import is_at

NO_ROW_AGAINST = Verdict(kept=True, code=ReasonCode.SYNCED, reason="No filter leaves it out.")
PICKED_BY_HAND = Verdict(kept=True, code=ReasonCode.SYNCED, reason="A person brought it in.")
NOT_ASKED_FOR = Verdict(
    kept=False, code=ReasonCode.NOT_INCLUDED, reason="It fits none of the filters that say what to bring in."
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that leaves mail out: the rows in order, blocked domains, and whose internal mail is let in.

    ``internal_allowed`` are own domains whose internal mail is brought in all the same.
    """

    rows: tuple[FilterRow, ...] = ()
    blocked: frozenset[str] = frozenset()
    internal_allowed: frozenset[str] = frozenset()


class Judge:
    """Judges mail after mail by one policy; what the rows look for is prepared once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rows = [_Prepared.of(row, number) for number, row in enumerate(policy.rows, 1) if row.enabled]
        self._deciding = [row for row in self._rows if row.row.effect is not Effect.INCLUDE]
        self._including = [row for row in self._rows if row.row.effect is Effect.INCLUDE]

    def verdict(self, facts: Facts) -> Verdict:
        """Return what becomes of a mail: rows first, then the blocklist, internal mail, and what is asked for.

        What a person brought in stays.
        """
        if any(kind is Kind.PICKED for kind, _ in facts.kinds):
            return PICKED_BY_HAND
        for row in self._deciding:
            if (why := row.fits(facts)) is not None:
                return row.verdict(why)
        if (found := self._standing(facts)) is not None:
            return found
        if not self._including:
            return NO_ROW_AGAINST
        for row in self._including:
            if (why := row.fits(facts)) is not None:
                return row.verdict(why)
        return NOT_ASKED_FOR

    def _standing(self, facts: Facts) -> Verdict | None:
        """Return the verdict of what holds without any row."""
        if self._policy.blocked and is_at(domain_of(facts.sender), self._policy.blocked):
            reason = f"The domain {domain_of(facts.sender)} is on the blocklist."
            return Verdict(kept=False, code=ReasonCode.BLOCKLISTED, reason=reason)
        kinds = dict(facts.kinds)
        if Kind.INTERNAL in kinds and not is_at(domain_of(facts.sender), self._policy.internal_allowed):
            reason = "Only people of our own team are on it."
            return Verdict(kept=False, code=ReasonCode.INTERNAL_ONLY, reason=reason)
        return None


_VERBS = {Effect.EXCLUDE: "leaves it out", Effect.KEEP: "keeps it", Effect.INCLUDE: "asks for it"}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A row with its test. ``number`` is its place in the list, from 1, as people count it."""

    row: FilterRow
    number: int
    kinds: frozenset[Kind]
    test: Callable[[str], bool]

    @classmethod
    def of(cls, row: FilterRow, number: int) -> "_Prepared":
        kinds = frozenset(map(Kind, row.values)) if row.field is Field.KIND else frozenset[Kind]()
        return cls(row, number, kinds, fits(row))

    def fits(self, facts: Facts) -> tuple[Kind | None, str] | None:
        """Return by what a mail fits the row: the kind if it is one, and the words; None when it does not."""
        if self.row.field is Field.KIND:
            return next((found for found in facts.kinds if found[0] in self.kinds), None)
        if self.row.field is Field.SENDER:
            return (None, f"its sender is {facts.sender}") if facts.sender and self.test(facts.sender) else None
        if self.row.field is Field.RECIPIENT:
            found = next((who for who in facts.recipients if self.test(who)), None)
            return (None, f"it was sent to {found}") if found is not None else None
        return (None, "its subject fits") if self.test(facts.subject) else None

    def verdict(self, why: tuple[Kind | None, str]) -> Verdict:
        kind, words = why
        reason = f"Filter {self.number} {_VERBS[self.row.effect]}: {words}."
        if self.row.effect is not Effect.EXCLUDE:
            return Verdict(kept=True, code=ReasonCode.SYNCED, reason=reason, row=self.row.id)
        code = KIND_CODES[kind] if kind is not None else ReasonCode.EXCLUDED_RULE
        return Verdict(kept=False, code=code, reason=reason, row=self.row.id)

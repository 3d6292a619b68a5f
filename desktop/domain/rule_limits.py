"""How much rules of matching may say: what a person has lowered or switched off, and whether likeness counts at all."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import replace

from desktop.domain.decision import Band, Candidate

RuleLimits = Mapping[str, int]
"""The most that a rule may state, in percent, by the rule's name; 0 switches it off. What is not named is not limited.
"""

NO_LIMITS: RuleLimits = {}
OFF = 0
LIKENESS = "similar_address"
"""The rule that the mode switches off and on."""
FIXED = frozenset({"exact_address", "exact_recipient", "thread"})
"""Rules that are not lowered: a customer's own address, and what a person has decided for a thread."""


class MatchingMode(enum.StrEnum):
    """Whether mail from an address that is only like a customer's is suggested for that customer."""

    EXACT = "exact"
    SIMILAR = "similar"


def mode_of(limits: RuleLimits) -> MatchingMode:
    """Return the mode that *limits* come to."""
    return MatchingMode.EXACT if limits.get(LIKENESS) == OFF else MatchingMode.SIMILAR


def limited(candidates: Sequence[Candidate], limits: RuleLimits) -> tuple[Candidate, ...]:
    """Return *candidates* as far as *limits* let their rules go, in their order."""
    if not limits:
        return tuple(candidates)
    found = []
    for one in candidates:
        most = limits.get(one.rule)
        if most is None or one.rule in FIXED:
            found.append(one)
        elif most > OFF:
            found.append(replace(one, band=Band(min(one.band, most))))
    return tuple(found)


def lower(stated: int) -> int | None:
    """Return what a rule may say at most once it is one step tighter than *stated*; None where it cannot be."""
    return {int(Band.STRONG): int(Band.HINT), int(Band.HINT): OFF}.get(stated)

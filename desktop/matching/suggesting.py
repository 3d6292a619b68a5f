"""Whom a mail that waits may belong to: the rules' candidates for a person to choose from, never certain. Pure.

Nothing here files a mail: the best a suggestion can be is STRONG.
"""

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.decision import Band, Candidate
from desktop.matching.book import CROWD
from desktop.matching.domains import is_companys

SUGGESTIONS = 3
SHARED_PROVIDER = "Shared provider: one by one"


def one_by_one(domain: str, customers: int) -> str:
    """Return why mail of *domain* must be looked at one by one, or ``""`` when the domain tells who writes.

    *customers* is how many there are at the domain, as far as they were counted.
    """
    if not domain:
        return "No domain: one by one"
    if not is_companys(domain):
        return SHARED_PROVIDER
    return f"More than {CROWD} customers have this domain: one by one" if customers > CROWD else ""


def best_of(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the best few customers, each once with its best reason, best first; equals stay in their order."""
    best: dict[int, Candidate] = {}
    for found in sorted(candidates, key=lambda found: -found.band):
        best.setdefault(found.customer.id, replace(found, band=min(found.band, Band.STRONG)))
    return tuple(best.values())[:SUGGESTIONS]

"""Whom a mail that waits may belong to: candidates for a person to choose from, never certain. Pure.

Nothing here files a mail: the best a suggestion can be is STRONG. What a sender in doubt claims is a HINT at most.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.domain.addresses import normalise_address
from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Candidate
from desktop.domain.evidence import Colleague, Evidence
from desktop.domain.shared_providers import domain_of, is_shared_provider

CROWD = 10
"""A domain with more customers than this says nothing about who writes, whatever it is called."""
SUGGESTIONS = 3
SHARED_PROVIDER = "Shared provider: one by one"
_SHORTEST_NAME = 4
_MOST_WORDS = 8
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A sender to find customers for. ``is_certain`` is False when it cannot be told who really sent the mail."""

    address: str
    name: str
    is_certain: bool = True

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return domain_of(self.address)


def parts_of(name: str) -> list[str]:
    """Return the runs of words of a sender's name that may be a customer's name, case-folded, the longest first."""
    words = name.casefold().replace('"', " ").split()[:_MOST_WORDS]
    spans = ((first, last) for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    runs = (" ".join(words[first:last]) for first, last in sorted(spans, key=lambda span: span[0] - span[1]))
    return [run for run in dict.fromkeys(runs) if len(run) >= _SHORTEST_NAME]


def addresses_in(name: str) -> list[str]:
    """Return the addresses that a sender's name shows, in comparable form."""
    return [normalise_address(found) for found in _ADDRESS.findall(name)]


def one_by_one(domain: str, evidence: Evidence) -> str:
    """Return why mail of *domain* must be looked at one by one, or ``""`` when the domain tells who writes."""
    if not domain:
        return "No domain: one by one"
    if is_shared_provider(domain):
        return SHARED_PROVIDER
    customers = len(evidence.colleagues.get(domain, ()))
    return f"{customers} customers have this domain: one by one" if customers > CROWD else ""


def suggest(asked: Asked, evidence: Evidence) -> tuple[Candidate, ...]:
    """Return the best few customers, each once with its best reason, best first."""
    best: dict[int, Candidate] = {}
    for found in (*_owners(asked, evidence), *_colleagues(asked, evidence), *_namesakes(asked, evidence)):
        held = best.get(found.customer.id)
        if held is None or found.band > held.band:
            best[found.customer.id] = found
    ranked = sorted(best.values(), key=lambda found: -found.band)  # equals stay in the order of the rules above
    return tuple(ranked[:SUGGESTIONS])


def suggest_recipients(addresses: Sequence[str], evidence: Evidence) -> tuple[Candidate, ...]:
    """Return the first few customers to whom a mail of ours was sent, each once."""
    best: dict[int, Candidate] = {}
    for address in addresses:
        for owner in evidence.owners.get(address, ()):
            reason = f"It was sent to {address}, an address of {owner.name}."
            best.setdefault(owner.id, Candidate(owner, Band.STRONG, reason, "recipient"))
    return tuple(best.values())[:SUGGESTIONS]


def _owners(asked: Asked, evidence: Evidence) -> Iterator[Candidate]:
    owners = evidence.owners.get(asked.address, ())
    others = len(owners) - 1
    shared = "" if not others else f", and of {others} other customer{'s' if others > 1 else ''}"
    for owner in owners:
        reason = f"{asked.address} is an address of {owner.name}{shared}."
        yield _candidate(asked, owner, Band.STRONG, reason, "owner")


def _colleagues(asked: Asked, evidence: Evidence) -> Iterator[Candidate]:
    if one_by_one(asked.domain, evidence):
        return
    colleagues = sorted(evidence.colleagues.get(asked.domain, ()), key=lambda one: (-one.earlier, one.customer.name))
    band = Band.STRONG if len(colleagues) == 1 else Band.HINT
    for colleague in colleagues:
        yield _candidate(asked, colleague.customer, band, _same_domain(colleague), "same_domain")


def _same_domain(colleague: Colleague) -> str:
    if colleague.earlier:
        return f"Same domain as {colleague.earlier:,} earlier email{'s' if colleague.earlier > 1 else ''}."
    return f"{colleague.address} has the same domain."


def _namesakes(asked: Asked, evidence: Evidence) -> Iterator[Candidate]:
    for address in addresses_in(asked.name):
        for owner in evidence.owners.get(address, ()):
            yield _candidate(asked, owner, Band.HINT, f"The sender's name shows their address {address}.", "name")
    whole = " ".join(asked.name.casefold().split())
    for run in parts_of(asked.name):
        for customer in evidence.namesakes.get(run, ()):
            is_whole = run == whole
            reason = "The sender has the same name." if is_whole else f"The sender's name contains {customer.name}."
            yield _candidate(asked, customer, Band.HINT, reason, "name")


def _candidate(asked: Asked, customer: CustomerRef, band: Band, reason: str, rule: str) -> Candidate:
    if asked.is_certain:
        return Candidate(customer, band, reason, rule)
    return Candidate(customer, min(band, Band.HINT), f"{reason} Who really sent it is in doubt.", rule)

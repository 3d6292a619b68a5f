"""CU4: how likely two customers are one, by what they have in common. Pure; every answer with its evidence in words.

Names carry it: two names that differ are two customers, whatever else they share - a family an address, an office its
telephone, an agency a thread. So without a name in common nothing is more than worth a look.
"""

from collections.abc import Iterator

from desktop.domain.customer import Customer
from desktop.domain.duplicates import Pair, Strength
from desktop.domain.phones import phone_key
from desktop.domain.shared_providers import domain_of
from desktop.matching.domains import is_companys, site_of
from desktop.matching.likeness import how_alike
from desktop.matching.name_likeness import NameLikeness, core_of, how_named, says_enough

_SAME = frozenset({NameLikeness.SAME, NameLikeness.SPELLING})
_THREADS = 2
"""So many threads in common are worth a look by themselves."""
_WRITTEN_OTHERWISE = ("only ", "the same mail service")
"""How ``likeness`` begins of addresses that lead to one mailbox; the rest are slips and sister domains."""


def weigh(first: Customer, second: Customer, *, threads: int = 0) -> Pair:
    """Return what speaks for *first* and *second* being one; *threads* is in how many threads both have written."""
    older, newer = sorted((first, second), key=lambda one: one.id)
    facts = _Facts(older, newer, threads)
    strength = facts.strength()
    return Pair(older, newer, strength, tuple(facts.evidence()) if strength else ())


class _Facts:
    """What two customers have in common."""

    def __init__(self, first: Customer, second: Customer, threads: int) -> None:
        self.name = how_named(first.name, second.name)
        self.threads = threads
        self.shared = [address for address in first.emails if address in second.emails]
        self.alike = "" if self.shared else _alike(first, second)
        self.is_one_mailbox = self.alike.startswith(_WRITTEN_OTHERWISE)
        self.sites = _sites(first), _sites(second)
        self.site = next(iter(sorted(self.sites[0] & self.sites[1])), "")
        self.sister = next(iter(sorted(_cores(self.sites[0]) & _cores(self.sites[1]))), "") if not self.site else ""
        self.phone = _phone(first, second)
        companies = core_of(first.company), core_of(second.company)
        self.company = first.company if companies[0] and companies[0] == companies[1] else ""
        self.is_elsewhere = (all(companies) and companies[0] != companies[1] and not self.company) or (
            all(self.sites) and not self.site and not self.sister
        )
        self.has_full_name = says_enough(first.name) and says_enough(second.name)

    def strength(self) -> Strength:
        """Return how much it all says."""
        if self.name in _SAME:
            return self._of_one_name()
        if self.name in {NameLikeness.SLIP, NameLikeness.INITIAL}:
            return self._of_close_names()
        if self.shared or self.is_one_mailbox:
            return Strength.LIKELY if self.name is NameLikeness.PART else Strength.WORTH_A_LOOK
        if self.name is NameLikeness.PART and (self.site or self.sister or self.phone or self.company or self.alike):
            return Strength.WORTH_A_LOOK
        apart = self.phone and not (self.site or self.company)
        return Strength.WORTH_A_LOOK if apart or self.threads >= _THREADS else Strength.NONE

    def _of_one_name(self) -> Strength:
        if self.shared or self.alike or self.phone:
            return Strength.VERY_LIKELY
        if self.site or (self.company and self.has_full_name):
            return Strength.VERY_LIKELY
        if self.sister or self.threads:
            return Strength.LIKELY
        return Strength.WORTH_A_LOOK if self.has_full_name and not self.is_elsewhere else Strength.NONE

    def _of_close_names(self) -> Strength:
        if self.shared or self.is_one_mailbox:
            return Strength.VERY_LIKELY
        if self.alike or (self.phone and not self.is_elsewhere):
            return Strength.LIKELY
        is_near = self.site or self.sister or self.company or self.threads
        if self.name is NameLikeness.SLIP and self.site:
            return Strength.LIKELY
        return Strength.WORTH_A_LOOK if is_near else Strength.NONE

    def evidence(self) -> Iterator[str]:
        """Yield what they have in common, the most telling first."""
        if self.shared:
            yield f"same address {self.shared[0]}"
        if self.alike:
            yield f"addresses alike ({self.alike})"
        if self.site:
            yield "same domain"
        if self.sister:
            yield f"sister domains of {self.sister}"
        if self.phone:
            yield f"same phone {self.phone}"
        if self.name is NameLikeness.SPELLING and (self.shared or self.site or self.alike):
            yield "other spelling"
        elif self.name is not NameLikeness.NONE:
            yield self.name.value
        if self.company:
            yield "same company"
        if self.threads:
            yield f"{self.threads} thread{'' if self.threads == 1 else 's'} in common"


def _alike(first: Customer, second: Customer) -> str:
    """Return how the most alike of their addresses are, one mailbox before a slip."""
    found = ""
    for one in first.emails[:_COMPARED]:
        for other in second.emails[:_COMPARED]:
            words = how_alike(one, other)
            if words.startswith(_WRITTEN_OTHERWISE):
                return words
            found = found or words
    return found


_COMPARED = 20
"""So many addresses of each are compared with one another."""


def _sites(one: Customer) -> frozenset[str]:
    domains = {domain_of(address) for address in one.emails}
    return frozenset(site_of(domain).name for domain in domains if is_companys(domain))


def _cores(sites: frozenset[str]) -> set[str]:
    return {site.partition(".")[0] for site in sites}


def _phone(first: Customer, second: Customer) -> str:
    keys = {phone_key(phone): phone for phone in first.phones}
    return next((keys[phone_key(phone)] for phone in second.phones if phone_key(phone) in keys), "")

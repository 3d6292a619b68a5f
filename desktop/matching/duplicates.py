"""CU4: how likely two customers are one, by what they have in common. Pure; every answer with its evidence in words.

Names carry it: two names that differ are two customers, whatever else they share - a family an address, an office its
telephone, an agency a thread. So without a name in common nothing is more than worth a look.
"""

from collections.abc import Iterator
from functools import cached_property

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
    facts = _Facts(Looked(older), Looked(newer), threads)
    strength = facts.strength()
    return Pair(older, newer, strength, tuple(facts.evidence()) if strength else ())


def strength_of(first: "Looked", second: "Looked", *, threads: int = 0) -> Strength:
    """Return the strength that :func:`weigh` comes to; the order of their addresses, twenty at most, is no matter."""
    return _Facts(first, second, threads).strength()


class Looked:
    """A customer who is compared with several: what is folded for that is kept."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        self.name, self.core = " ".join(customer.name.split()), core_of(customer.name)
        self.addresses = frozenset(customer.emails)

    @cached_property
    def sites(self) -> frozenset[str]:
        """The registered domains that are a company's own."""
        domains = {domain_of(address) for address in self.customer.emails}
        return frozenset(site_of(domain).name for domain in domains if is_companys(domain))

    @cached_property
    def cores(self) -> frozenset[str]:
        """The names of these domains, without what is behind them."""
        return frozenset(site.partition(".")[0] for site in self.sites)

    @cached_property
    def company(self) -> str:
        """The company, folded."""
        return core_of(self.customer.company)

    @cached_property
    def phones(self) -> dict[str, str]:
        """The telephone numbers by what their spellings have in common."""
        return {phone_key(phone): phone for phone in self.customer.phones}

    @cached_property
    def has_full_name(self) -> bool:
        """Whether the name says enough to be one person's."""
        return says_enough(self.customer.name)


class _Facts:
    """What two customers have in common; what is dear is looked at when it is asked for."""

    def __init__(self, first: Looked, second: Looked, threads: int) -> None:
        self._first, self._second = first, second
        self.name = _how_named(first, second)
        self.threads = threads
        self.shares = not first.addresses.isdisjoint(second.addresses)
        self._alike: str | None = None

    @property
    def alike(self) -> str:
        """How addresses of theirs are alike, where none is the same."""
        if self._alike is None:
            self._alike = "" if self.shares else _alike(self._first.customer, self._second.customer)
        return self._alike

    @property
    def is_one_mailbox(self) -> bool:
        """Whether addresses of theirs lead to one mailbox."""
        return self.alike.startswith(_WRITTEN_OTHERWISE)

    @property
    def site(self) -> str:
        """A domain of both."""
        if self._first.sites.isdisjoint(self._second.sites):
            return ""
        return min(self._first.sites & self._second.sites)

    @property
    def sister(self) -> str:
        """A name that domains of both have, where they have no domain in common."""
        if self._first.cores.isdisjoint(self._second.cores) or self.site:
            return ""
        return min(self._first.cores & self._second.cores)

    @property
    def phone(self) -> str:
        """A telephone number of both."""
        held = self._first.phones
        return next((held[key] for key in self._second.phones if key in held), "")

    @property
    def company(self) -> str:
        """The company of both."""
        first, second = self._first.company, self._second.company
        return self._first.customer.company if first and first == second else ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether they are at different companies."""
        if self._first.company and self._second.company and not self.company:
            return True
        return bool(self._first.sites and self._second.sites) and not self.site and not self.sister

    @property
    def has_full_name(self) -> bool:
        """Whether the names of both say enough to be one person's."""
        return self._first.has_full_name and self._second.has_full_name

    def strength(self) -> Strength:
        """Return how much it all says."""
        if self.name in _SAME:
            return self._of_one_name()
        if self.name in {NameLikeness.SLIP, NameLikeness.INITIAL}:
            return self._of_close_names()
        if self.shares or self.is_one_mailbox:
            return Strength.LIKELY if self.name is NameLikeness.PART else Strength.WORTH_A_LOOK
        if self.name is NameLikeness.PART and (self.site or self.sister or self.phone or self.company or self.alike):
            return Strength.WORTH_A_LOOK
        apart = self.phone and not (self.site or self.company)
        return Strength.WORTH_A_LOOK if apart or self.threads >= _THREADS else Strength.NONE

    def _of_one_name(self) -> Strength:
        if self.shares or self.alike or self.phone:
            return Strength.VERY_LIKELY
        if self.site or (self.company and self.has_full_name):
            return Strength.VERY_LIKELY
        if self.sister or self.threads:
            return Strength.LIKELY
        return Strength.WORTH_A_LOOK if self.has_full_name and not self.is_elsewhere else Strength.NONE

    def _of_close_names(self) -> Strength:
        if self.shares or self.is_one_mailbox:
            return Strength.VERY_LIKELY
        if self.alike or (self.phone and not self.is_elsewhere):
            return Strength.LIKELY
        is_near = self.site or self.sister or self.company or self.threads
        if self.name is NameLikeness.SLIP and self.site:
            return Strength.LIKELY
        return Strength.WORTH_A_LOOK if is_near else Strength.NONE

    def evidence(self) -> Iterator[str]:
        """Yield what they have in common, the most telling first."""
        if self.shares:
            addresses = self._first.customer.emails
            yield f"same address {next(one for one in addresses if one in self._second.addresses)}"
        if self.alike:
            yield f"addresses alike ({self.alike})"
        if self.site:
            yield "same domain"
        if self.sister:
            yield f"sister domains of {self.sister}"
        if self.phone:
            yield f"same phone {self.phone}"
        if self.name is NameLikeness.SPELLING and (self.shares or self.site or self.alike):
            yield "other spelling"
        elif self.name is not NameLikeness.NONE:
            yield self.name.value
        if self.company:
            yield "same company"
        if self.threads:
            yield f"{self.threads} thread{'' if self.threads == 1 else 's'} in common"


def _how_named(first: Looked, second: Looked) -> NameLikeness:
    """Return how their names are alike; most pairs have one, which is told by what is kept."""
    if first.core and first.core == second.core:
        return NameLikeness.SAME if first.name == second.name else NameLikeness.SPELLING
    return how_named(first.customer.name, second.customer.name)


def _alike(first: Customer, second: Customer) -> str:
    """Return how the most alike of their addresses are, one mailbox before a slip."""
    found = ""
    for one in first.emails[:COMPARED]:
        for other in second.emails[:COMPARED]:
            words = how_alike(one, other)
            if words.startswith(_WRITTEN_OTHERWISE):
                return words
            found = found or words
    return found


COMPARED = 20
"""So many addresses of each are compared with one another."""

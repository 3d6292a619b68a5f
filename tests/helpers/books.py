"""A book of customers in memory: every question answered by looking at all of them, as the store must answer it."""

from collections.abc import Collection, Mapping, Sequence

from desktop.domain.customer import Customer, CustomerRef
from desktop.domain.delivery_report import Reported, SentMail
from desktop.domain.evidence import Colleague, Known
from desktop.domain.ids import CustomerId
from desktop.domain.match_rule import MatchRule
from desktop.domain.rule_limits import NO_LIMITS, RuleLimits
from desktop.matching.book import CROWD
from desktop.matching.domains import site_of
from desktop.matching.likeness import how_alike


def customer(number: int, name: str, *emails: str) -> Customer:
    """Return a customer."""
    return Customer(CustomerId(number), name, emails)


class MemoryBook:
    """Customers in the order of their ids. ``threads`` has with whom messages were filed by hand; ``asked`` counts."""

    def __init__(
        self,
        customers: Sequence[Customer] = (),
        threads: Mapping[str, tuple[CustomerRef, ...]] | None = None,
        rules: Sequence[MatchRule] = (),
        limits: RuleLimits = NO_LIMITS,
        sent: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.asked = 0
        self._rules = rules
        self._limits = limits
        self._sent = dict(sent or {})
        self._threads = dict(threads or {})
        self._owners: dict[str, list[CustomerRef]] = {}
        self._names: dict[str, list[CustomerRef]] = {}
        for one in customers:
            ref = CustomerRef(one.id, one.name)
            self._names.setdefault(one.name.casefold(), []).append(ref)
            for address in one.emails:
                self._owners.setdefault(address, []).append(ref)

    def customers_by_address(self, addresses: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        self.asked += 1
        return {address: tuple(self._owners[address]) for address in addresses if address in self._owners}

    def near(self, addresses: Collection[str]) -> Mapping[str, tuple[Known, ...]]:
        found = {}
        for asked in addresses:
            alike = [address for address in sorted(self._owners) if how_alike(asked, address)]
            if alike:
                found[asked] = tuple(Known(address, one) for address in alike for one in self._owners[address])
        return found

    def colleagues(self, domains: Collection[str]) -> Mapping[str, tuple[Colleague, ...]]:
        found: dict[str, tuple[Colleague, ...]] = {}
        for domain in domains:
            there: dict[CustomerId, Colleague] = {}
            for address, owners in sorted(self._owners.items()):
                theirs = address.partition("@")[2]
                same_site = site_of(theirs).name and site_of(theirs) == site_of(domain)
                if theirs == domain or same_site:
                    for one in owners:
                        there.setdefault(one.id, Colleague(one, address, 0))
            if there:
                found[domain] = tuple(there[number] for number in sorted(there))[: CROWD + 1]
        return found

    def namesakes(self, names: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        return {name: tuple(self._names[name][: CROWD + 1]) for name in names if name in self._names}

    def namesakes_at(self, pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Known, ...]]:
        found = {}
        for name, domain in pairs:
            theirs = {one.id for one in self._names.get(name, ())}
            each: dict[CustomerId, Known] = {}
            for address, owners in sorted(self._owners.items()):
                if address.partition("@")[2] == domain:
                    for one in owners:
                        if one.id in theirs:
                            each.setdefault(one.id, Known(address, one))
            if each:
                found[name, domain] = tuple(each[number] for number in sorted(each))
        return found

    def thread_customers(self, message_ids: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        return {one: self._threads[one] for one in message_ids if one in self._threads}

    def match_rules(self) -> Sequence[MatchRule]:
        return self._rules

    def sent_mail(self, asked: Collection[Reported]) -> Mapping[Reported, SentMail]:
        found = {}
        for one in asked:
            named = next((number for number in one.message_ids if number in self._sent), None)
            near = [number for number, to in self._sent.items() if one.recipients[0] in to]
            if named is not None:
                found[one] = SentMail(named, frozenset(self._sent[named]), by_id=True)
            elif not one.message_ids and len(near) == 1:
                found[one] = SentMail(near[0], frozenset(self._sent[near[0]]), by_id=False)
        return found

    def rule_limits(self) -> RuleLimits:
        return self._limits

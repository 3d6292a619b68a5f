"""The customers as matching asks for them: each answer for a whole batch, by indexes, bounded for any sender."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import PERSON
from desktop.domain.delivery_report import Reported, SentMail
from desktop.domain.evidence import EARLIER_COUNTED, Colleague, Known
from desktop.domain.ids import CustomerId
from desktop.domain.match_rule import MatchRule
from desktop.domain.rule_limits import RuleLimits
from desktop.matching.book import CROWD
from desktop.matching.domains import Site, site_of
from desktop.store.reading.bounces import BounceQueries
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.reading.match_rules import MatchRuleQueries
from desktop.store.reading.matching import MatchingQueries
from desktop.store.reading.near import NearAddresses
from desktop.store.tables import ADDRESS_DOMAIN, EMAIL_DOMAIN

_FOLLOWED = (PERSON, "rule:thread")
_DOMAINS_OF_A_SITE = 50

_VERSION = (
    "SELECT coalesce(max(id), 0), count(*) FILTER (WHERE state = 'done'), "
    "(SELECT coalesce(max(id), 0) FROM customer) FROM journal"
)
_AT_DOMAIN = f"FROM customer_address INDEXED BY ix_customer_address_domain WHERE {ADDRESS_DOMAIN}"
_OWNERS_AT = (
    "WITH RECURSIVE wanted (domain) AS (VALUES {0}), owner (domain, id, place) AS ("
    f"SELECT domain, (SELECT min(customer_id) {_AT_DOMAIN} = wanted.domain), 0 FROM wanted UNION ALL "
    f"SELECT domain, (SELECT min(customer_id) {_AT_DOMAIN} = owner.domain AND customer_id > owner.id), place + 1 "
    f"FROM owner WHERE id IS NOT NULL AND place < {CROWD}) "
    f"SELECT domain, id, (SELECT min(address) {_AT_DOMAIN} = owner.domain AND customer_id = owner.id) FROM owner "
    "WHERE id IS NOT NULL"
)
"""Goes from customer to customer of each domain, over however many addresses they have, and stops at a crowd."""
_FROM_DOMAIN = f"FROM email INDEXED BY ix_email_domain WHERE customer_id IS NOT NULL AND {EMAIL_DOMAIN}"
_FILED_FROM = (
    "WITH RECURSIVE wanted (domain) AS (VALUES {0}), filed (domain, id, place) AS ("
    f"SELECT domain, (SELECT min(customer_id) {_FROM_DOMAIN} = wanted.domain), 0 FROM wanted UNION ALL "
    f"SELECT domain, (SELECT min(customer_id) {_FROM_DOMAIN} = filed.domain AND customer_id > filed.id), place + 1 "
    f"FROM filed WHERE id IS NOT NULL AND place < {CROWD}) "
    f"SELECT domain, id, (SELECT count(*) FROM (SELECT 1 {_FROM_DOMAIN} = filed.domain AND customer_id = filed.id "
    f"LIMIT {EARLIER_COUNTED})) FROM filed WHERE id IS NOT NULL"
)
_NAMESAKES_AT = (
    "SELECT address, customer.id, customer.name FROM customer INDEXED BY ix_customer_search "
    "CROSS JOIN customer_address INDEXED BY ix_customer_address_domain "
    f"ON {ADDRESS_DOMAIN} = :domain AND customer_id = customer.id WHERE name_key = :name ORDER BY customer.id, address "
    f"LIMIT {CROWD + 1}"
)


class StoredBook:
    """Answers for a whole batch with one query per few hundred of what is asked; see ``matching.book.Book``."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._near = NearAddresses(connection)

    def version(self) -> int:
        """Return a number that changes whenever customers may have changed."""
        newest, done, last = self._run.exec_driver_sql(_VERSION).one()
        return int((newest << 20 | done) << 40 | last)

    def customers_by_address(self, addresses: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return who has each address."""
        owners: dict[str, tuple[CustomerRef, ...]] = {}
        for part in chunks(sorted(addresses)):
            sql = (
                "SELECT address, customer.id, customer.name FROM customer_address "
                "CROSS JOIN customer ON customer.id = customer_id "
                f"WHERE address IN ({marks(part)}) ORDER BY name_key, customer.id"
            )
            for address, number, name in self._run.exec_driver_sql(sql, tuple(part)).all():
                owners[address] = (*owners.get(address, ()), CustomerRef(CustomerId(number), name))
        return owners

    def near(self, addresses: Collection[str]) -> Mapping[str, tuple[Known, ...]]:
        """Return the addresses that are like each one, and whose they are."""
        found = self._near.to(addresses)
        names = self._names(number for rows in found.values() for _, number in rows)
        return {
            asked: tuple(Known(address, names[number]) for address, number in rows) for asked, rows in found.items()
        }

    def colleagues(self, domains: Collection[str]) -> Mapping[str, tuple[Colleague, ...]]:
        """Return the customers at the organisation of each domain, by their addresses and by mail filed earlier."""
        sites = self._sites(sorted(set(domains) - {""}))
        every = sorted({one for each in sites.values() for one in each})
        addresses, filed = self._by_domain(_OWNERS_AT, every), self._by_domain(_FILED_FROM, every)
        held: dict[str, dict[int, tuple[str, int]]] = {}
        for domain, each in sites.items():
            known: dict[int, str] = {}
            earlier: dict[int, int] = {}
            for one in each:
                for number, address in addresses.get(one, ()):
                    known.setdefault(number, address)
                for number, count in filed.get(one, ()):
                    earlier[number] = min(earlier.get(number, 0) + count, EARLIER_COUNTED)
            numbers = sorted({*known, *earlier})[: CROWD + 1]
            if numbers:
                held[domain] = {number: (known.get(number, ""), earlier.get(number, 0)) for number in numbers}
        names = self._names(number for theirs in held.values() for number in theirs)
        return {
            domain: tuple(Colleague(names[number], *told) for number, told in theirs.items())
            for domain, theirs in held.items()
        }

    def namesakes(self, names: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return the customers with each name; of a crowd, the first few."""
        found: dict[str, list[CustomerRef]] = {}
        for part in chunks(sorted(set(names)), 5000):
            sql = (
                "SELECT name_key, id, name FROM customer INDEXED BY ix_customer_search "
                f"WHERE name_key IN ({marks(part)}) ORDER BY name_key, id"
            )
            for key, number, name in self._run.exec_driver_sql(sql, tuple(part)).all():
                held = found.setdefault(key, [])
                if len(held) <= CROWD:
                    held.append(CustomerRef(CustomerId(number), name))
        return {key: tuple(held) for key, held in found.items()}

    def namesakes_at(self, pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Known, ...]]:
        """Return, for pairs of a name and a domain, the customers of that name who have an address there."""
        found: dict[tuple[str, str], tuple[Known, ...]] = {}
        for name, domain in sorted(set(pairs)):
            rows = self._run.exec_driver_sql(_NAMESAKES_AT, {"domain": domain, "name": name}).all()
            each: dict[int, Known] = {}
            for address, number, called in rows:
                each.setdefault(number, Known(address, CustomerRef(CustomerId(number), called)))
            if each:
                found[name, domain] = tuple(each.values())
        return found

    def thread_customers(self, message_ids: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return with whom a person filed the messages of these ids, or a rule that followed one."""
        found: dict[str, tuple[CustomerRef, ...]] = {}
        for part in chunks(sorted(set(message_ids) - {""})):
            sql = (
                "SELECT DISTINCT message_id, customer.id, customer.name FROM email INDEXED BY ix_email_message_id "
                f"JOIN customer ON customer.id = customer_id WHERE message_id IN ({marks(part)}) "
                f"AND decided_by IN ({marks(_FOLLOWED)}) AND needs_review = 0 ORDER BY message_id, customer.id"
            )
            for message_id, number, name in self._run.exec_driver_sql(sql, (*part, *_FOLLOWED)).all():
                found[message_id] = (*found.get(message_id, ()), CustomerRef(CustomerId(number), name))
        return found

    def match_rules(self) -> Sequence[MatchRule]:
        """Return the rules that people wrote, in their order."""
        return MatchRuleQueries(self._run).every()

    def sent_mail(self, asked: Collection[Reported]) -> Mapping[Reported, SentMail]:
        """Return the mail of ours that each report is about."""
        return BounceQueries(self._run).sent_mail(asked)

    def rule_limits(self) -> RuleLimits:
        """Return how much each rule may say."""
        return MatchingQueries(self._run).limits()

    def _sites(self, domains: Sequence[str]) -> dict[str, list[str]]:
        """Return each domain with the others of its organisation."""
        others: dict[Site, list[str]] = {}
        for part in chunks(sorted({site_of(domain).core for domain in domains} - {""})):
            sql = f"SELECT domain, core, suffix FROM address_domain WHERE core IN ({marks(part)})"
            for domain, core, suffix in self._run.exec_driver_sql(sql, tuple(part)).all():
                others.setdefault(Site(core, suffix), []).append(domain)
        return {
            domain: list(dict.fromkeys((domain, *others.get(site_of(domain), ())[:_DOMAINS_OF_A_SITE])))
            for domain in domains
        }

    def _by_domain(self, sql: str, domains: Sequence[str]) -> dict[str, list[tuple[int, Any]]]:
        found: dict[str, list[tuple[int, Any]]] = {}
        for part in chunks(domains, 250):
            values = ", ".join(["(?)"] * len(part))
            for domain, number, told in self._run.exec_driver_sql(sql.format(values), tuple(part)).all():
                found.setdefault(domain, []).append((number, told))
        return found

    def _names(self, numbers: Iterable[int]) -> dict[int, CustomerRef]:
        found = {}
        for part in chunks(sorted(set(numbers))):
            sql = f"SELECT id, name FROM customer WHERE id IN ({marks(part)})"
            for number, name in self._run.exec_driver_sql(sql, tuple(part)).all():
                found[number] = CustomerRef(CustomerId(number), name)
        return found

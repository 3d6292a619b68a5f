"""The customers but for one of them: what the rules would say if somebody were not there."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from desktop.domain.customer import CustomerRef
from desktop.domain.delivery_report import Reported, SentMail
from desktop.domain.evidence import Colleague, Known
from desktop.domain.ids import CustomerId
from desktop.domain.match_rule import MatchRule
from desktop.domain.rule_limits import RuleLimits
from desktop.matching.book import Book

Key = TypeVar("Key")


class BookWithout:
    """A book that answers as if one customer had no name and no address; earlier mail and rules are as they are."""

    def __init__(self, book: Book, customer_id: CustomerId) -> None:
        self._book, self._left_out = book, customer_id

    def customers_by_address(self, addresses: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return who else has each address."""
        return self._refs(self._book.customers_by_address(addresses))

    def near(self, addresses: Collection[str]) -> Mapping[str, tuple[Known, ...]]:
        """Return the addresses of others that are like each one."""
        return self._known(self._book.near(addresses))

    def colleagues(self, domains: Collection[str]) -> Mapping[str, tuple[Colleague, ...]]:
        """Return the others at the organisation of each domain."""
        found = self._book.colleagues(domains)
        kept = {key: tuple(one for one in each if one.customer.id != self._left_out) for key, each in found.items()}
        return {key: each for key, each in kept.items() if each}

    def namesakes(self, names: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return the others with each name."""
        return self._refs(self._book.namesakes(names))

    def namesakes_at(self, pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Known, ...]]:
        """Return the others with each name who have an address at the domain."""
        return self._known(self._book.namesakes_at(pairs))

    def thread_customers(self, message_ids: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return with whom the messages were filed."""
        return self._book.thread_customers(message_ids)

    def sent_mail(self, asked: Collection[Reported]) -> Mapping[Reported, SentMail]:
        """Return the mail of ours that each report is about."""
        return self._book.sent_mail(asked)

    def match_rules(self) -> Sequence[MatchRule]:
        """Return the rules that people wrote."""
        return self._book.match_rules()

    def rule_limits(self) -> RuleLimits:
        """Return how much each rule may say."""
        return self._book.rule_limits()

    def _refs(self, found: Mapping[Key, tuple[CustomerRef, ...]]) -> dict[Key, tuple[CustomerRef, ...]]:
        kept = {key: tuple(one for one in each if one.id != self._left_out) for key, each in found.items()}
        return {key: each for key, each in kept.items() if each}

    def _known(self, found: Mapping[Key, tuple[Known, ...]]) -> dict[Key, tuple[Known, ...]]:
        kept = {key: tuple(one for one in each if one.customer.id != self._left_out) for key, each in found.items()}
        return {key: each for key, each in kept.items() if each}

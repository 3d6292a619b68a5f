"""What a rule may ask about customers: sets, answered once per batch, never mail by mail."""

import enum
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Candidate
from desktop.domain.delivery_report import Reported, SentMail
from desktop.domain.evidence import Colleague, Known
from desktop.domain.match_rule import MatchRule
from desktop.domain.rule_limits import RuleLimits
from desktop.matching.asked import Asked

CROWD = 10
"""A domain or name with more customers than this says nothing about who writes, whatever it is called."""


class Book(Protocol):
    """The customers, as matching sees them. Addresses and domains are in comparable form, names case-folded.

    What nobody answers to is left out of every answer.
    """

    def customers_by_address(self, addresses: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return who has each address."""

    def near(self, addresses: Collection[str]) -> Mapping[str, tuple[Known, ...]]:
        """Return the addresses that are like each one, and whose they are: all of which ``likeness`` says so."""

    def colleagues(self, domains: Collection[str]) -> Mapping[str, tuple[Colleague, ...]]:
        """Return the customers at the organisation of each domain; of a crowd, ``CROWD`` + 1."""

    def namesakes(self, names: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return the customers with each name; of a crowd, ``CROWD`` + 1."""

    def namesakes_at(self, pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Known, ...]]:
        """Return, for pairs of a name and a domain, the customers of that name who have an address there."""

    def thread_customers(self, message_ids: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return with whom a person filed the messages of these ids, or a rule that followed a person."""

    def sent_mail(self, asked: Collection[Reported]) -> Mapping[Reported, SentMail]:
        """Return the mail of ours that each report on a delivery is about, where it is here."""

    def match_rules(self) -> Sequence[MatchRule]:
        """Return the rules that people wrote, in their order."""

    def rule_limits(self) -> RuleLimits:
        """Return how much each rule may say."""


class Basis(enum.Enum):
    """What a rule's answer rests on, beside what it is asked about: how long it holds."""

    CUSTOMERS = enum.auto()
    """Who sent and wrote a mail, and the customers: it holds for all mail of theirs until customers change."""
    EARLIER_MAIL = enum.auto()
    """The same, and mail that is filed already: it holds for a batch."""
    MAIL = enum.auto()
    """The mail itself."""


class Rule(Protocol):
    """One way to recognise a customer."""

    name: str
    """Stable, lower case: it stands in the provenance of decisions as ``rule:<name>``."""
    basis: Basis
    """What it looks at: with another basis than MAIL, mails with the same sender and writers are judged once."""

    def candidates(self, mails: Sequence[Asked], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return, for each mail in order, the customers this rule sees, none to many."""

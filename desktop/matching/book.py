"""What a rule may ask about customers: sets, answered once per batch, never mail by mail."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Candidate
from desktop.domain.mail import ParsedMail


class Book(Protocol):
    """The customers, as matching sees them."""

    def customers_by_address(self, addresses: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return who has each address (in comparable form); addresses that nobody has are left out."""


class Rule(Protocol):
    """One way to recognise a customer."""

    name: str
    """Stable, lower case: it stands in the provenance of decisions as ``rule:<name>``."""

    def candidates(self, mails: Sequence[ParsedMail], book: Book) -> Sequence[Sequence[Candidate]]:
        """Return, for each mail in order, the customers this rule sees, none to many."""

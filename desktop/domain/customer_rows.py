"""Customers as screens list and show them."""

import enum
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId


class CustomerOrder(enum.StrEnum):
    """The orders the list of customers can have."""

    NAME = "name"
    NAME_REVERSED = "name_reversed"
    LAST_CONTACT = "last_contact"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer in a list. ``waiting`` is mail of their domains or addresses that waits for a person."""

    id: CustomerId
    name: str
    company: str
    owner: str
    domain: str
    addresses: int
    emails: int
    waiting: int
    last_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerAddress:
    """One address of a customer. ``origin``: ``hand``, ``import`` or ``learned`` (from mail that was assigned)."""

    address: str
    origin: str
    emails: int

    @property
    def learned(self) -> bool:
        """Whether it came from mail that a person assigned, and not from what was entered."""
        return self.origin == "learned"


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """One customer opened."""

    customer: Customer
    row: CustomerRow
    addresses: tuple[CustomerAddress, ...]
    created_at: datetime
    first_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """One customer found while typing. ``found`` is the text that was recognised: the name, an address, a company."""

    id: CustomerId
    name: str
    found: str
    address: str
    addresses: int

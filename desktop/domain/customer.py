"""A customer: who mail is filed with."""

from dataclasses import dataclass

from desktop.domain.ids import CustomerId


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with every address known of them, in comparable form."""

    id: CustomerId
    name: str
    emails: tuple[str, ...]
    company: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """As much of a customer as a decision needs."""

    id: CustomerId
    name: str

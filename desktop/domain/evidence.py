"""What is known about senders and customers, as far as a rule of matching may rest on it."""

from dataclasses import dataclass

from desktop.domain.customer import CustomerRef


@dataclass(frozen=True, slots=True)
class Colleague:
    """A customer at a domain: by ``address``, one of theirs there (or ``""``), and by mail filed ``earlier``.

    ``earlier`` is counted up to :data:`EARLIER_COUNTED`.
    """

    customer: CustomerRef
    address: str
    earlier: int


EARLIER_COUNTED = 1_000
"""So much earlier mail of a domain is counted; what is more says nothing new."""


@dataclass(frozen=True, slots=True)
class Known:
    """An address that a customer has."""

    address: str
    customer: CustomerRef

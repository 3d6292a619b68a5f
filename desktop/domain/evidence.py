"""What is known about senders and customers, as far as a suggestion may rest on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.domain.customer import CustomerRef


@dataclass(frozen=True, slots=True)
class Colleague:
    """A customer at a domain: by ``address``, one of theirs there (or ``""``), and by mail filed ``earlier``."""

    customer: CustomerRef
    address: str
    earlier: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Answers for many senders at once. Keys are addresses and domains in comparable form, and case-folded names."""

    owners: Mapping[str, tuple[CustomerRef, ...]]
    colleagues: Mapping[str, tuple[Colleague, ...]]
    namesakes: Mapping[str, tuple[CustomerRef, ...]]

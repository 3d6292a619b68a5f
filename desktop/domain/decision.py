"""Where a mail goes and why: candidates in bands, and the one decision made of them."""

import enum
from dataclasses import dataclass

from desktop.domain.customer import CustomerRef
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode


class Band(enum.IntEnum):
    """How sure a rule is; the number is the stated confidence in percent.

    Only CERTAIN files by itself. Rules of different authors compare by band, never by a number of their own.
    """

    HINT = 50
    STRONG = 80
    CERTAIN = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """One rule's answer: this customer, this sure, because of this (a sentence for a person)."""

    customer: CustomerRef
    band: Band
    reason: str
    rule: str


PERSON = "person"
"""Provenance of a decision made by hand; everything else is ``rule:<name>``."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one mail. ``needs_review`` puts it in the queue; ``by`` is its provenance.

    ``tags`` are what rules that people wrote give it.
    """

    code: ReasonCode
    reason: str
    by: str
    customer_id: CustomerId | None = None
    confidence: int = 0
    needs_review: bool = False
    suggestions: tuple[Candidate, ...] = ()
    tags: tuple[str, ...] = ()


class EmailStatus(enum.StrEnum):
    """What a list shows: filed, waiting for a person, failed, or left out by a filter that came after it."""

    SYNCED = "synced"
    ERROR = "error"
    PENDING = "pending"
    LEFT_OUT = "left_out"


BY_FILTER = "rule:filter"
"""Provenance of what a filter left out when it was applied to the past; of a row, with ``:`` and its id."""

"""What a list of emails is narrowed to and how it is ordered."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.ids import CustomerId, MailboxId


@dataclass(frozen=True, slots=True)
class EmailFilter:
    """What a list is narrowed to; empty means everything. All that is given must hold, and any one of ``codes``.

    ``sender`` is part of the sender's address or name, ``to`` of a recipient's address from the beginning of a word,
    ``customer`` of the customer's name. ``since`` is included, ``until`` is not; both are compared with the time of
    arrival. ``search`` is words of subject, people, text and file names, ``subject`` of the subject alone. Any one of
    ``mailboxes`` will do, all ``tags`` must be there, and none of ``without`` may hold.
    """

    status: str = ""
    code: str = ""
    search: str = ""
    customer_id: CustomerId | None = None
    needs_review: bool | None = None
    mailbox_id: MailboxId | None = None
    codes: frozenset[str] = frozenset()
    sender: str = ""
    since: datetime | None = None
    until: datetime | None = None
    has_attachments: bool | None = None
    to: str = ""
    subject: str = ""
    customer: str = ""
    has_customer: bool | None = None
    mailboxes: frozenset[MailboxId] | None = None
    tags: frozenset[str] = frozenset()
    without: tuple["EmailFilter", ...] = ()

    @property
    def asks_words(self) -> bool:
        """Whether it asks what only the text index knows."""
        return any(text.strip() for text in (self.search, self.subject, self.to))

    @property
    def asks_people_or_words(self) -> bool:
        """Whether it, or what it does without, asks more than an email's own columns."""
        mine = self.asks_words or bool(self.sender.strip())
        return mine or any(one.asks_people_or_words for one in self.without)

    @property
    def every_code(self) -> frozenset[str]:
        """``code`` and ``codes`` as one set; empty when any will do."""
        return self.codes | {self.code} if self.code else self.codes


class EmailOrder(enum.StrEnum):
    """The orders a list can have: those that an index serves, so that they are there at once at a million.

    Within the same sender, customer or status, newer mail comes first; in the reversed orders, older mail does.
    Senders are ordered by address. Mail without a customer comes after the last customer. Status goes error, pending,
    synced.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    SENDER = "sender"
    SENDER_REVERSED = "sender_reversed"
    CUSTOMER = "customer"
    CUSTOMER_REVERSED = "customer_reversed"
    STATUS = "status"
    STATUS_REVERSED = "status_reversed"


class Chip(enum.StrEnum):
    """The chips above the list: one is chosen, and narrows whatever else was asked for."""

    ALL = "all"
    TODAY = "today"
    PENDING = "pending"
    NO_MATCH = "no_match"
    ERRORS = "errors"


def narrowed(wanted: EmailFilter, chip: Chip, today: datetime) -> EmailFilter:
    """Return *wanted* with the chip's own condition in place of its status, codes and times; ALL changes nothing.

    *today* is when the person's day began. Errors list messages that could not be fetched too.
    """
    if chip is Chip.ALL:
        return wanted
    plain = without_chip(wanted)
    if chip is Chip.TODAY:
        return replace(plain, since=today)
    if chip is Chip.ERRORS:
        return replace(plain, status="error")
    return replace(plain, status="pending", code="NO_MATCH" if chip is Chip.NO_MATCH else "")


def without_chip(wanted: EmailFilter) -> EmailFilter:
    """Return *wanted* without the conditions that chips stand for."""
    return replace(wanted, status="", code="", codes=frozenset(), since=None, until=None, needs_review=None)


@dataclass(frozen=True, slots=True)
class ChipCounts:
    """How many rows each chip would show, and with ALL chosen each mailbox (every one of them is here)."""

    chips: Mapping[Chip, int]
    mailboxes: Mapping[MailboxId, int]

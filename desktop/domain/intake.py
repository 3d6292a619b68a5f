"""A batch on its way into the store: what was decided about each message, outside any transaction."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.decision import Decision
from desktop.domain.filters import Facts
from desktop.domain.ids import BackfillId, Epoch, FilterId, FolderId, MailboxId, Ref
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class FolderEpoch:
    """Where references live: one folder at one UIDVALIDITY."""

    mailbox_id: MailboxId
    folder_id: FolderId
    epoch: Epoch


@dataclass(frozen=True, slots=True)
class DecidedMail:
    """A message to be kept, with what parsing made of it and the verdict.

    ``outbound``: sent by this mailbox itself. ``facts`` are what filters look at; None where it could not be read.
    ``about`` is the Message-ID of the mail that it reports on (see ``matching.reported``).
    """

    raw: RawMail
    parsed: ParsedMail | Unreadable
    decision: Decision
    outbound: bool = False
    facts: Facts | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class LeftOutFacts:
    """What is kept of a mail that a filter left out: what filters look at, what a list shows, and by which row."""

    facts: Facts
    message_id: str
    sender_name: str
    subject: str
    row: FilterId | None

    def __repr__(self) -> str:
        return f"<LeftOutFacts row={self.row}>"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A message that was seen and is not kept, with its reason; ``known``: what is kept of it all the same."""

    ref: Ref
    code: ReasonCode
    reason: str
    received_at: datetime | None = None
    known: LeftOutFacts | None = None


@dataclass(frozen=True, slots=True)
class LetIn:
    """By which backfill mail comes in: ``backfill`` if that brings this very batch, else the one whose ``ranges`` hold
    the instant it was received: [first, last) and whose they are.
    """

    backfill: BackfillId | None = None
    ranges: tuple[tuple[datetime, datetime, BackfillId], ...] = ()

    def by(self, received_at: datetime | None) -> BackfillId | None:
        """Return the backfill without which a message received then would have stayed out."""
        if self.backfill is not None or received_at is None:
            return self.backfill
        return next((one for first, last, one in self.ranges if first <= received_at < last), None)


NOBODY_ASKED = LetIn()
"""No backfill has a part in it."""


@dataclass(slots=True)
class IntakeCounts:
    """What a batch came to: every message is in exactly one of stored, duplicates, parked and skipped.

    Of those stored, ``review`` wait for a person, and ``unfiled`` were sent to nobody who is a customer.
    """

    stored: int = 0
    duplicates: int = 0
    parked: int = 0
    skipped: int = 0
    review: int = 0
    unfiled: int = 0

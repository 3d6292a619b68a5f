"""What waits for a person: one email with why it waits and whom it may belong to."""

import enum
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.decision import Candidate
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.reasons import ReasonCode


class Bucket(enum.StrEnum):
    """Why a person is asked; each item is in exactly one.

    SUGGESTED: a rule is fairly sure. SIMILAR: an address that is nearly the same, or hints only. NO_MATCH: nobody comes
    to mind. SHARED: several customers have the address. UNAUTHENTICATED: the sender may be forged. FAILED: the message
    could not be read.
    """

    SUGGESTED = "suggested"
    SIMILAR = "similar"
    NO_MATCH = "no_match"
    SHARED = "shared"
    UNAUTHENTICATED = "unauthenticated"
    FAILED = "failed"


SUREST = 90
"""The stated confidence, in percent, of a suggestion of the surest kind: it may be accepted with others of it."""

TEACH_NOTHING = frozenset(
    code.value
    for code in (
        *(ReasonCode.SENDER_AMBIGUOUS, ReasonCode.SENDER_UNAUTHENTICATED, ReasonCode.INDIRECT_MATCH),
        ReasonCode.BOUNCE_MATCH,
    )
)
"""Codes of mail whose sender's address is not to be remembered."""


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """One email of the queue as it is stored, nothing suggested yet. ``sent_to``: whom we sent it to, if we did."""

    id: EmailId
    mailbox_id: MailboxId
    mailbox: str
    from_address: str
    from_name: str
    subject: str
    preview: str
    received_at: datetime
    code: str
    reason: str
    attachments: int
    sent_to: tuple[str, ...] = ()

    @property
    def teaches(self) -> bool:
        """Whether its sender's address may be remembered as a customer's.

        Not a doubtful one, not one that may be forged, not our own, and not that of who only handed a mail on.
        """
        return not self.sent_to and self.code not in TEACH_NOTHING


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One email of the queue. ``domain`` is the sender's, the key by which items are grouped; none for sent mail.

    ``one_by_one`` says why the domain says nothing about the sender (``"Shared provider: one by one"``), or is empty.
    ``suggestions`` are the best few, best first, never more certain than STRONG: nothing is filed without a person.
    ``is_sure``: the first of them is of the surest kind (``matching.surest``). ``warning`` says what is doubtful about
    the sender; ``handed_on`` who sent a mail that somebody else wrote, naming both. Either may be empty.
    """

    mail: WaitingMail
    domain: str
    one_by_one: str
    bucket: Bucket
    suggestions: tuple[Candidate, ...]
    is_sure: bool = False
    warning: str = ""
    handed_on: str = ""

    def percent(self, suggestion: Candidate) -> int:
        """Return how sure a suggestion of this item is stated to be."""
        return SUREST if self.is_sure and suggestion is self.best else int(suggestion.band)

    @property
    def best(self) -> Candidate | None:
        """The first suggestion, or None."""
        return self.suggestions[0] if self.suggestions else None

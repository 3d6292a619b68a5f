"""What the settings read of the store: one answer for all pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.domain.health import Health
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.mailbox_review import MailboxReview
from desktop.domain.signing_in import Grant


@dataclass(frozen=True, slots=True)
class Known:
    """The mailboxes with their health, what was granted for them, their reviews, and how many customers there are.

    ``audited`` is when an audit last found, or made, a mailbox complete.
    """

    mailboxes: Sequence[Mailbox] = ()
    health: dict[MailboxId, Health] | None = None
    customers: int = 0
    grants: Mapping[MailboxId, Grant] = field(default_factory=dict)
    reviews: Mapping[MailboxId, MailboxReview | None] = field(default_factory=dict)
    audited: Mapping[MailboxId, datetime | None] = field(default_factory=dict)

    def health_of(self, mailbox: Mailbox) -> Health:
        """Return how a mailbox is."""
        return (self.health or {}).get(mailbox.id, Health())


def ask(read: Any) -> Known:
    """Read everything in one state."""
    mailboxes = read.mailboxes.every()
    return Known(
        mailboxes,
        {one.id: read.mailboxes.health(one.id) for one in mailboxes},
        read.customers.count(),
        read.grants.every(),
        {one.id: read.mailbox_reviews.of(one.id) for one in mailboxes},
        {one.id: read.audits.last_complete(one.id) for one in mailboxes},
    )

"""What the settings read of the store: one answer for all pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.domain.health import Health
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class Known:
    """The mailboxes with their health, and how many customers there are."""

    mailboxes: Sequence[Mailbox] = ()
    health: dict[MailboxId, Health] | None = None
    customers: int = 0

    def health_of(self, mailbox: Mailbox) -> Health:
        """Return how a mailbox is."""
        return (self.health or {}).get(mailbox.id, Health())


def ask(read: Any) -> Known:
    """Read everything in one state."""
    mailboxes = read.mailboxes.every()
    return Known(mailboxes, {one.id: read.mailboxes.health(one.id) for one in mailboxes}, read.customers.count())

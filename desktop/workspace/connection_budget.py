"""How many connections Postroom has open to a mailbox at once: a share of what the provider allows all programs."""

import threading
from collections import Counter
from collections.abc import Callable

from desktop.domain.clock import Clock
from desktop.domain.errors import Stopped, Transient
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.providers.catalogue import GENERIC, by_imap_host
from desktop.providers.channel import Breaker

MOST = 3
"""One that syncs and listens, one for a person who picks mail, one that checks."""

HUMBLE_S = 3600.0
"""For how long after a server said that there are too many only half of the share is used."""

PATIENCE_S = 10.0
"""How long one that is too many waits for another to be closed."""


def share(mailbox: Mailbox) -> int:
    """Return how many connections to *mailbox* may be open at once: a third of what its provider allows, 2 to 3."""
    provider = by_imap_host(mailbox.imap.host) or GENERIC
    return max(2, min(MOST, provider.connections // 3))


class ConnectionBudget:
    """Counts what is open. Any thread may use it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: Counter[MailboxId] = Counter()
        self._humble_until: dict[MailboxId, float] = {}
        self._change = threading.Condition()

    def take(self, mailbox: Mailbox, breaker: Breaker) -> Callable[[], None]:
        """Count one more connection, waiting for a free one a little; returns what gives it back, to be called once.

        Raises Transient when all stay in use, Stopped when the breaker is tripped.
        """
        with self._change:
            until = self._clock.monotonic() + PATIENCE_S
            while self._open[mailbox.id] >= self._allowed(mailbox):
                if breaker.tripped:
                    raise Stopped
                if self._clock.monotonic() >= until:
                    raise _too_many(mailbox)
                self._change.wait(0.1)
            self._open[mailbox.id] += 1

        def give_back() -> None:
            with self._change:
                self._open[mailbox.id] -= 1
                self._change.notify_all()

        return give_back

    def note(self, mailbox: Mailbox, refusal: Transient) -> None:
        """The server refused a connection: when it says that there are too many, be content with fewer for a while."""
        if refusal.code is ReasonCode.ACCOUNT_THROTTLED:
            with self._change:
                self._humble_until[mailbox.id] = self._clock.monotonic() + HUMBLE_S

    def open_now(self, mailbox_id: MailboxId) -> int:
        """Return how many are open."""
        with self._change:
            return self._open[mailbox_id]

    def _allowed(self, mailbox: Mailbox) -> int:
        is_humble = self._clock.monotonic() < self._humble_until.get(mailbox.id, float("-inf"))
        return max(1, share(mailbox) // 2) if is_humble else share(mailbox)


def _too_many(mailbox: Mailbox) -> Transient:
    return Transient(
        ReasonCode.ACCOUNT_THROTTLED,
        f"Postroom has all its connections to {mailbox.imap.host} in use.",
        meaning="Providers count how many an account has open; more would lock other programs out.",
        action="Try again when what runs for this mailbox is over.",
    )

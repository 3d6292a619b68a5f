"""Taking turns at renewing the tokens of a profile."""

import threading
from collections import defaultdict

from desktop.domain.ids import MailboxId
from desktop.security.tokens import TokenSet


class Turns:
    """One renewal at a time for each mailbox of a profile, whoever asks; and what could not be kept of one."""

    def __init__(self) -> None:
        self.unkept: dict[MailboxId, tuple[TokenSet, TokenSet]] = {}
        """A set that neither keyring nor store took, beside the one it follows. It lasts as long as the process."""
        self._locks: dict[MailboxId, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def of(self, mailbox_id: MailboxId) -> threading.Lock:
        """Return the lock of a mailbox."""
        with self._lock:
            return self._locks[mailbox_id]

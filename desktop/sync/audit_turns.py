"""When mailboxes are audited by themselves: after a plain sync that went well, one at a time, at most so often.

Nothing is planned: each sync looks whether an audit is due. So a mailbox that is paused, disconnected or offline has
none, one that is back, or whose computer slept, has what it missed after its next sync, and a restart forgets nothing.
"""

import threading
from datetime import datetime, timedelta

from desktop.domain.audit import AuditCause, is_due
from desktop.domain.health import HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.sync.audit import AuditHow, run_audit
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext

AGAIN = timedelta(hours=1)
"""How long after one that came to no end the next is made."""

SPREAD = 1 / 12
"""Over which part of the interval the audits of several mailboxes are spread."""

HOW = AuditHow(AuditCause.SCHEDULE, repair=True, brief=True)


class AuditTurns:
    """Shared by the runners of all mailboxes; each method may be called from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._later: dict[MailboxId, tuple[datetime | None, float]] = {}

    def is_due(self, mailbox: Mailbox, context: SyncContext) -> bool:
        """Tell whether an audit of *mailbox* is due by the settings in *context*."""
        every = context.limits.audit_every
        if every is None:
            return False
        with context.store.read() as read:
            past = read.audits.of(mailbox.id, limit=1)
        last = past[0].begun_at if past else mailbox.created_at
        if self._later.get(mailbox.id, (None, 0.0))[0] != last:
            self._later[mailbox.id] = last, context.chance()
        later = every * (SPREAD * self._later[mailbox.id][1])
        return is_due(past, mailbox.created_at, context.clock.now(), every + later, AGAIN)

    def take(self, mailbox: Mailbox, context: SyncContext, stop: StopSignal, connection: Connection) -> None:
        """Audit *mailbox* on the *connection* of the sync before, unless it is not well or another is being audited.

        What goes wrong is in the log, and it is tried again after a later sync.
        """
        if not self._turn.acquire(blocking=False):
            return
        try:
            with context.store.read() as read:
                is_well = read.mailboxes.health(mailbox.id).state is not HealthState.DISCONNECTED
            if is_well:
                run_audit(mailbox, context, stop, HOW, kept=connection)
        finally:
            self._turn.release()

"""Looks after the clock of every mailbox's health: a sync that does not come at all tells nobody that it does not.

It runs beside the schedule and the runners and needs neither: a scheduler that died, a runner that hangs and a server
that never answers all come to the same, that time passes.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from desktop.domain.changes import Changed
from desktop.domain.errors import AppError
from desktop.domain.health_events import TimePassed, WatchBegan
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.services import health
from desktop.sync.context import SyncContext

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
"""How often :meth:`HealthWatch.look` is to be called."""

ASLEEP_AFTER = timedelta(minutes=2)
"""Two looks further apart than this mean that the computer slept, or that its clock was set."""


class HealthWatch:
    """Notes that time has passed. *moved_at* tells when the pass over a mailbox that runs now last got anywhere."""

    def __init__(
        self,
        context: SyncContext,
        moved_at: Callable[[MailboxId], datetime | None],
        announce: Callable[[Changed], None],
    ) -> None:
        self._context = context
        self._moved_at = moved_at
        self._announce = announce
        self._looked_at: datetime | None = None

    def look(self) -> None:
        """Judge every active mailbox as of now; never raises for a store that cannot be used: it is looked at again."""
        now = self._context.clock.now()
        is_awake = self._looked_at is not None and timedelta(0) <= now - self._looked_at <= ASLEEP_AFTER
        try:
            if self._note(now, is_awake=is_awake):
                self._announce(Changed.HEALTH | Changed.LOG)
        except AppError as error:
            log.info("health cannot be looked after for a moment: %s", error.code)
        else:
            self._looked_at = now

    def _note(self, now: datetime, *, is_awake: bool) -> bool:
        """Write down what has to be; tell whether that was anything."""
        with self._context.store.read() as read:
            active = [one for one in read.mailboxes.every() if one.state is MailboxState.ACTIVE]
            events = [(one, self._event(one, is_awake=is_awake)) for one in active]
            due = [
                (one, event)
                for one, event in events
                if isinstance(event, WatchBegan) or health.is_worth_noting(read, one, event, now)
            ]
        if due:
            with self._context.store.write() as uow:
                for mailbox, event in due:
                    health.note(uow, mailbox.id, event, now=now)
        return bool(due)

    def _event(self, mailbox: Mailbox, *, is_awake: bool) -> WatchBegan | TimePassed:
        return TimePassed(self._moved_at(mailbox.id)) if is_awake else WatchBegan()

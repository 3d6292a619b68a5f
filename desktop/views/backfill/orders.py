"""What the dialog has done about a backfill: each a command, whose failure is told to the dialog."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox
from desktop.services import backfills
from desktop.ui.frame import Frame


class Orders:
    """Given by *owner*, for one mailbox."""

    def __init__(self, frame: Frame, owner: QObject, mailbox: Mailbox, failed: Callable[[AppError], None]) -> None:
        self._ops, self._owner, self._mailbox_id, self._failed = frame.ops, owner, mailbox.id, failed

    def begin(self, days: int, then: Callable[[ChangeSet], None], *, quiet_hours: bool) -> None:
        """Begin one."""
        number = self._mailbox_id

        def begin(uow: Any, clock: Any) -> ChangeSet:
            mailbox = next(one for one in uow.read.mailboxes.every() if one.id == number)
            return backfills.begin(uow, mailbox, days, clock, quiet_hours=quiet_hours)[1]

        self._ops.run(self._owner, begin, then=then, failed=self._failed, quiet=True)

    def stop(self, one: Backfill) -> None:
        """End it; what came stays."""
        self._ops.run(self._owner, lambda uow, clock: backfills.cancel(uow, one, clock), failed=self._failed)

    def turn(self, one: Backfill) -> None:
        """Have it rest, or go on if it rests."""
        turn = backfills.resume if one.state is BackfillState.PAUSED else backfills.pause
        self._ops.run(self._owner, lambda uow, clock: turn(uow, one, clock), failed=self._failed)

    def undo(self, one: Backfill) -> None:
        """Take back what it brought."""
        self._ops.run(self._owner, lambda uow, clock: backfills.undo(uow, one, clock), failed=self._failed)

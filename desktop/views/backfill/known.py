"""What is stored of a mailbox's backfills, as the dialog shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.domain.backfill import Backfill, BackfillState, Obstacle, SpotCheck, UndoPreview
from desktop.domain.backfill_days import DayCount
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.services import backfills


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the way of one, the last one with its days, whom to look at, and what undoing it would take."""

    mailbox: Mailbox | None
    obstacle: Obstacle | None
    last: Backfill | None
    days: Sequence[DayCount]
    spots: tuple[SpotCheck, ...]
    taken: UndoPreview | None

    @property
    def can_mend(self) -> bool:
        """Tell whether a plain sync may take away what stands in the way."""
        wrong = (ReasonCode.ACCOUNT_DISABLED, ReasonCode.MANUAL_MODE)
        return self.obstacle is not None and self.obstacle.code not in wrong


def ask(mailbox: Mailbox, read: Any) -> Known:
    """Read what is known of the backfills of *mailbox*."""
    held = next((one for one in read.mailboxes.every() if one.id == mailbox.id), None)
    last = next(iter(read.backfills.of(mailbox.id)), None)
    standing = last is not None and last.state is not BackfillState.UNDONE
    return Known(
        mailbox=held,
        obstacle=backfills.obstacle_of(read, held) if held is not None else None,
        last=last,
        days=read.backfills.days(last) if last is not None and last.is_open else (),
        spots=tuple(read.backfills.spot_check(last.id)) if last is not None and standing else (),
        taken=backfills.undo_preview(read, last) if last is not None and standing and not last.is_open else None,
    )

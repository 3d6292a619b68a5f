"""What a running sync tells whoever watches: frozen values that may cross threads."""

import enum
from dataclasses import dataclass

from desktop.domain.errors import AppError, Stopped
from desktop.domain.ids import MailboxId
from desktop.domain.receipt import MailboxReceipt


class SyncStage(enum.StrEnum):
    """What a pass is doing: work, finishing its batch before it rests, or resting until it is told to go on."""

    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class SyncStarted:
    """A pass over a mailbox has begun."""

    mailbox_id: MailboxId
    address: str


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """*done* of *total* messages of *folder* have their verdict. Before the first folder is known it is ``""``."""

    mailbox_id: MailboxId
    address: str
    folder: str = ""
    done: int = 0
    total: int = 0
    stage: SyncStage = SyncStage.RUNNING


@dataclass(frozen=True, slots=True)
class Download:
    """Files that follow their mail come: *done* of *total* bytes of the one called *name* are here.

    ``is_held``: a person has it rest. ``is_over``: nothing of this mailbox comes any more.
    """

    mailbox_id: MailboxId
    address: str
    name: str = ""
    done: int = 0
    total: int = 0
    is_held: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class SyncFinished:
    """A pass is over. ``receipt.error`` says what went wrong; nobody changes the receipt any more."""

    mailbox_id: MailboxId
    address: str
    receipt: MailboxReceipt

    @property
    def error(self) -> AppError | None:
        """What ended the pass early or spoilt a part of it, if anything; a cancelled pass has none."""
        return None if self.was_cancelled else self.receipt.error

    @property
    def was_cancelled(self) -> bool:
        """Whether somebody ended it on purpose."""
        return isinstance(self.receipt.error, Stopped)

"""What the window gives its screens: lanes, commands, places to go, and things only the window can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import SignalInstance

from desktop.domain.clock import Clock
from desktop.domain.ids import CustomerId, EmailId, MailboxId
from desktop.ui.actions import Actions
from desktop.ui.ops import Ops
from desktop.ui.preferences import Preferences
from desktop.ui.state import UiState


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: a screen by its id and what to show there. ``part`` is a tab, a chip or a page of the screen."""

    screen: str
    email_id: EmailId | None = None
    customer_id: CustomerId | None = None
    mailbox_id: MailboxId | None = None
    search: str = ""
    part: str = ""


class SyncDoor(Protocol):
    """The running syncs, as screens see and steer them; each signal carries one frozen value."""

    started: SignalInstance
    """``SyncStarted``: a pass over a mailbox has begun."""
    progressed: SignalInstance
    """``SyncProgress``: so many of so many messages of a folder have their verdict."""
    finished: SignalInstance
    """``SyncFinished``: the pass is over, well or not."""

    def sync_now(self, mailbox_id: MailboxId | None = None) -> None:
        """Ask for a sync of one mailbox or all, whatever their schedule says."""

    def cancel(self, mailbox_id: MailboxId) -> None:
        """End the running pass of a mailbox at the next safe point; the next sync goes on from there."""

    def pause(self, mailbox_id: MailboxId) -> None:
        """Hold the running pass of a mailbox."""

    def resume(self, mailbox_id: MailboxId) -> None:
        """Go on with a held pass."""

    def mailboxes_changed(self) -> None:
        """Mailboxes were added, changed, paused or disconnected: read them again."""


@dataclass(slots=True)
class Doors:
    """What leads out of a screen; the window's composition fills these in."""

    go: Callable[[Place], None]
    connect: Callable[[], None]
    reconnect: Callable[[MailboxId], None]
    edit_mailbox: Callable[[MailboxId], None]
    disconnect: Callable[[MailboxId], None]
    import_customers: Callable[[], None]
    toast: Callable[[str], None]
    """Show words for an event; ``Ops.said`` shows those of commands by itself."""
    tell: Callable[[str], None]
    """Show a sentence in the status bar while something lasts (a drag); empty takes it away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Handed to every screen. ``settings`` are live."""

    ops: Ops
    actions: Actions
    state: UiState
    clock: Clock
    sync: SyncDoor
    doors: Doors
    settings: Preferences
    is_demo: bool = False

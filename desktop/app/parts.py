"""What the window is built from: opened by the composition root, handed down once."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.parsing.pool import ParserPool
from desktop.sync.threads import SyncService
from desktop.ui.frame import Audits, Backfills, Picking
from desktop.ui.ops import Ops
from desktop.ui.preferences import Preferences
from desktop.ui.state import UiState
from desktop.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Parts:
    """An open profile at work. ``state`` was read before the window came; who closes the profile saves it.
    ``mails`` are the window's own children that read mail (``WINDOW_LIMITS``): looking never waits for a sync.

    ``open_demo`` starts the demo beside this profile and is None inside the demo itself; ``demo_hint`` is what its
    banner says beyond that it is one.
    """

    workspace: Workspace
    ops: Ops
    sync: SyncService
    preferences: Preferences
    mails: ParserPool
    picking: Picking
    backfills: Backfills
    audits: Audits
    state: UiState
    open_demo: Callable[[], None] | None = None
    is_demo: bool = False
    demo_hint: str = ""

"""An open profile at work: lanes, syncs and settings, built in order and ended in the other one."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QProcess

from desktop.app.later import later
from desktop.app.network import NetworkWatch
from desktop.app.opening import OpenProfile
from desktop.app.parts import Parts
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.parsing.pool import WINDOW_LIMITS, ParserPool
from desktop.sync.context import SyncContext
from desktop.sync.threads import SyncService
from desktop.ui.frame import Audits, Backfills, Picking
from desktop.ui.ops import Ops
from desktop.ui.preferences import Preferences

log = logging.getLogger(__name__)

LANES_WITHIN_S = 2.0
COMMANDS_WITHIN_S = 10.0
"""How long the lanes may take to end: longer when a person's command is under way, which is not to be lost."""


class Session:
    """What stands between an open profile and the window. :meth:`start` begins the syncs, :meth:`close` ends all."""

    def __init__(self, profile: OpenProfile) -> None:
        self.profile = profile
        workspace, stack = profile.workspace, profile.stack
        self.ops = Ops(workspace.store, workspace.clock)
        self.preferences = Preferences(workspace.settings, self.ops)
        self.mails = stack.enter_context(ParserPool(2, limits=WINDOW_LIMITS))
        context = stack.enter_context(workspace.sync_context())
        self.sync = SyncService(context, limits=lambda: workspace.limits, quiet_hours=lambda: workspace.quiet_hours)
        self._network = NetworkWatch(self.sync)
        self.picking = later(partial(_picking, context))
        self.backfills = later(partial(_backfills, context))
        self.audits = later(partial(_audits, context, self.ops))
        self.sync.changed.connect(self.ops.announce)
        self.ops.changed.connect(self.sync.on_changed)

    def parts(self) -> Parts:
        """Return what the window is built from."""
        return Parts(
            workspace=self.profile.workspace,
            ops=self.ops,
            sync=self.sync,
            preferences=self.preferences,
            mails=self.mails,
            picking=self.picking,
            backfills=self.backfills,
            audits=self.audits,
            state=self.profile.state,
            open_demo=self.open_demo,
        )

    def open_demo(self) -> None:
        """Start the demo beside this profile, as a program of its own; what is wrong with that is told."""
        words = ["demo"] if getattr(sys, "frozen", False) else ["-m", "desktop", "demo"]
        started, _pid = QProcess.startDetached(sys.executable, words)
        if not started:
            self.ops.troubled.emit(
                AppError(
                    ReasonCode.NOT_AVAILABLE,
                    "The demo could not be started.",
                    meaning="Your own profile is not touched by it.",
                    action="Start it by hand: postroom demo.",
                )
            )

    def start(self) -> None:
        """Begin to sync: what is due at once. What that takes is loaded in a worker first."""
        self.ops.work(self.ops, lambda _job: self.sync.load(), lambda _none: self._begin())

    def _begin(self) -> None:
        self.sync.start()
        self._network.start()

    def close(self) -> bool:
        """End syncs, lanes, children, store and lock, in this order; bounded.

        False when something hangs: then the process must be ended hard, which loses nothing that was committed.
        """
        is_over = self.sync.stop()
        limit_s = LANES_WITHIN_S if self.ops.is_idle() else COMMANDS_WITHIN_S
        is_over = _within(limit_s, self.ops.close) and is_over
        self.profile.state.save(self.profile.workspace.profile)
        return _within(LANES_WITHIN_S, self.profile.stack.close) and is_over


def _picking(context: SyncContext) -> Picking:
    from desktop.app.picking import WorkspacePicking

    return WorkspacePicking(context)


def _backfills(context: SyncContext) -> Backfills:
    from desktop.app.backfills import WorkspaceBackfills

    return WorkspaceBackfills(context)


def _audits(context: SyncContext, ops: Ops) -> Audits:
    from desktop.app.audits import WorkspaceAudits

    return WorkspaceAudits(context, ops.announce)


def _within(seconds: float, end: Callable[[], None]) -> bool:
    """Do *end* in a thread of its own, and tell whether it was over in time."""
    ender = threading.Thread(target=end, name="end", daemon=True)
    began = time.monotonic()
    ender.start()
    ender.join(seconds)
    if ender.is_alive():
        log.warning("something did not end within %.0f s and is left behind", time.monotonic() - began)
    return not ender.is_alive()

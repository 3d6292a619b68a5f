"""Undo and redo, wherever a person is: commands on very many emails show how far they are, and can be stopped."""

from collections.abc import Callable
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.ui.actions import Act
from desktop.ui.frame import Frame
from desktop.ui.statusbar import Segment, StatusBar

SEGMENT = "turning"
SHOWN_FROM = 1_000
"""Fewer rows are turned before the figures could be read."""
Turn = Callable[[Any, Clock, Callable[[int, int], object]], ChangeSet]


class Turning(QObject):
    """Carries out Undo and Redo."""

    progressed = Signal(str, int, int)
    """What is done (Undoing) with how many of how many rows."""

    def __init__(self, frame: Frame, bar: StatusBar, parent: QObject) -> None:
        super().__init__(parent)
        self._frame, self._bar = frame, bar
        self._stop = Event()
        bar.add(SEGMENT, self.stop)
        self.progressed.connect(self._show)
        add = frame.actions.add
        add(Act("edit.undo", "&Undo", "Edit", ("Ctrl+Z",), "undo-2", words="Undo"), self.undo)
        add(Act("edit.redo", "&Redo", "Edit", ("Ctrl+Shift+Z",), "redo-2", words="Redo"), self.redo)

    def undo(self) -> None:
        """Take the newest command back."""
        self._turn(_undone, "Undoing")

    def redo(self) -> None:
        """Do the command that was undone last again."""
        self._turn(_redone, "Doing again")

    def stop(self) -> None:
        """End what runs: nothing of it stays."""
        self._stop.set()

    def clear(self) -> None:
        """Show no more that anything runs."""
        self._bar.show_segment(SEGMENT, Segment(""))

    def _turn(self, turn: Turn, what: str) -> None:
        self._stop = stop = Event()

        def step(done: int, total: int) -> None:
            if stop.is_set():
                raise AppError(ReasonCode.STOPPED, f"{what} was stopped.", meaning="Nothing was changed.")
            if total >= SHOWN_FROM:
                self.progressed.emit(what, done, total)

        self._frame.ops.run(
            self, lambda uow, clock: turn(uow, clock, step), then=lambda _change: self.clear(), failed=self._failed
        )

    def _show(self, what: str, done: int, total: int) -> None:
        text = f"Stop {what.lower()}: {100 * done // total} %"
        self._bar.show_segment(SEGMENT, Segment(text, icon="undo-2"))

    def _failed(self, error: AppError) -> None:
        self.clear()
        if error.code is ReasonCode.STOPPED:
            self._frame.doors.toast(f"{error.what} {error.meaning}")
        else:
            self._frame.ops.troubled.emit(error)


def _undone(uow: Any, clock: Clock, step: Callable[[int, int], object]) -> ChangeSet:
    from desktop.services.undo import undo  # by the first command that is taken back, in the lane of commands

    return undo(uow, clock, step)


def _redone(uow: Any, clock: Clock, step: Callable[[int, int], object]) -> ChangeSet:
    from desktop.services.undo import redo

    return redo(uow, clock, step)

"""Changing what is chosen, however much: one command in the background, with progress, a way out and one undo."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.services.bulk import Step
from desktop.ui.frame import Frame

SHOWN_FROM = 1_000
"""Fewer emails are done before a bar could be read."""
Change = Callable[[Any, Clock, Step], ChangeSet]


class Changing(QObject):
    """Runs one change at a time; those that follow wait their turn."""

    progressed = Signal(int, int, str)
    """So many of so many emails, and what is done with them; zero of zero when it is over."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._stop: Event | None = None

    def run(
        self,
        emails: Sequence[EmailId],
        what: str,
        change: Change,
        *,
        then: Callable[[ChangeSet], None] | None = None,
        failed: Callable[[AppError], None] | None = None,
    ) -> None:
        """Carry *change* out; *what* stands before the figures (Assigning)."""
        total, stop = len(emails), Event()

        def step(done: int) -> None:
            if stop.is_set():
                raise AppError(ReasonCode.STOPPED, f"{what} was cancelled.", meaning="Nothing was changed.")
            if total >= SHOWN_FROM:
                self.progressed.emit(done, total, what)

        self._stop = stop
        if total >= SHOWN_FROM:
            self.progressed.emit(0, total, what)
        self._frame.ops.run(
            self,
            lambda uow, clock: change(uow, clock, step),
            then=partial(self._done, then),
            failed=partial(self._failed, failed),
        )

    def cancel(self) -> None:
        """End the change that runs: nothing of it stays."""
        if self._stop is not None:
            self._stop.set()

    def _done(self, then: Callable[[ChangeSet], None] | None, change: ChangeSet) -> None:
        self._over()
        if then is not None:
            then(change)

    def _failed(self, failed: Callable[[AppError], None] | None, error: AppError) -> None:
        self._over()
        if error.code is ReasonCode.STOPPED:
            self._frame.doors.toast(error.what)
        elif failed is not None:
            failed(error)
        else:
            self._frame.ops.troubled.emit(error)

    def _over(self) -> None:
        self._stop = None
        self.progressed.emit(0, 0, "")

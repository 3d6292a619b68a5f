"""A plan for very many emails: what looks through them and what changes them says how far it is, and can be stopped."""

from collections.abc import Callable
from threading import Event
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.ui.frame import Frame
from desktop.ui.kit.labels import Label
from desktop.ui.kit.progress import ProgressBar
from desktop.ui.plan_sheet import Plan, PlanSheet, Question
from desktop.ui.relay import Relay
from desktop.ui.words import number

SHOWN_FROM = 1_000
"""Fewer emails are done before a bar could be read."""
Step = Callable[[int, int], object]
"""Is told how many of how many emails are done; what it raises ends the work."""


def no_step(_done: int, _total: int) -> None:
    """Tell nobody."""


class LongPlanSheet(PlanSheet):
    """Cancel ends what runs: a look closes the sheet, a command leaves nothing behind, and says so."""

    def __init__(
        self,
        frame: Frame,
        parent: QWidget,
        question: Question,
        query: Callable[[Any, Step], Plan],
        command: Callable[[Any, Clock, Step], ChangeSet],
        done: Callable[[], object] | None = None,
    ) -> None:
        going = _Going()
        super().__init__(
            frame,
            parent,
            question,
            lambda read: query(read, going.step()),
            lambda uow, clock: command(uow, clock, going.step()),
            done,
        )
        self._going, self._is_running = going, False
        self.far, self.bar = Label("", "caption", "text2"), ProgressBar()
        self.inside.insertWidget(self.inside.count() - 1, self.far)
        self.inside.insertWidget(self.inside.count() - 1, self.bar)
        going.relay.told.connect(self._told)
        self._told(*going.last)  # the look began with the sheet, so some of it may be told already

    def reject(self) -> None:
        """End what runs; a command is waited for."""
        self._going.stop.set()
        if not self._is_running:
            super().reject()

    def _told(self, done: int, total: int) -> None:
        self.far.setVisible(total >= SHOWN_FROM)
        self.bar.setVisible(total >= SHOWN_FROM)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.far.setText(f"{number(done)} of {number(total)} emails {'done' if self._is_running else 'looked at'}")

    def _show(self, plan: Plan) -> None:
        self._hide_progress()
        super()._show(plan)

    def _go(self) -> None:
        self._going.stop = Event()
        self._is_running = True
        self.say("", "")
        super()._go()

    def _carried_out(self, change: ChangeSet) -> None:
        self._is_running = False
        super()._carried_out(change)

    def _refused(self, error: AppError) -> None:
        self._is_running = False
        self._hide_progress()
        super()._refused(error)

    def _hide_progress(self) -> None:
        self.far.hide()
        self.bar.hide()


class _Going:
    """Lives with the work rather than with the sheet, which may be gone first."""

    def __init__(self) -> None:
        self.relay = Relay()
        self.stop = Event()
        self.last = (0, 0)

    def step(self) -> Step:
        """Return what the work that begins now tells how far it is."""
        stop = self.stop

        def step(done: int, total: int) -> None:
            if stop.is_set():
                raise AppError(ReasonCode.STOPPED, "It was stopped.", meaning="Nothing was changed.")
            self.last = (done, total)
            self.relay.told.emit(done, total)

        return step

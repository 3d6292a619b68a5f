"""A mailbox with a past that a test makes up, and the dialog of its backfill."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.backfill import Backfill, BackfillEstimate, BackfillState
from desktop.domain.backfill_days import RangeCount, day_of
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import AppError, Stopped
from desktop.domain.health_events import PassWentWell
from desktop.domain.mailbox import Mailbox
from desktop.services import health
from desktop.store.store import Store
from desktop.ui.frame import Frame
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Job, Ops
from desktop.views.backfill.dialog import BackfillDialog
from tests.gui.frames import NotedSync, Went, make_frame
from tests.helpers.mails import NOON, FixedClock, mailbox


@dataclass
class Past:
    """Says what the server has."""

    messages: int = 950
    trouble: AppError | None = None
    hangs: bool = False
    counts: dict[int, int] = field(default_factory=lambda: {7: 480, 14: 950, 30: 2100, 60: 4300})
    counts_trouble: AppError | None = None
    counted: list[tuple[int, ...]] = field(default_factory=list)
    may_end: threading.Event = field(default_factory=threading.Event)
    """What a count waits for before its last folder, if it *lingers*."""
    lingers: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def count(
        self, job: Job, _box: Mailbox, ranges: Sequence[int], tell: Callable[[RangeCount], None]
    ) -> Sequence[RangeCount]:
        self.counted.append(tuple(ranges))
        found = [RangeCount(days, self.counts.get(days, 70 * days), days * 9.0, is_whole=True) for days in ranges]
        if self.counts_trouble is not None or self.lingers:
            tell(replace(found[0], is_whole=False))
        if self.counts_trouble is not None:
            raise self.counts_trouble
        with job.ended_by(self.may_end.set):
            assert not self.lingers or self.may_end.wait(20)
        return found

    def estimate(self, job: Job, box: Mailbox, days: int) -> BackfillEstimate:
        self.reached.set()
        if self.hangs:
            with job.ended_by(self.ended.set):
                assert self.ended.wait(20)
            raise Stopped
        if self.trouble is not None:
            raise self.trouble
        until = box.synced_from
        if not self.messages:
            return BackfillEstimate(days, until, until)
        by_day = {day_of(until - timedelta(days=at + 1)): 40 + 9 * at for at in range(days)}
        since, figures = until - timedelta(days=days), (self.messages, 9_500_000, 400, 741, 172, 37, 0)
        return BackfillEstimate(days, since, until, *figures, 118.0, 14_000_000, by_day)


@dataclass
class Scene:
    qtbot: QtBot
    window: QMainWindow
    frame: Frame
    went: Went
    sync: NotedSync
    past: Past
    ops: Ops
    store: Store
    clock: FixedClock

    @property
    def mailbox(self) -> Mailbox:
        with self.store.read() as read:
            return read.mailboxes.every()[0]

    @property
    def last(self) -> Backfill:
        with self.store.read() as read:
            return read.backfills.every()[0]

    def open(self) -> BackfillDialog:
        dialog = BackfillDialog(self.frame, self.window, self.mailbox)
        dialog.open()
        self.qtbot.waitExposed(dialog)
        self.settle()
        return dialog

    def settle(self) -> None:
        self.qtbot.waitUntil(self.ops.is_idle)
        self.qtbot.wait(0)
        self.qtbot.waitUntil(self.ops.is_idle)

    def go_on(self, state: BackfillState, *, total: int = 0, code: str = "", reason: str = "") -> None:
        """Have the backfill be at *state*, as the engine would say it."""
        with self.store.write() as uow:
            number = uow.read.backfills.every()[0].id
            ended = NOON if state is BackfillState.DONE else None
            uow.backfills.set_state(number, state, code=code, reason=reason, ended=ended)
            if total:
                uow.backfills.expect(number, total)
        self.ops.announce(ChangeSet(Changed.BACKFILLS))
        self.settle()


@pytest.fixture
def unsynced(qapp: QApplication, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    theme().apply(qapp)
    with store.write() as uow:
        uow.mailboxes.add(replace(mailbox("support@acme.example"), synced_from=NOON - timedelta(days=2)))
    window = QMainWindow()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    past = Past()
    return Scene(qtbot, window, replace(frame, backfills=past), went, sync, past, ops, store, clock)


@pytest.fixture
def scene(unsynced: Scene) -> Scene:
    with unsynced.store.write() as uow:
        health.note(uow, uow.read.mailboxes.every()[0].id, PassWentWell(), now=NOON)
    return unsynced

"""A clock that is set, and a computer that slept: no mailbox waits a day because of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.errors import Transient
from desktop.domain.mailbox import Frequency
from desktop.domain.reasons import ReasonCode
from desktop.services.mailboxes import set_frequency
from desktop.sync import schedule
from desktop.sync.clock_watch import ClockWatch
from desktop.sync.context import StopSignal
from desktop.sync.schedule import Service
from desktop.workspace.clock import FrozenClock
from tests.model.server import Faults
from tests.model.world import NOW, StopAfter
from tests.unit.sync.listening import Notes
from tests.unit.sync.support import ANN, Desk

UNREACHABLE = Transient(ReasonCode.SERVER_UNREACHABLE, "It does not answer.")
EVERY = timedelta(minutes=15)


class Working:
    """A service with Ann's mailbox, synced every 15 minutes and once already."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.notes, self.clock = desk, Notes(), FrozenClock(NOW)
        with desk.world.store.write() as uow:
            set_frequency(uow, desk.world.mailboxes[0], Frequency.EVERY_15_MINUTES, self.clock)
        context = replace(desk.world.context(StopAfter(StopSignal(), 0)), clock=self.clock)
        self.service = Service(context, listener=self.notes)
        self.service.start()
        self.notes.finish(1, address=ANN)


@pytest.fixture
def working(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Working]:
    monkeypatch.setattr(schedule, "LOOK_EVERY_S", 0.01)
    made = Working(desk)
    yield made
    assert made.service.stop()


def test_what_became_due_while_the_computer_slept_is_synced_when_it_wakes(working: Working) -> None:
    working.clock.set(NOW + timedelta(hours=8))
    working.notes.finish(2, address=ANN)


def test_after_the_clock_was_set_back_the_next_sync_is_an_interval_away_at_most(working: Working) -> None:
    job = f"mailbox-{working.desk.world.mailboxes[0].id}"
    planned = working.service._scheduler.get_job(job).next_run_time
    working.clock.set(NOW - timedelta(days=1))
    working.notes.wait_until(lambda: working.service._scheduler.get_job(job).next_run_time != planned)
    assert working.service._until_due(15, NOW) == EVERY


def test_after_the_clock_was_set_back_a_failure_is_not_waited_out_by_the_new_clock(working: Working) -> None:
    working.desk.world.server.begin(Faults(refuse=UNREACHABLE))
    working.service.sync_now()
    assert working.notes.finish(2, address=ANN).receipt.error is UNREACHABLE
    working.desk.world.server.begin(Faults())
    working.clock.set(NOW - timedelta(days=1))
    for runner in working.service._chosen(working.desk.world.mailboxes[0].id):
        runner.post()
    assert working.notes.finish(3, address=ANN).receipt.error is None


def test_a_clock_that_runs_is_not_set() -> None:
    clock = FrozenClock(NOW)
    watch = ClockWatch(clock)
    assert not watch.was_set()
    for jump in (timedelta(minutes=2), -timedelta(minutes=2), timedelta(days=400)):
        clock.set(clock.now() + jump)
        assert watch.was_set()
        assert not watch.was_set()


class Nap:
    """A clock, and the event its service waits for: while that is waited for, time passes, on either clock or both."""

    def __init__(self, wall_s: float, running_s: float) -> None:
        self._more = wall_s, running_s
        self._at = NOW, 0.0
        self.waits = 0

    def now(self) -> datetime:
        return self._at[0]

    def monotonic(self) -> float:
        return self._at[1]

    def is_set(self) -> bool:
        return False

    def wait(self, seconds: float) -> bool:
        self.waits += 1
        wall_s, running_s = self._more if self.waits == 2 else (0.0, 0.0)
        self._at = self._at[0] + timedelta(seconds=seconds + wall_s), self._at[1] + seconds + running_s
        return False


@pytest.mark.parametrize(
    ("wall_s", "running_s", "slept"),
    [(8 * 3600, 0, True), (8 * 3600, 8 * 3600, True), (21, 0, True), (10, 10, False), (2, 0, False), (-3600, 0, False)],
)
def test_a_sleep_is_noticed_at_once_whichever_clock_went_on(
    desk: Desk, wall_s: float, running_s: float, slept: bool
) -> None:
    nap = Nap(wall_s, running_s)
    service = Service(replace(desk.world.context(StopAfter(StopSignal(), 0)), clock=nap))
    service._stopping = nap  # type: ignore[assignment]
    assert service._slept(30.0) is slept
    assert nap.waits == (2 if slept else nap.waits)


def test_all_mailboxes_catch_up_once_after_a_sleep(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    naps, caught_up = iter([True]), []
    wait = working.service._stopping.wait
    monkeypatch.setattr(working.service, "_slept", lambda seconds: next(naps, False) or wait(seconds))
    monkeypatch.setattr(working.service, "woke", lambda: caught_up.append(working.clock.now()))
    working.notes.wait_until(lambda: len(caught_up) == 1)
    assert len(caught_up) == 1

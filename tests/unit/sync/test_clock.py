"""A clock that is set, and a computer that slept: no mailbox waits a day because of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

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
    working.clock.set(NOW - timedelta(days=1))
    job = f"mailbox-{working.desk.world.mailboxes[0].id}"
    planned = working.service._scheduler.get_job(job).next_run_time
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

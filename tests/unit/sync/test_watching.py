"""No sync in two intervals is told, whatever it is that hangs; sleep, a restart and a long pass are no lateness."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.changes import Changed
from desktop.domain.errors import Stopped
from desktop.domain.health import HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.rows import EventRow
from desktop.domain.source import FolderStatus, Source
from desktop.services.mailboxes import set_frequency, set_state
from desktop.sync import watching
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.schedule import Service
from desktop.sync.watching import ASLEEP_AFTER, HealthWatch
from tests.model.server import ModelServer, ModelSource
from tests.model.world import StopAfter
from tests.unit.sync.listening import LIMIT_S, Notes
from tests.unit.sync.support import Desk

WELL, LATE = (HealthState.HEALTHY, "SYNCED"), (HealthState.ATTENTION, "SYNC_OVERDUE")
MINUTE = timedelta(minutes=1)


class HangingSource(ModelSource):
    """Opens no folder, for ever, until it is abandoned."""

    def __init__(self, server: ModelServer, address: str) -> None:
        super().__init__(server, address)
        self._given_up = threading.Event()

    def open_folder(self, name: str) -> FolderStatus:
        assert self._given_up.wait(LIMIT_S)
        raise Stopped

    def abandon(self) -> None:
        self._given_up.set()


class Office:
    """Ann's mailbox, synced every 15 minutes and a moment ago; Bob's by hand. A watch, whose clock is the desk's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ann = desk.world.mailboxes[0].id
        with desk.world.store.write() as uow:
            set_frequency(uow, desk.world.mailboxes[0], Frequency.EVERY_15_MINUTES, desk.world.clock)
        desk.sync()
        self.moved: Callable[[], datetime | None] = lambda: None
        self.announced: list[Changed] = []
        self.watch = self.new_watch()

    def new_watch(self) -> HealthWatch:
        return HealthWatch(self.context(), self._moved_at, self.announced.append)

    def _moved_at(self, _mailbox: MailboxId) -> datetime | None:
        return self.moved()

    def context(self, source: Callable[[Mailbox, StopSignal], Source] | None = None) -> SyncContext:
        context = self.desk.world.context(StopAfter(StopSignal(), 0))
        return context if source is None else replace(context, open_source=source)

    def pass_time(self, minutes: int, *, look: Callable[[], None] | None = None) -> None:
        """Let time pass as it does while a computer is awake: looked at every minute."""
        for _ in range(minutes):
            self.desk.world.clock.time += MINUTE
            (look or self.watch.look)()

    def sleep(self, span: timedelta) -> None:
        self.desk.world.clock.time += span

    def state(self) -> tuple[HealthState, str]:
        health = self.desk.health()
        return health.state, health.code

    def entries(self) -> list[EventRow]:
        return [row for row in self.desk.events() if row.code == "SYNC_OVERDUE" or row.what.startswith("Synced again")]


@pytest.fixture
def office(desk: Desk) -> Office:
    made = Office(desk)
    made.watch.look()
    return made


@contextmanager
def serving(context: SyncContext, notes: Notes) -> Iterator[Service]:
    service = Service(context, listener=notes)
    service.start()
    try:
        notes.wait_for(lambda one: isinstance(one, Changed))  # the watch has begun
        yield service
    finally:
        assert service.stop()


def test_two_intervals_without_a_sync_are_told_once_and_so_is_the_end_of_it(office: Office) -> None:
    office.pass_time(30)
    assert office.state() == WELL
    assert not office.entries()
    office.pass_time(1)
    assert office.state() == LATE
    assert office.desk.health().findings[0].what == "No sync for 31 minutes; one is due every 15 minutes."
    office.pass_time(29)
    assert office.desk.health().findings[0].what.startswith("No sync for 60 minutes")
    assert [(row.level, row.code) for row in office.entries()] == [("warning", "SYNC_OVERDUE")]
    office.desk.sync()
    assert office.state() == WELL
    office.pass_time(10)
    assert office.entries()[0].what == "Synced again, after 60 minutes."
    assert len(office.entries()) == 2


def test_while_all_is_well_time_writes_nothing_and_announces_nothing(office: Office) -> None:
    office.announced.clear()
    office.pass_time(30)
    assert office.announced == []
    office.pass_time(1)
    assert office.announced == [Changed.HEALTH | Changed.LOG]


def test_a_computer_that_woke_is_not_late_at_once(office: Office) -> None:
    office.sleep(timedelta(hours=14))
    office.watch.look()
    assert office.state() == WELL
    office.pass_time(30)
    assert office.state() == WELL
    office.pass_time(1)
    assert office.state() == LATE


def test_neither_is_a_program_that_was_started_again(office: Office) -> None:
    office.sleep(timedelta(days=3))
    office.watch = office.new_watch()
    office.pass_time(31)
    assert office.state() == WELL
    office.pass_time(1)
    assert office.state() == LATE


def test_a_pass_that_moves_is_not_late_however_long_it_takes(office: Office) -> None:
    office.moved = lambda: office.desk.world.clock.now() - MINUTE
    office.pass_time(120)
    assert office.state() == WELL
    stood = office.desk.world.clock.now()
    office.moved = lambda: stood
    office.pass_time(31)
    assert office.state() == LATE


def test_only_what_has_a_schedule_and_is_active_can_be_late(office: Office) -> None:
    with office.desk.world.store.write() as uow:
        set_state(uow, office.ann, MailboxState.PAUSED, office.desk.world.clock)
    office.pass_time(60)
    assert (office.desk.health().state, office.desk.health(1).state) == (HealthState.PAUSED, HealthState.HEALTHY)


def test_a_shorter_interval_does_not_make_late_at_once(office: Office) -> None:
    office.pass_time(20)
    with office.desk.world.store.write() as uow:
        ann = next(one for one in uow.read.mailboxes.every() if one.id == office.ann)
        set_frequency(uow, ann, Frequency.EVERY_5_MINUTES, office.desk.world.clock)
    office.pass_time(10)
    assert office.state() == WELL
    office.pass_time(1)
    assert office.state() == LATE


def test_a_looked_at_clock_may_be_set_back(office: Office) -> None:
    office.sleep(-timedelta(hours=5))
    office.pass_time(20)
    assert office.state() == WELL
    assert timedelta(seconds=watching.LOOK_EVERY_S) < ASLEEP_AFTER


# --- in the service ---------------------------------------------------------------------------------------------------


def test_a_source_that_blocks_for_ever_is_told_while_it_blocks(office: Office) -> None:
    notes, clock = Notes(), office.desk.world.clock
    hangs: list[HangingSource] = []

    def connect(mailbox: Mailbox, _stop: StopSignal) -> Source:
        hangs.append(HangingSource(office.desk.world.server, mailbox.address))
        return hangs[-1]

    with serving(office.context(connect), notes) as service:
        service.sync_now(office.ann)
        notes.wait_until(lambda: len(hangs) == 1)
        office.pass_time(32, look=service.watch.look)
        assert office.state() == LATE
        assert clock.now() - office.desk.health().last_sync == 32 * MINUTE  # type: ignore[operator]
        assert sum(isinstance(one, Changed) for one in notes.heard) > 1, "screens hear of it"
        service.cancel(office.ann)
        assert notes.finish().was_cancelled


def test_a_scheduler_that_died_is_noticed(office: Office) -> None:
    notes = Notes()
    with serving(office.context(), notes) as service:
        service._scheduler.shutdown()
        office.pass_time(32, look=service.watch.look)
        assert office.state() == LATE
        service.sync_now(office.ann)
        assert notes.finish().receipt.error is None
        assert office.state() == WELL

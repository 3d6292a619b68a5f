"""Audits by themselves: due when, after which syncs, one at a time, on the connection of the sync before."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.audit import PastAudit
from desktop.domain.errors import NeedsSignIn, Transient
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.sync.audit_turns import AGAIN, SPREAD, AuditTurns
from desktop.sync.connection import Connection
from desktop.sync.context import Limits, StopSignal, SyncContext
from desktop.sync.runner import Runner
from tests.model.server import Faults
from tests.unit.sync.listening import Notes
from tests.unit.sync.support import Desk
from tests.unit.sync.test_audit import lose
from tests.unit.workspace.support import open_workspace

DAY = timedelta(days=1)
ANN = MailboxId(1)


class Turns(AuditTurns):
    """Audits before which something happens."""

    before: Callable[[], None] = staticmethod(lambda: None)

    def take(self, mailbox: Mailbox, context: SyncContext, stop: StopSignal, connection: Connection) -> None:
        self.before()
        super().take(mailbox, context, stop, connection)


class Running:
    """A runner of Ann's mailbox that audits daily, in a thread of its own."""

    def __init__(self, desk: Desk, turns: Turns, *, chance: float = 0.0) -> None:
        self.desk, self.turns, self.notes = desk, turns, Notes()
        self.limits = replace(desk.world.context().limits, audit_every=DAY)
        self.signed_in = 0
        self.context = replace(desk.world.context(), chance=lambda: chance, open_source=self._open)
        self.runner = Runner(ANN, self.context, self.notes, lambda: self.limits, turns)
        self.thread = threading.Thread(target=self.runner.run)
        self.thread.start()

    def _open(self, *asked: Any) -> Any:
        self.signed_in += 1
        return self.desk.world.server.connect(*asked)

    def sync(self) -> None:
        """Have the schedule ask for a sync, and wait until all that belongs to it is over."""
        before = self.notes.passes()
        self.runner.post()
        self.notes.finish(before + 1)
        self.notes.wait_until(lambda: self.runner.moved_at() is None)

    def past(self) -> list[PastAudit]:
        with self.desk.world.store.read() as read:
            return read.audits.of(ANN)

    def later(self, by: timedelta) -> None:
        self.desk.world.clock.time += by

    def end(self) -> None:
        self.runner.end()
        assert self.runner.wait_over(5)
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def running(desk: Desk, turns: Turns) -> Iterator[Running]:
    made = Running(desk, turns)
    yield made
    made.end()


def test_once_a_day_after_a_sync_on_the_same_connection_and_without_a_word(running: Running, desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    running.sync()
    assert running.past() == []
    running.later(DAY)
    for _ in range(3):
        running.sync()
        running.later(timedelta(hours=1))
    (past,) = running.past()
    assert (past.cause.value, past.code, past.complete, past.on_server) == ("schedule", "AUDITED", True, 3)
    assert running.signed_in == 4
    assert [event.what for event in desk.events() if event.code == "AUDITED"] == [
        "Audit. Complete: 3 of 3 messages have a verdict."
    ]
    assert desk.health().state.value == "healthy"
    running.later(DAY)
    running.sync()
    assert len(running.past()) == 2


def test_a_hole_is_repaired_and_said(running: Running, desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    running.sync()
    lose(desk, [2])
    running.later(DAY)
    running.sync()
    (past,) = running.past()
    assert (past.found, past.repaired, past.still_open, past.complete) == (1, 1, 0, True)
    assert set(desk.verdicts(desk.inbox)) == {1, 2, 3}
    told = [(event.level, event.code, event.meaning) for event in desk.events("warning")]
    assert told == [("warning", "AUDIT_HOLES", "Repaired: 1 brought in.")]


def test_what_was_slept_through_is_made_up_for_once(running: Running, desk: Desk) -> None:
    running.sync()
    running.later(9 * DAY)
    running.sync()
    running.sync()
    assert len(running.past()) == 1


@pytest.mark.parametrize("trouble", [
    Transient(ReasonCode.OFFLINE, "No network."),
    NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused."),
])  # fmt: skip
def test_a_mailbox_that_cannot_be_synced_is_not_audited(running: Running, desk: Desk, trouble: Transient) -> None:
    running.sync()
    running.later(DAY)
    desk.world.server.begin(Faults(refuse=trouble))
    running.sync()
    assert running.past() == []
    desk.world.server.begin(Faults())
    running.runner.sync_now()
    running.notes.wait_until(lambda: len(running.past()) == 1)


def test_a_paused_mailbox_is_not_audited(running: Running, desk: Desk) -> None:
    running.sync()
    running.later(DAY)
    with desk.world.store.write() as uow:
        uow.mailboxes.set_state(ANN, MailboxState.PAUSED)
    running.runner.post()
    running.notes.wait_until(lambda: running.runner.moved_at() is None)
    assert (running.past(), running.notes.passes()) == ([], 1)


def test_off_is_off(running: Running, desk: Desk) -> None:
    running.limits = replace(running.limits, audit_every=None)
    running.sync()
    running.later(30 * DAY)
    running.sync()
    assert running.past() == []
    running.limits = replace(running.limits, audit_every=7 * DAY)
    running.sync()
    assert len(running.past()) == 1


def test_one_that_broke_off_is_made_again_an_hour_later(running: Running, desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    running.sync()
    running.later(DAY)
    running.turns.before = lambda: desk.world.server.begin(Faults(cut_at=1))
    running.sync()
    assert [one.code for one in running.past()] == ["SERVER_UNREACHABLE"]
    assert desk.health().state.value == "healthy"
    running.turns.before = lambda: None
    desk.world.server.begin(Faults())
    running.later(AGAIN / 2)
    running.sync()
    assert len(running.past()) == 1
    running.later(AGAIN / 2)
    running.sync()
    assert [one.code for one in running.past()] == ["AUDITED", "SERVER_UNREACHABLE"]


def test_mailboxes_are_spread_over_a_part_of_the_interval(desk: Desk, turns: Turns) -> None:
    context = replace(desk.world.context(), limits=Limits(audit_every=DAY), chance=lambda: 0.5)
    mailbox = desk.world.mailboxes[0]
    desk.world.clock.time = mailbox.created_at + DAY
    assert not turns.is_due(mailbox, context)
    desk.world.clock.time += DAY * SPREAD
    assert turns.is_due(mailbox, context)


def test_a_clock_that_was_set_back_does_not_put_audits_off(running: Running, desk: Desk) -> None:
    running.later(40 * DAY)
    running.sync()
    running.later(-30 * DAY)
    running.runner.sync_now()
    running.notes.wait_until(lambda: len(running.past()) == 2)
    running.sync()
    assert len(running.past()) == 2


def test_one_mailbox_at_a_time(desk: Desk, turns: Turns) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def waits(*asked: Any) -> Any:
        entered.set()
        assert go_on.wait(20)
        return desk.world.server.connect(*asked)

    ann, bob = desk.world.mailboxes
    slow: SyncContext = replace(desk.world.context(), open_source=waits)
    stop = StopSignal()
    first = threading.Thread(target=turns.take, args=(ann, slow, stop, Connection(ann, slow, stop)))
    first.start()
    assert entered.wait(20)
    context = desk.world.context()
    turns.take(bob, context, stop, Connection(bob, context, stop))
    with desk.world.store.read() as read:
        assert read.audits.of(bob.id) == []
    go_on.set()
    first.join(20)
    turns.take(bob, context, stop, Connection(bob, context, stop))
    with desk.world.store.read() as read:
        assert [len(read.audits.of(one.id)) for one in (ann, bob)] == [1, 1]


def test_cancelled_in_the_middle_it_is_made_after_the_next_sync(running: Running, desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    running.sync()
    running.later(DAY)
    running.turns.before = running.runner.cancel
    running.sync()
    assert running.past() == []
    running.turns.before = lambda: None
    running.sync()
    assert len(running.past()) == 1


def test_a_mailbox_in_real_time_is_audited_on_the_connection_it_keeps(running: Running, desk: Desk) -> None:
    with desk.world.store.write() as uow:
        mailbox = desk.world.mailboxes[0]
        uow.mailboxes.replace(replace(mailbox, frequency=Frequency.REALTIME))
    running.runner.set_live(is_live=True)
    running.notes.finish(1)
    running.later(DAY)
    running.runner.sync_now()
    running.notes.wait_until(lambda: len(running.past()) == 1)


@pytest.mark.parametrize(("chosen", "every"), [("daily", DAY), ("weekly", 7 * DAY), ("off", None)])
def test_the_setting_says_how_often(tmp_path: Path, chosen: str, every: timedelta | None) -> None:
    with open_workspace(tmp_path) as workspace:
        workspace.settings.change_text("sync.audit", chosen)
        assert workspace.limits.audit_every == every

"""When a mailbox is synced: asked by the schedule, by a person, by itself after a failure - and when it is left."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.errors import NeedsSignIn, SourceError, StoreError, Transient
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.sync import backoff, runner
from desktop.sync.backoff import LOGINS_PER_HOUR
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.runner import Runner
from desktop.workspace.clock import FrozenClock
from tests.model.server import Faults
from tests.model.world import NOW, StopAfter
from tests.unit.sync.listening import Notes
from tests.unit.sync.support import Desk
from tools.pytest_house import ExpectedLogs

PASSWORD_REFUSED = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.")
UNREACHABLE = Transient(ReasonCode.SERVER_UNREACHABLE, "It does not answer.")


class Running:
    """A runner of Ann's mailbox, in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.notes = desk, Notes()
        context = replace(desk.world.context(StopAfter(StopSignal(), 0)), clock=FrozenClock(NOW))
        self.runner = Runner(desk.world.mailboxes[0].id, context, self.notes, lambda: context.limits)
        self.thread = threading.Thread(target=self.runner.run)
        self.thread.start()

    def server_says(self, error: SourceError | None) -> None:
        self.desk.world.server.begin(Faults(refuse=error))

    def end(self) -> None:
        self.runner.end()
        assert self.runner.wait_over(5)
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def running(desk: Desk) -> Iterator[Running]:
    made = Running(desk)
    yield made
    made.end()


def failed(running: Running, error: SourceError) -> None:
    """The first pass fails."""
    running.server_says(error)
    running.runner.post()
    assert running.notes.finish(1).error is error


def is_left_in_peace(running: Running) -> None:
    """The schedule asks, and nothing begins; then a person asks, and one pass does."""
    before = running.notes.passes()
    running.runner.post()
    running.server_says(None)
    running.runner.sync_now()
    running.notes.finish(before + 1)
    assert running.notes.passes() == before + 1


def test_a_sync_is_told_from_begin_to_end(running: Running, desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    running.runner.post()
    receipt = running.notes.finish().receipt
    assert (receipt.error, receipt.folders[0].stored) == (None, 2)
    kinds = [type(event).__name__ for event in running.notes.heard]
    assert (kinds[0], kinds[-1]) == ("SyncStarted", "SyncFinished")
    assert "SyncProgress" in kinds


def test_a_refused_sign_in_is_not_tried_again_until_a_person_wants_it(running: Running) -> None:
    failed(running, PASSWORD_REFUSED)
    is_left_in_peace(running)


def test_the_schedule_does_not_cut_a_backoff_short_and_a_person_does(running: Running) -> None:
    failed(running, UNREACHABLE)
    is_left_in_peace(running)


def test_a_passing_failure_is_tried_again_by_itself(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 0.01)
    failed(running, UNREACHABLE)
    running.notes.finish(2)
    running.server_says(None)
    running.notes.wait_for(lambda event: getattr(getattr(event, "receipt", None), "error", event) is None)


def test_sign_ins_an_hour_are_limited_but_not_for_a_person(running: Running) -> None:
    for count in range(LOGINS_PER_HOUR):
        running.runner.post()
        running.notes.finish(count + 1)
    is_left_in_peace(running)


def test_a_mailbox_that_was_paused_meanwhile_is_not_synced(running: Running, desk: Desk) -> None:
    mailbox = desk.world.mailboxes[0]
    with desk.world.store.write() as uow:
        uow.mailboxes.replace(replace(mailbox, state=MailboxState.PAUSED))
    running.runner.sync_now()
    with desk.world.store.write() as uow:
        uow.mailboxes.replace(mailbox)
    running.runner.sync_now()
    running.notes.finish()


def test_a_store_that_cannot_be_read_is_looked_at_again(
    running: Running, desk: Desk, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    expected_logs("desktop.sync.runner", "is not synced for a while")
    monkeypatch.setattr(runner, "TROUBLE_S", 0.01)
    real, broken = desk.world.store.read, threading.Event()

    def read() -> object:
        if not broken.is_set():
            broken.set()
            raise StoreError(ReasonCode.STORE_BUSY, "Another program holds the database locked.")
        return real()

    monkeypatch.setattr(desk.world.store, "read", read)
    running.runner.post()
    assert broken.wait(20)
    assert running.notes.finish().error is None


def test_a_mistake_of_ours_does_not_end_the_runner(
    running: Running, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    expected_logs("desktop.sync.runner", "unexpected error")
    monkeypatch.setattr(runner, "TROUBLE_S", 0.01)
    real, calls = runner.sync_mailbox, iter([True])  # type: ignore[attr-defined]

    def mistaken(mailbox: Mailbox, context: SyncContext, stop: StopSignal, **how: Any) -> MailboxReceipt:
        if next(calls, False):
            raise ZeroDivisionError
        receipt: MailboxReceipt = real(mailbox, context, stop, **how)
        return receipt

    monkeypatch.setattr(runner, "sync_mailbox", mistaken)
    running.runner.post()
    error = running.notes.finish(1).error
    assert error is not None
    assert error.code is ReasonCode.INTERNAL_ERROR
    assert running.notes.finish(2).error is None

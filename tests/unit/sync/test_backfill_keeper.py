"""Backfills carried on in the background over a real server: beside live syncs, over restarts, held, in quiet hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic

import pytest

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.backfill import Backfill, BackfillState, QuietHours
from desktop.domain.changes import Changed
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.services import backfills
from desktop.settings import registry
from desktop.sync import keeping
from desktop.sync.backfill_keeper import BackfillKeeper
from desktop.sync.schedule import Service
from desktop.workspace import connecting
from desktop.workspace.clock import FrozenClock
from desktop.workspace.workspace import Workspace
from tests.unit.sync.listening import Notes
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

OLD = 12
NIGHT = QuietHours(time(20), time(7))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime.now(UTC))


@pytest.fixture
def workspace(tmp_path: Path, clock: FrozenClock) -> Iterator[Workspace]:
    with open_workspace(tmp_path, clock=clock) as made:
        made.settings.change(registry.BATCH_MESSAGES, 2)
        yield made


@pytest.fixture
def mailbox(workspace: Workspace, imap_server: ImapServer) -> Mailbox:
    account: Account = imap_server.add_account(ADDRESS, PASSWORD)
    for number in range(OLD):
        received = datetime.now(UTC) - timedelta(days=20 + number)
        account.deliver(letter(number, f"{number}@acme.example"), internal_date=received)
    account.deliver(letter(99, "new@acme.example"))
    recent = datetime.now(UTC).replace(microsecond=0) - timedelta(days=14)
    return connecting.connect_mailbox(workspace, mailbox_on(imap_server, synced_from=recent), SECRET)[0]


@contextmanager
def serving(workspace: Workspace) -> Iterator[tuple[Service, Notes]]:
    notes = Notes()
    with workspace.sync_context() as context:
        service = Service(context, listener=notes, limits=lambda: workspace.limits, quiet_hours=lambda: NIGHT)
        service.start()
        try:
            yield service, notes
        finally:
            assert service.stop()


def begin(workspace: Workspace, mailbox: Mailbox, *, quiet_hours: bool = False) -> Backfill:
    with workspace.store.write() as uow:
        return backfills.begin(uow, mailbox, 60, workspace.clock, quiet_hours=quiet_hours)[0]


def now(workspace: Workspace, one: Backfill) -> Backfill:
    with workspace.store.read() as read:
        found = read.backfills.one(one.id)
    assert found is not None
    return found


def synced(workspace: Workspace, mailbox: Mailbox) -> None:
    with serving(workspace) as (service, notes):
        service.sync_now(mailbox.id)
        notes.finish(address=mailbox.address)


def test_one_that_was_begun_is_carried_out_by_itself(workspace: Workspace, mailbox: Mailbox) -> None:
    synced(workspace, mailbox)
    with serving(workspace) as (service, notes):
        one = begin(workspace, mailbox)
        service.backfills.look()
        notes.wait_until(lambda: now(workspace, one).state is BackfillState.DONE)
        assert now(workspace, one).figures.stored == OLD
        assert any(isinstance(heard, Changed) and Changed.BACKFILLS in heard for heard in notes.heard)


def test_one_that_a_process_died_over_goes_on_at_the_next_start(workspace: Workspace, mailbox: Mailbox) -> None:
    synced(workspace, mailbox)
    one = begin(workspace, mailbox)
    with workspace.store.write() as uow:
        uow.backfills.set_state(one.id, BackfillState.RUNNING, ended=None)
    with serving(workspace) as (_, notes):
        notes.wait_until(lambda: now(workspace, one).state is BackfillState.DONE)


def test_paused_it_rests_until_it_is_resumed_over_restarts(workspace: Workspace, mailbox: Mailbox) -> None:
    synced(workspace, mailbox)
    with serving(workspace) as (service, notes):
        one = begin(workspace, mailbox)
        service.backfills.look()
        notes.wait_until(lambda: now(workspace, one).figures.stored > 0)
        with workspace.store.write() as uow:
            held = now(workspace, one)
            if held.is_open:
                backfills.pause(uow, one, workspace.clock)
    came = now(workspace, one).figures.stored
    assert 0 < came < OLD
    with serving(workspace) as (service, notes):
        assert (now(workspace, one).state, now(workspace, one).figures.stored) == (BackfillState.PAUSED, came)
        with workspace.store.write() as uow:
            backfills.resume(uow, one, workspace.clock)
        service.backfills.look()
        notes.wait_until(lambda: now(workspace, one).state is BackfillState.DONE)
    assert now(workspace, one).figures.stored == OLD


def test_one_that_slept_in_the_middle_of_an_answer_goes_on_with_a_new_connection(
    workspace: Workspace, imap_server: ImapServer, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SETTLED_S", -1.0)  # it was begun before the sleep
    synced(workspace, mailbox)
    one = begin(workspace, mailbox)
    imap_server.faults.add(Fault(on("UID FETCH", nth=2), stall()))
    before = imap_server.command_names().count("UID FETCH")
    with serving(workspace) as (service, notes):
        notes.wait_until(lambda: imap_server.command_names().count("UID FETCH") == before + 2)
        began = monotonic()
        service.woke()
        notes.wait_until(lambda: now(workspace, one).state is BackfillState.DONE)
        assert monotonic() - began < workspace.timeouts.silence_s / 2
    assert now(workspace, one).figures.stored == OLD
    with workspace.store.read() as read:
        assert not read.records.events(level="warning", limit=9), "a sleep is no trouble"


def test_it_waits_for_the_quiet_hours(workspace: Workspace, mailbox: Mailbox, clock: FrozenClock) -> None:
    synced(workspace, mailbox)
    today = datetime.now(UTC).astimezone().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    clock.set(today.replace(hour=15))
    one = begin(workspace, mailbox, quiet_hours=True)
    with serving(workspace) as (service, notes):
        notes.wait_until(lambda: now(workspace, one).reason != "")
        assert now(workspace, one).reason == "It waits for the quiet hours: 20:00."
        assert (now(workspace, one).state, now(workspace, one).figures.done) == (BackfillState.WAITING, 0)
        clock.set(today.replace(hour=21))
        service.backfills.look()
        notes.wait_until(lambda: now(workspace, one).state is BackfillState.DONE)
        assert now(workspace, one).reason == ""


def test_the_live_sync_goes_first(workspace: Workspace, mailbox: Mailbox) -> None:
    synced(workspace, mailbox)
    one = begin(workspace, mailbox)
    busy, asked, notes = {mailbox.id}, list[MailboxId](), Notes()

    def is_live(number: MailboxId) -> bool:
        asked.append(number)
        return number in busy

    with workspace.sync_context() as context:
        keeper = BackfillKeeper(context, lambda: workspace.limits, lambda: NIGHT, is_live, notes.committed)
        keeper.start()
        try:
            notes.wait_until(lambda: len(asked) > 2)
            assert now(workspace, one).state is BackfillState.WAITING
            busy.clear()
            notes.wait_until(lambda: now(workspace, one).figures.stored > 0)
            busy.add(mailbox.id)
            count = len(asked)
            notes.wait_until(lambda: len(asked) > count + 2 or not now(workspace, one).is_open)
            busy.clear()
            notes.wait_until(lambda: now(workspace, one).state is BackfillState.DONE)
        finally:
            keeper.end()
            assert keeper.wait_over(3)


def test_nothing_is_brought_in_on_top_of_an_open_problem(
    workspace: Workspace, mailbox: Mailbox, imap_server: ImapServer
) -> None:
    synced(workspace, mailbox)
    one = begin(workspace, mailbox)
    imap_server.add_account(ADDRESS, "another")
    with serving(workspace) as (_, notes):
        notes.wait_until(lambda: now(workspace, one).code != "")
        assert now(workspace, one).code == "ACCOUNT_SIGN_IN"
        with workspace.store.read() as read:
            assert read.mailboxes.health(mailbox.id).is_at_rest
    assert now(workspace, one).state is BackfillState.WAITING

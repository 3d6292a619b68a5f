"""The schedule over real servers: mailboxes that come, change and go, and passes that are paused, cancelled, ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.changes import Changed
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStage
from desktop.settings import registry
from desktop.sync.schedule import Service
from desktop.workspace import connecting
from desktop.workspace.workspace import Workspace
from tests.unit.sync.listening import Notes
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

OTHER = "sales@shop.example"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        made.settings.change(registry.BATCH_MESSAGES, 2)
        yield made


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    return with_letters(imap_server, ADDRESS, 7)


def with_letters(server: ImapServer, address: str, count: int) -> Account:
    made = server.add_account(address, PASSWORD)
    for number in range(count):
        made.deliver(letter(number, f"{number}-{address}"))
    return made


def connect(workspace: Workspace, server: ImapServer, address: str = ADDRESS, **changes: object) -> Mailbox:
    return connecting.connect_mailbox(workspace, mailbox_on(server, address, **changes), SECRET)[0]


@contextmanager
def serving(
    workspace: Workspace, look_every_s: float = 300.0, until: Callable[[Mailbox], datetime | None] | None = None
) -> Iterator[tuple[Service, Notes]]:
    """A service at work; it ends in time, whatever the servers do."""
    notes = Notes()
    with workspace.sync_context() as made:
        context = replace(made, signed_in_until=until or made.signed_in_until)
        service = Service(context, listener=notes, limits=lambda: replace(workspace.limits, look_every_s=look_every_s))
        service.start()
        try:
            yield service, notes
        finally:
            began = time.monotonic()
            assert service.stop()
            assert time.monotonic() - began < 3


def stored(workspace: Workspace, mailbox_id: MailboxId) -> int:
    with workspace.store.read() as read:
        return read.mailboxes.figures(mailbox_id).synced


def test_what_is_due_is_synced_at_once_and_what_is_manual_when_asked(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    with_letters(imap_server, OTHER, 1)
    scheduled = connect(workspace, imap_server, frequency=Frequency.EVERY_5_MINUTES)
    manual = connect(workspace, imap_server, OTHER)
    with serving(workspace) as (service, notes):
        notes.finish(address=ADDRESS)
        assert (stored(workspace, scheduled.id), notes.passes(OTHER)) == (7, 0)
        service.sync_now(manual.id)
        notes.finish(address=OTHER)
    assert stored(workspace, manual.id) == 1


def test_a_mailbox_added_meanwhile_is_synced_as_soon_as_a_person_wants_it(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    with serving(workspace) as (service, notes):
        added = connect(workspace, imap_server)
        service.sync_now(added.id)  # before it was looked at what is set up
        assert notes.finish().receipt.error is None
    assert stored(workspace, added.id) == 7


def test_sync_now_without_a_name_syncs_all_that_are_active(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    with_letters(imap_server, OTHER, 1)
    connect(workspace, imap_server)
    connect(workspace, imap_server, OTHER)
    with serving(workspace) as (service, notes):
        for address in (ADDRESS, OTHER):
            service.sync_now(MailboxId(1 if address == ADDRESS else 2))
            notes.finish(1, address=address)
        service.sync_now()
        for address in (ADDRESS, OTHER):
            notes.finish(2, address=address)


def test_a_new_frequency_counts_at_once(workspace: Workspace, imap_server: ImapServer, account: Account) -> None:
    held = connect(workspace, imap_server)
    with serving(workspace) as (service, notes):
        connecting.change_connection(workspace, replace(held, frequency=Frequency.EVERY_5_MINUTES))
        service.mailboxes_changed()
        notes.finish()
        connecting.change_connection(workspace, replace(held, frequency=Frequency.EVERY_60_MINUTES))
        service.mailboxes_changed()
        notes.wait_until(lambda: times(service) == ["interval[1:00:00]"])
        connecting.change_connection(workspace, held)
        service.mailboxes_changed()
        notes.wait_until(lambda: not times(service))


def times(service: Service) -> list[str]:
    return [str(job.trigger) for job in service._scheduler.get_jobs()]


@pytest.mark.parametrize("how", ["paused", "disconnected"])
def test_a_mailbox_put_to_rest_in_the_middle_of_a_pass_ends_it(
    workspace: Workspace, imap_server: ImapServer, account: Account, how: str
) -> None:
    held = connect(workspace, imap_server)
    fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=4), do=stall()))
    with serving(workspace) as (service, notes):
        service.sync_now(held.id)
        assert fault.happened.wait(10)
        if how == "paused":
            connecting.change_connection(workspace, replace(held, state=MailboxState.PAUSED))
        else:
            connecting.disconnect(workspace, held)
        service.mailboxes_changed()
        assert notes.finish().was_cancelled
        imap_server.faults.clear()
        service.sync_now(held.id)
        if how == "paused":
            connecting.change_connection(workspace, held)
        else:
            connect(workspace, imap_server)
        service.sync_now(held.id)
        assert notes.finish(2).error is None
    assert stored(workspace, held.id) == 7


def test_a_cancelled_pass_ends_though_the_server_hangs_and_the_next_goes_on(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    held = connect(workspace, imap_server)
    fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=4), do=stall()))
    with serving(workspace) as (service, notes):
        service.sync_now(held.id)
        assert fault.happened.wait(10)
        service.cancel(held.id)
        cancelled = notes.finish()
        assert (cancelled.was_cancelled, cancelled.error) == (True, None)
        assert stored(workspace, held.id) < 7
        imap_server.faults.clear()
        service.sync_now(held.id)
        assert notes.finish(2).receipt.error is None
    assert stored(workspace, held.id) == 7
    with workspace.store.read() as read:
        assert read.mailboxes.health(held.id).failures == 0


def test_a_paused_pass_rests_after_its_batch_and_goes_on(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    held = connect(workspace, imap_server)
    fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=2), do=stall()))
    with serving(workspace) as (service, notes):
        service.sync_now(held.id)
        assert fault.happened.wait(10)
        service.pause(held.id)
        assert notes.stage(SyncStage.PAUSING).done == 0
        imap_server.faults.clear()
        fault.release()
        resting = notes.stage(SyncStage.PAUSED)
        assert (resting.done, resting.total, stored(workspace, held.id)) == (2, 7, 2)
        service.resume(held.id)
        assert notes.finish().receipt.error is None
        after = notes.heard[notes.heard.index(resting) + 1 :]
        assert all(one.stage is SyncStage.RUNNING for one in after if isinstance(one, SyncProgress))
    assert stored(workspace, held.id) == 7


def test_a_paused_pass_can_be_cancelled_and_the_service_can_end(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    held = connect(workspace, imap_server)
    with serving(workspace) as (service, notes):
        for count in (1, 2):
            fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=2), do=stall()))
            service.sync_now(held.id)
            assert fault.happened.wait(10)
            service.pause(held.id)
            imap_server.faults.clear()
            fault.release()
            notes.wait_for(lambda one: isinstance(one, SyncProgress) and one.stage is SyncStage.PAUSED, count=count)
            if count == 1:
                service.cancel(held.id)
                assert notes.finish().was_cancelled


def test_what_was_committed_is_announced(workspace: Workspace, imap_server: ImapServer, account: Account) -> None:
    held = connect(workspace, imap_server)
    with serving(workspace) as (service, notes):
        service.sync_now(held.id)
        notes.finish()
    told = [one for one in notes.heard if isinstance(one, Changed)]
    assert sum(Changed.EMAILS | Changed.REVIEW in one for one in told) >= 4
    assert Changed.HEALTH | Changed.LOG in told[-1]


def test_changed_limits_count_from_the_next_pass(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    held = connect(workspace, imap_server)
    with serving(workspace) as (service, notes):
        workspace.settings.change(registry.BATCH_MESSAGES, 7)
        service.sync_now(held.id)
        notes.finish()
    assert [one.done for one in notes.heard if isinstance(one, SyncProgress)] == [0, 7]


def wait_for_progress(notes: Notes, count: int) -> None:
    """Wait for so many steps, or for the end: what earlier rounds have left to do varies."""

    def is_far_enough(one: object) -> bool:
        return isinstance(one, SyncFinished) or sum(isinstance(step, SyncProgress) for step in notes.heard) >= count

    notes.wait_for(is_far_enough)


def test_many_ends_at_any_moment_lose_and_double_nothing(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    workspace.settings.change(registry.BATCH_MESSAGES, 1)
    held = connect(workspace, imap_server)
    for round_ in range(12):
        account.deliver(letter(100 + round_))
        with serving(workspace) as (service, notes):
            service.sync_now(held.id)
            if round_ % 3:
                wait_for_progress(notes, round_ % 5 + 1)
    with serving(workspace) as (service, notes):
        service.sync_now(held.id)
        assert notes.finish().error is None
    assert stored(workspace, held.id) == 7 + 12

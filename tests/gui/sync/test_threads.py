"""Syncs in the window: what they tell arrives in the GUI thread, calmly; they end in time, and nothing is lost."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.mailbox import Mailbox
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStage, SyncStarted
from desktop.settings import registry
from desktop.sync.threads import CHANGES_EVERY_MS, PROGRESS_EVERY_MS, Calm, SyncService
from desktop.workspace import connecting
from desktop.workspace.workspace import Workspace
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

LETTERS = 40


class Ear(QObject):
    """Hears the service as a screen does, by bound methods, and notes in which thread and when."""

    def __init__(self, service: SyncService) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.threads: set[QThread] = set()
        self.times: dict[type, list[float]] = {}
        for signal in (service.started, service.progressed, service.finished, service.changed):
            signal.connect(self.on_event)

    def on_event(self, event: object) -> None:
        self.heard.append(event)
        self.threads.add(QThread.currentThread())
        self.times.setdefault(type(event), []).append(time.monotonic())

    def of(self, kind: type) -> list[object]:
        return [event for event in self.heard if isinstance(event, kind)]

    def last_progress(self) -> SyncProgress | None:
        found = [event for event in self.heard if isinstance(event, SyncProgress)]
        return found[-1] if found else None


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        made.settings.change(registry.BATCH_MESSAGES, 1)
        yield made


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    made = imap_server.add_account(ADDRESS, PASSWORD)
    for number in range(LETTERS):
        made.deliver(letter(number))
    return made


@pytest.fixture
def mailbox(workspace: Workspace, imap_server: ImapServer, account: Account) -> Mailbox:
    return connecting.connect_mailbox(workspace, mailbox_on(imap_server), SECRET)[0]


@pytest.fixture
def service(qtbot: QtBot, workspace: Workspace) -> Iterator[SyncService]:
    with workspace.sync_context() as context:
        made = SyncService(context, limits=lambda: workspace.limits)
        made.start()
        yield made
        began = time.monotonic()
        assert made.stop()
        assert time.monotonic() - began < 3


@pytest.fixture
def ear(service: SyncService) -> Ear:
    return Ear(service)


def synced(workspace: Workspace, mailbox: Mailbox) -> int:
    with workspace.store.read() as read:
        return read.mailboxes.figures(mailbox.id).synced


def finish(qtbot: QtBot, ear: Ear, count: int = 1) -> SyncFinished:
    qtbot.waitUntil(lambda: len(ear.of(SyncFinished)) >= count, timeout=20_000)
    event = ear.of(SyncFinished)[count - 1]
    assert isinstance(event, SyncFinished)
    return event


def test_a_sync_is_told_in_the_gui_thread_from_begin_to_end(
    qtbot: QtBot, service: SyncService, ear: Ear, workspace: Workspace, mailbox: Mailbox
) -> None:
    service.sync_now(mailbox.id)
    qtbot.waitUntil(lambda: bool(ear.of(SyncProgress)))
    assert [one.address for one in service.running()] == [ADDRESS]
    finished = finish(qtbot, ear)
    assert (finished.error, finished.receipt.folders[0].stored) == (None, LETTERS)
    own = [one for one in ear.heard if not isinstance(one, ChangeSet)]
    assert isinstance(own[0], SyncStarted)
    assert own[-1] is finished
    last = ear.last_progress()
    assert last is not None
    assert (last.done, last.total, last.folder) == (LETTERS, LETTERS, "INBOX")
    assert ear.threads == {service.thread()}
    assert service.running() == ()


def test_screens_hear_what_was_committed_before_the_sync_is_over(
    qtbot: QtBot, service: SyncService, ear: Ear, workspace: Workspace, mailbox: Mailbox, imap_server: ImapServer
) -> None:
    fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=6), do=stall()))
    service.sync_now(mailbox.id)
    qtbot.waitUntil(fault.happened.is_set)
    qtbot.waitUntil(lambda: any(Changed.EMAILS in one.changed for one in ear.heard if isinstance(one, ChangeSet)))
    assert not ear.of(SyncFinished)
    imap_server.faults.clear()
    fault.release()
    finish(qtbot, ear)
    qtbot.waitUntil(lambda: any(Changed.HEALTH in one.changed for one in ear.heard if isinstance(one, ChangeSet)))
    assert all(one.initiator == "sync" for one in ear.heard if isinstance(one, ChangeSet))


def test_progress_and_changes_come_at_a_pace_eyes_can_follow(
    qtbot: QtBot, service: SyncService, ear: Ear, mailbox: Mailbox
) -> None:
    service.sync_now(mailbox.id)
    finish(qtbot, ear)
    began = ear.times[SyncStarted][0]
    took_ms = (ear.times[SyncFinished][0] - began) * 1000
    assert len(ear.times[SyncProgress]) <= took_ms / PROGRESS_EVERY_MS + 2  # the first, and what waits at the end
    changes = [at for at in ear.times[ChangeSet] if at < ear.times[SyncFinished][0]]
    assert len(changes) <= took_ms / CHANGES_EVERY_MS + 1


def test_a_pass_is_paused_goes_on_and_is_cancelled(
    qtbot: QtBot, service: SyncService, ear: Ear, workspace: Workspace, mailbox: Mailbox
) -> None:
    def stage_is(stage: SyncStage) -> bool:
        last = ear.last_progress()
        return last is not None and last.stage is stage

    service.sync_now(mailbox.id)
    qtbot.waitUntil(lambda: bool(service.running()))
    service.pause(mailbox.id)
    qtbot.waitUntil(lambda: stage_is(SyncStage.PAUSED))
    resting = ear.last_progress()
    assert resting is not None
    assert synced(workspace, mailbox) == resting.done < LETTERS
    service.resume(mailbox.id)
    qtbot.waitUntil(lambda: stage_is(SyncStage.RUNNING))
    service.pause(mailbox.id)
    service.cancel(mailbox.id)
    assert finish(qtbot, ear).was_cancelled
    service.sync_now()
    assert finish(qtbot, ear, 2).error is None
    assert synced(workspace, mailbox) == LETTERS


def test_a_mailbox_that_a_person_adds_is_there_at_once(
    qtbot: QtBot, service: SyncService, ear: Ear, workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    added, change = connecting.connect_mailbox(workspace, mailbox_on(imap_server), SECRET)
    service.on_changed(change)
    service.sync_now(added.id)
    assert finish(qtbot, ear).error is None


def test_closing_in_the_middle_of_a_first_sync_is_quick_and_loses_nothing(
    qtbot: QtBot, workspace: Workspace, mailbox: Mailbox, imap_server: ImapServer
) -> None:
    fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=9), do=stall()))
    with workspace.sync_context() as context:
        first = SyncService(context)
        first.start()
        first.sync_now(mailbox.id)
        assert first_commit(qtbot, first)
        qtbot.waitUntil(fault.happened.is_set)
        began = time.monotonic()
        assert first.stop()
        assert time.monotonic() - began < 3
    assert not [one for one in threading.enumerate() if one.name.startswith(("runner-", "fetch-"))]
    assert 0 < synced(workspace, mailbox) < LETTERS
    imap_server.faults.clear()
    with workspace.sync_context() as context:
        second = SyncService(context)
        ear = Ear(second)
        second.start()
        second.sync_now(mailbox.id)
        receipt = finish(qtbot, ear).receipt
        assert second.stop()
    assert (receipt.error, receipt.folders[0].duplicates) == (None, 0)
    assert synced(workspace, mailbox) == LETTERS


def first_commit(qtbot: QtBot, service: SyncService) -> bool:
    with qtbot.waitSignal(service.changed, timeout=10_000) as blocker:
        pass
    return bool(blocker.signal_triggered)


def test_a_service_that_never_synced_ends_at_once(qtbot: QtBot, workspace: Workspace) -> None:
    with workspace.sync_context() as context:
        service = SyncService(context)
        service.start()
        assert service.stop()


def test_calm_hands_on_the_first_at_once_and_then_the_newest_of_each(qtbot: QtBot) -> None:
    owner = QObject()
    heard: list[object] = []
    calm = Calm(50, lambda _before, after: after, owner)
    calm.released.connect(heard.append)

    def put_many() -> None:
        for number in range(500):
            calm.put("a", number)

    threads = [threading.Thread(target=put_many) for _ in range(3)]
    calm.put("a", -1)
    qtbot.waitUntil(lambda: heard == [-1])
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    calm.put("b", "other")
    qtbot.waitUntil(lambda: "other" in heard)
    assert heard[-2:] == [499, "other"]
    assert len(heard) < 20

"""What runs now: a row for each sync and each backfill, which says how far it is and is held and ended there."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.backfill import BackfillState
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.ids import BackfillId
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.syncing import Download, SyncFinished, SyncProgress, SyncStage, SyncStarted
from desktop.services import backfills
from desktop.store.store import Store
from desktop.ui.ops import Ops
from tests.gui.frames import NotedSync
from tests.gui.sync_log.scene import SUPPORT, Scene
from tests.helpers.health import WELL, put_health
from tests.helpers.mails import FixedClock

ADDRESS = "support@shop.example"


def test_a_running_sync_is_a_row_that_can_be_held_and_stopped(scene: Scene) -> None:
    running = scene.screen._running
    assert running.isHidden()
    scene.sync.started.emit(SyncStarted(SUPPORT, ADDRESS))
    row = running.row(SUPPORT)
    assert (row.words.text(), row.counted.text()) == (f"Connecting to {ADDRESS}", "")
    scene.sync.progressed.emit(SyncProgress(SUPPORT, ADDRESS, "INBOX", 5, 20))
    assert (row.words.text(), row.counted.text()) == (f"Syncing {ADDRESS}, INBOX", "5 of 20")
    QTest.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    scene.sync.progressed.emit(SyncProgress(SUPPORT, ADDRESS, "INBOX", 6, 20, SyncStage.PAUSING))
    assert row.words.text().startswith("Pausing after this batch")
    scene.sync.progressed.emit(SyncProgress(SUPPORT, ADDRESS, "INBOX", 8, 20, SyncStage.PAUSED))
    assert (row.words.text(), row.hold.text()) == (f"Paused: {ADDRESS}, INBOX", "Resume")
    QTest.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    scene.sync.progressed.emit(SyncProgress(SUPPORT, ADDRESS, "INBOX", 8, 20))
    QTest.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    assert scene.sync.asked == [("pause", SUPPORT), ("resume", SUPPORT), ("cancel", SUPPORT)]
    assert (row.hold.text(), row.stop.accessibleName()) == ("Pause", f"Stop the sync of {ADDRESS}")
    scene.sync.finished.emit(SyncFinished(SUPPORT, ADDRESS, MailboxReceipt(ADDRESS)))
    assert running.isHidden()


def test_a_screen_that_opens_in_the_middle_shows_what_runs(
    qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    midway = SyncProgress(SUPPORT, ADDRESS, "Archive", 40, 90, SyncStage.PAUSED)
    monkeypatch.setattr(NotedSync, "running", lambda _self: (midway,))
    scene = Scene(qtbot, store, ops, clock)
    row = scene.screen._running.row(SUPPORT)
    assert (row.words.text(), row.hold.text()) == (f"Paused: {ADDRESS}, Archive", "Resume")
    assert not scene.screen._running.isHidden()


def open_backfill(scene: Scene, store: Store) -> BackfillId:
    with store.write() as uow:
        (mailbox,) = (one for one in uow.read.mailboxes.every() if one.id == SUPPORT)
        put_health(uow, SUPPORT, WELL)
        one, _ = backfills.begin(uow, mailbox, 14, scene.frame.clock)
    return one.id


def told(scene: Scene) -> None:
    scene.ops.announce(ChangeSet(Changed.BACKFILLS, initiator="sync"))
    scene.qtbot.waitUntil(lambda: not scene.screen._running.isHidden())


def state(store: Store, number: BackfillId) -> BackfillState:
    with store.read() as read:
        one = read.backfills.one(number)
        assert one is not None
        return one.state


def test_an_open_backfill_is_a_row_that_can_be_held_and_stopped(scene: Scene, store: Store) -> None:
    number = open_backfill(scene, store)
    with store.write() as uow:
        uow.backfills.set_state(number, BackfillState.RUNNING, ended=None)
        uow.backfills._run.exec_driver_sql("UPDATE backfill SET total = 1240, stored = 310, skipped = 2")
    told(scene)
    row = scene.screen._running.backfill_row(number)
    assert row.words.text() == f"Backfill of 14 days for {ADDRESS}"
    assert (row.counted.text(), row.bar.maximum(), row.bar.value()) == ("312 of 1,240", 1240, 312)
    QTest.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: state(store, number) is BackfillState.PAUSED)
    scene.qtbot.waitUntil(lambda: row.hold.text() == "Resume")
    assert row.words.text() == f"Backfill of 14 days for {ADDRESS} is paused"
    QTest.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: row.hold.text() == "Pause")
    QTest.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(scene.screen._running.isHidden)
    assert state(store, number) is BackfillState.CANCELLED
    assert any("Stopped the backfill of 14 days" in line for line in scene.lines())


def test_a_backfill_that_waits_says_why(scene: Scene, store: Store) -> None:
    number = open_backfill(scene, store)
    with store.write() as uow:
        uow.backfills._run.exec_driver_sql("UPDATE backfill SET reason = 'It goes on at 20:00.'")
    told(scene)
    row = scene.screen._running.backfill_row(number)
    assert row.words.text() == f"Backfill of 14 days for {ADDRESS} waits: It goes on at 20:00."


def test_files_that_come_are_a_row_that_can_be_held_and_stopped(scene: Scene) -> None:
    running = scene.screen._running
    midway = Download(SUPPORT, ADDRESS, "plan.pdf", 3_100_000, 14_000_000)
    scene.sync.downloading.emit(midway)
    row = running.download_row(SUPPORT)
    assert row.words.text() == f"Downloading plan.pdf for {ADDRESS}"
    assert row.counted.text() == "3.1 MB of 14.0 MB"
    assert round(row.bar.value() / row.bar.maximum(), 2) == 0.22
    QTest.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    scene.sync.downloading.emit(replace(midway, is_held=True))
    assert (row.words.text(), row.hold.text()) == (f"Paused: plan.pdf for {ADDRESS}", "Resume")
    QTest.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    scene.sync.downloading.emit(replace(midway, name="", total=5_000_000_000, done=4_000_000_000))
    assert row.words.text() == f"Downloading the rest of an email for {ADDRESS}"
    assert row.counted.text() == "4.0 GB of 5.0 GB"
    QTest.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    asked = ["hold downloads", "release downloads", "stop downloads"]
    assert scene.sync.asked == [(what, SUPPORT) for what in asked]
    assert row.stop.accessibleName() == f"Stop the downloads of {ADDRESS}"
    scene.sync.downloading.emit(replace(midway, is_over=True))
    assert running.isHidden()


def test_a_sync_and_downloads_of_one_mailbox_are_two_rows(scene: Scene) -> None:
    scene.sync.started.emit(SyncStarted(SUPPORT, ADDRESS))
    scene.sync.downloading.emit(Download(SUPPORT, ADDRESS, "plan.pdf", 1, 2))
    scene.sync.finished.emit(SyncFinished(SUPPORT, ADDRESS, MailboxReceipt(ADDRESS)))
    assert scene.screen._running.download_row(SUPPORT).words.text().startswith("Downloading")
    assert not scene.screen._running.isHidden()

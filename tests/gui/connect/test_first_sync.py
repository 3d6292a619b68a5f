"""The last page: what is tested, the first sync, the test message that comes in by it, and what to do next."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.changes import ChangeSet
from desktop.domain.errors import Transient
from desktop.domain.ids import MailboxId, Ref
from desktop.domain.intake import LeftOut
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.probing import ARRIVE, ProbeReport, Step
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStarted
from desktop.security.secrets import Secret
from desktop.store.store import Store
from desktop.ui.frame import Place
from desktop.views.connect.wizard import ConnectWizard
from tests.gui.connect.scene import ADDRESS, FOLDERS, STEPS, Scene, press
from tests.helpers.mails import NOON, place_in

NEW = MailboxId(0)
RECEIPT = MailboxReceipt(ADDRESS, [FolderReceipt("INBOX", listed=12, fetched=9, stored=8, skipped=1, review=3)], 2.5)


@pytest.fixture
def number(scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch) -> MailboxId:
    """The mailbox is stored as soon as it is saved, and its folder is known."""
    place = place_in(store, "elsewhere@acme.example")
    with store.read() as read:
        held = next(one for one in read.mailboxes.every() if read.mailboxes.folders(one.id)[0].id == place.folder_id)
    note = scene.servers.connect

    def connect(mailbox: Mailbox, password: Secret) -> tuple[Mailbox, ChangeSet]:
        return note(replace(mailbox, id=held.id), password)

    monkeypatch.setattr(scene.servers, "connect", connect)
    return held.id


def saved(scene: Scene, *, sends: bool = False) -> ConnectWizard:
    """Go through the wizard until the mailbox is saved and its first sync begins."""
    wizard = scene.wizard()
    scene.to_test(wizard)
    if sends:
        wizard.test.send.box.click()
    press(wizard.main)
    scene.settle()
    assert wizard.test.is_saved
    return wizard


def sync(scene: Scene, number: MailboxId = NEW, receipt: MailboxReceipt = RECEIPT) -> None:
    """Have a pass over the mailbox begin and end."""
    scene.sync.started.emit(SyncStarted(number, ADDRESS))
    scene.sync.finished.emit(SyncFinished(number, ADDRESS, receipt))
    scene.settle()


def send_to_itself(store: Store) -> None:
    """Have the sync see the test message."""
    place = place_in(store, "elsewhere@acme.example")
    with store.write() as uow:
        uow.intake.take_in(place, [], [LeftOut(Ref("5"), ReasonCode.OWN_LOOP, "Postroom sent this.", NOON)], NOON)


def test_the_first_sync_is_followed_and_its_outcome_told(scene: Scene) -> None:
    wizard = saved(scene)
    page = wizard.test
    assert page.heading.head.text() == f"{ADDRESS} is saved"
    assert wizard.stepper.accessibleName() == "Step 4 of 4: Done"
    assert not wizard.cancel.isVisible()
    assert not wizard.back.isVisible()
    scene.sync.started.emit(SyncStarted(MailboxId(0), ADDRESS))
    scene.sync.progressed.emit(SyncProgress(MailboxId(0), ADDRESS, "INBOX", 4, 12))
    assert page.steps.said()[-1] == "First sync: 4 of 12 messages in INBOX: In progress"
    scene.sync.finished.emit(SyncFinished(MailboxId(0), ADDRESS, RECEIPT))
    assert page.heading.head.text() == f"{ADDRESS} is connected"
    assert page.came.said() == [
        "Came in: 8 emails (From INBOX)",
        "Filed: 5 emails (With the customers they are from)",
        "To review: 3 emails (No customer was certain)",
        "Left out: 1 email (By the filters; the sync log says which)",
    ]
    assert page.next.words.text().startswith(f"1. Send one safe test email to {ADDRESS} from another account")
    press(page.next.button)
    assert scene.went.places == [Place("review")]
    assert not wizard.isVisible()


def test_after_one_that_is_picked_by_hand_comes_the_picking(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_choice(wizard)
    wizard.choose.direction.choice.choose(Direction.MANUAL)
    press(wizard.main)
    press(wizard.main)
    scene.settle()
    sync(scene)
    assert wizard.test.next.words.text().startswith("Nothing comes in by itself.")
    press(wizard.test.next.button)
    assert ("choose", NEW) in scene.went.asked
    assert not wizard.isVisible()


def test_the_sync_of_another_mailbox_and_one_that_ran_before_do_not_count(scene: Scene) -> None:
    wizard = saved(scene)
    scene.sync.finished.emit(SyncFinished(MailboxId(0), ADDRESS, RECEIPT))
    scene.sync.started.emit(SyncStarted(MailboxId(7), "other@acme.example"))
    scene.sync.finished.emit(SyncFinished(MailboxId(7), "other@acme.example", RECEIPT))
    assert not wizard.test.is_over


def test_a_first_sync_that_fails_is_told_as_it_is(scene: Scene) -> None:
    wizard = saved(scene)
    error = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.", action="It is tried again.")
    sync(scene, receipt=MailboxReceipt(ADDRESS, error=error))
    assert wizard.test.heading.head.text() == f"{ADDRESS} is saved, but its first sync did not go through"
    assert wizard.test.trouble.said() == ["The server cannot be reached. It is tried again."]


def test_a_folder_that_fails_is_named(scene: Scene) -> None:
    wizard = saved(scene)
    error = Transient(ReasonCode.FOLDER_MISSING, "It is gone.")
    sync(scene, receipt=MailboxReceipt(ADDRESS, [FolderReceipt("INBOX"), FolderReceipt("Old", error=error)]))
    assert wizard.test.trouble.said() == ["Old: It is gone."]


def test_the_test_message_is_waited_for_until_the_sync_has_it(scene: Scene, number: MailboxId, store: Store) -> None:
    wizard = saved(scene, sends=True)
    sync(scene, number)
    page = wizard.test
    assert page.steps.said()[-1] == f"Waiting for your test email to {ADDRESS}: In progress"
    assert page.skip.isVisible()
    assert not page.is_over
    send_to_itself(store)
    before = len(scene.sync.asked)
    page._look_again.setInterval(0)
    scene.qtbot.waitUntil(lambda: len(scene.sync.asked) > before)
    assert scene.sync.asked[-1] == ("sync", number)
    sync(scene, number)
    assert page.steps.said()[-1] == "Your test email came in by the sync, in INBOX: Done"
    assert page.heading.head.text() == f"{ADDRESS} is connected"


def test_waiting_for_the_test_message_can_be_skipped(scene: Scene, number: MailboxId) -> None:
    wizard = saved(scene, sends=True)
    sync(scene, number)
    press(wizard.test.skip)
    assert wizard.test.steps.said()[-1] == f"Waiting for your test email to {ADDRESS}: Stopped"
    assert wizard.test.is_over
    assert not wizard.test.skip.isVisible()
    heading = wizard.test.heading.head
    assert heading.visibleRegion().boundingRect() == heading.rect()


def test_waiting_for_it_during_the_test_can_be_skipped_and_it_is_saved(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_test(wizard)
    wizard.test.send.box.click()
    scene.servers.report = ProbeReport([Step(ARRIVE, "smtp", "See it arrive", 1.0)], FOLDERS)
    scene.servers.hangs = True
    press(wizard.main)
    scene.qtbot.waitUntil(wizard.test.skip.isVisible)
    press(wizard.test.skip)
    scene.settle()
    assert scene.servers.ended.is_set()
    assert wizard.test.is_saved
    assert scene.said[0].words == f"Connected {ADDRESS}. Whether its test email arrives was not waited for"


def test_a_running_test_can_be_stopped_and_started_again(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_test(wizard)
    scene.servers.hangs = True
    press(wizard.main)
    scene.qtbot.waitUntil(lambda: bool(wizard.test.steps.lines))
    assert wizard.test.steps.title == "Testing the connection"
    assert wizard.cancel.accessibleName() == "Stop what is under way"
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    assert wizard.isVisible()
    assert wizard.outcome.label.text() == "Stopped. Nothing was saved. What you filled in is still here."
    assert wizard.test.steps.said() == [f"{STEPS[0].words}: Stopped"]
    scene.settle()
    scene.servers.hangs = False
    scene.servers.ended.clear()
    press(wizard.main)
    scene.settle()
    assert wizard.test.is_saved


def test_closing_the_window_while_it_is_tested_saves_nothing(scene: Scene) -> None:
    wizard = scene.wizard()
    scene.to_test(wizard)
    scene.servers.hangs = True
    press(wizard.main)
    scene.qtbot.waitUntil(scene.servers.reached.is_set)
    wizard.close()
    assert not wizard.isVisible()
    assert scene.servers.ended.is_set()
    scene.settle()
    assert [name for name, _ in scene.servers.saved] == ["folders", "test"]


def test_closing_while_the_first_sync_runs_leaves_it_running(scene: Scene) -> None:
    wizard = saved(scene)
    scene.sync.started.emit(SyncStarted(MailboxId(0), ADDRESS))
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()
    assert ("cancel", MailboxId(0)) not in scene.sync.asked

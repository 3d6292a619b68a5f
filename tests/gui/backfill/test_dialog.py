"""The dialog of a backfill: chosen, looked at, begun, held, ended, looked over and taken back."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.backfill import BackfillState
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import NeedsSignIn, Transient
from desktop.domain.health import Trouble
from desktop.domain.health_events import PassFailed, PassWentWell
from desktop.domain.reasons import ReasonCode
from desktop.services import health
from desktop.ui.kit.buttons import Button
from desktop.views.backfill.dialog import BackfillDialog
from desktop.views.backfill.foot import Page
from tests.gui.backfill.conftest import Scene
from tests.helpers.mails import NOON


def press(scene: Scene, button: Button) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    scene.settle()


def started(scene: Scene) -> BackfillDialog:
    dialog = scene.open()
    press(scene, dialog.next)
    press(scene, dialog.next)
    return dialog


def test_a_range_is_chosen_and_looked_at_before_anything_is_brought_in(scene: Scene) -> None:
    dialog = scene.open()
    assert (dialog.page, dialog.range.days, dialog.next.text()) == (Page.RANGE, 14, "Check 14 days")
    assert not dialog.range.noisy.isVisible()
    dialog.range.number.setValue(120)
    assert (dialog.range.days, dialog.next.text()) == (120, "Check 120 days")
    assert dialog.range.noisy.isVisible()
    dialog.range.choose(30)
    press(scene, dialog.next)
    assert (dialog.page, dialog.next.text()) == (Page.CHECK, "Start 30 days")
    assert dialog.check.figures.accessibleName() == (
        "78 % would match, 172 would need review, 37 left out, 0 duplicates"
    )
    assert "950 older emails on the server" in dialog.check.heading.lead.text()
    assert "estimated from 400 of them" in dialog.check.heading.lead.text()
    assert dialog.check.cost.text() == ("741 would be filed with a customer. About 2 minutes, and 13 MB on this disk.")
    press(scene, dialog.first)
    assert dialog.page == Page.RANGE
    with scene.store.read() as read:
        assert read.backfills.every() == []


def test_what_is_synced_already_is_not_offered_again(scene: Scene) -> None:
    with scene.store.write() as uow:
        uow.mailboxes.replace(replace(scene.mailbox, synced_from=NOON - timedelta(days=30)))
    dialog = scene.open()
    assert [days for days, button in dialog.range.choices.items() if button.isEnabled()] == [60]
    assert (dialog.range.days, dialog.range.hints[14].text()) == (60, "synced already")
    assert dialog.range.choices[60].hasFocus()


def test_a_server_without_older_mail_lets_nothing_be_started(scene: Scene) -> None:
    scene.past.messages = 0
    dialog = scene.open()
    press(scene, dialog.next)
    assert "nothing older" in dialog.check.heading.lead.text()
    assert not dialog.next.isEnabled()


def test_a_server_that_cannot_be_asked_is_asked_again(scene: Scene) -> None:
    scene.past.trouble = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.", action="Try later.")
    dialog = scene.open()
    press(scene, dialog.next)
    assert dialog.check.trouble.isVisible()
    assert not dialog.next.isEnabled()
    scene.past.trouble = None
    press(scene, dialog.check.retry)
    assert dialog.next.isEnabled()


def test_closed_while_the_server_is_asked_the_asking_ends(scene: Scene) -> None:
    scene.past.hangs = True
    dialog = scene.open()
    QTest.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(scene.past.reached.is_set)
    assert dialog.check.asking.isVisible()
    dialog.reject()
    assert scene.past.ended.wait(10)
    scene.settle()


def test_it_is_begun_held_and_ended(scene: Scene) -> None:
    dialog = started(scene)
    assert (dialog.page, scene.last.days, scene.last.state) == (Page.RUN, 14, BackfillState.WAITING)
    assert "the live sync goes first" in dialog.run.waits.label.text()
    scene.go_on(BackfillState.RUNNING, total=950)
    assert (dialog.run.head.text(), dialog.run.counted.text()) == ("Bringing in 14 days", "0 of 950")
    press(scene, dialog.second)
    assert (scene.last.state, dialog.second.text()) == (BackfillState.PAUSED, "Resume")
    assert dialog.run.head.text() == "Paused: 14 days"
    press(scene, dialog.second)
    assert scene.last.state is BackfillState.WAITING
    assert dialog.first.text() == "Stop, keep 0"
    press(scene, dialog.first)
    assert (scene.last.state, dialog.page) == (BackfillState.CANCELLED, Page.REVIEW)
    assert dialog.review.heading.head.text() == "Stopped: part of 14 days"


def test_it_goes_on_without_the_window_and_is_there_again(scene: Scene) -> None:
    dialog = started(scene)
    press(scene, dialog.next)
    assert dialog.next.text() == "Continue in background"
    assert not dialog.isVisible()
    scene.go_on(BackfillState.RUNNING, total=10)
    again = scene.open()
    assert (again.page, again.run.counted.text()) == (Page.RUN, "0 of 10")
    scene.go_on(BackfillState.WAITING, code="SERVER_UNREACHABLE", reason="The server cannot be reached.")
    assert again.run.waits.isVisible()


def test_afterwards_it_is_looked_over_and_taken_back_after_a_question(scene: Scene) -> None:
    dialog = started(scene)
    scene.go_on(BackfillState.DONE)
    assert (dialog.page, dialog.review.heading.head.text()) == (Page.REVIEW, "14 days are brought in")
    assert dialog.second.text() == "Go further: 30 days"
    press(scene, dialog.first)
    assert scene.last.ended_at == NOON
    assert dialog.review.warning.isVisible()
    assert dialog.first.text() == "Yes, take them back"
    press(scene, dialog.first)
    assert scene.last.state is BackfillState.UNDONE
    assert dialog.review.heading.head.text() == "14 days were taken back"
    assert not dialog.first.isEnabled()
    assert dialog.second.text() == "Choose another range"
    press(scene, dialog.second)
    assert (dialog.page, dialog.range.days) == (Page.RANGE, 14)


def test_before_the_first_sync_only_that_can_be_done(unsynced: Scene) -> None:
    dialog = unsynced.open()
    assert "was not synced since" in dialog.range.blocked.label.text()
    assert dialog.next.text() == "Sync now"
    press(unsynced, dialog.next)
    assert unsynced.sync.asked == [("sync", unsynced.mailbox.id)]
    with unsynced.store.write() as uow:
        health.note(uow, unsynced.mailbox.id, PassWentWell(), now=NOON)
    unsynced.ops.announce(ChangeSet(Changed.HEALTH))
    unsynced.settle()
    assert dialog.next.text() == "Check 14 days"
    assert not dialog.range.blocked.isVisible()


def test_nothing_begins_on_top_of_an_open_problem(scene: Scene) -> None:
    refused = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.", action="Reconnect.")
    with scene.store.write() as uow:
        health.note(uow, scene.mailbox.id, PassFailed(Trouble.of(refused), None), now=NOON)
    dialog = scene.open()
    assert "The server refused the password." in dialog.range.blocked.label.text()
    assert dialog.next.text() != "Check 14 days"

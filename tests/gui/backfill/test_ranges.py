"""What the server has for each range: it comes by itself, as far as it is known, and stands in nobody's way."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.backfill import BackfillState
from desktop.domain.errors import Transient
from desktop.domain.health import Trouble
from desktop.domain.health_events import PassFailed
from desktop.domain.reasons import ReasonCode
from desktop.services import health
from desktop.settings import registry
from desktop.views.backfill.dialog import BackfillDialog
from desktop.views.backfill.foot import Page
from tests.gui.backfill.conftest import Scene
from tests.gui.backfill.test_dialog import press, started
from tests.helpers.mails import NOON

OFFLINE = Transient(
    ReasonCode.OFFLINE, "This computer is offline.", meaning="Servers cannot be reached.", action="Wait for a network."
)


def told(dialog: BackfillDialog, days: int) -> tuple[str, str]:
    emails, minutes = dialog.range.counts[days]
    return emails.text(), minutes.text()


def test_each_range_says_how_much_it_has_and_how_long_it_takes(scene: Scene) -> None:
    dialog = scene.open()
    assert [told(dialog, days) for days in (7, 14, 30, 60)] == [
        ("~ 480 emails", "1 min"),
        ("~ 950 emails", "2 min"),
        ("~ 2,100 emails", "4 min"),
        ("~ 4,300 emails", "9 min"),
    ]
    chosen = dialog.range.choices[14]
    assert chosen.accessibleDescription() == "recommended first, about 950 emails, 2 min"
    assert dialog.page == Page.RANGE
    with scene.store.read() as read:
        assert read.backfills.every() == []


def test_numbers_come_as_the_folders_are_asked_and_a_choice_does_not_wait(scene: Scene) -> None:
    scene.past.lingers = True
    dialog = BackfillDialog(scene.frame, scene.window, scene.mailbox)
    dialog.open()
    scene.qtbot.waitUntil(lambda: told(dialog, 7) == ("480 emails…", ""))
    assert told(dialog, 14) == ("counting…", "")
    assert dialog.next.isEnabled()
    QTest.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    assert scene.past.may_end.wait(10), "the count goes on beside the check"
    scene.settle()
    assert dialog.page == Page.CHECK


def test_offline_a_range_can_be_chosen_and_the_count_asked_again(scene: Scene) -> None:
    scene.past.counts_trouble = OFFLINE
    dialog = scene.open()
    assert "This computer is offline." in dialog.range.uncounted.label.text()
    assert {told(dialog, days) for days in (7, 14, 30, 60)} == {("", "")}
    assert dialog.next.isEnabled()
    scene.past.counts_trouble = None
    press(scene, dialog.range.retry)
    assert told(dialog, 60) == ("~ 4,300 emails", "9 min")
    assert not dialog.range.uncounted.isVisible()


def test_another_range_is_counted_when_its_number_stands_still(scene: Scene) -> None:
    dialog = scene.open()
    dialog.range.number.setValue(89)
    dialog.range.number.setValue(120)
    scene.qtbot.waitUntil(lambda: told(dialog, 0)[0] == "~ 8,400 emails")
    assert scene.past.counted == [(7, 14, 30, 60), (120,)]
    dialog.range.choose(14)
    assert told(dialog, 0) == ("", "")


def test_what_is_synced_already_is_not_counted(scene: Scene) -> None:
    with scene.store.write() as uow:
        uow.mailboxes.replace(replace(scene.mailbox, synced_from=NOON - timedelta(days=20)))
    dialog = scene.open()
    assert scene.past.counted == [(30, 60)]
    assert (told(dialog, 14), dialog.range.hints[14].text()) == (("", ""), "synced already")


def test_nothing_is_asked_of_a_server_with_an_open_problem(scene: Scene) -> None:
    with scene.store.write() as uow:
        health.note(uow, scene.mailbox.id, PassFailed(Trouble.of(OFFLINE), None), now=NOON)
    dialog = scene.open()
    assert dialog.range.blocked.isVisible()
    assert scene.past.counted == []


def test_the_quiet_hours_are_those_of_the_settings(scene: Scene) -> None:
    scene.frame.settings.set(registry.QUIET_FROM, 22)
    scene.settle()
    dialog = scene.open()
    assert dialog.range.quiet.text() == "Run in quiet hours only (22:00 to 07:00)"
    dialog.range.quiet.setChecked(True)
    press(scene, dialog.next)
    press(scene, dialog.next)
    assert scene.last.quiet_hours
    scene.go_on(BackfillState.WAITING, code="STOPPED", reason="It waits for the quiet hours: 22:00.")
    assert dialog.run.waits.label.text() == "It waits for the quiet hours: 22:00."
    assert not dialog.run.less.isVisible()


def test_the_days_of_the_estimate_stand_there_as_bars_and_as_a_table(scene: Scene) -> None:
    dialog = scene.open()
    press(scene, dialog.next)
    chart = dialog.check.chart
    assert chart.head.text() == "Emails per day, on the server"
    assert chart.bars.accessibleDescription() == "1,379 emails by day; most of 13 Feb: 157."
    press(scene, chart.turn)
    assert chart.is_table
    first = [chart.model.index(1, column).data() for column in range(2)]
    assert (chart.model.rowCount(), first) == (15, ["26 Feb", "40"])
    press(scene, chart.turn)
    assert not chart.is_table


def test_after_a_failed_check_a_smaller_range_is_offered(scene: Scene) -> None:
    scene.past.trouble = Transient(ReasonCode.ACCOUNT_THROTTLED, "The provider asks us to wait.", action="Wait.")
    dialog = scene.open()
    dialog.range.choose(60)
    press(scene, dialog.next)
    assert dialog.check.less.text() == "Try 30 days instead"
    scene.past.trouble = None
    press(scene, dialog.check.less)
    assert (dialog.page, dialog.next.text()) == (Page.CHECK, "Start 30 days")


def test_offline_less_would_not_help(scene: Scene) -> None:
    scene.past.trouble = OFFLINE
    dialog = scene.open()
    press(scene, dialog.next)
    assert dialog.check.retry.isVisible()
    assert not dialog.check.less.isVisible()


def test_a_run_that_fails_can_be_ended_for_a_smaller_one(scene: Scene) -> None:
    dialog = started(scene)
    scene.go_on(BackfillState.WAITING, code="ACCOUNT_THROTTLED", reason="The provider asks us to wait.")
    assert "7 days may go through" in dialog.run.waits.label.text()
    press(scene, dialog.run.less)
    assert scene.last.state is BackfillState.CANCELLED
    assert (dialog.page, dialog.range.days) == (Page.RANGE, 7)


def test_one_that_was_stopped_goes_on_from_where_it_was(scene: Scene) -> None:
    dialog = started(scene)
    press(scene, dialog.first)
    assert (dialog.page, dialog.second.text()) == (Page.REVIEW, "Go on: 14 days")
    press(scene, dialog.second)
    press(scene, dialog.next)
    press(scene, dialog.next)
    assert (dialog.page, scene.last.days, scene.last.state) == (Page.RUN, 14, BackfillState.WAITING)
    with scene.store.read() as read:
        assert len(read.backfills.every()) == 2


def test_what_the_last_one_brought_can_be_looked_over_later(scene: Scene) -> None:
    press(scene, started(scene).next)
    scene.go_on(BackfillState.DONE)
    dialog = scene.open()
    assert (dialog.page, dialog.range.last.text()) == (Page.RANGE, "Last backfill: 14 days, 0 emails.")
    press(scene, dialog.range.look)
    assert (dialog.page, dialog.next.text(), dialog.first.text()) == (Page.REVIEW, "Done", "Undo this backfill")

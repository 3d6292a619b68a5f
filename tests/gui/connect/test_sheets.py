"""The smaller sheets about a mailbox: whose it is, the review of its settings, a test of its connection."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.domain.errors import Misbehaving, NeedsSignIn
from desktop.domain.mailbox import Mailbox, MailboxDetails, MailboxPurpose, Security, ServerSettings
from desktop.domain.mailbox_review import REVIEW_EVERY
from desktop.domain.probing import ARRIVE, ProbeReport, Step
from desktop.domain.reasons import ReasonCode
from desktop.services.mailbox_review import set_details
from desktop.store.store import Store
from desktop.ui.frame import Place
from desktop.views.connect.checklist import ReviewSheet
from desktop.views.connect.details_sheet import DetailsSheet
from desktop.views.connect.testing import TestSheet
from tests.gui.connect.scene import GOOD, STEPS, Scene, failing, press, type_into
from tests.helpers.health import WELL, put_health
from tests.helpers.mails import NOON, FixedClock, mailbox

ANA = MailboxDetails(MailboxPurpose.SUPPORT, "Ana Ruiz", "it@acme.example", "Acme Support", "")


@pytest.fixture
def well(store: Store) -> Mailbox:
    """A mailbox that works, sends, and of which nothing has been said yet."""
    smtp = ServerSettings("smtp.acme.example", 465, Security.TLS, "support@acme.example")
    with store.write() as uow:
        put_health(uow, uow.mailboxes.add(replace(mailbox("support@acme.example"), smtp=smtp)), WELL)
    return now_of(store)


def now_of(store: Store) -> Mailbox:
    """The mailbox as it is stored."""
    with store.read() as read:
        return read.mailboxes.every()[0]


def opened(scene: Scene, make: Callable[[], QDialog]) -> QDialog:
    """Open a sheet and wait for what it reads."""
    sheet = make()
    sheet.open()
    scene.qtbot.waitExposed(sheet)
    sheet.activateWindow()
    scene.qtbot.waitUntil(sheet.isActiveWindow)
    scene.settle()
    return sheet


def focused() -> QWidget:
    """What has the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


class TestDetails:
    """Purpose, owner, recovery contact, display name, reply address."""

    def sheet(self, scene: Scene, held: Mailbox) -> DetailsSheet:
        made = opened(scene, lambda: DetailsSheet(scene.frame, scene.window, held))
        assert isinstance(made, DetailsSheet)
        return made

    def test_everything_is_filled_in_by_key_and_kept(self, scene: Scene, store: Store, well: Mailbox) -> None:
        sheet = self.sheet(scene, well)
        assert QApplication.focusWidget() is sheet.form.purpose
        QTest.keyClick(sheet.form.purpose, Qt.Key.Key_Down)
        for line, text in (
            (sheet.form.owner, "Ana Ruiz"),
            (sheet.form.recovery, "it@acme.example"),
            (sheet.form.display_name, "Acme Support"),
            (sheet.form.reply_to, "help@acme.example"),
        ):
            QTest.keyClick(focused(), Qt.Key.Key_Tab)
            assert focused() is line
            QTest.keyClicks(line, text)
        QTest.keyClick(sheet.form.reply_to, Qt.Key.Key_Return)
        scene.settle()
        assert not sheet.isVisible()
        assert now_of(store).details == replace(ANA, reply_to="help@acme.example")
        assert scene.said[0].words == "Changed the details of support@acme.example"
        again = self.sheet(scene, now_of(store))
        assert again.form.value == replace(ANA, reply_to="help@acme.example")

    def test_a_wrong_reply_address_is_said_beside_it(self, scene: Scene, store: Store, well: Mailbox) -> None:
        sheet = self.sheet(scene, well)
        type_into(sheet.form.reply_to, "not an address")
        press(sheet.save)
        scene.settle()
        assert "The reply address is no mail address." in sheet.form.rows["reply_to"].errors["reply_to"]
        assert QApplication.focusWidget() is sheet.form.reply_to
        assert sheet.isVisible()
        assert now_of(store).details == MailboxDetails()

    def test_another_owner_makes_the_review_due(
        self, scene: Scene, store: Store, well: Mailbox, clock: FixedClock
    ) -> None:
        with store.write() as uow:
            set_details(uow, well.id, ANA, clock)
        sheet = self.sheet(scene, now_of(store))
        type_into(sheet.form.owner, "Ben Osei")
        press(sheet.save)
        scene.settle()
        with store.read() as read:
            assert [box.address for box, _ in read.mailbox_reviews.due(NOON)] == ["support@acme.example"]


class TestReview:
    """The checklist."""

    def sheet(self, scene: Scene, held: Mailbox) -> ReviewSheet:
        made = opened(scene, lambda: ReviewSheet(scene.frame, scene.window, held))
        assert isinstance(made, ReviewSheet)
        return made

    def test_what_can_be_told_is_ticked_with_its_evidence(self, scene: Scene, well: Mailbox) -> None:
        sheet = self.sheet(scene, well)
        said = [line.said() for line in sheet.points.values()]
        assert "[ ] Purpose and owner are right. Say what it is for and who owns it." in said
        assert "[x] Mail arrives. The last sync is less than a day old." in said
        assert not sheet.points["arrives"].box.isVisible()
        assert not sheet.points["arrives"].button.isVisible()
        assert sheet.why.label.text() == "The next review is due on 30 May."
        assert not sheet.reviewed.isEnabled()
        assert sheet.left.text() == "5 points are not ticked yet"

    def test_a_person_ticks_the_rest_by_key_and_the_next_review_is_in_90_days(
        self, scene: Scene, store: Store, well: Mailbox, clock: FixedClock
    ) -> None:
        with store.write() as uow:
            set_details(uow, well.id, ANA, clock)
        clock.advance(days=100)
        sheet = self.sheet(scene, now_of(store))
        assert sheet.why.label.text() == "The review is due. It was last looked at more than 90 days ago."
        for line in sheet.points.values():
            if not line.is_ticked:
                line.box.setFocus()
                QTest.keyClick(line.box, Qt.Key.Key_Space)
        assert sheet.left.text() == ""
        press(sheet.reviewed)
        scene.settle()
        assert not sheet.isVisible()
        with store.read() as read:
            review = read.mailbox_reviews.of(well.id)
        assert review is not None
        assert (review.reviewed_at, review.due_at) == (clock.now(), clock.now() + REVIEW_EVERY)
        assert scene.said[-1].words == "Reviewed the settings of support@acme.example"

    def test_each_point_has_the_door_that_mends_it(self, scene: Scene, well: Mailbox) -> None:
        sheet = self.sheet(scene, well)
        press(sheet.points["owner"].button)
        press(sheet.points["sends"].button)
        press(sheet.points["timeline"].button)
        assert scene.went.asked == [("details", well.id), ("test", well.id)]
        assert scene.went.places == [Place("emails", mailbox_id=well.id)]

    def test_what_is_mended_meanwhile_ticks_itself_and_the_other_ticks_stay(
        self, scene: Scene, store: Store, well: Mailbox
    ) -> None:
        sheet = self.sheet(scene, well)
        QTest.keyClick(sheet.points["sends"].box, Qt.Key.Key_Space)
        scene.ops.run(scene.window, lambda uow, clock: set_details(uow, well.id, ANA, clock))
        scene.qtbot.waitUntil(lambda: sheet.points["owner"].is_ticked)
        assert sheet.points["owner"].said() == "[x] Purpose and owner are right. Support, owned by Ana Ruiz."
        assert sheet.points["sends"].is_ticked
        assert now_of(store).details == ANA

    def test_a_mailbox_that_is_gone_closes_it(self, scene: Scene, well: Mailbox) -> None:
        made = ReviewSheet(scene.frame, scene.window, replace(well, id=type(well.id)(99)))
        made.open()
        scene.settle()
        assert not made.isVisible()


class TestTesting:
    """The connection as it is stored."""

    def sheet(self, scene: Scene, held: Mailbox, *, sends: bool = False) -> TestSheet:
        made = opened(scene, lambda: TestSheet(scene.frame, scene.window, held, sends=sends))
        assert isinstance(made, TestSheet)
        return made

    def test_enter_tests_reading_alone_and_says_each_step(self, scene: Scene, well: Mailbox) -> None:
        sheet = self.sheet(scene, well)
        QTest.keyClick(focused(), Qt.Key.Key_Return)
        scene.settle()
        assert [name for name, _ in scene.servers.saved] == ["test"]
        assert len(sheet.steps.said()) == len(STEPS)
        assert sheet.outcome.label.text() == "The connection works. It can be read."
        assert scene.servers.passwords == [None]

    def test_sending_is_tested_only_when_it_is_ticked(self, scene: Scene, well: Mailbox) -> None:
        sheet = self.sheet(scene, well, sends=True)
        assert sheet.send.is_on
        press(sheet.test)
        scene.settle()
        assert [name for name, _ in scene.servers.saved] == ["test and send"]
        assert sheet.outcome.label.text() == "The connection works. It sends and receives."

    def test_without_a_server_for_sending_there_is_nothing_to_tick(self, scene: Scene, well: Mailbox) -> None:
        sheet = self.sheet(scene, replace(well, smtp=None), sends=True)
        assert not sheet.send.box.isEnabled()
        assert not sheet.send.is_on

    def test_what_fails_is_said_and_can_be_tried_again(self, scene: Scene, well: Mailbox) -> None:
        refusal = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", action="Reconnect it.")
        scene.servers.report = failing(refusal)
        sheet = self.sheet(scene, well)
        press(sheet.test)
        scene.settle()
        assert (sheet.outcome.state, sheet.outcome.label.text()) == ("bad", "The password was refused. Reconnect it.")
        scene.servers.report = GOOD
        press(sheet.test)
        scene.settle()
        assert sheet.outcome.state == "ok"

    def test_a_message_that_is_slow_is_no_failure(self, scene: Scene, well: Mailbox) -> None:
        late = Misbehaving(ReasonCode.SENDING_FAILED, "It has not arrived within 20 seconds.")
        scene.servers.report = ProbeReport([*STEPS, Step(ARRIVE, "smtp", "See it arrive", 20.0, late)])
        sheet = self.sheet(scene, well, sends=True)
        press(sheet.test)
        scene.settle()
        assert (sheet.outcome.state, sheet.outcome.label.text()) == ("warn", "It has not arrived within 20 seconds.")

    def test_it_can_be_stopped(self, scene: Scene, well: Mailbox) -> None:
        scene.servers.hangs = True
        sheet = self.sheet(scene, well)
        press(sheet.test)
        scene.qtbot.waitUntil(scene.servers.reached.is_set)
        assert sheet.cancel.text() == "Stop"
        QTest.keyClick(sheet.cancel, Qt.Key.Key_Escape)
        assert sheet.isVisible()
        assert sheet.outcome.label.text() == "Stopped."
        scene.qtbot.waitUntil(scene.servers.ended.is_set)
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        assert not sheet.isVisible()

"""Waiting, nothing found, offline, refused, stopped in between, and closed while it runs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.errors import AppError, Misconfigured, NeedsSignIn, Transient
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.views.picking import work
from desktop.views.picking.words import Brought, outcome_words
from tests.gui.picking.conftest import SUPPORT, Scene

OFFLINE = Transient(ReasonCode.OFFLINE, "This computer is offline.", action="It works again once it is online.")
REVOKED = NeedsSignIn(ReasonCode.ACCOUNT_REVOKED, "The sign-in was revoked.", action="Reconnect the mailbox.")
NO_TLS = Misconfigured(ReasonCode.TLS_REFUSED, "The server offers no TLS.", action="Change its settings.")


def brought(*, asked: int = 1, done: int = 1, stopped: bool = False, **counts: int) -> Brought:
    """What came of one call."""
    receipt = FolderReceipt("INBOX")
    for name, count in counts.items():
        setattr(receipt, name, count)
    return Brought(asked, done, [MailboxReceipt("a@b.example", [receipt])], stopped=stopped)


@pytest.mark.parametrize(
    ("what", "state", "words"),
    [
        (brought(stored=3, review=1), "ok", "3 emails brought in: 2 filed, 1 to review."),
        (brought(stored=1), "ok", "1 email brought in: 1 filed, none to review."),
        (brought(stored=1, duplicates=2), "ok", "1 email brought in: 1 filed, none to review. 2 were here already."),
        (brought(missing=1), "warn", "1 was gone from the server."),
        (brought(parked=1), "warn", "1 could not be read and is kept aside."),
        (brought(skipped=2), "ok", "2 were left out by a filter."),
        (brought(), "warn", "Nothing was brought in: the server has these messages no more."),
        (
            brought(asked=90, done=50, stored=50, stopped=True),
            "warn",
            "50 emails brought in: 50 filed, none to review. Stopped: 40 of 90 were not asked for.",
        ),
    ],
)
def test_the_outcome_adds_up(what: Brought, state: str, words: str) -> None:
    assert outcome_words(what) == (state, words)


def test_waiting_is_shown_and_closing_ends_it(scene: Scene) -> None:
    scene.server.hangs = True
    dialog = scene.open(SUPPORT, settles=False)
    scene.qtbot.waitUntil(scene.server.reached.is_set)
    assert dialog.shelf.is_loading
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    scene.qtbot.waitUntil(scene.server.ended.is_set)
    scene.settle()
    assert not dialog.isVisible()


def test_nothing_fits_and_nothing_there(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    dialog.bar.search.setText("no such order")
    QTest.keyClick(dialog.bar.search, Qt.Key.Key_Return)
    scene.settle()
    assert dialog.shelf.said.title.text() == "No message in INBOX matches “no such order”"
    dialog.bar.search.clear()
    scene.server.messages["INBOX"] = []
    QTest.keyClick(dialog.bar.search, Qt.Key.Key_Return)
    scene.settle()
    assert dialog.shelf.said.title.text() == "INBOX is empty"
    assert not dialog.more_button.isEnabled()


def test_offline_is_told_and_tried_again(scene: Scene) -> None:
    scene.server.trouble = OFFLINE
    dialog = scene.open(SUPPORT)
    said = dialog.shelf.said
    assert (said.title.text(), said.primary.text(), said.secondary.text()) == (OFFLINE.what, "Try again", "")
    scene.server.trouble = None
    QTest.mouseClick(said.primary, Qt.MouseButton.LeftButton)
    scene.settle()
    assert len(dialog.model.rows) == 40


@pytest.mark.parametrize(
    ("error", "button", "door"), [(REVOKED, "Reconnect…", "reconnect"), (NO_TLS, "Change settings…", "edit")]
)
def test_what_needs_a_person_leads_there(scene: Scene, error: AppError, button: str, door: str) -> None:
    scene.server.trouble = error
    dialog = scene.open(SUPPORT)
    said = dialog.shelf.said
    assert (said.primary.text(), said.secondary.text()) == (button, "Try again")
    QTest.mouseClick(said.primary, Qt.MouseButton.LeftButton)
    assert scene.went.asked == [(door, SUPPORT)]
    assert not dialog.isVisible()


def test_more_that_fails_keeps_what_is_shown(scene: Scene) -> None:
    dialog = scene.open(SUPPORT)
    scene.server.trouble = OFFLINE
    QTest.mouseClick(dialog.more_button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert len(dialog.model.rows) == 40
    assert dialog.outcome.label.text() == str(OFFLINE)
    assert dialog.more_button.isEnabled()


def test_many_are_brought_in_part_by_part_and_stopped_in_between(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 10)
    scene.server.hangs_after = 2
    dialog = scene.open(SUPPORT)
    dialog.model.choose_all(on=True)
    QTest.mouseClick(dialog.bring_button, Qt.MouseButton.LeftButton)
    assert dialog.cancel.text() == "Stop"
    scene.qtbot.waitUntil(lambda: dialog.progress.value() == 20)
    assert dialog.progress.maximum() == 39
    assert dialog.counted.text() == "Bringing in 20 of 39"
    scene.qtbot.waitUntil(scene.server.reached.is_set)
    scene.server.hangs = False
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    scene.settle()
    told = "20 emails brought in: 20 filed, none to review. Stopped: 19 of 39 were not asked for."
    assert dialog.outcome.label.text() == told
    assert [len(some) for some in scene.server.brought] == [10, 10, 10]
    assert dialog.isVisible()
    assert dialog.cancel.text() == "Close"


def test_an_error_in_between_says_what_is_here_and_what_happened(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = scene.open(SUPPORT)
    dialog.model.choose([0], on=True)
    scene.server.receipt_of = FolderReceipt("INBOX", stored=1, error=OFFLINE)
    QTest.mouseClick(dialog.bring_button, Qt.MouseButton.LeftButton)
    scene.settle()
    assert dialog.outcome.state == "bad"
    assert dialog.outcome.label.text() == f"1 email brought in: 1 filed, none to review. {OFFLINE}"

"""Reconnecting in the browser: only the same account will do, then the gap is closed and its receipt shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.errors import NeedsSignIn, Transient
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.signing_in import ClientOrigin, ClientState, Permission, SignInAsk
from desktop.domain.syncing import SyncFinished, SyncProgress, SyncStarted
from desktop.services.grants import note_grant
from desktop.store.store import Store
from desktop.views.connect.client_sheet import ClientSheet
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.refusals import Way
from tests.gui.browsers import GRANTED, signed_in
from tests.gui.connect.scene import ADDRESS, Scene, press, type_into
from tests.helpers.health import WELL, put_health
from tests.helpers.mails import NOON, FixedClock, mailbox, packed, parsed, place_in


@pytest.fixture
def granted(store: Store, clock: FixedClock) -> Mailbox:
    """A stored mailbox that was signed in to at Google and synced two hours ago."""
    ask = SignInAsk(OAuthProvider.GOOGLE, ADDRESS, frozenset({Permission.READ}))
    with store.write() as uow:
        number = uow.mailboxes.add(replace(mailbox(ADDRESS), oauth=OAuthProvider.GOOGLE))
        note_grant(uow, number, signed_in(ask, GRANTED, NOON).grant, clock)
        put_health(uow, number, WELL, at=NOON - timedelta(hours=2))
    with store.read() as read:
        return read.mailboxes.every()[0]


def reconnected(scene: Scene, granted: Mailbox) -> ReconnectWizard:
    """Reconnect the mailbox; its sync has yet to begin."""
    wizard = scene.reconnecting(granted)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.receipt)
    return wizard


def sync(scene: Scene, number: MailboxId, receipt: MailboxReceipt) -> None:
    """Have a pass over the mailbox begin and end."""
    scene.sync.started.emit(SyncStarted(number, ADDRESS))
    scene.sync.finished.emit(SyncFinished(number, ADDRESS, receipt))
    scene.settle()


def test_it_begins_in_the_browser_with_the_account_pinned(scene: Scene, granted: Mailbox) -> None:
    scene.browser.waits = True
    wizard = scene.reconnecting_and_waiting(granted)
    assert scene.opened == [scene.browser.url]
    assert wizard.windowTitle() == f"Reconnect {ADDRESS}"
    assert wizard.stepper.accessibleName() == "Step 2 of 4: Allow"
    (ask,) = scene.browser.asked
    assert (ask.pinned, ask.address, ask.is_shared) == (GRANTED, ADDRESS, False)
    assert not wizard.back.isVisible()
    wizard.reject()
    scene.settle()
    assert scene.browser.ended == 1


@pytest.mark.parametrize("height", [800, 320])
def test_the_receipt_is_as_tall_as_what_it_says_and_never_taller_than_the_window(
    scene: Scene, granted: Mailbox, height: int
) -> None:
    scene.window.resize(1280, height)
    wizard = reconnected(scene, granted)
    sync(scene, granted.id, MailboxReceipt(ADDRESS, [FolderReceipt("INBOX", fetched=2, stored=2)]))
    receipt = wizard.receipt.receipt
    scene.qtbot.waitUntil(receipt.facts.isVisible)
    scene.qtbot.waitUntil(lambda: wizard.height() <= min(400, height))
    assert wizard.main.visibleRegion().boundingRect().height() == wizard.main.height()
    if height == 800:
        assert receipt.facts.visibleRegion().boundingRect().height() == receipt.facts.height()


def test_the_gap_is_closed_and_its_receipt_shown(scene: Scene, granted: Mailbox, store: Store) -> None:
    wizard = reconnected(scene, granted)
    assert [what for what, _ in scene.browser.saved] == ["reconnect"]
    assert scene.sync.asked == [("changed", None), ("sync", granted.id)]
    receipt = wizard.receipt.receipt
    assert receipt.heading.head.text() == f"{ADDRESS} is reconnected"
    assert receipt.heading.lead.text() == "Everything that came since the last sync is brought in now."
    scene.sync.started.emit(SyncStarted(granted.id, ADDRESS))
    scene.sync.progressed.emit(SyncProgress(granted.id, ADDRESS, "INBOX", 1, 2))
    assert receipt.progress.text() == "1 of 2 messages in INBOX"
    place = place_in(store, ADDRESS)
    with store.write() as uow:
        uow.intake.take_in(place, [packed(1, parsed("a")), packed(2, parsed("b"))], [], NOON)
        put_health(uow, granted.id, WELL)
    done = MailboxReceipt(ADDRESS, [FolderReceipt("INBOX", fetched=5, stored=2, review=2, duplicates=3)])
    scene.sync.finished.emit(SyncFinished(granted.id, ADDRESS, done))
    scene.settle()
    assert receipt.said() == [
        f"{ADDRESS} is reconnected",
        "Same mailbox, 2 mails recovered, 0 doubled.",
        "Gap covered: 10:00 to 12:00 (2 h)",
        "Recovered: 2 emails (2 of them to review)",
        "Doubles: 0 (3 messages were here already and were recognised)",
    ]
    press(wizard.main)
    assert not wizard.isVisible()


def test_a_sync_that_fails_is_shown_as_it_is(scene: Scene, granted: Mailbox) -> None:
    wizard = reconnected(scene, granted)
    error = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.")
    sync(scene, granted.id, MailboxReceipt(ADDRESS, error=error))
    said = wizard.receipt.receipt.said()
    assert said[0] == "It is reconnected, but the sync did not go through"
    assert "The server cannot be reached." in said
    assert "Gap still open: Since 10:00 (It is closed by the next sync that goes through)" in said


def test_another_account_is_refused_and_both_are_named(scene: Scene, granted: Mailbox) -> None:
    error = NeedsSignIn(
        ReasonCode.ACCOUNT_WRONG_IDENTITY,
        f"Expected {ADDRESS}, but ana@acme.example signed in.",
        meaning="Nothing was changed.",
        action="Sign in with the account that was connected.",
    )
    scene.browser.sign_in_error = error
    wizard = scene.reconnecting(granted)
    assert wizard.allow.error is error
    assert wizard.allow.heading.head.text() == "Another account signed in"
    assert list(wizard.allow.ways) == [Way.OTHER_ACCOUNT]
    assert scene.browser.saved == []
    scene.browser.sign_in_error = None
    press(wizard.allow.ways[Way.OTHER_ACCOUNT])
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.receipt)


def test_another_account_found_out_only_when_storing_is_refused_too(scene: Scene, granted: Mailbox) -> None:
    scene.browser.save_error = NeedsSignIn(ReasonCode.ACCOUNT_WRONG_IDENTITY, "Expected one, got another.")
    wizard = scene.reconnecting(granted)
    assert wizard.allow.error is scene.browser.save_error
    assert scene.sync.asked == []


def test_sending_is_asked_for_again_where_it_was_granted(scene: Scene, granted: Mailbox) -> None:
    reconnected(scene, replace(granted, smtp=granted.imap))
    assert Permission.SEND in scene.browser.asked[0].permissions


def test_an_account_of_another_name_stays_one_that_the_mailbox_is_shared_with(
    scene: Scene, granted: Mailbox, store: Store, clock: FixedClock
) -> None:
    other = replace(GRANTED, address="ana@acme.example")
    ask = SignInAsk(OAuthProvider.MICROSOFT, ADDRESS, frozenset({Permission.READ}))
    with store.write() as uow:
        note_grant(uow, granted.id, signed_in(ask, other, NOON).grant, clock)
    reconnected(scene, replace(granted, oauth=OAuthProvider.MICROSOFT))
    assert (scene.browser.asked[0].pinned, scene.browser.asked[0].is_shared) == (other, True)


def test_a_disconnected_mailbox_takes_part_again(scene: Scene, granted: Mailbox) -> None:
    reconnected(scene, replace(granted, state=MailboxState.DISCONNECTED))
    assert scene.browser.saved[0][1].state is MailboxState.ACTIVE


def test_a_paused_one_says_that_nothing_is_synced_yet(scene: Scene, granted: Mailbox) -> None:
    wizard = reconnected(scene, replace(granted, state=MailboxState.PAUSED))
    assert wizard.receipt.receipt.said()[1].startswith("It is paused: nothing is synced until it is resumed.")


def test_one_that_was_never_synced_says_so(scene: Scene, granted: Mailbox) -> None:
    wizard = reconnected(scene, replace(granted, id=MailboxId(77)))
    sync(scene, MailboxId(77), MailboxReceipt(ADDRESS))
    assert "Gap covered: It had never been synced before" in wizard.receipt.receipt.said()


def test_a_refused_app_is_mended_from_here(scene: Scene, granted: Mailbox) -> None:
    scene.browser.sign_in_error = NeedsSignIn(ReasonCode.ACCOUNT_APP_SECRET, "Google refused the app's secret.")
    wizard = scene.reconnecting(granted)
    press(wizard.allow.ways[Way.APP])
    (sheet,) = wizard.findChildren(ClientSheet)
    scene.browser.sign_in_error = None
    type_into(sheet.client_id, "another-app")
    press(sheet.use)
    scene.qtbot.waitUntil(lambda: wizard.page is wizard.receipt)
    assert scene.browser.clients[OAuthProvider.GOOGLE] == ClientState(
        OAuthProvider.GOOGLE, ClientOrigin.SETTINGS, "another-app", "the settings"
    )

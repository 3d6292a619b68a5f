"""A mailbox that falls ill or gets well says so once, wherever a person is in the window."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import NeedsSignIn, StoreError
from desktop.domain.health_events import Event, PassWentWell, TimePassed
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.services import health
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.gui.window.support import RealWindow
from tests.helpers.health import failed
from tests.helpers.mails import place_in

SUPPORT = MailboxId(1)
REFUSED = failed(NeedsSignIn(ReasonCode.ACCOUNT_REVOKED, "The sign-in was revoked.", meaning="Mail waits there."))


@pytest.fixture
def window(empty_window: RealWindow) -> RealWindow:
    """A window with a mailbox that is well."""
    place_in(empty_window.store)
    happen(empty_window, PassWentWell())
    empty_window.go("emails")
    return empty_window


def happen(window: RealWindow, event: Event) -> None:
    def note(uow: UnitOfWork, clock: Clock) -> ChangeSet:
        health.note(uow, SUPPORT, event, now=clock.now())
        return ChangeSet(Changed.HEALTH | Changed.LOG | Changed.MAILBOXES)

    window.frame.ops.run(window.window, note)
    window.settle()


def shown(window: RealWindow) -> tuple[str, list[str]]:
    """What the toast says and its buttons; nothing when there is none."""
    toast = window.window.toasts.current
    if toast is None:
        return "", []
    (text,) = [label.text() for label in toast.findChildren(QLabel) if label.text()]
    return text, [button.text() for button in toast.findChildren(QAbstractButton) if button.text()]


def test_what_changes_by_itself_is_said_once_with_the_one_thing_to_do(window: RealWindow) -> None:
    assert shown(window) == ("", []), "that all is well from the start is no news"
    happen(window, REFUSED)
    assert shown(window) == ("support@shop.example: The sign-in was revoked.", ["Reconnect"])
    window.window.toasts.close()
    happen(window, REFUSED)
    happen(window, TimePassed())
    assert shown(window) == ("", [])
    happen(window, PassWentWell())
    assert shown(window) == ("support@shop.example: all is well again.", ["Show"])


def test_a_full_disk_is_a_banner_as_long_as_it_lasts(window: RealWindow) -> None:
    full = StoreError(
        ReasonCode.STORE_FULL,
        "The disk is full, so nothing more can be saved.",
        meaning="What was saved before is whole; syncing pauses and will go on from where it was.",
        action="Free some space on the disk that holds the profile, then try again.",
    )
    happen(window, failed(full))
    banner = window.window.banners.shown
    assert banner is not None
    assert (banner.state, banner.button) == ("bad", "Try again")
    assert "The disk is full" in banner.text
    assert "Free some space" in banner.text
    happen(window, PassWentWell())
    assert window.window.banners.shown is None

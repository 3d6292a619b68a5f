"""The real window, a real browser, a real issuer and a real mailbox: connected, renewed, revoked, and back again."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.syncing import SyncFinished
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.wizard import ConnectWizard
from tests.e2e.letters import letter, letters
from tests.gui.connect.scene import press, type_into
from tests.gui.window.support import GuiThread, RealWindow, real_window
from tests.helpers import consent_chromium
from tests.helpers.consent import Person
from tests.helpers.dovecot import Dovecot
from tests.helpers.fixtures import require
from tests.helpers.mail_sink import MailSink
from tests.helpers.oauth_apps import write_client_file
from tests.helpers.oidc import OidcProvider

pytestmark = pytest.mark.server
ADDRESS = "desk.window@shop.example"
LONG_MS = 60_000
Shown = TypeVar("Shown", bound=QDialog)


class Browser(QObject):
    """What the desktop opens pages with: Chromium, with somebody in front of it."""

    def __init__(self) -> None:
        super().__init__()
        self.landed: list[str] = []
        self.threads: list[threading.Thread] = []

    @Slot(QUrl)
    def open_page(self, url: QUrl) -> None:
        """Sign in at a page, in a thread, as a browser would."""
        page = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        thread = threading.Thread(target=lambda: self.landed.append(consent_chromium.consent(page, Person(ADDRESS))))
        self.threads.append(thread)
        thread.start()


@pytest.fixture
def browser() -> Iterator[Browser]:
    require(consent_chromium.missing_reason())
    made = Browser()
    QDesktopServices.setUrlHandler("https", made, "open_page")  # type: ignore[arg-type]  # a name, whatever its stub says
    yield made
    QDesktopServices.unsetUrlHandler("https")
    for thread in made.threads:
        thread.join(30)


@pytest.fixture
def real(
    qtbot: QtBot, tmp_path: Path, oidc: OidcProvider, oidc_dovecot: Dovecot, mail_sink: MailSink,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[RealWindow]:  # fmt: skip
    file = write_client_file(tmp_path, oidc, "google", dovecot=oidc_dovecot, sink=mail_sink)
    monkeypatch.setenv("POSTROOM_GOOGLE_CLIENT_FILE", str(file))
    with real_window(qtbot, tmp_path, ca_file=oidc.ca_file) as made:
        made.session.start()
        yield made


def test_connected_renewed_revoked_and_back_again(
    real: RealWindow, browser: Browser, oidc: OidcProvider, oidc_dovecot: Dovecot, gui_thread: GuiThread
) -> None:
    oidc_dovecot.deliver(ADDRESS, letter(1))
    gui_thread.is_on = True
    connect(real)
    gui_thread.is_on = False
    assert "Postroom" in browser.landed[0]
    assert stored(real) == 1
    card_says(real, "Healthy")

    oidc.expire(ADDRESS)
    oidc_dovecot.deliver(ADDRESS, letter(2))
    assert synced(real).error is None
    assert len(oidc.refreshes()) == 1
    assert stored(real) == 2

    oidc_dovecot.deliver_many(ADDRESS, [(raw, None) for raw in letters(1200, first=3)])
    revoked_in_the_middle(real, oidc, oidc_dovecot)
    oidc_dovecot.deliver_many(ADDRESS, [(raw, None) for raw in letters(40, first=1203)])
    here = stored(real)
    card_says(real, "Disconnected")
    card_says(real, "sign-in")

    gui_thread.is_on = True
    recovered = reconnect(real)
    gui_thread.is_on = False
    assert (here + recovered, stored(real)) == (1242, 1242)
    card_says(real, "Healthy")


def connect(real: RealWindow) -> None:
    """Walk through the wizard as a person would."""
    real.act("file.connect")
    wizard = shown(real, ConnectWizard)
    wizard.provider.choose(OAuthProvider.GOOGLE)
    type_into(wizard.provider.address, ADDRESS)
    wizard.provider.consent.box.click()
    real.settle()
    press(wizard.main)
    real.qtbot.waitUntil(lambda: wizard.page is wizard.choose, timeout=LONG_MS)
    press(wizard.main)
    press(wizard.main)
    real.qtbot.waitUntil(lambda: wizard.test.is_over, timeout=LONG_MS)
    assert wizard.test.heading.head.text() == f"{ADDRESS} is connected"
    press(wizard.main)
    real.settle()


def reconnect(real: RealWindow) -> int:
    """Press Reconnect on the card, sign in, and read the receipt; returns how many mails it says were recovered."""
    card: Any = real.go("dashboard").panes()[0]
    (button,) = [one for one in card.findChildren(QPushButton) if "Reconnect" in one.text() and one.isVisible()]
    press(button)
    wizard = shown(real, ReconnectWizard)
    real.qtbot.waitUntil(wizard.receipt.receipt.facts.isVisible, timeout=LONG_MS)
    happened, receipt = wizard.receipt.receipt.said()[:2]
    assert happened == f"{ADDRESS} is reconnected"
    before, _, after = receipt.partition(" mails recovered, ")
    assert after == "0 doubled."
    wizard.reject()
    real.settle()
    return int(before.removeprefix("Same mailbox, ").replace(",", ""))


def revoked_in_the_middle(real: RealWindow, oidc: OidcProvider, dovecot: Dovecot) -> None:
    """Begin a sync, end the grant and the connection at the first progress, and wait until a person is needed.

    Where the connection breaks decides whether this pass says so, or the one that tries again by itself.
    """
    sync = real.session.sync

    def needs_a_person(finished: SyncFinished) -> bool:
        return finished.error is not None and finished.error.code is ReasonCode.ACCOUNT_REVOKED

    with real.qtbot.waitSignal(sync.finished, timeout=LONG_MS, check_params_cb=needs_a_person):
        with real.qtbot.waitSignal(sync.progressed, timeout=LONG_MS, check_params_cb=lambda told: told.done > 0):
            sync.sync_now()
        oidc.revoke(ADDRESS)
        dovecot.kick(ADDRESS)
    real.settle()


def synced(real: RealWindow) -> SyncFinished:
    with real.qtbot.waitSignal(real.session.sync.finished, timeout=LONG_MS) as ended:
        real.session.sync.sync_now()
    assert ended.args is not None
    finished: SyncFinished = ended.args[0]
    return finished


def stored(real: RealWindow) -> int:
    with real.store.read() as read:
        return sum(figures.synced for figures in read.mailboxes.every_figures().values())


def card_says(real: RealWindow, words: str) -> None:
    """Wait until the mailbox's card says something."""
    screen: Any = real.go("dashboard")
    real.qtbot.waitUntil(
        lambda: words in screen.panes()[0].accessibleDescription() + screen.panes()[0].accessibleName()
    )


def shown(real: RealWindow, kind: type[Shown]) -> Shown:
    """The dialog of a kind that is open now."""
    real.qtbot.waitUntil(lambda: any(one.isVisible() for one in real.window.findChildren(kind)), timeout=LONG_MS)
    (found,) = [one for one in real.window.findChildren(kind) if one.isVisible()]
    return found

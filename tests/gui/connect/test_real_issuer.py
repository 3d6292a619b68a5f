"""The wizard at a real issuer, Dovecot and sending server: from a missing app to the receipt of a reconnection."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.app.browser import WorkspaceBrowser
from desktop.domain.mailbox import MailboxState, OAuthProvider
from desktop.sync.threads import SyncService
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.views.connect.client_sheet import ClientSheet
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.refusals import Way
from desktop.views.connect.wizard import ConnectWizard
from desktop.workspace.opening import opened
from desktop.workspace.workspace import Workspace
from tests.e2e.letters import letter
from tests.gui.connect.scene import QuietConnections, press, type_into
from tests.gui.frames import make_frame
from tests.helpers import consent_chromium
from tests.helpers.consent import Person, consent
from tests.helpers.dovecot import Dovecot
from tests.helpers.fixtures import require
from tests.helpers.mail_sink import MailSink
from tests.helpers.oauth_apps import write_client_file
from tests.helpers.oidc import OidcProvider
from tests.unit.workspace.support import new_given

pytestmark = pytest.mark.server
LONG_MS = 30_000


class Consent(Protocol):
    """Somebody with a browser; returns what the last page says."""

    def __call__(self, url: str, person: Person, *, ca_file: Path) -> str: ...


class Desk:
    """An open profile with its syncs, a window, and somebody with a browser."""

    def __init__(self, qtbot: QtBot, workspace: Workspace, ops: Ops, sync: SyncService, oidc: OidcProvider) -> None:
        self.qtbot, self.workspace, self.oidc = qtbot, workspace, oidc
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        frame, _, _, _ = make_frame(ops, workspace.clock, self.window)
        self.frame = replace(
            frame, connections=QuietConnections(workspace), browser=WorkspaceBrowser(workspace), sync=sync
        )
        self.person = Person("nobody@shop.example")
        self.browsers: list[threading.Thread] = []
        self.consent: Consent = consent

    def open_url(self, url: QUrl) -> bool:
        """Be the person in the browser, in a thread as a browser is."""
        page, person = url.toString(QUrl.ComponentFormattingOption.FullyEncoded), self.person
        self.browsers.append(threading.Thread(target=lambda: self.consent(page, person, ca_file=self.oidc.ca_file)))
        self.browsers[-1].start()
        return True

    def connecting(self, provider: OAuthProvider, address: str, app: Path) -> ConnectWizard:
        """Open the wizard, go on, and give the app that is missing."""
        self.person = Person(address)
        wizard = ConnectWizard(self.frame, self.window, open_url=self.open_url)
        wizard.open()
        self.qtbot.waitExposed(wizard)
        wizard.provider.choose(provider)
        type_into(wizard.provider.address, address)
        wizard.provider.consent.box.click()
        self.until(wizard.provider.asked.missing.isVisible)
        (send,) = [row.box for row in wizard.provider.asked.permissions.rows if row.box is not None]
        send.click()
        press(wizard.main)
        self.until(lambda: bool(wizard.findChildren(ClientSheet)))
        (sheet,) = wizard.findChildren(ClientSheet)
        sheet.take_file(app)
        press(sheet.use)
        return wizard

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that takes its time."""
        self.qtbot.waitUntil(is_so, timeout=LONG_MS)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path, oidc: OidcProvider) -> Iterator[Desk]:
    theme().apply(qapp)
    given = replace(new_given(tmp_path), ca_file=oidc.ca_file)
    with opened(given, writing=True, tell=lambda _words: None) as workspace, workspace.sync_context() as context:
        ops, sync = Ops(workspace.store, workspace.clock), SyncService(context)
        made = Desk(qtbot, workspace, ops, sync, oidc)
        sync.start()
        yield made
        sync.stop()
        for browser in made.browsers:
            browser.join(10)
        ops.close()


@pytest.mark.parametrize("provider", list(OAuthProvider))
def test_from_a_missing_app_to_the_receipt_of_a_reconnection(
    desk: Desk, provider: OAuthProvider, tmp_path: Path, oidc_dovecot: Dovecot, mail_sink: MailSink
) -> None:
    address = f"wizard.{provider}@shop.example"
    oidc_dovecot.deliver(address, letter(1))
    app = write_client_file(tmp_path, desk.oidc, provider.value, dovecot=oidc_dovecot, sink=mail_sink)
    wizard = desk.connecting(provider, address, app)
    desk.until(lambda: wizard.page is wizard.choose)
    assert "INBOX" in wizard.choose.folders.list.names
    press(wizard.main)
    assert wizard.test.send.is_on
    press(wizard.main)
    desk.until(lambda: wizard.test.is_over)
    assert wizard.test.heading.head.text() == f"{address} is connected"
    assert wizard.test.steps.said()[-1] == "Your test email came in by the sync, in INBOX: Done"
    assert wizard.test.came.said()[0] == "Came in: 1 email (From INBOX)"
    press(wizard.main)

    desk.oidc.revoke(address)
    oidc_dovecot.deliver(address, letter(2))
    oidc_dovecot.deliver(address, letter(3))
    with desk.workspace.store.read() as read:
        (held,) = read.mailboxes.every()
    # a pass that the wizard asked for may be over only now, and went well: the one after it has no grant any more
    with desk.qtbot.waitSignal(
        desk.frame.sync.finished, timeout=LONG_MS, check_params_cb=lambda ended: ended.error is not None
    ):
        desk.frame.sync.sync_now(held.id)

    desk.person = Person("mallory@shop.example")
    again = ReconnectWizard(desk.frame, desk.window, held, open_url=desk.open_url)
    again.open()
    desk.until(lambda: again.allow.error is not None)
    assert again.allow.heading.head.text() == "Another account signed in"
    said = str(again.allow.error)
    assert address in said
    assert "mallory@shop.example" in said
    desk.person = Person(address)
    press(again.allow.ways[Way.OTHER_ACCOUNT])
    desk.until(again.receipt.receipt.facts.isVisible)
    assert again.receipt.receipt.said()[:2] == [
        f"{address} is reconnected",
        "Same mailbox, 2 mails recovered, 0 doubled.",
    ]
    again.reject()


def test_a_person_consents_in_a_real_browser(
    desk: Desk, tmp_path: Path, oidc_dovecot: Dovecot, mail_sink: MailSink
) -> None:
    require(consent_chromium.missing_reason())
    landed: list[str] = []
    address = "browser.wizard@shop.example"
    app = write_client_file(tmp_path, desk.oidc, "google", dovecot=oidc_dovecot, sink=mail_sink)

    def in_chromium(url: str, person: Person, *, ca_file: Path) -> str:
        assert ca_file == desk.oidc.ca_file
        landed.append(consent_chromium.consent(url, person))
        return landed[0]

    desk.consent = in_chromium
    wizard = desk.connecting(OAuthProvider.GOOGLE, address, app)
    desk.until(lambda: wizard.page is wizard.choose)
    desk.until(lambda: bool(landed))
    assert "Postroom" in landed[0]
    press(wizard.main)
    press(wizard.main)
    desk.until(lambda: wizard.test.is_over)
    assert wizard.test.heading.head.text() == f"{address} is connected"
    wizard.reject()


@pytest.mark.parametrize(
    ("person", "title"),
    [
        (Person("", cancel_at="consent"), "The consent was not given"),
        (Person("", leave_out=frozenset({"mail.read"})), "A permission was not granted"),
        (Person("mallory@shop.example"), "Another account signed in"),
    ],
    ids=["cancelled", "left out", "another account"],
)
def test_what_a_person_refuses_is_said_and_nothing_is_kept(
    desk: Desk, person: Person, title: str, tmp_path: Path, oidc_dovecot: Dovecot, mail_sink: MailSink
) -> None:
    address = "careful.wizard@shop.example"
    app = write_client_file(tmp_path, desk.oidc, "custom", dovecot=oidc_dovecot, sink=mail_sink)
    asked = replace(person, address=person.address or address)
    wizard = desk.connecting(OAuthProvider.CUSTOM, address, app)
    desk.person = asked
    desk.until(lambda: wizard.allow.error is not None or wizard.page is wizard.choose)
    assert wizard.allow.heading.head.text() == title
    with desk.workspace.store.read() as read:
        assert [one.state for one in read.mailboxes.every() if one.state is MailboxState.ACTIVE] == []
    wizard.reject()


def test_cancelling_while_somebody_is_waited_for_frees_the_port_at_once(
    desk: Desk, tmp_path: Path, oidc_dovecot: Dovecot, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "patient.wizard@shop.example"
    app = write_client_file(tmp_path, desk.oidc, "custom", dovecot=oidc_dovecot, sink=mail_sink)
    monkeypatch.setattr(desk, "open_url", lambda _url: True)
    wizard = desk.connecting(OAuthProvider.CUSTOM, address, app)
    desk.until(lambda: bool(wizard.allow.left.text()))
    assert wizard.allow.left.text() in {"5:00", "4:59", "4:58"}
    wizard.reject()
    desk.qtbot.waitUntil(desk.frame.ops.is_idle)

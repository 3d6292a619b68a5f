"""Pictures of the wizard that connects mailboxes: each page and each way a sign-in can end, on staged providers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tools.screenshot_staged import (
    ADDRESS,
    ENDINGS,
    StagedBrowser,
    StagedClock,
    StagedConnections,
    staged_sync,
)

if TYPE_CHECKING:
    from desktop.ui.frame import Frame
    from desktop.views.connect.reconnect import ReconnectWizard
    from desktop.views.connect.wizard import ConnectWizard


@dataclass
class Desk:
    """A wizard on staged servers, and what a person does in it."""

    stage: Any
    browser: StagedBrowser
    frame: Frame
    opens: bool = True

    @classmethod
    def on(cls, stage: Any, **more: Any) -> Desk:
        """Return one over the dashboard."""
        stage.go("dashboard")
        frame = stage.window.place("dashboard").frame
        clock = StagedClock(frame.clock.now())
        browser = StagedBrowser(clock, **more)
        made = replace(
            frame, clock=clock, browser=browser, connections=StagedConnections(), sync=staged_sync(), is_demo=False
        )
        return cls(stage, browser, made)

    def open(self) -> ConnectWizard:
        """Open the wizard and fill its first page in."""
        from desktop.views.connect.wizard import ConnectWizard

        wizard = ConnectWizard(self.frame, self.stage.window, open_url=lambda _url: self.opens)
        self.show(wizard)
        wizard.provider.address.setText(ADDRESS)
        wizard.provider.consent.box.setChecked(True)
        wizard.provider.search.look_up(ADDRESS)
        self.stage.settle()
        wizard.main.setFocus()
        return wizard

    def show(self, wizard: Any) -> None:
        """Have this be what the picture is of."""
        wizard.open()
        self.stage.opened = wizard
        self.stage.settle(idle=False)

    def go_on(self, wizard: ConnectWizard, times: int = 1) -> None:
        """Press the main button."""
        for _ in range(times):
            wizard.go_on()
            self.stage.settle(idle=self.browser.signs_in or self.browser.refuses is not None)

    def reconnecting(self) -> ReconnectWizard:
        """Open the wizard for a mailbox that is known."""
        from desktop.domain.mailbox import OAuthProvider
        from desktop.views.connect.reconnect import ReconnectWizard

        with self.stage.parts.workspace.store.read() as read:
            held = replace(read.mailboxes.every()[0], oauth=OAuthProvider.GOOGLE, address=ADDRESS)
        wizard = ReconnectWizard(self.frame, self.stage.window, held, open_url=lambda _url: True)
        self.show(wizard)
        return wizard


def _app_missing(stage: Any) -> None:
    Desk.on(stage, has_app=False).open()


def _microsoft(stage: Any) -> None:
    from desktop.domain.mailbox import OAuthProvider

    provider = Desk.on(stage).open().provider
    provider.choose(OAuthProvider.MICROSOFT)
    provider.is_shared.box.setChecked(True)
    stage.settle()


def _other(stage: Any) -> None:
    Desk.on(stage).open().provider.choose(None)
    stage.settle()


def _another_provider(stage: Any) -> None:
    from desktop.domain.mailbox import OAuthProvider

    Desk.on(stage).open().provider.choose(OAuthProvider.CUSTOM)
    stage.settle()


def _provider(stage: Any) -> None:
    Desk.on(stage).open()


def _own_app(stage: Any) -> None:
    from desktop.views.connect.client_sheet import ClientSheet

    wizard = Desk.on(stage).open()
    wizard.more()
    (sheet,) = wizard.findChildren(ClientSheet)
    sheet.client_id.setText("812 postroom")
    sheet.submit()
    stage.settle()
    stage.afterwards.append(wizard.close)
    stage.opened = sheet


def _waiting(stage: Any, *, opens: bool = True, other_way: bool = False) -> None:
    desk = Desk.on(stage)
    desk.opens = opens
    wizard = desk.open()
    desk.go_on(wizard)
    desk.browser.clock.time += timedelta(seconds=29)
    wizard.allow.tick()
    if other_way:
        wizard.allow.help.port.unfold()
    stage.settle(idle=False)


def _no_browser(stage: Any) -> None:
    _waiting(stage, opens=False)


def _other_way(stage: Any) -> None:
    _waiting(stage, other_way=True)


def _ending(name: str) -> Callable[[Any], None]:
    def prepare(stage: Any) -> None:
        from desktop.domain.mailbox import OAuthProvider

        oauth = OAuthProvider.MICROSOFT if name in {"another_account", "disabled"} else OAuthProvider.GOOGLE
        desk = Desk.on(stage, refuses=ENDINGS[name](oauth))
        wizard = desk.open()
        wizard.provider.choose(oauth)
        desk.go_on(wizard)
        stage.wait_for(lambda: wizard.allow.error is not None)

    return prepare


def _password(stage: Any, *, is_refused: bool = False) -> None:
    from desktop.domain.errors import NeedsSignIn
    from desktop.domain.reasons import ReasonCode

    desk = Desk.on(stage, signs_in=True)
    wizard = desk.open()
    wizard.provider.choose(None)
    desk.go_on(wizard)
    wizard.sign_in.credentials.password.line.setText("only dots are seen")
    if is_refused:
        connections: Any = desk.frame.connections
        connections.refuses = NeedsSignIn(
            ReasonCode.ACCOUNT_SIGN_IN,
            "The server refused user name or password.",
            action="Check both, or make a new app password.",
            field="password",
        )
        desk.go_on(wizard)


def _password_refused(stage: Any) -> None:
    _password(stage, is_refused=True)


def _choosing(stage: Any) -> tuple[Desk, ConnectWizard]:
    desk = Desk.on(stage, signs_in=True)
    wizard = desk.open()
    wizard.provider.asked.permissions.rows[1].box.click()  # type: ignore[union-attr]
    desk.go_on(wizard)
    stage.wait_for(lambda: wizard.page is wizard.choose)
    return desk, wizard


def _choose(stage: Any) -> None:
    _choosing(stage)


def _both(stage: Any) -> None:
    from desktop.domain.mailbox import Direction, MailboxDetails, MailboxPurpose

    _, wizard = _choosing(stage)
    wizard.choose.direction.choice.choose(Direction.BOTH)
    wizard.choose.details.show_details(
        MailboxDetails(MailboxPurpose.SUPPORT, "Ana Silva", "it@acme.example", "Acme Support")
    )
    stage.settle()
    wizard.reveal(wizard.choose.details)


def _ready(stage: Any) -> None:
    desk, wizard = _choosing(stage)
    desk.go_on(wizard)


def _tested(stage: Any) -> ConnectWizard:
    desk, wizard = _choosing(stage)
    desk.go_on(wizard, 2)
    stage.wait_for(lambda: wizard.test.is_saved)
    return wizard


def _first_sync(stage: Any) -> None:
    from desktop.domain.ids import MailboxId
    from desktop.domain.syncing import SyncProgress

    wizard = _tested(stage)
    wizard.test.watch.progressed.emit(SyncProgress(MailboxId(0), ADDRESS, "INBOX", 48, 128))
    stage.settle()


def _connected(stage: Any) -> None:
    from desktop.domain.ids import MailboxId
    from desktop.domain.receipt import FolderReceipt, MailboxReceipt
    from desktop.domain.syncing import SyncFinished

    wizard = _tested(stage)
    inbox = FolderReceipt("INBOX", listed=128, fetched=128, stored=120, skipped=8, review=14)
    wizard.test.watch.finished.emit(SyncFinished(MailboxId(0), ADDRESS, MailboxReceipt(ADDRESS, [inbox], 3.4)))
    stage.settle()
    wizard.test.skip_waiting()
    stage.settle()


def _reconnecting(stage: Any) -> None:
    desk = Desk.on(stage)
    wizard = desk.reconnecting()
    desk.browser.clock.time += timedelta(seconds=29)
    wizard.allow.tick()
    stage.settle(idle=False)


def _receipt(stage: Any, *, fails: bool = False) -> None:
    from desktop.domain.errors import Transient
    from desktop.domain.ids import MailboxId
    from desktop.domain.reasons import ReasonCode
    from desktop.domain.receipt import FolderReceipt, MailboxReceipt
    from desktop.domain.recovery import Recovery
    from desktop.domain.syncing import SyncFinished

    desk = Desk.on(stage, signs_in=True)
    wizard = desk.reconnecting()
    stage.wait_for(lambda: wizard.page is wizard.receipt)
    now = desk.browser.clock.now()
    error = Transient(
        ReasonCode.SERVER_UNREACHABLE, "imap.acme.example cannot be reached.", action="It is tried again."
    )
    inbox = FolderReceipt("INBOX", fetched=0 if fails else 37, stored=0 if fails else 37, review=0 if fails else 3)
    receipt = MailboxReceipt(ADDRESS, [inbox], error=error if fails else None)
    recovery = Recovery(now - timedelta(hours=17, minutes=22), now, 0 if fails else 37, 0, 0)
    wizard.receipt.receipt.show_receipt(SyncFinished(MailboxId(0), ADDRESS, receipt), recovery)
    stage.settle()


def _receipt_failed(stage: Any) -> None:
    _receipt(stage, fails=True)


BOTH, LIGHT = ("light", "dark"), ("light",)
PICTURES: tuple[tuple[str, Callable[[Any], None], tuple[str, ...]], ...] = (
    ("1_provider", _provider, BOTH),
    ("1_microsoft", _microsoft, LIGHT),
    ("1_other", _other, LIGHT),
    ("1_another_provider", _another_provider, LIGHT),
    ("1_app_missing", _app_missing, BOTH),
    ("1_own_app", _own_app, BOTH),
    ("2_waiting", _waiting, BOTH),
    ("2_no_browser", _no_browser, LIGHT),
    ("2_other_way", _other_way, LIGHT),
    ("2_password", _password, BOTH),
    ("2_password_refused", _password_refused, LIGHT),
    *((f"2_error_{name}", _ending(name), BOTH) for name in ENDINGS),
    ("3_choose", _choose, BOTH),
    ("3_both_directions", _both, LIGHT),
    ("4_ready", _ready, BOTH),
    ("4_first_sync", _first_sync, BOTH),
    ("4_connected", _connected, BOTH),
    ("reconnect_waiting", _reconnecting, LIGHT),
    ("reconnect_receipt", _receipt, BOTH),
    ("reconnect_failed", _receipt_failed, LIGHT),
)
"""Each picture's state, how it is come to, and its themes."""

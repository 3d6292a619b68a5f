"""The wizard at its second step, with the account fixed: reconnects a mailbox that is signed in to in the browser."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider
from desktop.domain.signing_in import ClientState, Identity, Permission, SignInAsk
from desktop.security.tokens import SignedIn
from desktop.ui.frame import Frame
from desktop.ui.kit.fonts import scaled
from desktop.ui.sheet import Sheet
from desktop.views.connect.allow_page import AllowPage, OpenUrl
from desktop.views.connect.client_sheet import ClientSheet
from desktop.views.connect.receipt_page import ReceiptPage
from desktop.views.connect.wizard_sheet import ALLOW, DONE, WizardSheet, open_in_browser
from desktop.views.connect.work import MailboxWork, Wish

RECEIPT = 360
"""The height of a receipt without trouble, taken from the beginning, so that nothing jumps when it comes."""


class ReconnectWizard(WizardSheet):
    """Takes only the account that was connected; then syncs, and shows the receipt."""

    def __init__(self, frame: Frame, parent: QWidget, mailbox: Mailbox, *, open_url: OpenUrl = open_in_browser) -> None:
        self.allow, self.receipt = AllowPage(frame, open_url), ReceiptPage(frame)
        super().__init__(parent, f"Reconnect {mailbox.address}", [self.allow, self.receipt])
        self._frame, self._mailbox, self._open_url, self._window = frame, mailbox, open_url, parent.window()
        self._ask: SignInAsk | None = None
        self._app: ClientState | None = None
        self._is_saved = False
        self.work = MailboxWork(frame, self)
        self.allow.can_go_back = False
        self.allow.signed_in.connect(self._allowed)
        self.allow.wants_app.connect(self._set_up_app)
        self.work.saved.connect(self._saved)
        self.work.failed.connect(self._failed)
        self.receipt.receipt.over.connect(self.show_foot)
        self.turn_to(self.allow, ALLOW)
        frame.ops.read(self, self._read, self._found, failed=self._not_read)

    def sizeHint(self) -> QSize:
        """Be as tall as the page at hand, at most as the window: there are two pages, and the second says little."""
        wanted = Sheet.sizeHint(self)
        whole = wanted.height() + self.stepper.sizeHint().height() + 1
        least = max(whole, scaled(RECEIPT) if self.page is self.receipt else 0)
        return QSize(wanted.width(), min(least, self._window.height(), super().sizeHint().height()))

    def go_on(self) -> None:
        """Close; the sync goes on."""
        if self._is_saved:
            self.accept()

    def reject(self) -> None:
        """Once it is reconnected there is nothing to cancel."""
        if self._is_saved:
            self.accept()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Leave nothing running."""
        self.allow.stop()
        self.work.stop()
        self.receipt.receipt.stop()
        super().done(result)

    def _read(self, read: Any) -> tuple[Identity | None, datetime | None]:
        held = self._mailbox
        return read.grants.identity_of(held.id), read.mailboxes.health(held.id).last_sync

    def _found(self, known: tuple[Identity | None, datetime | None]) -> None:
        identity, last_sync = known
        held = self._mailbox
        self.receipt.receipt.remember(last_sync)
        permissions = {Permission.IDENTITY, Permission.READ}
        if held.smtp is not None:
            permissions.add(Permission.SEND)
        is_shared = identity is not None and identity.address != held.address
        self._ask = SignInAsk(
            held.oauth or OAuthProvider.CUSTOM, held.address, frozenset(permissions), identity, is_shared=is_shared
        )
        self._learn()

    def _learn(self) -> None:
        browser, oauth = self._frame.browser, self._mailbox.oauth or OAuthProvider.CUSTOM
        self._frame.ops.work(self, lambda _job: browser.client_state(oauth), self._begin, failed=self._not_read)

    def _begin(self, app: ClientState) -> None:
        self._app = app
        if self._ask is not None:
            self.allow.begin(self._ask, app.client_id)

    def _not_read(self, error: AppError) -> None:
        self.say("bad", str(error))

    def _allowed(self, signed_in: SignedIn) -> None:
        held = self._mailbox
        state = MailboxState.ACTIVE if held.state is MailboxState.DISCONNECTED else held.state
        self.allow.show_checking()
        self.work.save(Wish(replace(held, state=state), None, saves=True, signed_in=signed_in), is_new=False)

    def _failed(self, error: AppError) -> None:
        if self.isVisible():
            self.allow.show_refusal(error)
        else:
            self._frame.ops.troubled.emit(error)

    def _saved(self, mailbox: Mailbox) -> None:
        self._is_saved = True
        self.receipt.receipt.begin(mailbox)
        self.turn_to(self.receipt, DONE)
        self.resize(self.sizeHint())
        self.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_up_app(self) -> None:
        if self._app is None:
            return
        sheet = ClientSheet(self._frame, self, self._app, self._open_url)
        sheet.accepted.connect(self._learn)
        sheet.open()

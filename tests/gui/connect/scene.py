"""A window to open mailbox dialogs in, and servers that answer, fail or hang as a test says."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.connections import WorkspaceConnections
from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError, Misconfigured, SourceError, Stopped
from desktop.domain.mailbox import Mailbox, Security, ServerSettings
from desktop.domain.probing import FoundServers, OnStep, ProbeReport, Step
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import RemoteFolder
from desktop.security.secrets import Secret
from desktop.ui.frame import Frame
from desktop.ui.ops import Job, Ops
from desktop.views.connect.dialog import MailboxDialog, Purpose
from desktop.views.connect.page import Page
from desktop.views.connect.reconnect import ReconnectWizard
from desktop.views.connect.wizard import ConnectWizard
from desktop.views.connect.wizard_sheet import WizardSheet
from tests.gui.browsers import NotedBrowser
from tests.gui.frames import NotedConnections, NotedSync, Went

Shown = TypeVar("Shown", bound=QDialog)

ADDRESS, PASSWORD = "support@acme.example", "tr0ub4dor&3"
IMAP = ServerSettings("imap.acme.example", 993, Security.TLS, ADDRESS)
SMTP = ServerSettings("smtp.acme.example", 465, Security.TLS, ADDRESS)
FOLDERS = (
    RemoteFolder("Spam", "junk", True),
    RemoteFolder("INBOX", "", True),
    RemoteFolder("Gesendet", "sent", True),
    RemoteFolder("[All]", "", False),
)
STEPS = (
    Step("connect", "imap", "Reach imap.acme.example", 0.2),
    Step("log_in", "imap", "Sign in", 0.4),
    Step("list_folders", "imap", "List the folders", 0.1),
)
GOOD = ProbeReport(list(STEPS), FOLDERS)
FOUND = FoundServers("acme", "Acme Mail", IMAP, SMTP, "Acme Mail is known.", "Acme wants an app password.", False)


def failing(error: SourceError, side: str = "imap") -> ProbeReport:
    """A test that failed at its last step."""
    return ProbeReport([STEPS[0], Step("log_in", side, "Sign in", 0.4, error)])


@dataclass
class Servers(NotedConnections):
    """What a test says: found servers or the error of looking for them, a report, an error of saving, a hang."""

    report: ProbeReport = field(default_factory=lambda: GOOD)
    found: FoundServers | None = FOUND
    search_error: AppError | None = None
    save_error: AppError | None = None
    passwords: list[str | None] = field(default_factory=list)
    hangs: bool = False
    search_hangs: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def find_servers(self, address: str) -> FoundServers:
        if self.search_hangs:
            self.reached.set()
            assert self.ended.wait(10)
        if self.search_error is not None:
            raise self.search_error
        return super().find_servers(address)

    def test(
        self, job: Job, mailbox: Mailbox, password: Secret | None, *, send: bool, on_step: OnStep | None = None
    ) -> ProbeReport:
        self.passwords.append(password.reveal() if password else None)
        self.saved.append((f"test{' and send' if send else ''}", mailbox))
        for step in self.report.steps:
            if on_step is not None:
                on_step(replace(step, seconds=None, error=None))
            self._hang(job)
            if on_step is not None:
                on_step(step)
        return self.report

    def folders(self, job: Job, mailbox: Mailbox, password: Secret | None) -> Sequence[RemoteFolder]:
        self.saved.append(("folders", mailbox))
        self._hang(job)
        if failed := [step.error for step in self.report.failures if step.error]:
            raise failed[0]
        return self.report.folders

    def connect(self, mailbox: Mailbox, password: Secret) -> tuple[Mailbox, ChangeSet]:
        self._refuse()
        return super().connect(mailbox, password)

    def change(self, mailbox: Mailbox, password: Secret | None) -> tuple[Mailbox, ChangeSet]:
        self._refuse()
        return super().change(mailbox, password)

    def disconnect(self, mailbox: Mailbox) -> tuple[Mailbox, ChangeSet]:
        self._refuse()
        return super().disconnect(mailbox)

    def _refuse(self) -> None:
        if self.save_error is not None:
            raise self.save_error

    def _hang(self, job: Job) -> None:
        if self.hangs:
            with job.ended_by(self.ended.set):
                self.reached.set()
                assert self.ended.wait(10)
            raise Stopped


class QuietConnections(WorkspaceConnections):
    """No name service is asked: nothing is known of any address."""

    def find_servers(self, address: str) -> FoundServers:
        """Know nothing."""
        raise Misconfigured(ReasonCode.SETTINGS_INVALID, f"Nothing is known of {address}.", field="host")


@dataclass
class Scene:
    """The window, what its doors note, and the dialog under test."""

    qtbot: QtBot
    window: QMainWindow
    frame: Frame
    went: Went
    sync: NotedSync
    servers: Servers
    ops: Ops
    said: list[ChangeSet] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    has_browser: bool = True

    def open(self, mailbox: Mailbox, purpose: Purpose) -> MailboxDialog:
        """Open the dialog about a mailbox and wait until it is there and has read what it reads."""
        return self._shown(MailboxDialog(self.frame, self.window, mailbox, purpose))

    def wizard(self) -> ConnectWizard:
        """Open the wizard for a new mailbox."""
        return self._shown(ConnectWizard(self.frame, self.window, open_url=self.open_url))

    def reconnecting(self, mailbox: Mailbox) -> ReconnectWizard:
        """Open the wizard for a mailbox that is signed in to in the browser."""
        return self._shown(ReconnectWizard(self.frame, self.window, mailbox, open_url=self.open_url))

    def reconnecting_and_waiting(self, mailbox: Mailbox) -> ReconnectWizard:
        """Open it with a browser in which nobody does anything yet."""
        wizard = ReconnectWizard(self.frame, self.window, mailbox, open_url=self.open_url)
        wizard.open()
        self.qtbot.waitUntil(lambda: bool(self.opened))
        return wizard

    def open_url(self, url: QUrl) -> bool:
        """Note what the browser would show."""
        self.opened.append(url.toString())
        return self.has_browser

    @property
    def browser(self) -> NotedBrowser:
        """The person in the browser."""
        assert isinstance(self.frame.browser, NotedBrowser)
        return self.frame.browser

    def fill(self, wizard: ConnectWizard, address: str = ADDRESS) -> None:
        """Fill the first page in and leave the address."""
        type_into(wizard.provider.address, address)
        QTest.keyClick(wizard.provider.address, Qt.Key.Key_Tab)
        self.settle()
        wizard.provider.consent.box.click()

    def to_password(self, wizard: ConnectWizard, address: str = ADDRESS) -> None:
        """Go to the page of the password and fill it in."""
        self.fill(wizard, address)
        press(wizard.main)
        assert wizard.page is wizard.sign_in
        type_into(wizard.sign_in.credentials.password.line, PASSWORD)

    def to_choice(self, wizard: ConnectWizard) -> None:
        """Go to the page of the folders, with a password."""
        self.to_password(wizard)
        press(wizard.main)
        self.settle()
        assert wizard.page is wizard.choose

    def to_test(self, wizard: ConnectWizard) -> None:
        """Go to the last page, with a password."""
        self.to_choice(wizard)
        press(wizard.main)
        assert wizard.page is wizard.test

    def _shown(self, dialog: Shown) -> Shown:
        dialog.open()
        self.qtbot.waitExposed(dialog)
        dialog.activateWindow()
        self.qtbot.waitUntil(dialog.isActiveWindow)
        self.settle()
        return dialog

    def settle(self) -> None:
        """Wait until every question is answered."""
        self.qtbot.waitUntil(self.ops.is_idle)


def type_into(line: QLineEdit, text: str) -> None:
    """Put text into a line as a person does."""
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def press(button: QPushButton) -> None:
    """Click a button with the mouse."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def focused() -> QWidget:
    """The widget that has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def tab_chain(first: QWidget) -> list[QWidget]:
    """Every stop of Tab, from the first field on, until it comes round."""
    seen: list[QWidget] = []
    first.setFocus()
    while (widget := focused()) not in seen:
        seen.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    return seen


def page_of(wizard: WizardSheet) -> Page:
    """The page at hand, which may have turned since one looked last."""
    return wizard.page

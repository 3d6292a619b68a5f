"""The settings over a real store with three mailboxes: connected, paused, and one whose password was refused."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.errors import AppError, NeedsSignIn
from desktop.domain.health_events import Event
from desktop.domain.hosts import ContactedHost, hosts
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState, Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.store.store import Store
from desktop.ui.actions import Act
from desktop.ui.frame import Frame, Place, ProfileFacts
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.views.settings.page import Page
from desktop.views.settings.screen import SettingsScreen
from tests.gui.frames import NotedConnections, NotedSync, Went, make_frame
from tests.gui.windows import ReadingWindow
from tests.helpers.health import WELL, failed, put_health
from tests.helpers.mails import FixedClock, mailbox

SUPPORT, SALES, BILLING = MailboxId(1), MailboxId(2), MailboxId(3)


def add_mailboxes(store: Store) -> None:
    """Store the three."""
    refusal = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", action="Reconnect it.")
    states: dict[str, tuple[MailboxState, list[Event]]] = {
        "support@acme.example": (MailboxState.ACTIVE, [WELL]),
        "sales@acme.example": (MailboxState.PAUSED, [WELL]),
        "billing@acme.example": (MailboxState.ACTIVE, [WELL, failed(refusal)]),
    }
    with store.write() as uow:
        for address, (state, events) in states.items():
            imap = ServerSettings("imap.acme.example", 993, Security.TLS, address)
            smtp = ServerSettings("smtp.acme.example", 465, Security.TLS, address)
            made = replace(mailbox(address, ("INBOX", "Orders")), imap=imap, smtp=smtp, state=state)
            put_health(uow, uow.mailboxes.add(made), *events)


@dataclass
class StoredHosts(NotedConnections):
    """Lists the hosts of the mailboxes in the store, or fails to."""

    store: Store | None = None
    trouble: AppError | None = None

    def hosts(self) -> tuple[ContactedHost, ...]:
        if self.trouble is not None:
            raise self.trouble
        assert self.store is not None
        with self.store.read() as read:
            return hosts(read.mailboxes.every())


@dataclass
class Scene:
    """The screen in a window, and what its doors note."""

    qtbot: QtBot
    window: QMainWindow
    screen: SettingsScreen
    frame: Frame
    went: Went
    sync: NotedSync
    store: Store
    ops: Ops

    def go(self, part: str, *, mailbox_id: MailboxId | None = None) -> Page:
        """Open a page."""
        self.screen.open(Place("settings", part=part, mailbox_id=mailbox_id))
        page = self.screen.page
        assert page is not None
        assert page.id == part
        return page

    def settle(self) -> None:
        """Wait until everything is read and shown."""
        self.qtbot.waitUntil(lambda: self.ops.is_idle() and not self.screen._soon.isActive())


def show_screen(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    """Show the settings in a window."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app)
    window = ReadingWindow()
    qtbot.addWidget(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    frame = replace(frame, connections=StoredHosts(store=store))
    frame = replace(frame, profile=ProfileFacts("a-folder/postroom", "keyring"))
    frame.actions.add(Act("go.palette", "Command &palette…", "Go", ("Ctrl+K",)), lambda: None)
    screen = SettingsScreen(frame)
    window.setCentralWidget(screen)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    scene = Scene(qtbot, window, screen, frame, went, sync, store, ops)
    scene.settle()
    return scene


@pytest.fixture
def scene(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    add_mailboxes(store)
    return show_screen(qtbot, store, ops, clock)


@pytest.fixture
def bare(qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> Scene:
    """The settings of a profile without mailboxes."""
    return show_screen(qtbot, store, ops, clock)

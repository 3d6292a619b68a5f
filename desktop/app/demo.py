"""The demo: a profile that lasts as long as its window, on mail servers of its own; the same code as real mailboxes."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from desktop.app.opening import OpenProfile
from desktop.app.parts import Parts
from desktop.app.session import Session
from desktop.demo.arrivals import EVERY_S, Arrivals
from desktop.demo.demo_server import DemoServer
from desktop.demo.office import BILLING, HINT, DemoOffice
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.syncing import SyncFinished
from desktop.security.keyfile import new_key_file
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.ui.state import UiState
from desktop.workspace.clock import FrozenClock
from desktop.workspace.connecting import connect_mailbox
from desktop.workspace.opening import Given, opened
from desktop.workspace.start import DemoWish
from desktop.workspace.workspace import Workspace


class Demo:
    """One demo: the plan of a launch. What it made lasts as long as its session."""

    words = "Preparing the demo…"

    def __init__(self, wish: DemoWish) -> None:
        self._wish = wish
        self._frozen = FrozenClock(wish.frozen_at) if wish.frozen_at is not None else None
        now = wish.frozen_at or datetime.now().astimezone()
        self._office = DemoOffice(wish.seed, now)
        self._server: DemoServer | None = None
        self._mailboxes: dict[str, Mailbox] = {}
        self._life: DemoLife | None = None
        self._stop = StopSignal()

    def open(self, given: Given) -> OpenProfile:
        """Make the profile and its servers, connect the mailboxes; a frozen demo is synced too, one by one."""
        with ExitStack() as stack:
            server = self._server = stack.enter_context(
                DemoServer(self._office, at_full_speed=self._frozen is not None)
            )
            self._stop.check()  # writing the mail takes longest, and from here on there is a folder to be taken away
            folder = Path(tempfile.mkdtemp(prefix="postroom-demo-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            new_key_file(folder / "key")
            own = replace(given, profile=folder / "profile", key_file=folder / "key")
            workspace = stack.enter_context(opened(own, writing=True, tell=_quietly, clock=self._frozen))
            self._at(self._office.signed_out_at)
            self._fill(workspace, server)
            if self._frozen is not None:
                self._sync_all(workspace, server)
            self._stop.check()
            return OpenProfile(workspace, stack.pop_all(), UiState())

    def parts(self, session: Session) -> Parts:
        """Return the session's parts as the demo's, and let mail arrive unless time stands still."""
        if self._server is not None:
            numbers = {address: mailbox.id for address, mailbox in self._mailboxes.items()}
            self._life = DemoLife(session, self._server, numbers)
            if self._frozen is None:
                self._life.begin(Arrivals(self._office, self._server.deliver, session.profile.workspace.clock.now))
        return replace(session.parts(), open_demo=None, is_demo=True, demo_hint=HINT)

    def give_up(self) -> None:
        """End the syncs that prepare a frozen demo."""
        self._stop.abandon()

    def _fill(self, workspace: Workspace, server: DemoServer) -> None:
        """Customers are there from the start, not as a command: the first undo is to be the person's own."""
        with workspace.store.write() as uow:
            uow.customers.add_all(self._office.customers, "import", workspace.clock.now())
        passwords = {one.address: one.password for one in self._office.mailboxes}
        for made in server.mailboxes():
            self._mailboxes[made.address], _ = connect_mailbox(workspace, made, passwords[made.address])

    def _sync_all(self, workspace: Workspace, server: DemoServer) -> None:
        """Sync one after the other, so that every start gives the same; what was signed out fails at the end."""
        with workspace.sync_context() as context:
            sync_mailbox(self._mailboxes[BILLING], context, self._stop)
            server.change_passwords()
            self._at(self._office.now)
            for mailbox in self._mailboxes.values():
                sync_mailbox(mailbox, context, self._stop)

    def _at(self, moment: datetime) -> None:
        if self._frozen is not None:
            self._frozen.set(moment)


class DemoLife(QObject):
    """What happens while the demo runs: a password is changed at the provider, and new mail arrives."""

    def __init__(self, session: Session, server: DemoServer, numbers: dict[str, MailboxId]) -> None:
        super().__init__()
        self._ops, self._sync = session.ops, session.sync
        self._server = server
        self._numbers = numbers
        self._arrivals: Arrivals | None = None
        self._timer = QTimer(self, interval=round(EVERY_S * 1000))
        self._timer.timeout.connect(self._on_time)
        session.sync.finished.connect(self._on_finished)

    def begin(self, arrivals: Arrivals) -> None:
        """Let mail arrive from now on."""
        self._arrivals = arrivals
        self._timer.start()

    def _on_time(self) -> None:
        if (arrivals := self._arrivals) is not None:
            self._ops.work(self, lambda _job: arrivals.next_mail().mailbox, self._on_mail)

    def _on_mail(self, address: str) -> None:
        self._sync.sync_now(self._numbers[address])

    def _on_finished(self, event: SyncFinished) -> None:
        """Its history is here: now the password of the one mailbox is another."""
        if event.address == BILLING and event.receipt.error is None:
            self._sync.finished.disconnect(self._on_finished)
            self._server.change_passwords()
            self._sync.sync_now(event.mailbox_id)


def _quietly(_words: str) -> None:
    """Take what nobody needs to hear."""

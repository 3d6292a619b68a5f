"""A server of made-up messages, and the dialog of manual selection over it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.browsing import EnvelopePage, RemoteEnvelope
from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError, Stopped
from desktop.domain.ids import Epoch, MailboxId
from desktop.domain.mailbox import Direction, Mailbox
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.source import RemoteFolder
from desktop.security.secrets import Secret
from desktop.store.store import Store
from desktop.ui.frame import Frame
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Job, Ops
from desktop.views.picking import bar
from desktop.views.picking.dialog import PickDialog
from tests.gui.frames import NotedConnections, Went, make_frame
from tests.helpers.mails import NOON, FixedClock, mailbox

SUPPORT, SALES = MailboxId(1), MailboxId(2)
PAGE = 40
FOLDERS = (RemoteFolder("Archive", "archive", True), RemoteFolder("INBOX", "", True), RemoteFolder("[All]", "", False))


def envelope(ref: int, **changes: object) -> RemoteEnvelope:
    """Return a message; the higher its reference, the newer it is."""
    made = RemoteEnvelope(
        ref,
        NOON - timedelta(hours=1000 - ref),
        4200 + ref,
        f"person{ref}@acme.example",
        f"Person {ref}",
        f"Order {ref}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Server(NotedConnections):
    """Answers as a provider would: pages newest first, search in sender and subject, what is here marked."""

    messages: dict[str, list[RemoteEnvelope]] = field(default_factory=dict)
    here: set[int] = field(default_factory=set)
    epoch: str = "1"
    asked: list[tuple[str, str, int | None]] = field(default_factory=list)
    brought: list[list[int]] = field(default_factory=list)
    trouble: AppError | None = None
    receipt_of: FolderReceipt | None = None
    hangs: bool = False
    hangs_after: int = 1000
    reached: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def folders(self, job: Job, _mailbox: Mailbox, _password: Secret | None) -> Sequence[RemoteFolder]:
        self._wait_or_fail(job)
        return FOLDERS

    def browse(self, job: Job, _mailbox: Mailbox, folder: str, search: str, before: int | None) -> EnvelopePage:
        self.asked.append((folder, search, before))
        self._wait_or_fail(job)
        word = search.casefold()
        fitting = [
            one for one in self.messages.get(folder, []) if word in f"{one.subject} {one.from_address}".casefold()
        ]
        rest = [one for one in sorted(fitting, key=lambda one: -one.ref) if before is None or one.ref < before]
        rows = [replace(one, is_here=one.ref in self.here) for one in rest[:PAGE]]
        more = rows[-1].ref if len(rest) > PAGE else None
        return EnvelopePage(folder, Epoch(self.epoch), rows, len(fitting), more)

    def bring_in(self, job: Job, box: Mailbox, folder: str, _epoch: Epoch, refs: Sequence[int]) -> MailboxReceipt:
        self.brought.append(list(refs))
        self.hangs = len(self.brought) > self.hangs_after
        self._wait_or_fail(job)
        self.here |= set(refs)
        told = self.receipt_of or FolderReceipt(folder, fetched=len(refs), stored=len(refs))
        return MailboxReceipt(box.address, [told])

    def _wait_or_fail(self, job: Job) -> None:
        if self.hangs:
            with job.ended_by(self.ended.set):
                self.reached.set()
                assert self.ended.wait(10)
            raise Stopped
        if self.trouble is not None:
            raise self.trouble


@dataclass
class Scene:
    """The window, the server behind it, and what came of it."""

    qtbot: QtBot
    window: QMainWindow
    frame: Frame
    went: Went
    server: Server
    ops: Ops
    store: Store
    changes: list[ChangeSet] = field(default_factory=list)

    def open(self, mailbox_id: MailboxId | None = None, *, settles: bool = True) -> PickDialog:
        """Open the dialog, and wait until it shows what it found."""
        dialog = PickDialog(self.frame, self.window, mailbox_id)
        dialog.open()
        self.qtbot.waitExposed(dialog)
        dialog.activateWindow()
        if settles:
            self.settle()
        return dialog

    def settle(self) -> None:
        """Wait until every question is answered."""
        self.qtbot.waitUntil(self.ops.is_idle)


@pytest.fixture
def scene(
    qapp: QApplication, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    monkeypatch.setattr(bar, "REST_MS", 30)
    theme().apply(qapp)
    with store.write() as uow:
        uow.mailboxes.add(mailbox("support@acme.example"))
        uow.mailboxes.add(replace(mailbox("sales@acme.example"), direction=Direction.MANUAL))
    window = QMainWindow()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    frame, went, _sync, _ = make_frame(ops, clock, window)
    server = Server(messages={"INBOX": [envelope(ref) for ref in range(1, 101)], "Archive": []})
    server.here = {99}
    made = Scene(qtbot, window, replace(frame, connections=server, picking=server), went, server, ops, store)
    ops.changed.connect(made.changes.append)
    return made

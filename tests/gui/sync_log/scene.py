"""A sync log with a sync that went well, and three that the server refused."""

from datetime import timedelta

from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.errors import NeedsSignIn
from desktop.domain.ids import MailboxId
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.store.store import Store
from desktop.sync.mailbox_pass import run_figures
from desktop.ui.ops import Ops
from desktop.views.sync_log.screen import SyncLogScreen
from tests.gui.frames import make_frame
from tests.helpers.health import failed, put_health
from tests.helpers.mails import NOON, FixedClock, place_in

SUPPORT, BILLING = MailboxId(1), MailboxId(2)
REFUSAL = NeedsSignIn(
    ReasonCode.ACCOUNT_SIGN_IN, "The password was refused.", meaning="New mail waits there.", action="Reconnect."
)


class Scene:
    """A sync that went well, and three that the server refused."""

    def __init__(self, qtbot: QtBot, store: Store, ops: Ops, clock: FixedClock) -> None:
        place_in(store, "support@shop.example")
        place_in(store, "billing@shop.example")
        good = MailboxReceipt(
            "support@shop.example", [FolderReceipt("INBOX", listed=34, fetched=34, stored=31, review=3)]
        )
        bad = MailboxReceipt("billing@shop.example", error=REFUSAL)
        with store.write() as uow:
            run = uow.records.begin_run(SUPPORT, NOON - timedelta(minutes=5))
            uow.records.end_run(run, "SYNCED", run_figures(good), NOON - timedelta(minutes=5))
            uow.records.say_error(REFUSAL, NOON - timedelta(minutes=4), mailbox_id=BILLING)
            for minutes in (4, 3, 2):
                at = NOON - timedelta(minutes=minutes)
                run = uow.records.begin_run(BILLING, at)
                uow.records.end_run(run, "ACCOUNT_SIGN_IN", run_figures(bad), at)
            put_health(uow, BILLING, failed(REFUSAL))
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.frame, self.went, self.sync, _ = make_frame(ops, clock, self.window)
        self.screen = SyncLogScreen(self.frame)
        self.window.setCentralWidget(self.screen)
        self.window.resize(1280, 800)
        self.window.show()
        self.qtbot, self.ops = qtbot, ops
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.ops.is_idle() and not self.screen._soon.isActive())

    def lines(self) -> list[str]:
        return [entry.what for entry in self.screen._model.entries]

    def type(self, words: str) -> None:
        """Search, and wait for what is found."""
        self.screen._search.setText(words)
        self.qtbot.waitUntil(lambda: not self.screen._typing.isActive())
        self.settle()

    def select(self, part: str) -> None:
        row = next(at for at, line in enumerate(self.lines()) if part in line)
        self.screen._table.setFocus()
        self.screen._table.go_to(row)

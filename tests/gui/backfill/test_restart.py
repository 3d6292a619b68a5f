"""The program ends in the middle of a backfill and is opened again: the dialog is there again, and it goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.app.backfills import WorkspaceBackfills
from desktop.demo.server import ImapServer
from desktop.domain.backfill import Backfill, BackfillState
from desktop.domain.mailbox import Mailbox
from desktop.settings import registry
from desktop.sync.threads import SyncService
from desktop.ui.ops import Ops
from desktop.views.backfill.dialog import BackfillDialog
from desktop.views.backfill.foot import Page
from desktop.workspace import connecting
from desktop.workspace.opening import Given, opened
from desktop.workspace.workspace import Workspace
from tests.gui.frames import make_frame
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, new_given

OLD = 60
LIMIT_MS = 20_000


@dataclass
class Running:
    """The program, from its start to its end."""

    qtbot: QtBot
    workspace: Workspace
    sync: SyncService
    dialog: BackfillDialog

    @property
    def last(self) -> Backfill:
        with self.workspace.store.read() as read:
            return read.backfills.every()[0]

    def wait_for(self, words: str) -> None:
        """Wait until the button that leads on says so, and press it."""
        self.qtbot.waitUntil(
            lambda: self.dialog.next.text() == words and self.dialog.next.isEnabled(), timeout=LIMIT_MS
        )
        self.dialog.next.click()


@contextmanager
def program(qtbot: QtBot, given: Given, server: ImapServer, synced_from: datetime) -> Iterator[Running]:
    """Open the profile, with its one mailbox, and the dialog of that."""
    with opened(given, writing=True, tell=lambda _words: None) as workspace:
        workspace.settings.change(registry.BATCH_MESSAGES, 2)
        mailbox = _mailbox(workspace, server, synced_from)
        window = QMainWindow()
        qtbot.addWidget(window)
        window.show()
        with workspace.sync_context() as context:
            ops, sync = Ops(workspace.store, workspace.clock), SyncService(context, limits=lambda: workspace.limits)
            sync.changed.connect(ops.announce)
            ops.changed.connect(sync.on_changed)
            frame, *_ = make_frame(ops, workspace.clock, window)
            frame = replace(frame, sync=sync, backfills=WorkspaceBackfills(context))
            sync.start()
            try:
                dialog = BackfillDialog(frame, window, mailbox)
                dialog.open()
                yield Running(qtbot, workspace, sync, dialog)
                dialog.reject()
            finally:
                assert sync.stop()
                ops.close()


def _mailbox(workspace: Workspace, server: ImapServer, synced_from: datetime) -> Mailbox:
    with workspace.store.read() as read:
        held = read.mailboxes.by_address(ADDRESS)
    return held or connecting.connect_mailbox(workspace, mailbox_on(server, synced_from=synced_from), SECRET)[0]


def test_ended_in_the_middle_it_goes_on_where_it_was_when_the_program_is_opened_again(
    qtbot: QtBot, tmp_path: Path, imap_server: ImapServer
) -> None:
    account, now = imap_server.add_account(ADDRESS, PASSWORD), datetime.now(UTC).replace(microsecond=0)
    for number in range(OLD):
        account.deliver(letter(number), internal_date=now - timedelta(days=3, hours=3 * number))
    given, synced_from = new_given(tmp_path), now - timedelta(days=2)
    with program(qtbot, given, imap_server, synced_from) as running:
        running.wait_for("Sync now")
        running.wait_for("Check 14 days")
        running.wait_for("Start 14 days")
        qtbot.waitUntil(lambda: running.dialog.page == Page.RUN, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: running.last.figures.stored > 0, timeout=LIMIT_MS)
        assert running.sync.stop()
        came = running.last.figures.stored
        assert 0 < came < OLD
        assert running.last.state is BackfillState.WAITING

    with program(qtbot, given, imap_server, synced_from) as running:
        qtbot.waitUntil(lambda: running.dialog.page in (Page.RUN, Page.REVIEW), timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: running.dialog.page == Page.REVIEW, timeout=LIMIT_MS)
        assert running.last.state is BackfillState.DONE
        assert f"{OLD} emails" in running.dialog.review.heading.lead.text()
        with running.workspace.store.read() as read:
            assert read.mailboxes.figures(running.last.mailbox_id).synced == OLD
            assert sum(day.here for day in read.backfills.days(running.last)) == OLD
            assert len(read.backfills.every()) == 1

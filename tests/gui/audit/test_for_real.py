"""The dialog over the real engine and a real server: compare, repair by the ordinary sync, compare again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.app.audits import WorkspaceAudits
from desktop.demo.server import ImapServer
from desktop.sync.threads import SyncService
from desktop.ui.ops import Ops
from desktop.views.audit.dialog import AuditDialog
from desktop.workspace import connecting
from desktop.workspace.workspace import Workspace
from tests.gui.frames import make_frame
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

LIMIT_MS = 20_000


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        yield made


def lose(workspace: Workspace, uid: int) -> None:
    """Take the place of a mail out of the ledger and leave it covered: damage."""
    with workspace.store.write() as uow:
        uow.read.audits._run.exec_driver_sql("DELETE FROM ledger WHERE ref = ?", (str(uid),))


def test_what_is_missing_is_found_and_brought_in(qtbot: QtBot, workspace: Workspace, imap_server: ImapServer) -> None:
    account, now = imap_server.add_account(ADDRESS, PASSWORD), datetime.now(UTC).replace(microsecond=0)
    for number in range(6):
        account.deliver(letter(number), internal_date=now - timedelta(days=number // 2))
    mailbox, _ = connecting.connect_mailbox(workspace, mailbox_on(imap_server, created_at=now), SECRET)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    with workspace.sync_context() as context:
        ops, sync = Ops(workspace.store, workspace.clock), SyncService(context)
        sync.changed.connect(ops.announce)
        ops.changed.connect(sync.on_changed)
        frame, *_ = make_frame(ops, workspace.clock, window)
        frame = replace(frame, sync=sync, audits=WorkspaceAudits(context, ops.announce))
        sync.start()
        try:
            with qtbot.waitSignal(sync.finished, timeout=LIMIT_MS):
                sync.sync_now(mailbox.id)
            lose(workspace, 2)
            lose(workspace, 5)
            dialog = AuditDialog(frame, window, mailbox)
            dialog.open()
            qtbot.waitUntil(dialog.repair.isVisible, timeout=LIMIT_MS)
            assert dialog.heading.head.text() == "Incomplete: 4 of 6 messages have a verdict, 2 missing here."
            assert [line.day.tally.holes for line in dialog.model.lines] == [1, 1, 0]
            dialog.repair.click()
            qtbot.waitUntil(lambda: dialog.heading.head.text().startswith("Complete"), timeout=LIMIT_MS)
            assert dialog.note.label.text() == "Repaired: 2 missing messages brought in."
            qtbot.waitUntil(lambda: len(dialog.past.words) == 2, timeout=LIMIT_MS)
            assert dialog.past.words[0].endswith(
                "Complete: 6 of 6 messages have a verdict. Found 2 missing, repaired 2."
            )
            with workspace.store.read() as read:
                assert read.mailboxes.figures(mailbox.id).synced == 6
            imap_server.stop()
            dialog.again.click()
            qtbot.waitUntil(dialog.said.primary.isVisible, timeout=LIMIT_MS)
            assert dialog.said.primary.text() == "Try again"
            dialog.reject()
        finally:
            assert sync.stop()
            ops.close()

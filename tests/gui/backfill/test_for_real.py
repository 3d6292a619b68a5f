"""The dialog over the real engine and a real server: estimate, run, look, take back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.app.backfills import WorkspaceBackfills
from desktop.demo.server import ImapServer
from desktop.domain.backfill import BackfillState
from desktop.sync.threads import SyncService
from desktop.ui.ops import Ops
from desktop.views.backfill.dialog import BackfillDialog
from desktop.views.backfill.foot import Page
from desktop.workspace import connecting
from desktop.workspace.workspace import Workspace
from tests.gui.frames import make_frame
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

LIMIT_MS = 20_000


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        yield made


def test_older_mail_is_estimated_brought_in_and_taken_back(
    qtbot: QtBot, workspace: Workspace, imap_server: ImapServer
) -> None:
    account, now = imap_server.add_account(ADDRESS, PASSWORD), datetime.now(UTC).replace(microsecond=0)
    for number in range(8):
        account.deliver(letter(number), internal_date=now - timedelta(days=3 + number))
    mailbox, _ = connecting.connect_mailbox(
        workspace, mailbox_on(imap_server, synced_from=now - timedelta(days=2)), SECRET
    )
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    with workspace.sync_context() as context:
        ops, sync = Ops(workspace.store, workspace.clock), SyncService(context)
        sync.changed.connect(ops.announce)
        ops.changed.connect(sync.on_changed)
        frame, *_ = make_frame(ops, workspace.clock, window)
        frame = replace(frame, sync=sync, backfills=WorkspaceBackfills(context))
        sync.start()
        try:
            dialog = BackfillDialog(frame, window, mailbox)
            dialog.open()
            qtbot.waitUntil(lambda: dialog.next.text() == "Sync now" and dialog.next.isEnabled(), timeout=LIMIT_MS)
            dialog.next.click()
            qtbot.waitUntil(lambda: dialog.next.text() == "Check 14 days", timeout=LIMIT_MS)
            dialog.next.click()
            qtbot.waitUntil(lambda: dialog.check.found is not None, timeout=LIMIT_MS)
            assert (dialog.page, dialog.check.found.messages if dialog.check.found else 0) == (Page.CHECK, 8)
            dialog.next.click()
            qtbot.waitUntil(lambda: dialog.page == Page.REVIEW, timeout=LIMIT_MS)
            assert "8 emails" in dialog.review.heading.lead.text()
            dialog.first.click()
            dialog.first.click()
            qtbot.waitUntil(lambda: "taken back" in dialog.review.heading.head.text(), timeout=LIMIT_MS)
            with workspace.store.read() as read:
                assert read.backfills.every()[0].state is BackfillState.UNDONE
                assert read.mailboxes.figures(mailbox.id).synced == 0
            dialog.reject()
        finally:
            assert sync.stop()
            ops.close()

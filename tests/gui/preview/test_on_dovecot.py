"""A large mail on a real server, seen in the preview: read at once, its file asked for, watched as it comes, saved."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.attachments import ON_DEMAND, AttachmentProgress
from desktop.domain.email_list import EmailFilter
from desktop.domain.mailbox import Frequency, Security, ServerSettings
from desktop.domain.rows import EmailRow
from desktop.domain.syncing import Download
from desktop.security.secrets import Secret
from desktop.services.customers import Details, add_customer
from desktop.services.review import assign
from desktop.settings import registry
from desktop.sync.threads import SyncService
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.ui.preview.preview import MailPreview
from desktop.workspace import connecting
from desktop.workspace.opening import opened
from desktop.workspace.workspace import Workspace
from tests.gui.frames import make_frame
from tests.helpers.dovecot import Dovecot
from tests.helpers.large import file, head, multipart, noise, text
from tests.helpers.mails import mailbox
from tests.unit.workspace.support import new_given

pytestmark = pytest.mark.server
LONG_MS = 30_000
SIZE = 5 << 20


@pytest.fixture
def workspace(tmp_path: Path, dovecot: Dovecot) -> Iterator[Workspace]:
    given = replace(new_given(tmp_path), ca_file=dovecot.ca_file)
    with opened(given, writing=True, tell=lambda _words: None) as made:
        made.settings.change(registry.PARSE_WORKERS, 1)
        yield made


def only_row(workspace: Workspace) -> EmailRow | None:
    with workspace.store.read() as read:
        return next(iter(read.email_list.first_page(EmailFilter())), None)


def test_a_file_of_5_mb_is_asked_for_and_comes_while_the_mail_is_read_and_filed(
    qapp: QApplication, qtbot: QtBot, workspace: Workspace, dovecot: Dovecot, tmp_path: Path
) -> None:
    user, data = dovecot.new_user(), noise(SIZE)
    dovecot.deliver(user, head("The plan", mime=multipart(text("Please see the plan."), file(data))))
    imap = ServerSettings("localhost", dovecot.tls_port, Security.TLS, user.name)
    wanted = replace(mailbox("support@shop.example"), imap=imap, attachments=ON_DEMAND, frequency=Frequency.MANUAL)
    held, _ = connecting.connect_mailbox(workspace, wanted, Secret(user.password))
    theme().apply(qapp)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(480, 720)
    window.show()
    told: list[AttachmentProgress] = []
    downloads: list[Download] = []
    with workspace.sync_context() as context:
        ops, sync = Ops(workspace.store, workspace.clock), SyncService(context, limits=lambda: workspace.limits)
        sync.changed.connect(ops.announce)
        ops.changed.connect(sync.on_changed)
        sync.attachment_progressed.connect(told.append)
        sync.downloading.connect(downloads.append)
        frame, *_ = make_frame(ops, workspace.clock, window)
        preview = MailPreview(replace(frame, sync=sync))
        window.setCentralWidget(preview)
        sync.start()
        try:
            sync.sync_now(held.id)
            qtbot.waitUntil(lambda: only_row(workspace) is not None, timeout=LONG_MS)
            row = only_row(workspace)
            assert row is not None
            assert row.id is not None
            preview.show_email(row.id)
            qtbot.waitUntil(lambda: bool(preview.page.awaited.rows), timeout=LONG_MS)
            awaited = preview.page.awaited.rows[0]
            assert (awaited.one.name, awaited.button.text()) == ("plan.pdf", "Download")
            assert "only when somebody asks" in awaited.words.text()
            assert row.needs_review
            QTest.mouseClick(awaited.button, Qt.MouseButton.LeftButton)
            with workspace.store.write() as uow:
                customer, _ = add_customer(uow, Details("Acme"), (), workspace.clock)
                assign(uow, [row.id], customer, remember=False, clock=workspace.clock)
            qtbot.waitUntil(lambda: bool(preview.page.files.cards), timeout=LONG_MS)
            assert preview.page.awaited.isHidden()
            assert told
            assert told[-1].arrived == told[-1].total > SIZE
            qtbot.waitUntil(lambda: not sync.downloads() and bool(downloads), timeout=LONG_MS)
            assert {(one.address, one.name) for one in downloads} == {("support@shop.example", "plan.pdf")}
            assert downloads[-1].is_over
            preview.save_files()
            folder = tmp_path / "saved"
            folder.mkdir()
            dialog = preview.keeper.dialog
            assert isinstance(dialog, QFileDialog)
            dialog.fileSelected.emit(str(folder))
            qtbot.waitUntil(ops.is_idle, timeout=LONG_MS)
            assert (folder / "plan.pdf").read_bytes() == data
            assert not any("\\Seen" in flags for flags in dovecot.flags(user).values())
        finally:
            assert sync.stop()
            ops.close()

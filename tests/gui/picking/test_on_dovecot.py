"""Manual selection on an open profile and a real server: looked at, searched, brought in, and nothing changed there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.app.connections import WorkspaceConnections
from desktop.app.picking import WorkspacePicking
from desktop.domain.email_list import EmailFilter
from desktop.domain.mailbox import Direction, Security, ServerSettings
from desktop.security.secrets import Secret
from desktop.services.customers import Details, add_customer
from desktop.settings import registry
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.engine import sync_all
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from desktop.views.picking.dialog import PickDialog
from desktop.workspace import connecting
from desktop.workspace.opening import opened
from desktop.workspace.workspace import Workspace
from tests.gui.frames import make_frame
from tests.helpers.dovecot import Dovecot
from tests.helpers.mails import mailbox
from tests.unit.workspace.support import letter, new_given

pytestmark = pytest.mark.server
LONG_MS = 20_000


@pytest.fixture
def workspace(tmp_path: Path, dovecot: Dovecot) -> Iterator[Workspace]:
    given = replace(new_given(tmp_path), ca_file=dovecot.ca_file)
    with opened(given, writing=True, tell=lambda _words: None) as made:
        made.settings.change(registry.PARSE_WORKERS, 1)
        yield made


@pytest.fixture
def context(workspace: Workspace) -> Iterator[SyncContext]:
    with workspace.sync_context() as made:
        yield made


def stored(workspace: Workspace) -> list[str]:
    """The subjects of the emails that are here."""
    with workspace.store.read() as read:
        return sorted(row.subject for row in read.email_list.first_page(EmailFilter(), limit=50))


def test_what_is_searched_and_ticked_comes_in_and_nothing_else(
    qapp: QApplication, qtbot: QtBot, workspace: Workspace, context: SyncContext, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    dovecot.deliver_many(user, [(letter(number), None) for number in range(1, 8)])
    imap = ServerSettings("localhost", dovecot.tls_port, Security.TLS, user.name)
    wanted = replace(mailbox("support@shop.example"), imap=imap, direction=Direction.MANUAL)
    held, _ = connecting.connect_mailbox(workspace, wanted, Secret(user.password))
    with workspace.store.write() as uow:
        add_customer(uow, Details("Acme"), ("ann@acme.example",), workspace.clock)
    sync_all([held], context, StopSignal())
    assert stored(workspace) == []

    theme().apply(qapp)
    window, ops = QMainWindow(), Ops(workspace.store, workspace.clock)
    qtbot.addWidget(window)
    window.show()
    frame, *_ = make_frame(ops, workspace.clock, window)
    frame = replace(frame, connections=WorkspaceConnections(workspace), picking=WorkspacePicking(context))
    dialog = PickDialog(frame, window)

    def settle() -> None:
        qtbot.waitUntil(ops.is_idle, timeout=LONG_MS)

    dialog.open()
    settle()
    assert [one.subject for one in dialog.model.rows] == [f"Order {number}" for number in range(7, 0, -1)]
    assert dialog.counted.text() == "7 of 7 messages shown"
    dialog.model.choose([0], on=True)
    QTest.mouseClick(dialog.bring_button, Qt.MouseButton.LeftButton)
    settle()
    assert dialog.outcome.label.text() == "1 email brought in: 1 filed, none to review."
    assert [one.subject for one in dialog.model.rows if one.is_here] == ["Order 7"]

    dialog.bar.search.setText("order 3")
    QTest.keyClick(dialog.bar.search, Qt.Key.Key_Return)
    settle()
    assert [one.subject for one in dialog.model.rows] == ["Order 3"]
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    settle()
    assert stored(workspace) == ["Order 3", "Order 7"]
    sync_all([held], context, StopSignal())
    assert stored(workspace) == ["Order 3", "Order 7"]
    assert not any("\\Seen" in flags for flags in dovecot.flags(user).values())
    dialog.reject()
    ops.close()

"""The scene every test of the mailbox dialogs starts from."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import Mailbox, Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.store.store import Store
from desktop.ui.kit.theme import theme
from desktop.ui.ops import Ops
from tests.gui.connect.scene import Scene, Servers
from tests.gui.frames import make_frame
from tests.helpers.health import failed, put_health
from tests.helpers.mails import FixedClock, mailbox


@pytest.fixture
def scene(qapp: QApplication, qtbot: QtBot, ops: Ops, clock: FixedClock) -> Scene:
    theme().apply(qapp)
    window = QMainWindow()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    frame, went, sync, _ = make_frame(ops, clock, window)
    servers = Servers()
    made = Scene(qtbot, window, replace(frame, connections=servers), went, sync, servers, ops)
    ops.said.connect(made.said.append)
    return made


@pytest.fixture
def held(store: Store) -> Mailbox:
    """A stored mailbox whose password was refused."""
    imap = ServerSettings("imap.acme.example", 993, Security.TLS, "billing@acme.example")
    made = replace(mailbox("billing@acme.example", ("INBOX", "Orders")), imap=imap)
    refusal = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The password was changed at the provider.")
    with store.write() as uow:
        number = uow.mailboxes.add(made)
        put_health(uow, number, failed(refusal))
    with store.read() as read:
        return read.mailboxes.every()[0]

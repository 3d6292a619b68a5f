"""The window stays alive while mail pours in: no file, socket or store in its thread, and the loop comes round."""

from datetime import UTC, datetime
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.demo.server import ImapServer
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.security.secrets import Secret
from desktop.workspace.connecting import connect_mailbox
from tests.gui.window.support import GuiThread, RealWindow, StallClock, real_window

MAILS = 400
LONGEST_S = 0.5
"""A watchdog, not a measurement: a machine with other work may take a breath; what blocks takes longer. The figure is
measured in benchmarks/."""


def connect(real: RealWindow, server: ImapServer) -> MailboxId:
    account = server.add_account("desk@shop.example", "secret-4711")
    for number in range(MAILS):
        head = f"From: a{number % 50}@x{number % 9}.example\r\nSubject: Order {number}\r\nMessage-ID: <{number}@x>"
        text = f"{head}\r\n\r\nHello\r\n"
        account.deliver(text.encode(), internal_date=datetime.now(UTC))
    workspace = real.session.profile.workspace
    settings = ServerSettings(server.host, server.port, Security.NONE, "desk@shop.example")
    made, change = connect_mailbox(
        workspace,
        Mailbox(
            MailboxId(0), "desk@shop.example", "imap", settings, None, ("INBOX",), Direction.INBOUND,
            Frequency.MANUAL, 14, datetime(2020, 1, 1, tzinfo=UTC), MailboxState.ACTIVE, workspace.clock.now(),
        ),
        Secret("secret-4711"),
    )  # fmt: skip
    real.frame.ops.announce(change)
    real.settle()
    return made.id


def test_a_first_sync_never_holds_the_window(
    qtbot: QtBot, tmp_path: Path, imap_server: ImapServer, gui_thread: GuiThread
) -> None:
    with real_window(qtbot, tmp_path) as real:
        mailbox_id = connect(real, imap_server)
        for place in ("emails", "review", "dashboard", "emails"):
            real.go(place)
        clock = StallClock()
        gui_thread.is_on = True
        clock.start()
        with qtbot.waitSignal(real.session.sync.finished, timeout=60_000):
            real.session.start()
            real.session.sync.sync_now(mailbox_id)
        for place in ("review", "dashboard", "sync_log", "emails"):
            real.go(place)
        longest_s = clock.stop()
        gui_thread.is_on = False
        item = real.window.sidebar.item("review")
        assert item is not None
        assert item.count == MAILS
    assert longest_s < LONGEST_S

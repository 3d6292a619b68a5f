"""A mail that arrives on the server is a row in the list of emails a moment later, without a click."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.security.secrets import Secret
from desktop.views.emails.screen import EmailsScreen
from desktop.workspace.connecting import connect_mailbox
from tests.gui.window.support import RealWindow, real_window
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.fixtures import require_dovecot
from tests.helpers.tls import TlsAuthority

pytestmark = pytest.mark.server

MAIL = "From: Lena <lena@acme.example>\r\nSubject: {0}\r\nMessage-ID: <{0}@x.example>\r\n\r\nHello.\r\n"


def deliver(dovecot: Dovecot, user: User, subject: str) -> None:
    dovecot.deliver(user, MAIL.format(subject).encode(), internal_date=datetime.now(UTC))


def connected(real: RealWindow, dovecot: Dovecot, user: User) -> Mailbox:
    workspace = real.session.profile.workspace
    server = ServerSettings(dovecot.host, dovecot.tls_port, Security.TLS, user.name)
    mailbox = Mailbox(
        MailboxId(0), "desk@shop.example", "imap", server, None, ("INBOX",), Direction.INBOUND, Frequency.REALTIME, 14,
        datetime(2020, 1, 1, tzinfo=UTC), MailboxState.ACTIVE, workspace.clock.now(),
    )  # fmt: skip
    made, change = connect_mailbox(workspace, mailbox, Secret(user.password))
    with real.qtbot.waitSignal(real.session.sync.finished, timeout=20_000):
        real.session.start()
        real.frame.ops.announce(change)
    real.settle()
    return made


def verdict(real: RealWindow, mailbox: Mailbox) -> tuple[str, str]:
    with real.store.read() as read:
        health = read.mailboxes.health(mailbox.id)
    return health.state.value, health.code


def subjects(screen: EmailsScreen) -> list[str]:
    rows = (screen.table.emails.row_at(number) for number in range(screen.table.emails.rowCount()))
    return [row.subject for row in rows if row is not None]


def shows(screen: EmailsScreen, wanted: list[str]) -> bool:
    return subjects(screen) == wanted


def test_a_mail_that_arrives_is_a_row_without_a_click(qtbot: QtBot, tmp_path: Path, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    deliver(dovecot, user, "first")
    with real_window(qtbot, tmp_path, ca_file=dovecot.ca_file) as real:
        connected(real, dovecot, user)
        screen = real.go("emails")
        assert isinstance(screen, EmailsScreen)
        for number in range(3):
            before = subjects(screen)
            deliver(dovecot, user, f"new-{number}")
            qtbot.waitUntil(partial(shows, screen, [f"new-{number}", *before]), timeout=10_000)
        real.settle()


def test_where_the_server_cannot_tell_the_card_says_so(
    qtbot: QtBot, tmp_path: Path, tls_authority: TlsAuthority
) -> None:
    require_dovecot()
    with (
        Dovecot.start(authority=tls_authority, imap_capability="IMAP4rev1") as dovecot,
        real_window(qtbot, tmp_path, ca_file=dovecot.ca_file) as real,
    ):
        mailbox = connected(real, dovecot, dovecot.new_user())
        qtbot.waitUntil(lambda: verdict(real, mailbox) == ("healthy", "PUSH_MISSING"), timeout=10_000)
        real.go("dashboard")
        words = [one.accessibleDescription() + one.accessibleName() for one in real.window.findChildren(QWidget)]
        assert any("does not tell of new mail by itself" in one for one in words)
        real.settle()

"""From a real Dovecot to a decision by mouse: synced, dragged, undone, redone, and read again after a restart."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.security.secrets import Secret
from desktop.services.customers import Details, add_customer
from desktop.ui.customer_list import LINE, CustomerLine
from desktop.workspace.connecting import connect_mailbox
from tests.gui.window.support import RealWindow, real_window
from tests.helpers.dovecot import Dovecot, User

MAIL = (
    "From: {name} <{address}>\r\nTo: desk@shop.example\r\nSubject: {subject}\r\n"
    "Message-ID: <{key}@x.example>\r\n\r\nHello.\r\n"
)


@pytest.fixture
def user(dovecot: Dovecot) -> User:
    """A mailbox with three mails: one of a customer, two of a stranger at a customer's domain."""
    made = dovecot.new_user()
    for key, name, address in (
        ("1", "Lena", "lena@acme-parts.example"),
        ("2", "Wei Zhang", "wei@acme-parts.example"),
        ("3", "Wei Zhang", "wei@acme-parts.example"),
    ):
        text = MAIL.format(name=name, address=address, subject=f"Order {key}", key=key)
        dovecot.deliver(made, text.encode(), internal_date=datetime.now(UTC))
    return made


def connected(real: RealWindow, dovecot: Dovecot, user: User) -> None:
    """Add a customer and the mailbox as a person would have, then sync."""
    workspace = real.session.profile.workspace
    with workspace.store.write() as uow:
        add_customer(uow, Details("Acme Parts"), ["lena@acme-parts.example"], workspace.clock)
    server = ServerSettings(dovecot.host, dovecot.tls_port, Security.TLS, user.name)
    now = workspace.clock.now()
    mailbox = Mailbox(
        MailboxId(0), "desk@shop.example", "imap", server, None, ("INBOX",), Direction.INBOUND, Frequency.MANUAL, 14,
        datetime(2020, 1, 1, tzinfo=UTC), MailboxState.ACTIVE, now,
    )  # fmt: skip
    made, change = connect_mailbox(workspace, mailbox, Secret(user.password))
    with real.qtbot.waitSignal(real.session.sync.finished, timeout=20_000):
        real.session.start()
        real.frame.ops.announce(change)
        real.session.sync.sync_now(made.id)
    real.settle()


def waiting(real: RealWindow) -> int:
    with real.store.read() as read:
        return int(read.review.count())


def drag(window: QWidget, start: QPoint, end: QPoint) -> None:
    """Drag with the mouse as the window system would: press, move a little, move there, let go."""
    handle = window.windowHandle()
    steps: list[Callable[[], None]] = [
        lambda: QTest.mouseMove(handle, (start + end) / 2),
        lambda: QTest.mouseMove(handle, end),
        lambda: QTest.mouseMove(handle, end + QPoint(2, 1)),
        lambda: QTest.mouseRelease(
            handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end + QPoint(2, 1)
        ),
    ]
    for number, step in enumerate(steps, start=1):
        QTimer.singleShot(60 * number, window, step)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(handle, start + QPoint(12, 4))
    QTest.mouseMove(handle, start + QPoint(24, 8))


def place_of(window: QWidget, view: QAbstractItemView, row: int) -> QPoint:
    """Return where a row's middle is in the window."""
    rect = view.visualRect(view.model().index(row, 0))
    return view.viewport().mapTo(window, rect.center())


def customers_view(screen: QWidget) -> QAbstractItemView:
    return next(one for one in screen.findChildren(QAbstractItemView) if one.acceptDrops() and one.isVisible())


def row_of_customer(view: QAbstractItemView, name: str) -> int:
    model = view.model()
    lines: list[Any] = [model.index(row, 0).data(LINE) for row in range(model.rowCount())]
    return next(at for at, line in enumerate(lines) if isinstance(line, CustomerLine) and line.name == name)


@pytest.mark.server
@pytest.mark.display
def test_from_the_server_to_a_decision_and_back(qtbot: QtBot, tmp_path: Path, dovecot: Dovecot, user: User) -> None:
    with real_window(qtbot, tmp_path, ca_file=dovecot.ca_file) as real:
        connected(real, dovecot, user)
        assert waiting(real) == 2
        screen = real.go("review")
        queue = screen.panes()[0]
        assert isinstance(queue, QAbstractItemView)
        customers = customers_view(screen)
        start = place_of(real.window, queue, 1)
        end = place_of(real.window, customers, row_of_customer(customers, "Acme Parts"))
        drag(real.window, start, end)
        qtbot.waitUntil(lambda: waiting(real) == 1)
        real.act("edit.undo")
        qtbot.waitUntil(lambda: waiting(real) == 2)
        real.act("edit.redo")
        qtbot.waitUntil(lambda: waiting(real) == 1)
        real.settle()
    with real_window(qtbot, tmp_path, ca_file=dovecot.ca_file) as again:
        assert waiting(again) == 1
        with again.store.read() as read:
            assert read.emails.count(EmailFilter()) == 3
        item = again.window.sidebar.item("review")
        assert item is not None
        assert item.count == 1
        again.act("edit.undo")
        qtbot.waitUntil(lambda: waiting(again) == 2)

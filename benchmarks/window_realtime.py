"""P3, in a process of its own: a mail arrives on the server, and its row is painted in a window nobody touches."""

import argparse
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from benchmarks.window_open import Shown, shown
from desktop.demo.server import ImapServer
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.security.secrets import Secret
from desktop.ui.tables import ROW
from desktop.views.emails import delegate
from desktop.workspace.connecting import connect_mailbox
from desktop.workspace.opening import Given, opened
from tests.helpers.dovecot import Dovecot

LIMIT_S = 60.0
PASSWORD = "secret-4711"
ADDRESS = "live@shop.example"
MAIL = (
    "From: Ann <ann@acme.example>\r\nTo: live@shop.example\r\nSubject: {subject}\r\n"
    "Message-ID: <{subject}@x.example>\r\n"
    "Date: {date:%a, %d %b %Y %H:%M:%S} +0000\r\n\r\nHello, this is about order {subject}.\r\n"
)
Deliver = Callable[[bytes], None]


def main() -> int:
    """Measure and print one line of JSON: for each mail, ms until the server told of it and until it was painted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", type=Path)
    parser.add_argument("key_file", type=Path)
    parser.add_argument("server", choices=["dovecot", "prompt"])
    parser.add_argument("count", type=int)
    args = parser.parse_args()
    serving = _on_dovecot if args.server == "dovecot" else _on_prompt_server
    with serving() as (settings, deliver):
        _connect(Given(args.profile, args.key_file), settings)
        with shown(args.profile, args.key_file, "emails") as real:
            print(json.dumps(_measured(real, settings, deliver, args.count)))
    sys.stdout.flush()
    return 0


@contextmanager
def _on_dovecot() -> Iterator[tuple[ServerSettings, Deliver]]:
    with Dovecot.start() as server:
        user = server.new_user(password=PASSWORD)
        settings = ServerSettings(server.host, server.port, Security.NONE, user.name)
        yield settings, lambda raw: server.deliver(user, raw)


@contextmanager
def _on_prompt_server() -> Iterator[tuple[ServerSettings, Deliver]]:
    """The server of the tests: it tells at once."""
    with ImapServer() as server:
        account = server.add_account(ADDRESS, PASSWORD)
        settings = ServerSettings("127.0.0.1", server.port, Security.NONE, ADDRESS)
        yield settings, lambda raw: _ignore(account.deliver(raw))


def _ignore(_value: object) -> None:
    """Take what nobody needs."""


def _connect(given: Given, settings: ServerSettings) -> None:
    """Have the one mailbox that is synced be this one."""
    with opened(given, writing=True, tell=_ignore) as workspace:
        with workspace.store.write() as uow:
            for one in uow.read.mailboxes.every():
                uow.mailboxes.set_state(one.id, MailboxState.PAUSED)
        mailbox = Mailbox(
            MailboxId(0), ADDRESS, "imap", settings, None, ("INBOX",), Direction.INBOUND, Frequency.REALTIME, 14,
            datetime(2020, 1, 1, tzinfo=UTC), MailboxState.ACTIVE, workspace.clock.now(),
        )  # fmt: skip
        connect_mailbox(workspace, mailbox, Secret(PASSWORD))


def _measured(real: Shown, settings: ServerSettings, deliver: Deliver, count: int) -> dict[str, Any]:
    ear, eye, chance = Ear(settings), Eye(), Random(1)
    passes: list[object] = []
    real.session.sync.finished.connect(passes.append)
    real.session.start()
    real.wait(lambda: bool(passes), LIMIT_S)
    painted, told = list[float](), list[float]()
    for number in range(count):
        real.settle()
        before, pause = len(passes), 0.3 + chance.random()
        until = time.monotonic() + pause
        real.wait(lambda end=until: time.monotonic() > end, LIMIT_S)  # type: ignore[misc]
        subject = f"order-{number}"
        raw = MAIL.format(subject=subject, date=datetime.now(UTC)).encode()
        ear.told.clear()
        begun = time.perf_counter()
        deliver(raw)
        painted.append(eye.wait_for(subject) - begun)
        ear.told.wait(LIMIT_S)
        told.append(ear.at - begun)
        real.wait(lambda was=before: len(passes) > was, LIMIT_S)  # type: ignore[misc]
    ear.close()
    return {"painted_ms": [1000 * one for one in painted], "told_ms": [1000 * one for one in told]}


class Ear:
    """Another client of the account, which does nothing but listen: when the server told of a mail."""

    def __init__(self, settings: ServerSettings) -> None:
        self.told = threading.Event()
        self.at = 0.0
        self._socket = socket.create_connection((settings.host, settings.port))
        lines = self._socket.makefile("rb")
        for line in (f"a LOGIN {settings.user} {PASSWORD}", "b EXAMINE INBOX", "c IDLE"):
            self._socket.sendall(f"{line}\r\n".encode())
            while not lines.readline().startswith((line[:2].encode(), b"+ ")):
                pass
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()

    def _listen(self, lines: Any) -> None:
        for line in lines:
            if b"EXISTS" in line:
                self.at = time.perf_counter()
                self.told.set()

    def close(self) -> None:
        """Leave."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Eye:
    """Sees when a row was painted."""

    def __init__(self) -> None:
        self._wanted, self._at = "", 0.0
        self._loop = QEventLoop()
        real = delegate.EmailDelegate.paint

        def paint(painting: Any, painter: Any, option: Any, index: Any) -> None:
            real(painting, painter, option, index)
            row = index.data(ROW)
            if self._wanted and row is not None and row.subject == self._wanted:
                self._wanted, self._at = "", time.perf_counter()
                QTimer.singleShot(0, self._loop.quit)

        delegate.EmailDelegate.paint = paint  # type: ignore[method-assign, assignment]

    def wait_for(self, subject: str) -> float:
        """Let the window work until the row with this subject was painted; returns when that was."""
        self._wanted = subject
        limit = QTimer(singleShot=True, interval=int(1000 * LIMIT_S))
        limit.timeout.connect(self._loop.quit)
        limit.start()
        self._loop.exec()
        if self._wanted:
            raise TimeoutError("the row was not painted")
        return self._at


if __name__ == "__main__":
    sys.exit(main())

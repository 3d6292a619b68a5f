"""The peers: the bare bytes as the limit, mbsync for the download, notmuch for the index over it."""

import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import CommandFailed, Meter, Run
from benchmarks.server import Account

PIECE = 1 << 20


class RawBytes:
    """Reads every message's bytes from the socket and throws them away: no client can be faster."""

    name = "raw bytes"

    def __init__(self, account: Account, meter: Meter) -> None:
        self._account = account
        self._meter = meter
        self.received = 0

    def prepare(self) -> None:
        """There is nothing to prepare."""

    def run(self) -> Run:
        """Log in, open the folder, ask for all of it, read to the end."""
        account = self._account
        with self._meter.running() as reading:
            worked = time.process_time()
            with socket.create_connection((account.host, account.port), timeout=120) as connection:
                _ask(connection, f"a LOGIN {account.user} {account.password}\r\nb EXAMINE INBOX\r\n", b"b OK")
                self.received = _ask(connection, "c UID FETCH 1:* (UID BODY.PEEK[])\r\n", b"c OK")
            reading.cpu_s = time.process_time() - worked
        return reading.run()


def _ask(connection: socket.socket, command: str, end: bytes) -> int:
    """Send *command* and read until a line begins with *end*; returns how many bytes came."""
    connection.sendall(command.encode())
    room, total, tail = bytearray(PIECE), 0, b""
    while True:
        size = connection.recv_into(room)
        total += size
        tail = (tail + bytes(memoryview(room)[max(0, size - 500) : size]))[-500:]
        if b"\n" + end in tail:
            return total
        if not size:
            raise CommandFailed(f"the connection ended before {end!r}")


class Mbsync:
    """Downloads into a maildir, as a first sync (*fresh*) or again with nothing new."""

    def __init__(self, account: Account, folder: Path, meter: Meter, *, fresh: bool = True, fsync: bool = True) -> None:
        self.name = "mbsync" if fsync else "mbsync without fsync"
        self._folder = folder
        self._meter = meter
        self._fresh = fresh
        folder.mkdir(parents=True, exist_ok=True)
        self._config = folder / "mbsyncrc"
        self._config.write_text(_MBSYNC.format(account=account, folder=folder, fsync="yes" if fsync else "no"))
        self._config.chmod(0o600)

    @property
    def mail(self) -> Path:
        """Where the mail comes to lie."""
        return self._folder / "mail"

    def prepare(self) -> None:
        """Forget everything, if it is to be a first sync."""
        if self._fresh:
            shutil.rmtree(self.mail, ignore_errors=True)
        self.mail.mkdir(exist_ok=True)

    def run(self) -> Run:
        """Sync once."""
        return self._meter.command(["mbsync", "-c", str(self._config), "-q", "bench"], environment=_plain(self._folder))


class Notmuch:
    """Indexes the mail that *mail* tells of."""

    name = "notmuch new"

    def __init__(self, mail: Path, folder: Path, meter: Meter) -> None:
        self._mail = mail
        self._meter = meter
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._config = folder / "notmuch-config"
        self._config.write_text(_NOTMUCH.format(mail=mail))

    def prepare(self) -> None:
        """Forget the index."""
        shutil.rmtree(self._mail / ".notmuch", ignore_errors=True)

    def run(self) -> Run:
        """Index once."""
        environment = _plain(self._folder) | {"NOTMUCH_CONFIG": str(self._config)}
        return self._meter.command(["notmuch", "new", "--quiet"], environment=environment)


def missing(program: str) -> bool:
    """Tell whether *program* is not installed."""
    return shutil.which(program) is None


def _plain(home: Path) -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}


MakeClient = Callable[[], "RawBytes | Mbsync | Notmuch"]

_MBSYNC = """\
FSync {fsync}

IMAPAccount bench
Host {account.host}
Port {account.port}
User {account.user}
Pass {account.password}
SSLType None

IMAPStore server
Account bench

MaildirStore here
Path {folder}/mail/
Inbox {folder}/mail/INBOX

Channel bench
Far :server:
Near :here:
Patterns INBOX
Create Near
Sync Pull
SyncState *
"""

_NOTMUCH = """\
[database]
path={mail}
[user]
name=Bench
primary_email=bench@example.test
[new]
tags=inbox
ignore=.mbsyncstate;.mbsyncstate.lock;.mbsyncstate.journal;.mbsyncstate.new;.uidvalidity
[search]
exclude_tags=
[maildir]
synchronize_flags=false
"""

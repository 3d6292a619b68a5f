"""A loopback IMAP server in a background thread: accounts with mail in, IMAP4rev1 out, every command recorded."""

import asyncio
import itertools
import ssl
from typing import Self

from desktop.demo.connection import LINE_LIMIT, Connection
from desktop.demo.faults import Faults
from desktop.demo.imap_session import Session
from desktop.demo.imap_tokens import Doors
from desktop.demo.loop_thread import LoopThread
from desktop.demo.mailstore import Account, MailStore

HOST = "127.0.0.1"
BEFORE_LOGIN = ("IMAP4rev1", "ID", "ENABLE", "IDLE", "LITERAL+")
AFTER_LOGIN = (
    *BEFORE_LOGIN,
    *("NAMESPACE", "UNSELECT", "ESEARCH", "CONDSTORE", "QRESYNC", "LIST-STATUS", "SPECIAL-USE", "CHILDREN"),
)


class ImapServer:
    """Serves `store` on 127.0.0.1 and a free port while the `with` block runs.

    `tls` alone offers STARTTLS; with `implicit_tls` the handshake comes first. Two servers may share a `store`. `doors`
    are the ways to log in; with a token among them, `Account.accept_token` says which are good.
    `commands` lists (connection number from 1, command line as received with passwords starred out), so that a test
    can assert what was never sent.
    """

    host = HOST

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        port: int = 0,
        store: MailStore | None = None,
        doors: Doors | None = None,
    ) -> None:
        if implicit_tls and tls is None:
            raise ValueError("implicit TLS needs an SSL context")
        self.store = store or MailStore()
        self.tls = tls
        self.implicit_tls = implicit_tls
        self.port = port
        self.doors = doors or Doors()
        self.faults = Faults()
        self.commands: list[tuple[int, bytes]] = []
        self._numbers = itertools.count(1)
        self._thread: LoopThread | None = None
        self._listener: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self.store.on_change(self._wake)

    # --- life -------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; from here on `port` is known."""
        self._thread = LoopThread("imap-server")
        self._listener = self._thread.listen(self._accept, HOST, self.port, limit=LINE_LIMIT)
        self.port = self._listener.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Close the port and every connection, whatever they wait for, and end the thread."""
        if self._thread is None or self._listener is None:
            return
        self._thread.stop(self._listener)
        self.faults.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self, next(self._numbers), reader, writer)
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)

    def _wake(self) -> None:
        """Called from any thread after a change of the store."""
        if self._thread is not None:
            self._thread.call_soon(self._wake_all)

    def _wake_all(self) -> None:
        for connection in self._connections:
            connection.changed.set()

    # --- what tests and the demo use --------------------------------------------------------------------------------

    def add_account(self, name: str, password: str) -> Account:
        """A new account with an empty INBOX; deliver mail into it, set its limits."""
        return self.store.add_account(name, password)

    def capabilities(self, session: Session) -> bytes:
        """What CAPABILITY lists in this state."""
        if session.account is not None:
            labels = ("X-GM-EXT-1",) if session.account.keeps_labels else ()
            return " ".join((*AFTER_LOGIN, *labels)).encode()
        starttls = ("STARTTLS",) if self.tls is not None and not session.tls else ()
        return " ".join((*BEFORE_LOGIN, *starttls, *self.doors.capabilities())).encode()

    def record(self, number: int, line: bytes) -> None:
        """Remember a command line."""
        self.commands.append((number, line))

    def command_names(self, connection: int | None = None) -> list[str]:
        """The commands received, as `EXAMINE` or `UID FETCH`, from one connection or all."""
        names = []
        for number, line in list(self.commands):
            if connection in (None, number):
                words = line.decode("ascii", "replace").upper().split()
                names.append(" ".join(words[1:3]) if words[1:2] == ["UID"] else "".join(words[1:2]) or "".join(words))
        return names

"""One mailbox on either server, the fake or Dovecot, so that one test can ask both the same questions."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from imapclient import IMAPClient

from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from tests.helpers.dovecot import Dovecot, User

TIMEOUT_S = 10


class Mailbox(Protocol):
    """What both servers can do to a mailbox behind the client's back."""

    def deliver(self, raw: bytes, folder: str = "INBOX", internal_date: datetime | None = None) -> object: ...
    def copy(self, folder: str, uid: int, target: str) -> object: ...
    def move(self, folder: str, uid: int, target: str) -> object: ...
    def expunge(self, folder: str, *uids: int) -> None: ...
    def set_flags(self, folder: str, uid: int, *flags: str) -> None: ...
    def create_folder(self, name: str) -> None: ...
    def delete_folder(self, name: str) -> None: ...
    def rename_folder(self, name: str, new_name: str) -> None: ...
    def reset_uidvalidity(self, name: str = "INBOX", value: int | None = None) -> int: ...
    def uids(self, folder: str = "INBOX") -> list[int]: ...
    def flags(self, folder: str = "INBOX") -> dict[int, frozenset[str]]: ...
    def uidvalidity(self, folder: str = "INBOX") -> int: ...


@dataclass(frozen=True, slots=True)
class DovecotMailbox:
    """A Dovecot user's mailbox with the methods of the fake server's `Account`."""

    server: Dovecot
    user: User

    def deliver(self, raw: bytes, folder: str = "INBOX", internal_date: datetime | None = None) -> None:
        self.server.deliver(self.user, raw, folder, internal_date)

    def deliver_many(self, mails: Iterable[tuple[bytes, datetime | None]], folder: str = "INBOX") -> int:
        return self.server.deliver_many(self.user, mails, folder)

    def copy(self, folder: str, uid: int, target: str) -> None:
        self.server.copy(self.user, folder, uid, target)

    def move(self, folder: str, uid: int, target: str) -> None:
        self.server.move(self.user, folder, uid, target)

    def expunge(self, folder: str, *uids: int) -> None:
        self.server.expunge(self.user, folder, *uids)

    def set_flags(self, folder: str, uid: int, *flags: str) -> None:
        self.server.set_flags(self.user, folder, uid, *flags)

    def create_folder(self, name: str) -> None:
        self.server.create_folder(self.user, name)

    def delete_folder(self, name: str) -> None:
        self.server.delete_folder(self.user, name)

    def rename_folder(self, name: str, new_name: str) -> None:
        self.server.rename_folder(self.user, name, new_name)

    def reset_uidvalidity(self, name: str = "INBOX", value: int | None = None) -> int:
        return self.server.reset_uidvalidity(self.user, name, value)

    def uids(self, folder: str = "INBOX") -> list[int]:
        return self.server.uids(self.user, folder)

    def flags(self, folder: str = "INBOX") -> dict[int, frozenset[str]]:
        return self.server.flags(self.user, folder)

    def uidvalidity(self, folder: str = "INBOX") -> int:
        return self.server.uidvalidity(self.user, folder)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server with one mailbox: where it listens, who may log in, and the mailbox itself."""

    kind: str
    host: str
    port: int
    tls_port: int
    user: str
    password: str
    client_context: ssl.SSLContext
    mailbox: Mailbox

    def connect(self, *, tls: bool = False) -> Any:
        """An IMAPClient (which has no types) that has not logged in yet; `tls` is implicit TLS."""
        port = self.tls_port if tls else self.port
        context = self.client_context if tls else None
        return IMAPClient(self.host, port, ssl=tls, ssl_context=context, timeout=TIMEOUT_S)

    def login(self) -> Any:
        """An IMAPClient that has logged in."""
        client = self.connect()
        client.login(self.user, self.password)
        return client


def on_dovecot(server: Dovecot) -> MailServer:
    """A fresh mailbox on the real server."""
    user = server.new_user()
    return MailServer(
        kind="dovecot",
        host=server.host,
        port=server.port,
        tls_port=server.tls_port,
        user=user.name,
        password=user.password,
        client_context=server.authority.client_context,
        mailbox=DovecotMailbox(server, user),
    )


def on_fake(plain: ImapServer, implicit_tls: ImapServer, account: Account, client: ssl.SSLContext) -> MailServer:
    """A fresh mailbox on the fake server; the two listeners must share the account."""
    return MailServer(
        kind="fake",
        host=plain.host,
        port=plain.port,
        tls_port=implicit_tls.port,
        user=account.name,
        password=account.password,
        client_context=client,
        mailbox=account,
    )

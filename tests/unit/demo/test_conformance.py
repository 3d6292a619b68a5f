"""The fake server and Dovecot give imapclient the same answers for every command Postroom uses."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from imapclient.exceptions import IMAPClientError, LoginError

from tests.helpers.mailboxes import MailServer


def mail(number: int, sender: str = "Anna <anna@example.test>", body: str = "Hello") -> bytes:
    """A small mail with Unix line ends, as a delivery agent writes it."""
    return f"From: {sender}\nSubject: Mail {number}\nMessage-ID: <m{number}@example.test>\n\n{body} {number}\n".encode()


@pytest.fixture
def filled(mail_server: MailServer) -> MailServer:
    """A mailbox with four mails of 1 to 4 January 2026."""
    for number in range(1, 5):
        sender = "=?utf-8?q?J=C3=B6rg?= <joerg@example.test>" if number == 2 else "Anna <anna@example.test>"
        mail_server.mailbox.deliver(mail(number, sender), internal_date=datetime(2026, 1, number, 12, tzinfo=UTC))
    return mail_server


@pytest.fixture
def client(filled: MailServer) -> Iterator[Any]:
    """A client that has the mailbox open for reading."""
    client = filled.login()
    client.select_folder("INBOX", readonly=True)
    yield client
    with suppress(IMAPClientError, OSError):
        client.logout()


def without_recent(flags: tuple[bytes, ...]) -> set[bytes]:
    r"""Flags except \Recent, which only a server that keeps track of it sets."""
    return set(flags) - {b"\\Recent"}


def without_recent_lines(answers: list[Any]) -> list[Any]:
    """Untagged answers except `n RECENT`."""
    return [answer for answer in answers if answer[1] != b"RECENT"]


class TestSession:
    def test_greeting_lists_starttls_and_plain(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        assert {b"IMAP4REV1", b"STARTTLS", b"AUTH=PLAIN", b"SASL-IR", b"ID", b"IDLE"} <= set(client.capabilities())
        client.logout()

    def test_capabilities_after_login(self, client: Any) -> None:
        ours = {b"NAMESPACE", b"UNSELECT", b"ESEARCH", b"CONDSTORE", b"SPECIAL-USE", b"LIST-STATUS", b"ENABLE"}
        assert ours <= set(client.capabilities())
        assert b"STARTTLS" not in client.capabilities()

    def test_wrong_password_is_refused(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
            client.login(mail_server.user, "wrong")
        client.login(mail_server.user, mail_server.password)
        client.logout()

    def test_authenticate_plain(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        client.plain_login(mail_server.user, mail_server.password)
        assert client.namespace().personal == (("", "/"),)
        client.logout()

    def test_unknown_mechanism_is_refused(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        with pytest.raises(LoginError, match="Unsupported authentication mechanism"):
            client.sasl_login("X-NONE", lambda _: b"")
        client.logout()

    def test_implicit_tls(self, mail_server: MailServer) -> None:
        client = mail_server.connect(tls=True)
        client.login(mail_server.user, mail_server.password)
        assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 0
        client.logout()

    def test_starttls(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        client.starttls(mail_server.client_context)
        assert b"STARTTLS" not in client.capabilities()
        client.login(mail_server.user, mail_server.password)
        client.logout()

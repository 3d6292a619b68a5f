"""One mailbox on each kind of server, reached in each way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.source import Source
from desktop.providers.connect import open_source
from tests.contract.helpers import Password
from tests.helpers.mailboxes import Mailbox, MailServer

WAYS = {"tls": Security.TLS, "starttls": Security.STARTTLS, "plain": Security.NONE}


@dataclass(frozen=True, slots=True)
class Site:
    """A mailbox to be read, how it is reached, and the hand that changes it behind the client's back."""

    server: MailServer
    settings: ServerSettings
    ca_file: Path

    @property
    def mailbox(self) -> Mailbox:
        """The hand."""
        return self.server.mailbox

    def open(self) -> Source:
        """A logged-in source."""
        return open_source(self.settings, Password(self.server.password), ca_file=self.ca_file)


def settings_of(server: MailServer, security: Security) -> ServerSettings:
    """Settings for *server* reached so."""
    port = server.tls_port if security is Security.TLS else server.port
    return ServerSettings("localhost", port, security, server.user)


@pytest.fixture(params=list(WAYS))
def site(request: pytest.FixtureRequest, mail_server: MailServer) -> Site:
    """A fresh mailbox on the fake server and on Dovecot, in each of the three ways."""
    authority = request.getfixturevalue("dovecot" if mail_server.kind == "dovecot" else "tls_authority")
    return Site(mail_server, settings_of(mail_server, WAYS[request.param]), authority.ca_file)


@pytest.fixture
def source(site: Site) -> Iterator[Source]:
    """A logged-in source on the site."""
    with site.open() as source:
        yield source


Fill = Callable[[int], list[bytes]]


@pytest.fixture
def fill(site: Site) -> Fill:
    """Deliver so many small mails; returns them as the server will send them."""

    def deliver(count: int) -> list[bytes]:
        mails = [mail(number) for number in range(1, count + 1)]
        for raw in mails:
            site.mailbox.deliver(raw)
        return mails

    return deliver


def mail(number: int) -> bytes:
    """A small mail as it goes over the wire."""
    lines = (
        b"From: Anna <anna@example.test>",
        b"Subject: Mail %d" % number,
        b"Message-ID: <m%d@example.test>" % number,
    )
    return b"\r\n".join((*lines, b"", b"Hello %d" % number, b")", b"* 1 EXPUNGE", b""))

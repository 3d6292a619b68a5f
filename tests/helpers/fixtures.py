"""Pytest fixtures for servers: a real Dovecot per run, a fake IMAP server per test, one certificate authority."""

import os
from collections.abc import Iterator

import pytest

from desktop.demo.server import ImapServer
from tests.helpers.dovecot import Dovecot, missing_reason
from tests.helpers.mailboxes import MailServer, on_dovecot, on_fake
from tests.helpers.tls import TlsAuthority


@pytest.fixture(scope="session")
def tls_authority(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    """The certificate authority that every server of this run is signed by."""
    return TlsAuthority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def dovecot(tls_authority: TlsAuthority) -> Iterator[Dovecot]:
    """A running Dovecot for the whole run; take `dovecot.new_user()` for a mailbox of your own."""
    require_dovecot()
    with Dovecot.start(authority=tls_authority) as server:
        yield server


@pytest.fixture
def imap_server() -> Iterator[ImapServer]:
    """A fake IMAP server (plain) for one test, with no account yet: `imap_server.add_account(...)`."""
    with ImapServer() as server:
        yield server


@pytest.fixture(params=["fake", pytest.param("dovecot", marks=pytest.mark.server)])
def mail_server(request: pytest.FixtureRequest, tls_authority: TlsAuthority) -> Iterator[MailServer]:
    """One mailbox on the fake server and then on Dovecot: what holds for one must hold for the other."""
    if request.param == "dovecot":
        yield on_dovecot(request.getfixturevalue("dovecot"))
        return
    context = tls_authority.server_context
    with ImapServer(tls=context) as plain, ImapServer(tls=context, implicit_tls=True, store=plain.store) as implicit:
        account = plain.add_account("anna@example.test", "secret-4711")
        yield on_fake(plain, implicit, account, tls_authority.client_context)


def require_dovecot() -> None:
    """Go on when Dovecot is here."""
    require(missing_reason())


def require(reason: str | None) -> None:
    """Go on when nothing is missing; otherwise fail in CI, where nothing may be skipped, and skip elsewhere."""
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)

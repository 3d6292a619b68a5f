"""Pytest fixtures for signing in: a real issuer, a Dovecot that asks it about tokens, a server that sends."""

from collections.abc import Iterator

import pytest

from tests.helpers import oidc as oidc_helper
from tests.helpers.dovecot import Dovecot
from tests.helpers.fixtures import require, require_dovecot
from tests.helpers.mail_sink import MailSink
from tests.helpers.oidc import OidcProvider
from tests.helpers.tls import TlsAuthority
from tools.pytest_house import ExpectedLogs


@pytest.fixture(scope="session")
def oidc_of_the_run(tls_authority: TlsAuthority) -> Iterator[OidcProvider]:
    """The issuer that `oidc` hands out."""
    require(oidc_helper.missing_reason())
    with OidcProvider.start(authority=tls_authority) as provider:
        yield provider


@pytest.fixture
def oidc(oidc_of_the_run: OidcProvider) -> Iterator[OidcProvider]:
    """A running issuer that answers as it should and has seen no request; settings changed by a test are set back."""
    oidc_of_the_run.forget_requests()
    yield oidc_of_the_run
    oidc_of_the_run.start_over()


@pytest.fixture(scope="session")
def oidc_dovecot(tls_authority: TlsAuthority, oidc_of_the_run: OidcProvider) -> Iterator[Dovecot]:
    """A Dovecot that takes the issuer's tokens; an address is a mailbox of its own as soon as somebody uses it."""
    require_dovecot()
    with Dovecot.start(authority=tls_authority, oidc=oidc_of_the_run) as server:
        yield server


@pytest.fixture
def mail_sink(
    tls_authority: TlsAuthority, oidc: OidcProvider, oidc_dovecot: Dovecot, expected_logs: ExpectedLogs
) -> Iterator[MailSink]:
    """A submission server (implicit TLS) for the issuer's tokens that delivers into `oidc_dovecot`."""
    expected_logs.allow("mail.log", "Session.login_data is deprecated")  # aiosmtpd warns of itself
    with MailSink.start(tls_authority, oidc=oidc, dovecot=oidc_dovecot) as sink:
        yield sink

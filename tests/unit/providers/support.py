"""A sending server that keeps what it gets, and a secret."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from desktop.domain.mailbox import Security, ServerSettings
from tests.contract.helpers import Password
from tests.helpers.dovecot import free_ports

USER, PASSWORD = "ann@example.test", "correct-horse-battery"
SECRET = Password(PASSWORD)


@dataclass
class Outbox:
    """What arrived: (sender, recipients, bytes)."""

    mails: list[tuple[str | None, list[str], bytes]] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, content))
        return "250 kept"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    """Take one user with one password."""
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def smtp_server(
    tls: ssl.SSLContext, security: Security, outbox: Outbox, *, exclude: list[str] | None = None
) -> Iterator[ServerSettings]:
    """Run a submission server reached so; yields its settings."""
    (port,) = free_ports(1)
    controller = Controller(
        outbox,
        hostname="127.0.0.1",
        port=port,
        ssl_context=tls if security is Security.TLS else None,
        tls_context=tls if security is Security.STARTTLS else None,
        authenticator=authenticate,
        auth_required=security is Security.STARTTLS,
        auth_require_tls=security is Security.STARTTLS,
        require_starttls=security is Security.STARTTLS,
        auth_exclude_mechanism=exclude or [],
    )
    controller.start()
    try:
        yield ServerSettings("localhost", port, security, USER)
    finally:
        controller.stop()

"""A submission server for tests that delivers what it takes: a mail sent to oneself arrives in Dovecot.

It takes a password (PLAIN) or an issuer's token (XOAUTH2, OAUTHBEARER of RFC 7628), which it has introspected as a real
server does, over implicit TLS or STARTTLS.
"""

import base64
import json
import threading
from dataclasses import dataclass
from typing import Self, cast

import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, _Missing

from tests.helpers.dovecot import Dovecot, User, free_ports
from tests.helpers.oidc import MAIL_SERVER, OidcProvider
from tests.helpers.tls import TlsAuthority

INTROSPECTION_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that was taken: who had logged in and how, the envelope, the bytes."""

    login: str
    mechanism: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


class MailSink:
    """A running submission server at `host` and `port`; `sent` is what it took.

    A test may set `refuses_login` and `refuses_mail` to an SMTP reply, and `delivers` to False: then mail is taken
    and goes nowhere.
    """

    host = "127.0.0.1"

    def __init__(self, dovecot: Dovecot | None, oidc: OidcProvider | None, users: tuple[User, ...]) -> None:
        self.sent: list[Sent] = []
        self.logins: list[str] = []
        self.refuses_login = ""
        self.refuses_mail = ""
        self.delivers = True
        self.port = 0
        self._dovecot = dovecot
        self._oidc = oidc
        self._users = {user.name: user.password for user in users}
        self._controller: Controller | None = None
        self._lock = threading.Lock()

    @classmethod
    def start(
        cls,
        authority: TlsAuthority,
        *,
        oidc: OidcProvider | None = None,
        dovecot: Dovecot | None = None,
        users: tuple[User, ...] = (),
        starttls: bool = False,
    ) -> Self:
        """Start a server with implicit TLS or STARTTLS: for `oidc`'s tokens, for `users` with passwords."""
        sink = cls(dovecot, oidc, users)
        (sink.port,) = free_ports(1)
        context = authority.server_context
        sink._controller = Controller(
            sink,
            hostname=cls.host,
            port=sink.port,
            ssl_context=None if starttls else context,
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_require_tls=starttls,  # aiosmtpd does not count implicit TLS
            authenticator=sink._password,
            auth_exclude_mechanism=["LOGIN", *([] if users else ["PLAIN"])],
        )
        sink._controller.start()
        return sink

    def stop(self) -> None:
        """End the server."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def subjects(self) -> list[bytes]:
        """The subject lines of what was taken."""
        lines = (line for mail in self.sent for line in mail.content.splitlines())
        return [line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"subject:")]

    # --- what aiosmtpd calls ------------------------------------------------------------------------------------------

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.refuses_mail:
            return self.refuses_mail
        content = envelope.content
        assert isinstance(content, bytes)
        login, mechanism = cast("tuple[str, str]", session.auth_data)  # what we gave the AuthResult
        recipients = tuple(envelope.rcpt_tos)
        with self._lock:
            self.sent.append(Sent(login, mechanism, envelope.mail_from or "", recipients, content))
        if self._dovecot is not None and self.delivers:
            for recipient in recipients:
                self._dovecot.deliver(recipient, content)
        return "250 2.0.0 taken"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """`user=NAME^Aauth=Bearer TOKEN^A^A`."""
        response = await _initial(server, args)
        fields = dict(part.partition("=")[::2] for part in response.split("\x01"))
        return await self._token(server, fields.get("user", ""), fields.get("auth", ""), "XOAUTH2")

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """`n,a=NAME,^Ahost=H^Aport=P^Aauth=Bearer TOKEN^A^A` (RFC 7628 section 3.1)."""
        head, _, rest = (await _initial(server, args)).partition("\x01")
        fields = dict(part.partition("=")[::2] for part in rest.split("\x01"))
        user = head.removeprefix("n,a=").rstrip(",").replace("=2C", ",").replace("=3D", "=")
        return await self._token(server, user, fields.get("auth", ""), "OAUTHBEARER")

    async def _token(self, server: SMTP, user: str, authorization: str, mechanism: str) -> AuthResult:
        self.logins.append(user)
        if self.refuses_login:
            return AuthResult(success=False, handled=False, message=self.refuses_login)
        if self._lets_in(user, authorization.removeprefix("Bearer ")):
            return AuthResult(success=True, auth_data=(user, mechanism))
        await server.challenge_auth(json.dumps({"status": "401", "schemes": "bearer", "scope": "mail.send"}))
        return AuthResult(success=False, handled=False)

    def _lets_in(self, user: str, token: str) -> bool:
        if self._oidc is None:
            return False
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                self._oidc.introspection.replace("localhost", self._oidc.host),
                data={"token": token},
                auth=MAIL_SERVER,
                verify=str(self._oidc.ca_file),
                timeout=INTROSPECTION_TIMEOUT_S,
            )
        told = answer.json()
        return told["active"] and told["opens"] == user.lower() and "mail.send" in told.get("scope", "").split()

    def _password(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        user = data.login.decode()
        self.logins.append(user)
        if self.refuses_login:
            return AuthResult(success=False, handled=False, message=self.refuses_login)
        is_right = self._users.get(user) == data.password.decode()
        return AuthResult(success=is_right, handled=False, auth_data=(user, mechanism))


async def _initial(server: SMTP, args: list[str]) -> str:
    """The client's first response, whether it came with the command or after it (RFC 4954 section 4)."""
    if len(args) > 1:
        return base64.b64decode(args[1]).decode()
    answer = await server.challenge_auth("")
    return "" if isinstance(answer, _Missing) else answer.decode()

"""A browser whose person does what a test says: signs in, refuses, closes the tab, or does nothing at all."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError, Stopped
from desktop.domain.mailbox import Mailbox, OAuthProvider, Security, ServerSettings
from desktop.domain.signing_in import (
    ClientOrigin,
    ClientState,
    Grant,
    Identity,
    OnSignIn,
    Permission,
    PermissionLine,
    SignInAsk,
    SignInProgress,
    SignInStage,
)
from desktop.security.secrets import Secret
from desktop.security.tokens import AccessToken, SignedIn, TokenSet
from desktop.ui.ops import Job

TOKEN = "ya29.a0AfH6SMB-never-shown"
GRANTED = Identity("https://accounts.example", "subject-1", "support@acme.example", "Support")
LINES = {
    Permission.READ: ("Read email in the folders you pick", "Never moves, flags or deletes anything in the mailbox"),
    Permission.SEND: ("Send from this address", "Only the test message to itself, for now"),
    Permission.IDENTITY: ("See your address and name", "To make sure it is the right mailbox, also when you reconnect"),
}


@dataclass
class NotedBrowser:
    """Providers whose person in the browser does what a test says; every call is noted."""

    clock: Clock
    clients: dict[OAuthProvider, ClientState] = field(default_factory=dict)
    servers: tuple[ServerSettings, ServerSettings | None] | None = None
    identity: Identity = GRANTED
    url: str = "https://accounts.example/authorize?client_id=postroom-1&state=abc"
    port: int = 53682
    sign_in_error: AppError | None = None
    client_error: AppError | None = None
    save_error: AppError | None = None
    waits: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    asked: list[SignInAsk] = field(default_factory=list)
    saved: list[tuple[str, Mailbox]] = field(default_factory=list)
    used: list[tuple[OAuthProvider, str, str | None, Path | None]] = field(default_factory=list)
    ended: int = 0

    def client_state(self, provider: OAuthProvider) -> ClientState:
        return self.clients.get(provider, ClientState(provider, ClientOrigin.SHIPPED, "postroom-1"))

    def use_client(
        self, _job: Job, provider: OAuthProvider, *, client_id: str, secret: Secret | None, file: Path | None
    ) -> ClientState:
        if self.client_error is not None:
            raise self.client_error
        self.used.append((provider, client_id, secret.reveal() if secret else None, file))
        self.clients[provider] = ClientState(provider, ClientOrigin.SETTINGS, client_id or "from-file", "the settings")
        return self.clients[provider]

    def permissions(self, provider: OAuthProvider, *, sends: bool) -> tuple[PermissionLine, ...]:
        needed = {Permission.READ, Permission.IDENTITY} | ({Permission.SEND} if sends else set())
        return tuple(PermissionLine(one, *words, (f"{provider}:{one}",), one in needed) for one, words in LINES.items())

    def servers_of(self, provider: OAuthProvider, address: str) -> tuple[ServerSettings, ServerSettings | None] | None:
        if provider is OAuthProvider.CUSTOM:
            return self.servers
        imap = ServerSettings(f"imap.{provider}.example", 993, Security.TLS, address)
        return imap, ServerSettings(f"smtp.{provider}.example", 465, Security.TLS, address)

    def sign_in(self, job: Job, ask: SignInAsk, tell: OnSignIn) -> SignedIn:
        self.asked.append(ask)
        tell(SignInProgress(SignInStage.PREPARING))
        until = self.clock.now() + timedelta(minutes=5)
        tell(SignInProgress(SignInStage.WAITING, self.url, "accounts.example", self.port, until))
        if self.waits:
            with job.ended_by(self.goes_on.set):
                self.reached.set()
                assert self.goes_on.wait(10)
            if job.cancelled.is_set():
                self.ended += 1
                raise Stopped
        if self.sign_in_error is not None:
            raise self.sign_in_error
        tell(SignInProgress(SignInStage.CHECKING))
        return signed_in(ask, self.identity, self.clock.now())

    def connect(self, mailbox: Mailbox, _signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        return self._kept("connect", mailbox, "Connected")

    def reconnect(self, mailbox: Mailbox, _signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        return self._kept("reconnect", mailbox, "Reconnected")

    def _kept(self, what: str, mailbox: Mailbox, word: str) -> tuple[Mailbox, ChangeSet]:
        if self.save_error is not None:
            raise self.save_error
        self.saved.append((what, mailbox))
        return mailbox, ChangeSet(Changed.MAILBOXES, f"{word} {mailbox.address}")


def signed_in(ask: SignInAsk, identity: Identity, now: datetime) -> SignedIn:
    """Return what a provider grants for *ask*."""
    scopes = tuple(f"{ask.provider}:{one}" for one in sorted(ask.permissions))
    tokens = TokenSet(AccessToken(TOKEN), now + timedelta(hours=1), scopes, Secret("refresh-4711"))
    return SignedIn(Grant(ask.provider, identity, scopes, now, now, tokens.expires_at), tokens)

"""Signing in in the browser, for the window's dialogs: what they may ask of the workspace."""

from pathlib import Path

from desktop.domain.changes import ChangeSet
from desktop.domain.mailbox import Mailbox, OAuthProvider, ServerSettings
from desktop.domain.signing_in import ClientState, OnSignIn, PermissionLine, SignInAsk
from desktop.providers.channel import Breaker
from desktop.security.secrets import Secret
from desktop.security.tokens import SignedIn
from desktop.ui.ops import Job
from desktop.workspace import signing_in
from desktop.workspace.workspace import Workspace


class WorkspaceBrowser:
    """Answers ``desktop.ui.frame.BrowserSignIn`` with an open profile."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def client_state(self, provider: OAuthProvider) -> ClientState:
        """Return which registered app would be used."""
        return self._workspace.clients.state(provider)

    def use_client(
        self, job: Job, provider: OAuthProvider, *, client_id: str, secret: Secret | None, file: Path | None
    ) -> ClientState:
        """Use an app of one's own."""
        clients = self._workspace.clients
        return clients.use_id(provider, client_id, secret) if file is None else clients.use_file(provider, file)

    def permissions(self, provider: OAuthProvider, *, sends: bool) -> tuple[PermissionLine, ...]:
        """Return what a sign-in would ask for."""
        return self._workspace.clients.permissions(provider, sends=sends)

    def servers_of(self, provider: OAuthProvider, address: str) -> tuple[ServerSettings, ServerSettings | None] | None:
        """Return the mail servers that come with a provider."""
        return self._workspace.clients.servers(provider, address)

    def sign_in(self, job: Job, ask: SignInAsk, tell: OnSignIn) -> SignedIn:
        """Wait for a person to sign in; a job that is cancelled ends it at once."""
        breaker = Breaker()
        with job.ended_by(breaker.trip):
            return signing_in.sign_in(self._workspace, ask, breaker=breaker, tell=tell)

    def connect(self, mailbox: Mailbox, signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        """Store a new mailbox with its tokens."""
        return signing_in.connect_signed_in(self._workspace, mailbox, signed_in)

    def reconnect(self, mailbox: Mailbox, signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
        """Store new tokens for a mailbox that is known."""
        return signing_in.reconnect(self._workspace, mailbox, signed_in)

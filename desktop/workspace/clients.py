"""The registered apps (OAuth clients) of a profile: where they come from, and what talks to their providers."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.domain.clock import Clock
from desktop.domain.errors import Misconfigured
from desktop.domain.hosts import SignInHosts
from desktop.domain.mailbox import OAuthProvider, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import ClientState, PermissionLine
from desktop.providers.channel import Breaker, Timeouts
from desktop.providers.oauth.authority import Authority, MailServer, OAuthClient
from desktop.providers.oauth.client_files import read_client_file
from desktop.providers.oauth.clients import ClientSources, client_of, client_state
from desktop.providers.oauth.defaults import DEFAULTS, permission_lines
from desktop.providers.oauth.factory import authority_for
from desktop.providers.oauth.reach import Reach
from desktop.security.secrets import Secret
from desktop.security.vault import SecretVault
from desktop.settings import registry
from desktop.settings.setting import Setting
from desktop.ui.resources import resources_folder
from desktop.workspace.preferences import Preferences

_FILES: dict[OAuthProvider, Setting[str]] = {
    OAuthProvider.GOOGLE: registry.GOOGLE_CLIENT_FILE,
    OAuthProvider.MICROSOFT: registry.MICROSOFT_CLIENT_FILE,
    OAuthProvider.CUSTOM: registry.CUSTOM_CLIENT_FILE,
}
_IDS: dict[OAuthProvider, Setting[str]] = {
    OAuthProvider.GOOGLE: registry.GOOGLE_CLIENT_ID,
    OAuthProvider.MICROSOFT: registry.MICROSOFT_CLIENT_ID,
    OAuthProvider.CUSTOM: registry.CUSTOM_CLIENT_ID,
}
NAMES = {OAuthProvider.GOOGLE: "Google", OAuthProvider.MICROSOFT: "Microsoft", OAuthProvider.CUSTOM: "the provider"}


@dataclass(frozen=True, slots=True)
class Clients:
    """The registered apps of one profile. Reading them reads files and the vault; nothing here is quick enough for a
    GUI thread.
    """

    settings: Preferences
    vault: SecretVault
    clock: Clock
    ca_file: Path | None
    timeouts: Timeouts
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def state(self, provider: OAuthProvider) -> ClientState:
        """Return which app would be used."""
        return client_state(provider, self._sources(provider))

    def client(self, provider: OAuthProvider) -> OAuthClient:
        """Return the app to sign in with; raises Misconfigured where there is none, or where its file is wrong."""
        found = client_of(provider, self._sources(provider))
        if found is None:
            raise _no_client(provider)
        return found

    def authority(self, provider: OAuthProvider, breaker: Breaker) -> Authority:
        """Return what talks to the provider; *breaker* ends it from another thread."""
        reach = Reach(self.ca_file, self.timeouts, breaker)
        return authority_for(self.client(provider), reach, self.clock.now)

    def permissions(self, provider: OAuthProvider, *, sends: bool) -> tuple[PermissionLine, ...]:
        """Return what a sign-in asks for; without an app, what one usually asks for."""
        found = client_of(provider, self._sources(provider))
        return permission_lines(found or DEFAULTS[provider], sends)

    def servers(self, provider: OAuthProvider, address: str) -> tuple[ServerSettings, ServerSettings | None] | None:
        """Return the mail servers that come with the app, for reading and for sending; None when none do."""
        found = client_of(provider, self._sources(provider)) or DEFAULTS[provider]
        if found.imap is None:
            return None
        return _settings(found.imap, address), _settings(found.smtp, address) if found.smtp else None

    def use_file(self, provider: OAuthProvider, path: Path) -> ClientState:
        """Use the app described in a file from now on; raises Misconfigured, and changes nothing, when it is wrong.

        The file is read anew each time: it stays where it is.
        """
        read_client_file(provider, path)
        self.settings.change(_FILES[provider], str(path.absolute()))
        return self.state(provider)

    def use_id(self, provider: OAuthProvider, client_id: str, secret: Secret | None) -> ClientState:
        """Use the app with this id from now on; its secret, if it has one, goes into the vault."""
        if not client_id.strip():
            raise _no_id(provider)
        name = _secret_name(provider)
        if secret is None:
            self.vault.forget(name)
        else:
            self.vault.store(name, secret)
        self.settings.change(_FILES[provider], "")
        self.settings.change(_IDS[provider], client_id.strip())
        return self.state(provider)

    def hosts(self, provider: OAuthProvider) -> SignInHosts:
        """Return the pages a sign-in with *provider* goes through, as far as they are known without asking it."""
        found = client_of(provider, self._sources(provider))
        if found is None:
            return SignInHosts()
        ends = found.endpoints
        return SignInHosts(
            discovery=ends.issuer if not (ends.authorization and ends.token) else "",
            authorization=ends.authorization or ends.issuer,
            token=ends.token or ends.issuer,
            userinfo=ends.userinfo or ends.issuer,
            revocation=ends.revocation,
        )

    def _sources(self, provider: OAuthProvider) -> ClientSources:
        shipped = resources_folder() / "oauth"
        return ClientSources(self.settings.now, self.environ, self.vault.fetch(_secret_name(provider)), shipped)


def _secret_name(provider: OAuthProvider) -> str:
    return f"oauth:{provider.value}:client-secret"


def _settings(server: MailServer, address: str) -> ServerSettings:
    return ServerSettings(server.host, server.port, server.security, address)


def _no_client(provider: OAuthProvider) -> Misconfigured:
    page = f"docs/providers/{provider.value}.md"
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        f"Signing in with {NAMES[provider]} needs an app registered there, and Postroom knows of none.",
        meaning="One is made once, in about ten minutes, and serves every mailbox of the company.",
        action=f"Make one as {page} says, then give its file or its id.",
        field="client",
    )


def _no_id(provider: OAuthProvider) -> Misconfigured:
    return Misconfigured(
        ReasonCode.SETTINGS_INVALID,
        "The app's id is missing.",
        action=f"Copy it from the page of {NAMES[provider]} where the app was registered.",
        field="client_id",
    )

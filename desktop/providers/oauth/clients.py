"""Which registered app (OAuth client) is used with a provider, and where its servers are.

The first there is counts: the environment, the settings, what a packager shipped. Each may be a file - as Google's
console gives it, or in the form of ``docs/providers`` - or a client id with a secret beside it. So a person can bring
their own app, and a test or a private cloud can point each provider's way at another issuer.

A native app's secret is not confidential (RFC 8252 section 8.5): it is masked like any other, but its file may be read
by others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.domain.errors import Misconfigured
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import ClientOrigin, ClientState
from desktop.providers.oauth.authority import Endpoints, OAuthClient
from desktop.providers.oauth.client_files import complete, read_client_file
from desktop.providers.oauth.defaults import DEFAULTS, microsoft_issuer, permissions_by_scope
from desktop.security.secrets import Secret
from desktop.settings import registry
from desktop.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ClientSources:
    """Where an app may come from. ``stored_secret`` is the one in the vault that belongs to the settings' client id;
    ``shipped`` the folder in which a packager may have put ``<provider>.json``.
    """

    settings: Settings
    environ: Mapping[str, str]
    stored_secret: Secret | None = None
    shipped: Path | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """What one source says: a file, or an id with what goes with it."""

    origin: ClientOrigin
    file: str
    client_id: str
    secret: Secret | None
    issuer: str
    scopes: str
    where: str


def client_of(provider: OAuthProvider, sources: ClientSources) -> OAuthClient | None:
    """Return the app to use, or None where there is none; reads files. Raises Misconfigured with the field's name."""
    given = _first(provider, sources)
    if given is None:
        return None
    if given.file:
        client = read_client_file(provider, Path(given.file).expanduser())
        return client if client.secret is not None or given.secret is None else replace(client, secret=given.secret)
    return _by_id(provider, given)


def client_state(provider: OAuthProvider, sources: ClientSources) -> ClientState:
    """Return what is known of a provider's app; reads files, never raises. Without ``client_id``, its file is wrong."""
    given = _first(provider, sources)
    if given is None:
        return ClientState(provider, ClientOrigin.MISSING)
    try:
        client = client_of(provider, sources)
    except Misconfigured:
        client = None
    return ClientState(provider, given.origin, "" if client is None else client.client_id, given.where)


# --- the three sources ------------------------------------------------------------------------------------------------


def _first(provider: OAuthProvider, sources: ClientSources) -> _Given | None:
    for look in (_in_environment, _in_settings, _shipped):
        given = look(provider, sources)
        if given is not None:
            return given
    return None


def _in_environment(provider: OAuthProvider, sources: ClientSources) -> _Given | None:
    stem = f"POSTROOM_{provider.value.upper()}"

    def value(name: str) -> str:
        return sources.environ.get(f"{stem}_{name}", "").strip()

    file, client_id = value("CLIENT_FILE"), value("CLIENT_ID")
    if not file and not client_id:
        return None
    issuer = value("ISSUER")
    if provider is OAuthProvider.MICROSOFT and not issuer:
        issuer = microsoft_issuer(value("TENANT"))
    where = f"{stem}_CLIENT_FILE: {file}" if file else f"{stem}_CLIENT_ID"
    secret = value("CLIENT_SECRET")
    return _Given(
        ClientOrigin.ENVIRONMENT,
        file,
        client_id,
        Secret(secret) if secret else None,
        issuer,
        value("SCOPES"),
        f"the environment ({where})",
    )


_FILES = {
    OAuthProvider.GOOGLE: registry.GOOGLE_CLIENT_FILE,
    OAuthProvider.MICROSOFT: registry.MICROSOFT_CLIENT_FILE,
    OAuthProvider.CUSTOM: registry.CUSTOM_CLIENT_FILE,
}
_IDS = {
    OAuthProvider.GOOGLE: registry.GOOGLE_CLIENT_ID,
    OAuthProvider.MICROSOFT: registry.MICROSOFT_CLIENT_ID,
    OAuthProvider.CUSTOM: registry.CUSTOM_CLIENT_ID,
}


def _in_settings(provider: OAuthProvider, sources: ClientSources) -> _Given | None:
    settings = sources.settings
    file, client_id = settings.get(_FILES[provider]).strip(), settings.get(_IDS[provider]).strip()
    if not file and not client_id:
        return None
    issuer = scopes = ""
    if provider is OAuthProvider.MICROSOFT:
        issuer = microsoft_issuer(settings.get(registry.MICROSOFT_TENANT).strip())
    elif provider is OAuthProvider.CUSTOM:
        issuer = settings.get(registry.CUSTOM_ISSUER).strip()
        scopes = settings.get(registry.CUSTOM_SCOPES).strip()
    where = file or f"the setting {_IDS[provider].key}"
    return _Given(ClientOrigin.SETTINGS, file, client_id, sources.stored_secret, issuer, scopes, where)


def _shipped(provider: OAuthProvider, sources: ClientSources) -> _Given | None:
    if sources.shipped is None:
        return None
    path = sources.shipped / f"{provider.value}.json"
    if not path.is_file():
        return None
    return _Given(ClientOrigin.SHIPPED, str(path), "", None, "", "", "Postroom's own")


def _by_id(provider: OAuthProvider, given: _Given) -> OAuthClient:
    usual = DEFAULTS[provider]
    endpoints = usual.endpoints
    if given.issuer and given.issuer != endpoints.issuer:
        endpoints = Endpoints(given.issuer)
    scopes = permissions_by_scope(given.scopes) if given.scopes else usual.scopes
    client = replace(usual, client_id=given.client_id, secret=given.secret, endpoints=endpoints, scopes=scopes)
    return complete(client, file=False)

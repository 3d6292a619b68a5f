"""Reading a registered app from a JSON file: Google's own, as downloaded, or ours. Strict, with the field's name."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from desktop.domain.errors import Misconfigured
from desktop.domain.mailbox import OAuthProvider, Security
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.oauth.authority import Endpoints, MailServer, OAuthClient
from desktop.providers.oauth.defaults import DEFAULTS
from desktop.security.secrets import Secret

_LARGEST = 64 * 1024
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
_Short = Annotated[str, msgspec.Meta(max_length=2048)]
_Scope = Annotated[str, msgspec.Meta(pattern=r"^[!#-\[\]-~]{1,255}$")]  # RFC 6749 section 3.3


class _Server(msgspec.Struct, forbid_unknown_fields=True):
    host: _Text
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    security: Security = Security.TLS


class _Scopes(msgspec.Struct, forbid_unknown_fields=True):
    read: tuple[_Scope, ...] | None = None
    send: tuple[_Scope, ...] | None = None
    identity: tuple[_Scope, ...] | None = None


class _Ours(msgspec.Struct, forbid_unknown_fields=True):
    client_id: _Text
    client_secret: _Short = ""
    issuer: _Short = ""
    authorization_endpoint: _Short = ""
    token_endpoint: _Short = ""
    revocation_endpoint: _Short = ""
    userinfo_endpoint: _Short = ""
    scopes: _Scopes = msgspec.field(default_factory=_Scopes)
    redirect_host: Literal["127.0.0.1", "localhost"] | None = None
    imap: _Server | None = None
    smtp: _Server | None = None


class _Installed(msgspec.Struct):
    """What Google's console lets one download; it has more fields than are needed."""

    client_id: _Text
    client_secret: _Short = ""
    auth_uri: _Short = ""
    token_uri: _Short = ""


def read_client_file(provider: OAuthProvider, path: Path) -> OAuthClient:
    """Return the app that the file at *path* describes; raises Misconfigured."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise _unusable(
            f"The file of the OAuth client cannot be read: {path} ({error.strerror}).",
            "Choose another file, or give the client id alone.",
        ) from None
    return parse_client(provider, content)


def parse_client(provider: OAuthProvider, content: bytes) -> OAuthClient:
    """Return the app that a file with *content* describes; raises Misconfigured, which repeats no value of it."""
    if len(content) > _LARGEST:
        raise _unusable("The file of the OAuth client is too large to be one.", "Choose another file.")
    try:
        whole = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unusable(
            "The file of the OAuth client is not valid JSON.", "Download it again, or choose another file."
        ) from None
    if not isinstance(whole, dict):
        raise _unusable("The file of the OAuth client holds no JSON object.", "Choose another file.")
    if "web" in whole:
        raise _unusable(
            "This file is of an app for web sites.",
            "Make a client of the type “Desktop app” with the provider and download its file.",
        )
    try:
        if "installed" in whole:
            return complete(_from_google(provider, msgspec.convert(whole["installed"], _Installed)), file=True)
        return complete(_from_ours(provider, msgspec.convert(whole, _Ours)), file=True)
    except msgspec.ValidationError as error:
        raise _unusable(_sentence(str(error)), "Correct it in the file, or choose another one.") from None


def complete(client: OAuthClient, *, file: bool) -> OAuthClient:
    """Return *client* if it can be used; raises Misconfigured beside the field in which something is wrong."""
    urls: Mapping[str, str] = {
        "issuer": client.endpoints.issuer,
        "authorization_endpoint": client.endpoints.authorization,
        "token_endpoint": client.endpoints.token,
        "revocation_endpoint": client.endpoints.revocation,
        "userinfo_endpoint": client.endpoints.userinfo,
    }
    if not re.fullmatch(r"[!-~]{1,512}", client.client_id):
        raise _unusable("A client id has neither spaces nor letters like ä.", "Copy it again.", field="client_id")
    for name, url in urls.items():
        if url and not _is_web_address(url):
            raise _unusable(
                f"“{name}” of the OAuth client is no web address that begins with https.",
                "Copy it again from the provider.",
                field="client_file" if file else "issuer",
            )
    if not client.endpoints.issuer:
        raise _unusable(
            "The OAuth client says no issuer.",
            "Give “issuer”: the web address under which the provider publishes how to sign in.",
            field="client_file" if file else "issuer",
        )
    return client


# --- the two forms ----------------------------------------------------------------------------------------------------


def _from_google(provider: OAuthProvider, told: _Installed) -> OAuthClient:
    usual = DEFAULTS[provider]
    endpoints = usual.endpoints
    is_elsewhere = urlsplit(told.token_uri).hostname not in {None, "oauth2.googleapis.com", "accounts.google.com"}
    if is_elsewhere:
        parts = urlsplit(told.auth_uri)
        endpoints = Endpoints(f"{parts.scheme}://{parts.netloc}", told.auth_uri, told.token_uri)
    return replace(usual, client_id=told.client_id, secret=_secret(told.client_secret), endpoints=endpoints)


def _from_ours(provider: OAuthProvider, told: _Ours) -> OAuthClient:
    usual = DEFAULTS[provider]
    named = Endpoints(
        told.issuer,
        told.authorization_endpoint,
        told.token_endpoint,
        told.revocation_endpoint,
        told.userinfo_endpoint,
    )
    is_usual = not any((told.issuer, told.authorization_endpoint, told.token_endpoint))
    return OAuthClient(
        provider,
        told.client_id,
        usual.endpoints if is_usual else named,
        {
            Permission.IDENTITY: _or(told.scopes.identity, usual, Permission.IDENTITY),
            Permission.READ: _or(told.scopes.read, usual, Permission.READ),
            Permission.SEND: _or(told.scopes.send, usual, Permission.SEND),
        },
        _secret(told.client_secret),
        told.redirect_host or usual.redirect_host,
        _server(told.imap) or usual.imap,
        _server(told.smtp) or usual.smtp,
    )


def _or(told: tuple[str, ...] | None, usual: OAuthClient, permission: Permission) -> tuple[str, ...]:
    return usual.scopes[permission] if told is None else told


def _server(told: _Server | None) -> MailServer | None:
    return None if told is None else MailServer(told.host, told.port, told.security)


def _secret(text: str) -> Secret | None:
    return Secret(text) if text else None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable():
        return False
    return parts.scheme == "https"


_PLACE = re.compile(r"(.*?)(?: - at `\$\.?([^`]*)`)?", re.DOTALL)


def _sentence(words: str) -> str:
    """Return msgspec's complaint as a sentence; values in it are left out, for one could be a secret."""
    found = _PLACE.fullmatch(words)
    what, place = (found[1], found[2]) if found else ("", "")
    what = re.sub(r"(Invalid enum value) .*", r"\1", what)
    named = f" at “{place}”" if place else ""
    return f"The file of the OAuth client has something wrong{named}: {what.replace('`', '')}."


def _unusable(what: str, action: str, field: str = "client_file") -> Misconfigured:
    return Misconfigured(ReasonCode.SETTINGS_INVALID, what, action=action, field=field)

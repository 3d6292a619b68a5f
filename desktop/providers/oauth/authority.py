"""What every authorization server offers, whichever library speaks to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop.domain.mailbox import OAuthProvider, Security
from desktop.domain.signing_in import Identity, Permission
from desktop.security.secrets import Secret
from desktop.security.tokens import TokenSet


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider's servers are (RFC 8414's names). Empty ones are found by discovery from ``issuer``."""

    issuer: str
    authorization: str = ""
    token: str = ""
    revocation: str = ""
    userinfo: str = ""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server that comes with a provider."""

    host: str
    port: int
    security: Security = Security.TLS


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An app registered with a provider (RFC 6749's client) and the provider as this app is to see it.

    ``redirect_host`` is the name registered for the loopback redirect: ``127.0.0.1`` or ``localhost``.
    """

    provider: OAuthProvider
    client_id: str
    endpoints: Endpoints
    scopes: Mapping[Permission, tuple[str, ...]]
    secret: Secret | None = None
    redirect_host: str = "127.0.0.1"
    imap: MailServer | None = None
    smtp: MailServer | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun: the page to open, the state its answer must carry, and what the library remembers."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    memory: Any = field(repr=False, default=None)


class Authority(Protocol):
    """One authorization server. Every method may talk to it, takes its time and raises only SourceError kinds.

    NeedsSignIn and Misconfigured need a person, Transient (ISSUER_UNREACHABLE, ACCOUNT_THROTTLED) does not.
    """

    def begin(self, permissions: frozenset[Permission], *, login_hint: str, redirect_uri: str) -> Begun:
        """Return the page to open: PKCE with S256 (RFC 7636), a state of 128 bits or more, a nonce (OIDC).

        Without *login_hint* the page asks which account signs in, whoever the browser knows already.
        """

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> tuple[TokenSet, Identity]:
        """Redeem the redirect's *answer*, whose state has been checked; raises what a refusing answer says."""

    def renew(self, tokens: TokenSet, *, permissions: frozenset[Permission]) -> TokenSet:
        """Return a new set in place of *tokens*; the refresh token may be another one then (rotation)."""

    def revoke(self, tokens: TokenSet) -> bool:
        """Have the provider end the grant (RFC 7009); False where it offers no way."""

"""Signing in with a provider in the browser (OAuth 2.0, RFC 6749 and 8252): what is asked for, and what was granted.

Nothing here is secret: tokens are ``security.tokens``.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.mailbox import OAuthProvider


class Permission(enum.StrEnum):
    """What a mailbox may be asked for: to know whose it is, to read it, to send from it."""

    IDENTITY = "identity"
    READ = "read"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class PermissionLine:
    """One permission as a person reads it before consenting. ``scopes`` are the provider's own names for it."""

    permission: Permission
    words: str
    more: str
    scopes: tuple[str, ...]
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in. ``issuer`` and ``subject`` together name an account for good (OpenID Connect Core 1.0, section 2);
    ``address`` is its mail address in comparable form as the provider tells it, which may change.
    """

    issuer: str
    subject: str
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted for a mailbox, and until when.

    ``scopes`` are those really granted (RFC 6749 section 3.3). ``expires_at`` is when the access token ends;
    ``renewable_until`` when the refresh token does, as far as that is known. Without ``can_renew`` there is no refresh
    token: a person has to sign in again at ``expires_at``.
    """

    provider: OAuthProvider
    identity: Identity
    scopes: tuple[str, ...]
    granted_at: datetime
    renewed_at: datetime
    expires_at: datetime
    renewable_until: datetime | None = None
    can_renew: bool = True


@dataclass(frozen=True, slots=True)
class SignInAsk:
    """What is wanted of a sign-in. ``pinned`` is the only account that will do (when reconnecting).

    ``is_shared``: another person than ``address`` may sign in, because the mailbox is shared with them or an alias.
    ``picks_account``: the provider's page lets a person choose, for a browser that is signed in to the wrong account.
    """

    provider: OAuthProvider
    address: str
    permissions: frozenset[Permission]
    pinned: Identity | None = None
    is_shared: bool = False
    picks_account: bool = False


class SignInStage(enum.StrEnum):
    """How far a sign-in is."""

    PREPARING = "preparing"
    WAITING = "waiting"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class SignInProgress:
    """Told from the thread that signs in. While waiting, ``url`` is to be opened in the browser (``host`` is whose page
    it is), ``port`` is the local one its answer comes to, and ``until`` is when waiting ends. The page's address holds
    the state, so it is not shown.
    """

    stage: SignInStage
    url: str = field(default="", repr=False)
    host: str = ""
    port: int = 0
    until: datetime | None = None


OnSignIn = Callable[[SignInProgress], None]


class ClientOrigin(enum.StrEnum):
    """Where the OAuth client (the registered app) of a provider comes from; the first there is counts."""

    ENVIRONMENT = "environment"
    SETTINGS = "settings"
    SHIPPED = "shipped"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ClientState:
    """What is known of a provider's OAuth client. ``client_id`` is no secret (RFC 6749 section 2.2)."""

    provider: OAuthProvider
    origin: ClientOrigin
    client_id: str = ""
    where: str = ""
    """The file or the setting it was read from, in words."""

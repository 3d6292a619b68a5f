"""What a token endpoint granted, read strictly: tokens, the permissions really given, and whose account it is.

The identity comes from the ID token, which arrived over TLS from the token endpoint itself, so its signature need not
be checked (OpenID Connect Core 1.0, section 3.1.3.7, point 6); everything else about it is. Without one, userinfo is
asked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity, Permission
from desktop.providers.oauth.answers import unreadable
from desktop.providers.oauth.refusals import Asking, scope_missing
from desktop.security.secrets import Secret
from desktop.security.tokens import AccessToken, TokenSet

LEEWAY_S = 300
"""How far this computer's clock and the provider's may be apart."""

USUAL_LIFE_S = 3600
"""How long an access token is taken to hold where the provider does not say (RFC 6749 section 5.1 recommends to)."""

_OPENID = frozenset({"openid", "profile", "email", "offline_access"})
"""Scopes that open nothing at a mail server; not every provider names them among those it gave."""

_LONGEST_LIFE_S = 366 * 24 * 3600
_LONGEST_TOKEN = 64 * 1024
_IDLE_DAYS = {OAuthProvider.GOOGLE: 180, OAuthProvider.MICROSOFT: 90}
"""Days without use after which a refresh token ends (documented by the providers), where the answer says nothing."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A token endpoint's good answer (RFC 6749 section 5.1)."""

    access: str = field(repr=False)
    lives_s: float
    refresh: str | None = field(repr=False)
    refresh_lives_s: float | None
    scopes: tuple[str, ...] | None
    """None where the answer names none, which means: as asked."""
    id_token: str | None = field(repr=False)


def read_granted(fields: Mapping[str, object], host: str) -> Granted:
    """Read the JSON of a token answer; raises Transient where something needed is missing or wrong."""
    access = _token(fields.get("access_token"))
    if access is None:
        raise unreadable(host, "no access token")
    kind = fields.get("token_type", "bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise unreadable(host, "not a bearer token")
    lives = _seconds(fields.get("expires_in"))
    return Granted(
        access,
        USUAL_LIFE_S if lives is None else lives,
        _token(fields.get("refresh_token")),
        _seconds(fields.get("refresh_token_expires_in")),
        _scopes(fields.get("scope")),
        _token(fields.get("id_token")),
    )


def token_set(granted: Granted, asking: Asking, now: datetime, *, before: TokenSet | None = None) -> TokenSet:
    """Return the tokens to keep; *before* is the set they replace, whose refresh token stays unless another one came.

    Raises NeedsSignIn (ACCOUNT_SCOPE_MISSING) where a permission that was asked for is not among those given.
    """
    assumed = asking.scopes if before is None else before.scopes
    scopes = assumed if granted.scopes is None else granted.scopes
    check_scopes(scopes, asking)
    refresh = Secret(granted.refresh) if granted.refresh else before.refresh if before is not None else None
    return TokenSet(
        AccessToken(granted.access),
        now + timedelta(seconds=granted.lives_s),
        scopes,
        refresh,
        renewable_until=None if refresh is None else _renewable_until(granted, asking, now, before),
    )


def _renewable_until(granted: Granted, asking: Asking, now: datetime, before: TokenSet | None) -> datetime | None:
    """Return when the refresh token ends. One that goes on keeps an end that was told; an idle limit starts anew."""
    if granted.refresh_lives_s is not None:
        return now + timedelta(seconds=granted.refresh_lives_s)
    days = _IDLE_DAYS.get(asking.client.provider)
    if before is None or (granted.refresh and Secret(granted.refresh) != before.refresh):
        return None if days is None else now + timedelta(days=days)
    told = before.renewable_until
    if days is None or (told is not None and told < before.expires_at + timedelta(days=days - 1)):
        return told
    return now + timedelta(days=days)


def check_scopes(scopes: tuple[str, ...], asking: Asking) -> None:
    """Raise NeedsSignIn naming what is missing, where reading or sending was asked for and not given."""
    given = {scope.casefold() for scope in scopes}
    missing = frozenset(
        one
        for one in asking.permissions - {Permission.IDENTITY}
        if not {scope.casefold() for scope in asking.client.scopes.get(one, ())} - _OPENID <= given
    )
    if missing:
        raise scope_missing(asking, missing, f"missing: {' '.join(sorted(missing))}")


# --- whose account it is ----------------------------------------------------------------------------------------------


def identity_in(id_token: str, asking: Asking, issuer: str, nonce: str | None) -> Identity:
    """Return whose account an ID token names; raises NeedsSignIn when it is not for us, not in time or not for now."""
    import jwt  # here, for it is slow to load and only sign-ins need it

    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            options={
                "verify_signature": False,
                "verify_aud": True,
                "verify_exp": True,
                "verify_nbf": True,
                "require": ["iss", "sub", "aud", "exp"],
            },
            audience=asking.client.client_id,
            leeway=LEEWAY_S,
        )
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
        raise _clock_wrong(asking) from None
    except jwt.PyJWTError as error:
        raise identity_refused(asking, f"id token: {type(error).__name__}") from None
    if not issuer_fits(issuer, claims.get("iss")):
        raise identity_refused(asking, "id token: another issuer")
    if nonce is not None and claims.get("nonce") != nonce:
        raise identity_refused(asking, "id token: another nonce")
    if isinstance(claims["aud"], list) and claims.get("azp", asking.client.client_id) != asking.client.client_id:
        raise identity_refused(asking, "id token: made for another app")
    return identity_from(claims, asking, str(claims["iss"]))


def identity_from(claims: Mapping[str, Any], asking: Asking, issuer: str) -> Identity:
    """Return whose account *claims* (of an ID token or of userinfo) name; raises NeedsSignIn without a subject.

    Microsoft's ``oid`` counts before ``sub``, for ``sub`` differs from app to app.
    """
    subject = claims.get("sub")
    if asking.client.provider is OAuthProvider.MICROSOFT:
        subject = claims.get("oid") or subject
    if not isinstance(subject, str) or not subject:
        raise identity_refused(asking, "no subject")
    return Identity(issuer, subject, _address(claims), _plain(claims.get("name")))


def has_address(identity: Identity) -> bool:
    """Tell whether the provider said a mail address."""
    return "@" in identity.address


def issuer_fits(expected: str, found: object) -> bool:
    """Compare issuers exactly (RFC 9207 section 2.4); Microsoft's shared ones stand for any tenant's."""
    if not isinstance(found, str) or not found:
        return False
    if found == expected or (expected == "https://accounts.google.com" and found == "accounts.google.com"):
        return True
    if "{tenantid}" in expected:
        pattern = re.escape(expected).replace(re.escape("{tenantid}"), r"[0-9a-fA-F-]{36}")
        return re.fullmatch(pattern, found) is not None
    return False


def identity_refused(asking: Asking, detail: str) -> NeedsSignIn:
    """Return the error for a sign-in whose account cannot be told for certain."""
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"{asking.name} did not say in a trustworthy way who signed in.",
        meaning="Its answer is not for this app or not for this sign-in, so nothing of it is used.",
        action="Start the sign-in again; if it stays so, check the OAuth client in the settings.",
        detail=detail,
    )


def _clock_wrong(asking: Asking) -> NeedsSignIn:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        "The date or time of this computer does not fit the provider's.",
        meaning=f"{asking.name}'s answer is out of its time by this computer's clock, so nothing of it is used.",
        action="Set date, time and time zone right, then sign in again.",
        detail="id token: out of time",
    )


def _address(claims: Mapping[str, Any]) -> str:
    for name in ("email", "preferred_username", "upn"):
        value = claims.get(name)
        if isinstance(value, str) and looks_like_address(value.strip()):
            return normalise_address(value)
    return ""


# --- values -----------------------------------------------------------------------------------------------------------


def _plain(value: object) -> str:
    return " ".join("".join(ch for ch in value if ch.isprintable()).split())[:200] if isinstance(value, str) else ""


def _token(value: object) -> str | None:
    """Return a token that may be put into a header or a form: printable ASCII (RFC 6749 appendix A.12)."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TOKEN:
        return None
    return value if value.isascii() and value.isprintable() else None


def _seconds(value: object) -> float | None:
    """Return a time to live; some servers send it as text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        return None
    return min(float(value), _LONGEST_LIFE_S)


def _scopes(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, list) or not value:
        return None
    return tuple(dict.fromkeys(one for one in value if isinstance(one, str) and one))


def host_of(url: str) -> str:
    """Return the host of a URL, for sentences."""
    return urlsplit(url).hostname or "the provider"

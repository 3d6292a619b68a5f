"""OAuth tokens: never shown, kept as one sealed text for each mailbox."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant
from desktop.security.secrets import Secret


class AccessToken(Secret):
    """A bearer token (RFC 6750): servers take it by XOAUTH2 or OAUTHBEARER (RFC 7628) in place of a password."""


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a provider issued. ``expires_at`` is the access token's end by this computer's clock.

    ``refresh`` is None where the provider gave none. ``renewable_until`` is when the refresh token ends, as far as is
    known. ``scopes`` are those really granted.
    """

    access: AccessToken
    expires_at: datetime
    scopes: tuple[str, ...]
    refresh: Secret | None = None
    renewable_until: datetime | None = None

    @property
    def can_renew(self) -> bool:
        """Whether a new access token can be had without a person."""
        return self.refresh is not None

    def sealed_text(self) -> Secret:
        """Return all of it as one text for a vault."""
        kept: dict[str, Any] = {
            "version": 1,
            "access": self.access.reveal(),
            "expires_at": self.expires_at.timestamp(),
            "scopes": list(self.scopes),
            "refresh": None if self.refresh is None else self.refresh.reveal(),
            "renewable_until": None if self.renewable_until is None else self.renewable_until.timestamp(),
        }
        return Secret(msgspec.json.encode(kept).decode("utf-8"))

    @classmethod
    def from_sealed_text(cls, text: Secret) -> "TokenSet":
        """Read what :meth:`sealed_text` wrote; raises StoreError, which repeats nothing of it."""
        try:
            kept = msgspec.json.decode(text.reveal().encode("utf-8"), type=_Kept)
        except msgspec.MsgspecError:
            raise _unreadable() from None
        return cls(
            AccessToken(kept.access),
            datetime.fromtimestamp(kept.expires_at, UTC),
            tuple(kept.scopes),
            None if kept.refresh is None else Secret(kept.refresh),
            None if kept.renewable_until is None else datetime.fromtimestamp(kept.renewable_until, UTC),
        )


class _Kept(msgspec.Struct):
    access: str
    expires_at: float
    scopes: list[str]
    refresh: str | None = None
    renewable_until: float | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that went well: what was granted, and the tokens."""

    grant: Grant
    tokens: TokenSet


def _unreadable() -> StoreError:
    return StoreError(
        ReasonCode.STORE_DAMAGED,
        "The stored sign-in of a mailbox cannot be read.",
        meaning="It was changed by something else, or by a newer Postroom.",
        action="Reconnect the mailbox.",
    )

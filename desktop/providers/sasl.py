"""Logging in by SASL (RFC 4422), in IMAP and SMTP alike: with a password or with a token, whichever one has.

The one place that tells them apart. A token goes out by XOAUTH2 or OAUTHBEARER (RFC 7628) and never as a password.
"""

import base64
import re
from collections.abc import Collection
from typing import Protocol

import msgspec

from desktop.domain.errors import Misconfigured, SourceError
from desktop.domain.reasons import ReasonCode
from desktop.providers import refusals, token_refusals
from desktop.providers.errors import Peer
from desktop.providers.imap import arguments
from desktop.providers.refusals import Refusal
from desktop.security.tokens import AccessToken

XOAUTH2, OAUTHBEARER = "XOAUTH2", "OAUTHBEARER"

LONGEST_RESPONSE = 12288
"""Characters of one response in base64 (RFC 4954 section 4)."""

_LONGEST_CHALLENGE = 8192
_TOKEN = re.compile(r"[!-~]+")
_CONTROL = re.compile(r"[\0-\x1f\x7f]")
_ACKNOWLEDGED = {XOAUTH2: b"", OAUTHBEARER: base64.b64encode(b"\x01")}


class Revealable(Protocol):
    """A secret that is only looked at when it is used."""

    def reveal(self) -> str:
        """Return the secret in the clear."""


class LogIn(Protocol):
    """One attempt to log in by one mechanism."""

    @property
    def mechanism(self) -> str:
        """Its SASL name."""

    def first(self) -> bytes:
        """Return the initial response in base64; raises Misconfigured, beside its field, when it cannot be spelled."""

    def answer(self, challenge: bytes) -> bytes | None:
        """Return what is answered to the server's *challenge* after the initial response; None: nothing is."""

    def meaning(self, refusal: Refusal) -> SourceError:
        """Return what the refusal of this attempt means."""


def chosen(user: str, secret: Revealable, offered: Collection[str], peer: Peer) -> LogIn | None:
    """Choose how *secret* is shown to a server that offers these mechanisms; None where PLAIN is not among them.

    Raises Misconfigured when *secret* is a token and the server takes none: it is never tried as a password.
    """
    if isinstance(secret, AccessToken):
        for mechanism in (XOAUTH2, OAUTHBEARER):
            if mechanism in offered:
                return _Bearer(user, secret, mechanism, peer)
        raise token_refusals.no_token_login(peer)
    return _Plain(user, secret) if _Plain.mechanism in offered else None


class _Plain:
    """A password (RFC 4616)."""

    mechanism = "PLAIN"

    def __init__(self, user: str, secret: Revealable) -> None:
        self._user = user
        self._secret = secret

    def first(self) -> bytes:
        return arguments.sasl_plain(self._user, self._secret.reveal())

    def answer(self, challenge: bytes) -> bytes | None:
        return None

    def meaning(self, refusal: Refusal) -> SourceError:
        return refusals.refused(refusal.without(self._secret.reveal()))


class _Bearer:
    """A token, by Google's and Microsoft's XOAUTH2 or by RFC 7628's OAUTHBEARER."""

    def __init__(self, user: str, token: AccessToken, mechanism: str, peer: Peer) -> None:
        self.mechanism = mechanism
        self._user = user
        self._token = token
        self._peer = peer
        self._status: str | None = None

    def first(self) -> bytes:
        user, token = arguments.clean(self._user, "user"), self._token.reveal()
        if _CONTROL.search(user):
            raise _refused_here("user", "It holds a control character.")
        if not _TOKEN.fullmatch(token):
            raise _refused_here("account", "The provider issued something that is no token.")
        if self.mechanism == XOAUTH2:
            message = f"user={user}\x01auth=Bearer {token}\x01\x01"
        else:
            name = user.replace("=", "=3D").replace(",", "=2C")
            message = f"n,a={name},\x01host={self._peer.host}\x01port={self._peer.port}\x01auth=Bearer {token}\x01\x01"
        response = base64.b64encode(message.encode("utf-8"))
        if len(response) > LONGEST_RESPONSE:
            raise _refused_here("account", "The provider issued a token longer than mail servers take.")
        return response

    def answer(self, challenge: bytes) -> bytes | None:
        """Acknowledge the one challenge there is: it tells why the token was refused (RFC 7628 section 3.2.3)."""
        if self._status is not None:
            return None
        self._status = status_told(challenge)
        return _ACKNOWLEDGED[self.mechanism]

    def meaning(self, refusal: Refusal) -> SourceError:
        told = refusal.without(self._token.reveal()).without(self.first().decode("ascii"))
        return token_refusals.refused(told, self._status or "")


class _Told(msgspec.Struct):
    status: str | int = ""


def status_told(challenge: bytes) -> str:
    """Return ``status`` of an error challenge (base64 of JSON), lower case; ``""`` for whatever else it is."""
    try:
        told = msgspec.json.decode(base64.b64decode(challenge[:_LONGEST_CHALLENGE]), type=_Told)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return ""
    return str(told.status)[:40].lower()


def _refused_here(field: str, meaning: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        "This sign-in cannot be sent to a server.",
        meaning=meaning,
        action="Correct the user name." if field == "user" else "Reconnect the mailbox.",
        detail=f"argument refused: {field}",
        field=field,
    )

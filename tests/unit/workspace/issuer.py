"""An authorization server in memory, and what a sign-in there gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import Mailbox, OAuthProvider, Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant, Identity, Permission
from desktop.providers.oauth.authority import Begun
from desktop.security.secrets import Secret
from desktop.security.tokens import AccessToken, SignedIn, TokenSet
from desktop.workspace.clock import FrozenClock
from tests.unit.workspace.support import ADDRESS, mailbox_on

LASTS = timedelta(hours=1)
IDENTITY = Identity("https://issuer.example", "4711", ADDRESS)


@dataclass
class Issuer:
    """An authorization server that rotates refresh tokens and ends the grant when it sees a used one."""

    clock: FrozenClock
    number: int = 1
    asked: list[str] = field(default_factory=list)
    trouble: Exception | None = None
    is_ended: bool = False
    meanwhile: Callable[[], None] = lambda: None

    def issued(self) -> TokenSet:
        """The set of now."""
        ends = self.clock.now() + LASTS
        return TokenSet(AccessToken(f"access-{self.number}"), ends, ("mail",), Secret(f"refresh-{self.number}"))

    def begin(self, permissions: frozenset[Permission], *, login_hint: str, redirect_uri: str) -> Begun:
        raise NotImplementedError

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> tuple[TokenSet, Identity]:
        raise NotImplementedError

    def renew(self, tokens: TokenSet, *, permissions: frozenset[Permission]) -> TokenSet:
        """Rotate."""
        presented = tokens.refresh.reveal() if tokens.refresh else ""
        self.asked.append(presented)
        self.meanwhile()
        if self.trouble is not None:
            raise self.trouble
        if presented != f"refresh-{self.number}":
            self.is_ended = True
        if self.is_ended:
            raise NeedsSignIn(ReasonCode.ACCOUNT_REVOKED, "The grant has ended.")
        self.number += 1
        return self.issued()

    def revoke(self, tokens: TokenSet) -> bool:
        """End the grant."""
        if self.trouble is not None:
            raise self.trouble
        self.is_ended = True
        return True


def wanted(address: str = ADDRESS) -> Mailbox:
    """A mailbox that is signed in to in the browser, not stored yet."""

    class Nowhere:
        port = 993

    made = mailbox_on(Nowhere(), address)
    return replace(made, imap=ServerSettings("imap.issuer.example", 993, Security.TLS, address))


def signed_in(issuer: Issuer, identity: Identity = IDENTITY, **changes: object) -> SignedIn:
    """What a sign-in at *issuer* gives."""
    tokens = replace(issuer.issued(), **changes)  # type: ignore[arg-type]
    now = issuer.clock.now()
    grant = Grant(
        OAuthProvider.CUSTOM, identity, tokens.scopes, now, now, tokens.expires_at, can_renew=tokens.can_renew
    )
    return SignedIn(grant, tokens)

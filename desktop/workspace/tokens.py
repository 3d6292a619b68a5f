"""The access tokens of mailboxes: renewed in time, one renewal at a time for each, kept before they are used.

A token is renewed five minutes before it ends by this computer's clock, so also after a sleep; and once more when a
server refuses one that should still hold, which is how a clock that ran backwards, or a grant that was ended, shows.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from desktop.domain.clock import Clock
from desktop.domain.errors import AppError, NeedsSignIn, TokenRefused, Transient
from desktop.domain.mailbox import Mailbox, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Permission
from desktop.providers.channel import Breaker
from desktop.providers.oauth.authority import Authority
from desktop.security.secrets import Secret
from desktop.security.token_slots import TokenSlots
from desktop.security.tokens import AccessToken, TokenSet
from desktop.security.vault import SecretVault
from desktop.services.grants import note_renewal
from desktop.store.store import Store
from desktop.workspace.turns import Turns

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(minutes=5)
"""How long before its end a token is renewed: longer than a pass takes to sign in, shorter than any token lasts."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TokenKeeper:
    """Hands out access tokens of mailboxes that were signed in to in the browser. Any thread may ask.

    *may_renew* is False beside another process that writes to the profile: that one renews, for a refresh token that is
    used twice ends the grant.
    """

    vault: SecretVault
    ahead: SecretVault | None
    store: Store
    clock: Clock
    turns: Turns
    authority: Callable[[OAuthProvider, Breaker], Authority]
    may_renew: bool

    def using(self, mailbox: Mailbox, breaker: Breaker, action: Callable[[Secret], T]) -> T:
        """Return what *action* does with the mailbox's token; a refused one is renewed, once, and tried again.

        Raises what the token server says when a new one is refused; TokenRefused when the mail server takes none.
        """
        token = self.access(mailbox, breaker)
        try:
            return action(token)
        except TokenRefused:
            log.info("mailbox %s: its access token was refused before its time; asking for another", mailbox.id)
            return action(self.access(mailbox, breaker, refused=token))

    def access(self, mailbox: Mailbox, breaker: Breaker, *, refused: AccessToken | None = None) -> AccessToken:
        """Return an access token that holds, and is another one than *refused*; a new one is kept before it is used.

        Raises NeedsSignIn when only a person can help, Transient when it may be had later.
        """
        with self.turns.of(mailbox.id):
            slots = self._slots(mailbox)
            if self.may_renew:
                slots.settle()
            held = slots.load()
            if held is None:
                raise _nothing_kept(mailbox)
            before, received = self.turns.unkept.get(mailbox.id, (held, held))
            if before != held:  # somebody has signed in again meanwhile
                self.turns.unkept.pop(mailbox.id)
            elif received != held:
                held = self._keep(mailbox, slots, held, received)
            is_refused = refused is not None and held.access == refused
            if not is_refused and self.clock.now() < held.expires_at - RENEW_BEFORE:
                return held.access
            return self._renewed(mailbox, slots, held, breaker, is_refused=is_refused).access

    def renewed_at(self, mailbox: Mailbox) -> datetime | None:
        """Return when the token that is kept is to be replaced; None when none is kept."""
        held = self._slots(mailbox).load()
        return None if held is None else held.expires_at - RENEW_BEFORE

    def _slots(self, mailbox: Mailbox) -> TokenSlots:
        return TokenSlots(self.vault, mailbox.id, self.ahead)

    def _renewed(
        self, mailbox: Mailbox, slots: TokenSlots, held: TokenSet, breaker: Breaker, *, is_refused: bool
    ) -> TokenSet:
        still_holds = not is_refused and self.clock.now() < held.expires_at
        if not held.can_renew or not self.may_renew:
            if still_holds:
                return held
            raise _ended(mailbox, held.expires_at) if self.may_renew else _renewed_elsewhere(mailbox)
        try:
            authority = self.authority(_provider(mailbox), breaker)
            renewed = authority.renew(held, permissions=permissions_of(mailbox))
        except Transient as trouble:
            if not still_holds:
                raise
            log.info("mailbox %s: no new token just now (%s); the old one still holds", mailbox.id, trouble.code)
            return held
        return self._keep(mailbox, slots, held, renewed)

    def _keep(self, mailbox: Mailbox, slots: TokenSlots, held: TokenSet, renewed: TokenSet) -> TokenSet:
        """Keep *renewed*, which follows *held*; what nothing takes is kept in mind, and tried again when next asked.

        To lose it would end the grant: a provider that rotates takes the one before no more.
        """
        try:
            slots.renew(renewed)
        except AppError as error:
            log.warning("mailbox %s: neither keyring nor store took its renewed tokens: %s", mailbox.id, error.code)
            before, _ = self.turns.unkept.get(mailbox.id, (held, renewed))
            self.turns.unkept[mailbox.id] = (before, renewed)
            return renewed
        self.turns.unkept.pop(mailbox.id, None)
        with self.store.write() as uow:
            note_renewal(uow, mailbox.id, renewed, self.clock)
        return renewed


def permissions_of(mailbox: Mailbox) -> frozenset[Permission]:
    """Return what a mailbox needs to be granted: to send only if it has a server for sending."""
    needed = {Permission.IDENTITY, Permission.READ}
    return frozenset(needed | {Permission.SEND} if mailbox.smtp is not None else needed)


def _provider(mailbox: Mailbox) -> OAuthProvider:
    if mailbox.oauth is None:
        raise ValueError(f"mailbox {mailbox.id} is signed in to with a password")
    return mailbox.oauth


def _nothing_kept(mailbox: Mailbox) -> NeedsSignIn:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_SIGN_IN,
        f"No sign-in is kept for {mailbox.address}.",
        meaning="The mailbox cannot be synced until there is one; everything that was synced is here.",
        action=f"Reconnect it, in the window or with 'postroom mailboxes reconnect {mailbox.address}'.",
        field="account",
    )


def _ended(mailbox: Mailbox, expired_at: datetime) -> NeedsSignIn:
    return NeedsSignIn(
        ReasonCode.ACCOUNT_REVOKED,
        f"The sign-in of {mailbox.address} has ended.",
        meaning="The provider gave no means to renew it. New mail waits there; nothing here is lost.",
        action="Reconnect the mailbox.",
        detail=f"no refresh token, ended {expired_at:%Y-%m-%dT%H:%MZ}",
        field="account",
    )


def _renewed_elsewhere(mailbox: Mailbox) -> Transient:
    return Transient(
        ReasonCode.PROFILE_BUSY,
        f"The sign-in of {mailbox.address} is due to be renewed, which the Postroom that is open does.",
        meaning="Two that renew it at once could lose it.",
        action="Try again in a minute, or close the other Postroom.",
    )

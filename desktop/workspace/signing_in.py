"""Signing in with a provider in the browser, and what is stored of it: one flow for the window and the command line.

The redirect is not the proof that it worked: tokens were issued, the account is the one that was meant, and the
permissions were granted - only then is there something to store. Whether the mailbox can be read is tested after that.
"""

import enum
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from desktop.domain.changes import ChangeSet
from desktop.domain.errors import AppError, Stopped
from desktop.domain.identities import check_identity
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState, OAuthProvider
from desktop.domain.signing_in import Grant, Identity, OnSignIn, SignInAsk, SignInProgress, SignInStage
from desktop.providers.channel import Breaker
from desktop.providers.oauth.receiver import LoopbackReceiver
from desktop.security.keysource import open_ahead, open_vault
from desktop.security.token_slots import TokenSlots
from desktop.security.tokens import SignedIn, TokenSet
from desktop.services.grants import note_grant
from desktop.services.mailboxes import add_mailbox, find_mailbox, password_name, reconnect_mailbox
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.workspace.workspace import Workspace

log = logging.getLogger(__name__)

WAITS = timedelta(minutes=5)
"""How long a person has in the browser. A page that comes back later is told that it is too late."""


class Ending(enum.Enum):
    """What came of ending a grant at its provider."""

    ENDED = "ended"
    NO_WAY = "no way"
    """The provider offers none (Microsoft); the account's own page does."""
    SHARED = "shared"
    """Another mailbox of the same account needs it."""
    FAILED = "failed"
    NOTHING = "nothing"
    """Nothing was granted, or nothing is kept that could be ended."""


def sign_in(workspace: Workspace, ask: SignInAsk, *, breaker: Breaker, tell: OnSignIn) -> SignedIn:
    """Have a person sign in, check who it was and what was granted; nothing is stored.

    *tell* hears the page to open. Waits up to five minutes; *breaker* ends it at once (Stopped). Raises SourceError
    kinds: a person's refusal, another account, a missing permission, a provider that cannot be reached.
    """
    tell(SignInProgress(SignInStage.PREPARING))
    client = workspace.clients.client(ask.provider)
    authority = workspace.clients.authority(ask.provider, breaker)
    with LoopbackReceiver(client.redirect_host) as receiver:
        begun = authority.begin(ask.permissions, login_hint=_hint(ask), redirect_uri=receiver.redirect_uri)
        receiver.expect(begun.state)
        until = workspace.clock.now() + WAITS
        tell(SignInProgress(SignInStage.WAITING, begun.url, _host_of(begun.url), receiver.port, until))
        answer = receiver.wait(WAITS.total_seconds(), breaker)
        tell(SignInProgress(SignInStage.CHECKING))
        tokens, identity = authority.finish(begun, answer)  # a browser that asks once more is still answered meanwhile
    may_be_shared = ask.provider is OAuthProvider.MICROSOFT
    check_identity(ask.pinned, identity, ask.address, is_shared=ask.is_shared, may_be_shared=may_be_shared)
    return SignedIn(_grant(ask, tokens, identity, workspace.clock.now()), tokens)


def _hint(ask: SignInAsk) -> str:
    """Return whom the provider's page is to suggest; nobody where a person is to choose."""
    if ask.picks_account:
        return ""
    if ask.pinned is not None:
        return ask.pinned.address
    return "" if ask.is_shared else ask.address


def connect_signed_in(workspace: Workspace, mailbox: Mailbox, signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
    """Store a new mailbox with its tokens, both or neither; a disconnected one of this address goes on where it was."""
    grant = signed_in.grant
    with workspace.store.write() as uow:
        mailbox_id, change = add_mailbox(uow, replace(mailbox, oauth=grant.provider), workspace.clock)
        _keep(workspace, uow, mailbox_id, signed_in)
        return find_mailbox(uow, mailbox.address), change


def reconnect(workspace: Workspace, mailbox: Mailbox, signed_in: SignedIn) -> tuple[Mailbox, ChangeSet]:
    """Store new tokens for a mailbox that is known, so that it takes part again; its history goes on.

    Raises NeedsSignIn (ACCOUNT_WRONG_IDENTITY) when another account signed in than the one before.
    """
    grant = signed_in.grant
    with workspace.store.write() as uow:
        pinned = uow.read.grants.identity_of(mailbox.id)
        if pinned is not None:  # whoever signs in for the first time was judged when they signed in
            check_identity(pinned, grant.identity, mailbox.address)
        change = reconnect_mailbox(uow, replace(mailbox, oauth=grant.provider), workspace.clock)
        _keep(workspace, uow, mailbox.id, signed_in)
        stored = find_mailbox(uow, mailbox.address)
    workspace.vault.forget(password_name(mailbox.id))  # a mailbox that had a password needs it no more
    return stored, change


def end_grant(workspace: Workspace, mailbox: Mailbox, breaker: Breaker) -> Ending:
    """Have the provider end the grant of *mailbox*, as far as it can; never raises but Stopped.

    Google ends everything an account has granted to this app, so that another mailbox of the same account would lose
    its sign-in as well: then the grant stays.
    """
    with workspace.store.read() as read:
        grants = read.grants.every()
        active = {one.id for one in read.mailboxes.every() if one.state is not MailboxState.DISCONNECTED}
    own = grants.get(mailbox.id)
    if own is None:
        return Ending.NOTHING
    same = [number for number, one in grants.items() if _is_same(one.identity, own.identity)]
    if any(number != mailbox.id and number in active for number in same):
        return Ending.SHARED
    try:
        tokens = TokenSlots(workspace.vault, mailbox.id, workspace.ahead).load()
        if tokens is None:
            return Ending.NOTHING
        ended = workspace.clients.authority(own.provider, breaker).revoke(tokens)
    except Stopped:
        raise
    except AppError as error:
        log.info("the grant of mailbox %s could not be ended at its provider: %s", mailbox.id, error.code)
        return Ending.FAILED
    return Ending.ENDED if ended else Ending.NO_WAY


def _keep(workspace: Workspace, uow: UnitOfWork, mailbox_id: MailboxId, signed_in: SignedIn) -> None:
    note_grant(uow, mailbox_id, signed_in.grant, workspace.clock)
    unlocked, rows = workspace.unlocked, uow.secrets
    TokenSlots(open_vault(unlocked, rows), mailbox_id, open_ahead(unlocked, rows)).replace(signed_in.tokens)


def _grant(ask: SignInAsk, tokens: TokenSet, identity: Identity, now: datetime) -> Grant:
    return Grant(
        provider=ask.provider,
        identity=identity,
        scopes=tokens.scopes,
        granted_at=now,
        renewed_at=now,
        expires_at=tokens.expires_at,
        renewable_until=tokens.renewable_until,
        can_renew=tokens.can_renew,
    )


def _is_same(one: Identity, other: Identity) -> bool:
    return (one.issuer, one.subject) == (other.issuer, other.subject)


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""

"""What was granted for a mailbox, written down; the tokens themselves are ``security.token_slots``'."""

from dataclasses import replace

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox_review import ReviewCause
from desktop.domain.signing_in import Grant, Identity
from desktop.security.tokens import TokenSet
from desktop.services.mailbox_review import ask_for_review
from desktop.store.writing.unit_of_work import UnitOfWork


def note_grant(uow: UnitOfWork, mailbox_id: MailboxId, grant: Grant, clock: Clock) -> ChangeSet:
    """Keep what a person has granted; whether it was the right person is asked before (``domain.identities``).

    Another account than before, or other permissions, make the mailbox's review due.
    """
    before, held = uow.read.grants.identity_of(mailbox_id), uow.read.grants.of(mailbox_id)
    uow.grants.put(mailbox_id, grant)
    if before is not None and _is_another(before, grant.identity):
        ask_for_review(uow, mailbox_id, ReviewCause.ACCOUNT, clock)
    elif held is not None and set(held.scopes) != set(grant.scopes):
        ask_for_review(uow, mailbox_id, ReviewCause.PERMISSION, clock)
    words = f"Signed in as {grant.identity.address or grant.identity.name or 'an account without an address'}"
    uow.records.say("info", f"{words}.", clock.now(), mailbox_id=mailbox_id)
    return ChangeSet(Changed.MAILBOXES | Changed.LOG, words)


def note_renewal(uow: UnitOfWork, mailbox_id: MailboxId, tokens: TokenSet, clock: Clock) -> None:
    """Keep until when renewed *tokens* last. It happens every hour or so: nobody is told, and the log stays as it is.

    Nothing is kept for a mailbox whose grant has ended meanwhile.
    """
    held = uow.read.grants.of(mailbox_id)
    if held is None:
        return
    renewed = replace(
        held,
        scopes=tokens.scopes,
        renewed_at=clock.now(),
        expires_at=tokens.expires_at,
        renewable_until=tokens.renewable_until,
        can_renew=tokens.can_renew,
    )
    uow.grants.put(mailbox_id, renewed)


def _is_another(before: Identity, now: Identity) -> bool:
    return (before.issuer, before.subject) != (now.issuer, now.subject)

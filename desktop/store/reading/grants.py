"""Questions about what was granted for mailboxes, and by whom."""

import sqlalchemy as sa

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.signing_in import Grant, Identity
from desktop.store.tables import mailbox_grant


class GrantQueries:
    """One grant for each mailbox that is signed in to with a provider."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def of(self, mailbox_id: MailboxId) -> Grant | None:
        """Return what was granted for a mailbox; None when nothing was, or no more since it was disconnected."""
        row = self._row(mailbox_id)
        return None if row is None else _grant(row)

    def every(self) -> dict[MailboxId, Grant]:
        """Return every grant that holds."""
        rows = self._run.execute(sa.select(mailbox_grant)).mappings()
        return {MailboxId(row["mailbox_id"]): grant for row in rows if (grant := _grant(row))}

    def identity_of(self, mailbox_id: MailboxId) -> Identity | None:
        """Return who signed in last, even if the mailbox was disconnected since; None when nobody ever did."""
        row = self._row(mailbox_id)
        return None if row is None else _identity(row)

    def _row(self, mailbox_id: MailboxId) -> sa.RowMapping | None:
        query = sa.select(mailbox_grant).where(mailbox_grant.c.mailbox_id == mailbox_id)
        return self._run.execute(query).mappings().first()


def _grant(row: sa.RowMapping) -> Grant | None:
    if row["granted_at"] is None:
        return None
    return Grant(
        provider=OAuthProvider(row["provider"]),
        identity=_identity(row),
        scopes=tuple(row["scopes"].split()),
        granted_at=row["granted_at"],
        renewed_at=row["renewed_at"],
        expires_at=row["expires_at"],
        renewable_until=row["renewable_until"],
        can_renew=row["can_renew"],
    )


def _identity(row: sa.RowMapping) -> Identity:
    return Identity(row["issuer"], row["subject"], row["address"], row["name"])

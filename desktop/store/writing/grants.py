"""Writes what was granted for mailboxes."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.ids import MailboxId
from desktop.domain.signing_in import Grant
from desktop.store.tables import mailbox_grant

_ENDED: dict[str, Any] = {
    "scopes": "",
    "granted_at": None,
    "renewed_at": None,
    "expires_at": None,
    "renewable_until": None,
    "can_renew": False,
}


class GrantWriter:
    """One grant for each mailbox."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def put(self, mailbox_id: MailboxId, grant: Grant) -> None:
        """Keep *grant* in place of an older one, also one of another account."""
        columns = _columns(grant)
        statement = upsert(mailbox_grant).values(mailbox_id=mailbox_id, **columns)
        self._run.execute(statement.on_conflict_do_update(index_elements=["mailbox_id"], set_=columns))

    def forget(self, mailbox_id: MailboxId) -> None:
        """End the grant, if there is one: who signed in stays known, so that nobody else takes the place unnoticed."""
        self._run.execute(sa.update(mailbox_grant).where(mailbox_grant.c.mailbox_id == mailbox_id).values(**_ENDED))


def _columns(grant: Grant) -> dict[str, Any]:
    return {
        "provider": grant.provider.value,
        **asdict(grant.identity),
        "scopes": " ".join(grant.scopes),
        "granted_at": grant.granted_at,
        "renewed_at": grant.renewed_at,
        "expires_at": grant.expires_at,
        "renewable_until": grant.renewable_until,
        "can_renew": grant.can_renew,
    }

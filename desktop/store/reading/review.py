"""The queue of mail that waits for a person."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.ids import CustomerId, EmailId, MailboxId
from desktop.domain.review_item import WaitingMail
from desktop.store.reading.email_rows import chunks, listed, marks
from desktop.store.search_text import match_expression
from desktop.store.sqltypes import read_instant

_COLUMNS = (
    "email.id, mailbox_id, mailbox.address, from_address, from_name, subject, preview, received_at, code, reason, "
    "attachments, email.direction"
)
_FILED = "needs_review = 0 AND customer_id IS NOT NULL AND decided_by != 'person' AND status != 'left_out'"
_SETTLED = (
    "needs_review = 0 AND (customer_id IS NOT NULL AND decided_by != 'person' OR decided_by = 'rule:sent_mail') "
    "AND status != 'left_out'"
)
_OPEN = (
    "WITH asked AS MATERIALIZED (SELECT value AS address FROM json_each(:addresses)), "
    "written AS MATERIALIZED (SELECT rowid AS id FROM email_fts WHERE email_fts MATCH :words UNION "
    "SELECT email_id FROM asked CROSS JOIN email_facts WHERE instr(recipients, asked.address)) "
    "SELECT id FROM (SELECT id, 0 AS filed, received_at FROM email INDEXED BY ix_email_review "
    "WHERE needs_review = 1 AND decided_by != 'person' UNION "
    "SELECT id, 1, received_at FROM email INDEXED BY ix_email_customer "
    f"WHERE customer_id IN (SELECT value FROM json_each(:owners)) AND {_FILED} UNION "
    "SELECT id, 1, received_at FROM email INDEXED BY ix_email_sender "
    f"WHERE from_address IN (SELECT address FROM asked) AND {_FILED} UNION "
    f"SELECT id, 1, received_at FROM email WHERE id IN (SELECT id FROM written) AND {_SETTLED} UNION "
    "SELECT id, 1, received_at FROM email WHERE id IN (SELECT email_id FROM email_facts INDEXED BY ix_email_facts_about"
    " WHERE about != '' AND about IN (SELECT message_id FROM email WHERE id IN (SELECT id FROM written))) "
    f"AND {_FILED}) "
    "ORDER BY filed, received_at DESC, id DESC LIMIT :limit"
)
"""Whom mail is to, and whom it asks to answer, is in the text index; Bcc is not, but in what filters look at."""
_NO_WORDS = 'people : "\x01"'


class ReviewQueries:
    """What waits, oldest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def count(self) -> int:
        """Return how many emails wait."""
        sql = "SELECT count(*) FROM email INDEXED BY ix_email_review WHERE needs_review = 1"
        return int(self._run.exec_driver_sql(sql).scalar_one())

    def open_to_rules(self, owners: Collection[CustomerId], addresses: Collection[str], *, limit: int) -> list[EmailId]:
        """Return what no person has decided, newest first: what waits, then what rules settled.

        That is what they filed with *owners*, and mail that comes from *addresses*, goes there, is to be answered
        there, or reports on mail to there.
        """
        words = " OR ".join(f"({match_expression(_phrase(address))})" for address in addresses)
        values = {
            "owners": listed(owners),
            "addresses": json.dumps(list(addresses)),
            "words": f"people : ({words})" if words else _NO_WORDS,
            "limit": limit,
        }
        return [EmailId(number) for number in self._run.exec_driver_sql(_OPEN, values).scalars()]

    def waiting(self, ids: Sequence[EmailId] | None = None) -> list[WaitingMail]:
        """Return everything that waits, or those of *ids* that do."""
        table = "email INDEXED BY ix_email_review" if ids is None else "email"
        wheres = [""] if ids is None else [f" AND email.id IN ({marks(part)})" for part in chunks(ids)]
        found = []
        for where, part in zip(wheres, [()] if ids is None else chunks(ids), strict=True):
            sql = (
                f"SELECT {_COLUMNS} FROM {table} JOIN mailbox ON mailbox.id = email.mailbox_id "
                f"WHERE needs_review = 1{where} ORDER BY received_at, email.id"
            )
            rows = self._run.exec_driver_sql(sql, tuple(part)).all()
            sent_to = self._recipients([row.id for row in rows if row.direction == "outbound"])
            found += [_waiting(row, sent_to.get(row.id, ())) for row in rows]
        found.sort(key=lambda mail: (mail.received_at, mail.id))
        return found

    def _recipients(self, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return whom emails were sent to, each address once."""
        found = {}
        for part in chunks(ids):
            sql = f"SELECT email_id, details FROM email_body WHERE email_id IN ({marks(part)})"
            for number, details in self._run.exec_driver_sql(sql, tuple(part)):
                told = json.loads(details)
                people = [address for role in ("to", "cc", "bcc") for _, address in told.get(role, ())]
                found[number] = tuple(dict.fromkeys(people))
        return found


def _waiting(row: sa.Row[Any], sent_to: tuple[str, ...]) -> WaitingMail:
    return WaitingMail(
        id=EmailId(row.id),
        mailbox_id=MailboxId(row.mailbox_id),
        mailbox=row.address,
        from_address=row.from_address,
        from_name=row.from_name,
        subject=row.subject,
        preview=row.preview,
        received_at=read_instant(row.received_at),
        code=row.code,
        reason=row.reason,
        attachments=row.attachments,
        sent_to=sent_to,
    )


def _phrase(address: str) -> str:
    return '"' + address.replace('"', " ") + '"'

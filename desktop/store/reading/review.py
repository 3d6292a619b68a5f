"""The queue of mail that waits for a person, and what is known about its senders."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.domain.customer import CustomerRef
from desktop.domain.evidence import Colleague, Evidence
from desktop.domain.ids import CustomerId, EmailId, MailboxId
from desktop.domain.review_item import WaitingMail
from desktop.store.reading.book import StoredBook
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.sqltypes import read_instant
from desktop.store.tables import ADDRESS_DOMAIN, EMAIL_DOMAIN

_COLUMNS = (
    "email.id, mailbox_id, mailbox.address, from_address, from_name, subject, preview, received_at, code, reason, "
    "attachments, email.direction"
)


class ReviewQueries:
    """What waits, oldest first."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._book = StoredBook(connection)

    def count(self) -> int:
        """Return how many emails wait."""
        sql = "SELECT count(*) FROM email INDEXED BY ix_email_review WHERE needs_review = 1"
        return int(self._run.exec_driver_sql(sql).scalar_one())

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

    def evidence(self, addresses: Collection[str], domains: Collection[str], names: Collection[str]) -> Evidence:
        """Return what is known of addresses and domains (in comparable form) and of case-folded names."""
        return Evidence(
            owners=self._book.customers_by_address(addresses),
            colleagues=self._colleagues(sorted(set(domains) - {""})),
            namesakes=self._namesakes(sorted(set(names))),
        )

    def _colleagues(self, domains: Sequence[str]) -> dict[str, tuple[Colleague, ...]]:
        addresses: dict[tuple[str, int], str] = {}
        earlier: dict[tuple[str, int], int] = {}
        for part in chunks(domains):
            theirs = (
                f"SELECT {ADDRESS_DOMAIN}, customer_id, min(address) FROM customer_address "
                f"INDEXED BY ix_customer_address_domain WHERE {ADDRESS_DOMAIN} IN ({marks(part)}) GROUP BY 1, 2"
            )
            for domain, number, address in self._run.exec_driver_sql(theirs, tuple(part)):
                addresses[domain, number] = address
            filed = (
                f"SELECT {EMAIL_DOMAIN}, customer_id, count(*) FROM email INDEXED BY ix_email_domain "
                f"WHERE {EMAIL_DOMAIN} IN ({marks(part)}) AND customer_id IS NOT NULL GROUP BY 1, 2"
            )
            for domain, number, count in self._run.exec_driver_sql(filed, tuple(part)):
                earlier[domain, number] = count
        pairs = sorted({*addresses, *earlier})
        names = self._names({number for _, number in pairs})
        found: dict[str, list[Colleague]] = {}
        for pair in pairs:
            one = Colleague(names[pair[1]], addresses.get(pair, ""), earlier.get(pair, 0))
            found.setdefault(pair[0], []).append(one)
        return {domain: tuple(colleagues) for domain, colleagues in found.items()}

    def _names(self, numbers: Collection[int]) -> dict[int, CustomerRef]:
        found = {}
        for part in chunks(sorted(numbers)):
            sql = f"SELECT id, name FROM customer WHERE id IN ({marks(part)})"
            for number, name in self._run.exec_driver_sql(sql, tuple(part)):
                found[number] = CustomerRef(CustomerId(number), name)
        return found

    def _namesakes(self, names: Sequence[str]) -> dict[str, tuple[CustomerRef, ...]]:
        found: dict[str, tuple[CustomerRef, ...]] = {}
        for part in chunks(names, 5000):
            sql = (
                "SELECT name_key, id, name FROM customer INDEXED BY ix_customer_search "
                f"WHERE name_key IN ({marks(part)}) ORDER BY name_key, id"
            )
            for key, number, name in self._run.exec_driver_sql(sql, tuple(part)):
                found[key] = (*found.get(key, ()), CustomerRef(CustomerId(number), name))
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

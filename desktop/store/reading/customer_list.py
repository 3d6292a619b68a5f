"""The list of customers at any size, one customer opened, and customers found while typing."""

from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from desktop.domain.customer_rows import CustomerAddress, CustomerDetail, CustomerHit, CustomerOrder, CustomerRow
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import CustomerId
from desktop.domain.rows import EmailRow
from desktop.domain.shared_providers import domain_of, is_shared_provider
from desktop.store.reading.customer_search import CustomerSearch
from desktop.store.reading.customers import CustomerQueries
from desktop.store.reading.email_list import EmailListQueries
from desktop.store.reading.email_rows import chunks, marks
from desktop.store.reading.folded import named_so
from desktop.store.sqltypes import read_instant
from desktop.store.tables import EMAIL_DOMAIN

_BY_NAME = "SELECT id FROM customer INDEXED BY ix_customer_search ORDER BY name_key, id"
_BY_CONTACT = (
    "SELECT customer_id FROM email INDEXED BY ix_email_customer WHERE customer_id IS NOT NULL "
    "GROUP BY customer_id ORDER BY max(received_at) DESC, customer_id"
)
_NEWLY_ASSIGNED = (
    "SELECT customer_id FROM decision INDEXED BY ix_decision_person "
    "WHERE decided_by = 'person' AND customer_id IS NOT NULL ORDER BY id DESC LIMIT 1000"
)
_NEWLY_FILED = (
    "SELECT customer_id FROM (SELECT customer_id, received_at, id FROM email INDEXED BY ix_email_list "
    "ORDER BY received_at DESC, id DESC LIMIT 2000) WHERE customer_id IS NOT NULL"
)


class CustomerListQueries:
    """Customers as screens show them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection
        self._search = CustomerSearch(connection)
        self._customers = CustomerQueries(connection)
        self._emails = EmailListQueries(connection)

    def ids(self, search: str = "", order: CustomerOrder = CustomerOrder.NAME) -> "array[int]":
        """Return every customer in order whose name, company or addresses contain each word of *search*."""
        found = self._search.containing(search)
        named = self._numbers(_BY_NAME)
        if order is CustomerOrder.LAST_CONTACT:
            named = dict.fromkeys([*self._numbers(_BY_CONTACT), *named])
        ids = array("q", (number for number in named if found is None or number in found))
        if order is CustomerOrder.NAME_REVERSED:
            ids.reverse()
        return ids

    def is_named(self, part: str) -> bool:
        """Tell whether any customer has *part* in the name or the company, as ``customer:`` asks."""
        sql, values = named_so(part.strip())
        return self._run.exec_driver_sql(f"{sql} LIMIT 1", values).first() is not None

    def rows(self, ids: Sequence[int]) -> list[CustomerRow | None]:
        """Return one row for each of *ids*, in their order; None for a customer that is not there any more."""
        facts: dict[int, Any] = {}
        for part in chunks(sorted(set(ids))):
            sql = f"SELECT id, name, company, owner FROM customer WHERE id IN ({marks(part)})"
            facts.update((row[0], row) for row in self._run.exec_driver_sql(sql, tuple(part)))
        held = self._addresses(sorted(facts))
        mail, waiting = self._mail(sorted(facts)), self._waiting(held)
        return [_row(facts[n], held.get(n, []), mail.get(n), waiting) if n in facts else None for n in ids]

    def detail(self, customer_id: CustomerId) -> CustomerDetail | None:
        """Return one customer with what is known of them, or None."""
        made, (row,) = self._customers.get(customer_id), self.rows([customer_id])
        if made is None or row is None:
            return None
        created = "SELECT created_at FROM customer WHERE id = :id"
        first = (
            "SELECT min(received_at) FROM email INDEXED BY ix_email_customer "
            "WHERE customer_id = :id AND customer_id IS NOT NULL"
        )
        values = {"id": customer_id}
        return CustomerDetail(
            customer=made,
            row=row,
            addresses=self._known_addresses(customer_id),
            created_at=read_instant(self._run.exec_driver_sql(created, values).scalar_one()),
            first_contact_at=_moment(self._run.exec_driver_sql(first, values).scalar()),
        )

    def emails(self, customer_id: CustomerId, *, limit: int, before: datetime | None = None) -> list[EmailRow]:
        """Return a customer's newest emails, those that arrived before *before*; all of them: ``email_list.ids``."""
        return self._emails.first_page(EmailFilter(customer_id=customer_id, until=before), limit=limit)

    def recent(self, limit: int) -> list[CustomerRow]:
        """Return the customers that mail was assigned to last, by hand first, then by itself."""
        found: dict[int, None] = {}
        for sql in (_NEWLY_ASSIGNED, _NEWLY_FILED):
            if len(found) < limit:
                found.update(dict.fromkeys(self._numbers(sql)))
        rows = self.rows(list(found)[: limit + 50])
        return [row for row in rows if row is not None][:limit]

    def search(self, text: str, limit: int = 20) -> list[CustomerHit]:
        """Return customers for what a person has typed so far, best first.

        Every word typed must occur. Whose name or address begins with it comes first, then a word that begins with
        it, then any that contains it.
        """
        return self._search.hits(text, limit)

    # --- reading ----------------------------------------------------------------------------------------------------

    def _numbers(self, sql: str) -> Iterable[int]:
        return [number for (number,) in self._run.exec_driver_sql(sql)]

    def _addresses(self, numbers: Sequence[int]) -> dict[int, list[str]]:
        held: dict[int, list[str]] = {}
        for part in chunks(numbers):
            sql = (
                "SELECT customer_id, address FROM customer_address INDEXED BY ix_customer_address_customer_id "
                f"WHERE customer_id IN ({marks(part)}) ORDER BY customer_id, position, address"
            )
            for number, address in self._run.exec_driver_sql(sql, tuple(part)):
                held.setdefault(number, []).append(address)
        return held

    def _mail(self, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
        found = {}
        for part in chunks(numbers):
            sql = (
                "SELECT customer_id, count(*), max(received_at) FROM email INDEXED BY ix_email_customer "
                f"WHERE customer_id IN ({marks(part)}) AND customer_id IS NOT NULL GROUP BY customer_id"
            )
            for number, count, newest in self._run.exec_driver_sql(sql, tuple(part)):
                found[number] = (count, newest)
        return found

    def _waiting(self, held: dict[int, list[str]]) -> dict[str, int]:
        """Return how much mail waits, by sender's domain, and by address where strangers share the domain."""
        addresses = {address for theirs in held.values() for address in theirs}
        domains = {domain_of(address) for address in addresses}
        single = [address for address in addresses if is_shared_provider(domain_of(address))]
        counts: dict[str, int] = {}
        telling = sorted(domain for domain in domains if not is_shared_provider(domain))
        for expression, wanted in ((EMAIL_DOMAIN, telling), ("from_address", sorted(single))):
            for part in chunks(wanted):
                sql = (
                    f"SELECT {expression}, count(*) FROM email INDEXED BY ix_email_waiting "
                    f"WHERE needs_review = 1 AND {expression} IN ({marks(part)}) GROUP BY 1"
                )
                counts.update(self._run.exec_driver_sql(sql, tuple(part)).all())
        return counts

    def _known_addresses(self, customer_id: CustomerId) -> tuple[CustomerAddress, ...]:
        sql = (
            "SELECT address, origin, (SELECT count(*) FROM email INDEXED BY ix_email_sender "
            "WHERE from_address = customer_address.address) "
            "FROM customer_address WHERE customer_id = :id ORDER BY position, address"
        )
        return tuple(CustomerAddress(*row) for row in self._run.exec_driver_sql(sql, {"id": customer_id}))


def _row(facts: Any, addresses: Sequence[str], mail: tuple[int, int] | None, waiting: dict[str, int]) -> CustomerRow:
    number, name, company, owner = facts
    emails, newest = mail or (0, None)
    domains = dict.fromkeys(domain_of(address) for address in addresses)
    own = [*addresses, *(domain for domain in domains if not is_shared_provider(domain))]
    return CustomerRow(
        id=CustomerId(number),
        name=name,
        company=company,
        owner=owner,
        domain=next(iter(domains), ""),
        addresses=len(addresses),
        emails=emails,
        waiting=sum(waiting.get(key, 0) for key in own),
        last_contact_at=_moment(newest),
    )


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else read_instant(stored)

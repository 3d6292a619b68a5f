"""Writes customers and their addresses; every change is tracked for the journal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.store.folded_texts import know_texts
from desktop.store.tables import customer, customer_address, meta
from desktop.store.writing.tracked import TrackedRows

_NEXT = "next_customer_id"


class CustomerWriter:
    """Customers by hand and by import."""

    def __init__(self, connection: sa.Connection, tracked: TrackedRows) -> None:
        self._run = connection
        self._tracked = tracked

    def add_all(self, customers: Sequence[Customer], origin: str, at: datetime) -> list[CustomerId]:
        """Store new customers (their ``id`` is ignored); returns their ids in order."""
        numbered = list(zip(count(self._take_numbers(len(customers))), customers, strict=False))
        self._tracked.insert(
            customer, [{"id": number, **_columns(made), "created_at": at} for number, made in numbered]
        )
        know_texts(self._run, _texts(customers))
        addresses = [
            {"address": address, "customer_id": number, "position": position, "origin": origin}
            for number, made in numbered
            for position, address in enumerate(made.emails)
        ]
        self._insert_addresses(addresses)
        return [CustomerId(number) for number, _ in numbered]

    def _take_numbers(self, how_many: int) -> int:
        """Return the first of *how_many* ids never used before: history still names customers undone since."""
        first = int(self._run.execute(sa.select(meta.c.value).where(meta.c.key == _NEXT)).scalar() or 1)
        statement = upsert(meta).values(key=_NEXT, value=str(first + how_many))
        self._run.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": str(first + how_many)})
        )
        return first

    def update(self, made: Customer) -> None:
        """Store name, company, owner, tags and phones of an existing customer; addresses are added apart."""
        self._tracked.update(customer, {"id": made.id}, _columns(made))
        know_texts(self._run, _texts([made]))

    def add_addresses(self, customer_id: CustomerId, addresses: Sequence[str], origin: str) -> None:
        """Give a customer more addresses; those they have already are left as they are."""
        self.add_addresses_to_all({customer_id: addresses}, origin)

    def add_addresses_to_all(self, addresses: Mapping[CustomerId, Sequence[str]], origin: str) -> None:
        """Give many customers more addresses, after those they have; those they have already are left as they are."""
        held = self._positions(sorted(addresses))
        rows = []
        for customer_id, wanted in addresses.items():
            theirs = held.get(customer_id, {})
            fresh = (address for address in dict.fromkeys(wanted) if address not in theirs)
            first = max(theirs.values(), default=-1) + 1
            rows += [
                {"address": address, "customer_id": customer_id, "position": position, "origin": origin}
                for position, address in enumerate(fresh, first)
            ]
        self._insert_addresses(rows)

    def _insert_addresses(self, rows: Sequence[dict[str, Any]]) -> None:
        self._tracked.insert(customer_address, rows)
        from desktop.store.domain_keys import know_domains  # how domains are alike: for new addresses, not for a start

        know_domains(self._run, {row["address"].partition("@")[2] for row in rows})
        know_texts(self._run, (row["address"] for row in rows))

    def _positions(self, customers: Sequence[CustomerId]) -> dict[CustomerId, dict[str, int]]:
        held: dict[CustomerId, dict[str, int]] = {}
        for at in range(0, len(customers), 500):
            query = sa.select(
                customer_address.c.customer_id, customer_address.c.address, customer_address.c.position
            ).where(customer_address.c.customer_id.in_(customers[at : at + 500]))
            for number, address, position in self._run.execute(query):
                held.setdefault(CustomerId(number), {})[address] = position
        return held

    def remove_address(self, customer_id: CustomerId, address: str) -> None:
        """Take one address away from a customer."""
        self._tracked.delete(customer_address, {"address": address, "customer_id": customer_id})


def _texts(customers: Sequence[Customer]) -> Iterator[str]:
    for made in customers:
        yield from (made.name.casefold(), made.company)


def _columns(made: Customer) -> dict[str, object]:
    return {
        "name": made.name,
        "name_key": made.name.casefold(),
        "company": made.company,
        "owner": made.owner,
        "tags": json.dumps(made.tags, ensure_ascii=False),
        "phones": json.dumps(made.phones, ensure_ascii=False),
    }

"""Writes customers and their addresses; every change is tracked for the journal."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
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
        addresses = [
            {"address": address, "customer_id": number, "position": position, "origin": origin}
            for number, made in numbered
            for position, address in enumerate(made.emails)
        ]
        self._tracked.insert(customer_address, addresses)
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
        """Store name, company, owner and tags of an existing customer; addresses are added apart."""
        self._tracked.update(customer, {"id": made.id}, _columns(made))

    def add_addresses(self, customer_id: CustomerId, addresses: Sequence[str], origin: str) -> None:
        """Give a customer more addresses; those they have already are left as they are."""
        held = set(
            self._run.execute(
                sa.select(customer_address.c.address).where(customer_address.c.customer_id == customer_id)
            ).scalars()
        )
        fresh = [address for address in dict.fromkeys(addresses) if address not in held]
        rows = [
            {"address": address, "customer_id": customer_id, "position": len(held) + at, "origin": origin}
            for at, address in enumerate(fresh)
        ]
        self._tracked.insert(customer_address, rows)

    def remove_address(self, customer_id: CustomerId, address: str) -> None:
        """Take one address away from a customer."""
        self._tracked.delete(customer_address, {"address": address, "customer_id": customer_id})


def _columns(made: Customer) -> dict[str, object]:
    return {
        "name": made.name,
        "name_key": made.name.casefold(),
        "company": made.company,
        "owner": made.owner,
        "tags": json.dumps(made.tags, ensure_ascii=False),
    }

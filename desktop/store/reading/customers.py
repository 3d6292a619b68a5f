"""Questions about customers."""

import json
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.store.reading.folded import addressed_so, named_so
from desktop.store.tables import customer, customer_address


class CustomerQueries:
    """Lists and details of customers."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def get(self, customer_id: CustomerId) -> Customer | None:
        """Return one customer, or None."""
        return next(iter(self._load(sa.select(customer).where(customer.c.id == customer_id))), None)

    def by_ids(self, customers: Collection[CustomerId]) -> Sequence[Customer]:
        """Return those of *customers* that there are, by id."""
        wanted = sorted(customers)
        found: list[Customer] = []
        for at in range(0, len(wanted), 500):
            query = sa.select(customer).where(customer.c.id.in_(wanted[at : at + 500])).order_by(customer.c.id)
            found += self._load(query)
        return found

    def find(self, *, search: str = "", limit: int = 100_000) -> Sequence[Customer]:
        """Return customers by name; *search* is part of a name, company or address, however written."""
        query = sa.select(customer).order_by(customer.c.name_key, customer.c.id).limit(limit)
        if search.strip():
            (named, values), (addressed, _) = named_so(search.strip()), addressed_so(search.strip())
            query = query.where(sa.text(f"id IN ({named} UNION ALL {addressed})").bindparams(**values))
        return self._load(query)

    def by_addresses(self, addresses: Collection[str]) -> dict[str, list[CustomerId]]:
        """Return which customers have each of *addresses*."""
        found: dict[str, list[CustomerId]] = {}
        wanted = sorted(addresses)
        for at in range(0, len(wanted), 500):
            query = sa.select(customer_address.c.address, customer_address.c.customer_id).where(
                customer_address.c.address.in_(wanted[at : at + 500])
            )
            for address, number in self._run.execute(query):
                found.setdefault(address, []).append(CustomerId(number))
        return found

    def origin(self, customer_id: CustomerId, address: str) -> str:
        """Return where an address that a customer has is from: ``hand``, ``import`` or ``learned``."""
        mine = (customer_address.c.customer_id == customer_id) & (customer_address.c.address == address)
        return str(self._run.execute(sa.select(customer_address.c.origin).where(mine)).scalar_one())

    def count(self) -> int:
        """Return how many customers there are."""
        return self._run.execute(sa.select(sa.func.count()).select_from(customer)).scalar_one()

    def _load(self, query: sa.Select[tuple[object, ...]]) -> Sequence[Customer]:
        rows = self._run.execute(query).mappings().all()
        held = self._addresses(int(row["id"]) for row in rows)
        return [
            Customer(
                id=CustomerId(row["id"]),
                name=row["name"],
                emails=tuple(held.get(row["id"], ())),
                company=row["company"],
                owner=row["owner"],
                tags=tuple(json.loads(row["tags"])),
                phones=tuple(json.loads(row["phones"])),
            )
            for row in rows
        ]

    def _addresses(self, numbers: Iterable[int]) -> dict[int, list[str]]:
        wanted = list(numbers)
        held: dict[int, list[str]] = {}
        for at in range(0, len(wanted), 500):
            query = (
                sa.select(customer_address.c.customer_id, customer_address.c.address)
                .where(customer_address.c.customer_id.in_(wanted[at : at + 500]))
                .order_by(customer_address.c.customer_id, customer_address.c.position, customer_address.c.address)
            )
            for number, address in self._run.execute(query):
                held.setdefault(number, []).append(address)
        return held

"""The customers as matching asks for them."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from desktop.domain.customer import CustomerRef
from desktop.domain.ids import CustomerId
from desktop.store.tables import customer, customer_address, journal


class StoredBook:
    """Answers for a whole batch with one query per few hundred addresses."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def version(self) -> int:
        """Return a number that changes whenever customers may have changed."""
        query = sa.select(sa.func.max(journal.c.id), sa.func.count().filter(journal.c.state == "done"))
        newest, done = self._run.execute(query).one()
        return int(newest or 0) * 2**20 + int(done)

    def customers_by_address(self, addresses: Collection[str]) -> Mapping[str, tuple[CustomerRef, ...]]:
        """Return who has each address; see ``matching.book.Book``."""
        wanted = sorted(addresses)
        owners: dict[str, tuple[CustomerRef, ...]] = {}
        for at in range(0, len(wanted), 500):
            query = (
                sa.select(customer_address.c.address, customer.c.id, customer.c.name)
                .join(customer, customer.c.id == customer_address.c.customer_id)
                .where(customer_address.c.address.in_(wanted[at : at + 500]))
                .order_by(customer.c.name_key, customer.c.id)
            )
            for address, number, name in self._run.execute(query):
                owners[address] = (*owners.get(address, ()), CustomerRef(CustomerId(number), name))
        return owners

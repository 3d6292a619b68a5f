"""The store's sealed rows as the vault wants them."""

from collections.abc import Callable

from desktop.store.store import Store


class StoredSecrets:
    """Sealed secrets in the database, each access in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> bytes | None:
        """Return the sealed bytes, or None."""
        with self._store.read() as read:
            return read.secrets.get(name)

    def put(self, name: str, sealed: bytes, then: Callable[[], None] | None = None) -> None:
        """Store or replace; *then* is called when it is done."""
        with self._store.write() as uow:
            uow.secrets.put(name, sealed)
        if then is not None:
            then()

    def delete(self, name: str, then: Callable[[], None] | None = None) -> None:
        """Remove, if it is there; *then* is called when it is done."""
        if self.get(name) is not None:
            with self._store.write() as uow:
                uow.secrets.delete(name)
        if then is not None:
            then()

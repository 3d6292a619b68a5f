"""Writes sealed secrets: the bytes were encrypted before they came here."""

import logging
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.errors import AppError
from desktop.store.reading.secrets import SealedSecrets
from desktop.store.tables import sealed_secret

_log = logging.getLogger(__name__)


class SecretRows(SealedSecrets):
    """Reads and writes them."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self._afterwards: dict[str, Callable[[], None]] = {}

    def put(self, name: str, sealed: bytes, then: Callable[[], None] | None = None) -> None:
        """Store or replace. *then* is called after the commit, unless the name is written or removed once more."""
        statement = upsert(sealed_secret).values(name=name, sealed=sealed)
        self._run.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"sealed": sealed}))
        self._follow(name, then)

    def delete(self, name: str, then: Callable[[], None] | None = None) -> None:
        """Remove, if it is there; *then* is called as it is by :meth:`put`."""
        self._run.execute(sa.delete(sealed_secret).where(sealed_secret.c.name == name))
        self._follow(name, then)

    def committed(self) -> None:
        """Call what was to follow; what fails of it is logged, for what it follows is done and stays."""
        for then in self._afterwards.values():
            try:
                then()
            except AppError as error:
                _log.warning("what was to follow a kept secret did not happen: %s", error.code)

    def _follow(self, name: str, then: Callable[[], None] | None) -> None:
        self._afterwards.pop(name, None)
        if then is not None:
            self._afterwards[name] = then

"""Writes sealed secrets: the bytes were encrypted before they came here."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.store.reading.secrets import SealedSecrets
from desktop.store.tables import sealed_secret


class SecretRows(SealedSecrets):
    """Reads and writes them."""

    def put(self, name: str, sealed: bytes) -> None:
        """Store or replace."""
        statement = upsert(sealed_secret).values(name=name, sealed=sealed)
        self._run.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"sealed": sealed}))

    def delete(self, name: str) -> None:
        """Remove, if it is there."""
        self._run.execute(sa.delete(sealed_secret).where(sealed_secret.c.name == name))

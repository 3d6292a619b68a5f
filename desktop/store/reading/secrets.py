"""Sealed secrets by name: the bytes were encrypted before they came here."""

import sqlalchemy as sa

from desktop.store.tables import sealed_secret


class SealedSecrets:
    """Reads them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._run = connection

    def get(self, name: str) -> bytes | None:
        """Return the sealed bytes, or None."""
        return self._run.execute(sa.select(sealed_secret.c.sealed).where(sealed_secret.c.name == name)).scalar()

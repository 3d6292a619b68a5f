"""Brings a database to the newest schema: whole or untouched, with a copy made first, never from the future."""

from pathlib import Path

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.store.engines import connect
from desktop.store.errors import explained

MIGRATIONS = Path(__file__).parent / "migrations"


class Migrations:
    """The known steps. *folder* is another than the product's only in tests of migrating itself."""

    def __init__(self, folder: Path = MIGRATIONS) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(folder))
        self._config.set_main_option("path_separator", "os")
        self._script = ScriptDirectory.from_config(self._config)

    @property
    def newest(self) -> str:
        """The newest known schema."""
        return str(self._script.get_current_head())

    def current(self, connection: sa.Connection) -> str | None:
        """Return the schema of the database, or None for an empty one."""
        return MigrationContext.configure(connection).get_current_revision()

    def refuse_future(self, current: str | None) -> None:
        """Raise SCHEMA_NEWER when a later version of the program has been here."""
        known = {step.revision for step in self._script.walk_revisions()}
        if current is not None and current not in known:
            raise StoreError(
                ReasonCode.SCHEMA_NEWER,
                f"This profile was written by a newer Postroom (its schema is {current}; this version "
                f"knows up to {self.newest}).",
                meaning="Nothing was changed.",
                action="Install the newer version again, or open another profile with --profile.",
            )

    def upgrade(self, connection: sa.Connection) -> None:
        """Run the missing steps on *connection*, inside the transaction it is in: all of them or none."""
        self._config.attributes["connection"] = connection
        command.upgrade(self._config, "head")


def copy_database(path: Path, copy: Path, key_hex: str) -> None:
    """Copy the database as it is to *copy*, encrypted with the same key, through SQLite's backup API."""
    partial = copy.with_name(copy.name + ".partial")
    partial.unlink(missing_ok=True)
    with explained():
        source, target = connect(path, key_hex), connect(partial, key_hex)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        except sqlcipher.Error:
            partial.unlink(missing_ok=True)
            raise
        finally:
            source.close()
            target.close()
        partial.replace(copy)

"""Brings a database to the newest schema: whole or untouched, with a copy made first, never from the future."""

import re
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.store.engines import connect
from desktop.store.errors import explained
from desktop.store.tables import address_domain, folded_text

MIGRATIONS = Path(__file__).parent / "migrations"


_REVISION = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = "(\w+)"', re.MULTILINE)
_MADE = sa.text("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")


class Migrations:
    """The known steps. *folder* is another than the product's only in tests of migrating itself.

    Alembic runs them. What a start asks each time - which steps there are, and which the database has seen - is read
    without it: to load it takes longer than to open the database.
    """

    def __init__(self, folder: Path = MIGRATIONS) -> None:
        self._folder = folder

    @cached_property
    def _steps(self) -> dict[str, str]:
        """Each known schema, and the one it was made from (``""`` for the first)."""
        steps: dict[str, str] = {}
        for file in sorted((self._folder / "versions").glob("*.py")):
            found = dict(_REVISION.findall(file.read_text(encoding="utf-8")))
            if "revision" in found:
                steps[found["revision"]] = found.get("down_revision", "")
        return steps

    @property
    def newest(self) -> str:
        """The newest known schema."""
        (newest,) = self._steps.keys() - self._steps.values()
        return newest

    def current(self, connection: sa.Connection) -> str | None:
        """Return the schema of the database, or None for an empty one."""
        if connection.execute(_MADE).first() is None:
            return None
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found is not None else None

    def refuse_future(self, current: str | None) -> None:
        """Raise SCHEMA_NEWER when a later version of the program has been here."""
        if current is not None and current not in self._steps:
            raise StoreError(
                ReasonCode.SCHEMA_NEWER,
                f"This profile was written by a newer Postroom (its schema is {current}; this version "
                f"knows up to {self.newest}).",
                meaning="Nothing was changed.",
                action="Install the newer version again, or open another profile with --profile.",
            )

    def upgrade(self, connection: sa.Connection) -> None:
        """Run the missing steps on *connection*, inside the transaction it is in: all of them or none."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(self._folder))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if sa.inspect(connection).has_table(address_domain.name):
            from desktop.store.domain_keys import know_domains

            know_domains(connection)
        if sa.inspect(connection).has_table(folded_text.name):
            from desktop.store.folded_texts import know_texts

            know_texts(connection)


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

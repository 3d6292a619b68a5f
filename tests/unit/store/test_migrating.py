"""Migrations: from empty and from every released schema, whole or untouched at any statement, a copy first."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from _pytest.mark import ParameterSet

from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import StoreError
from desktop.domain.mailbox import MailboxDetails
from desktop.domain.mailbox_review import first_review
from desktop.store.engines import connect
from desktop.store.migrating import MIGRATIONS, Migrations
from desktop.store.opening import create_store, database_path, open_store
from desktop.store.tables import metadata
from tests.helpers.mails import KEY
from tests.unit.store.schema import RELEASED, build_released, contents, statements

SECOND = '''"""A later step, only in tests: adds, fills, renames and drops."""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("customer", sa.Column("phone_{revision}", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE customer SET phone_{revision} = 'unknown'")
    with op.batch_alter_table("event") as batch:
        batch.alter_column("what" if "{revision}" == "t002" else "meaning", new_column_name="words_{revision}")
    op.create_table("later_{revision}", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO later_{revision} VALUES (1)")
    op.execute("DELETE FROM outbox")
'''


class Interrupted(Exception):
    pass


@contextmanager
def interrupted_at(number: int) -> Iterator[None]:
    """Break every engine at its *number*-th statement that changes something."""
    seen = count(1)

    def on_execute(*arguments: object) -> None:
        statement = str(arguments[2]).lstrip().upper()
        if not statement.startswith(("SELECT", "PRAGMA", "BEGIN")) and next(seen) == number:
            raise Interrupted

    sa.event.listen(sa.Engine, "before_cursor_execute", on_execute)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", on_execute)


@pytest.fixture
def later(tmp_path: Path) -> Migrations:
    """The product's migrations with two more steps on top."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for revision, before in (("t002", Migrations().newest), ("t003", "t002")):
        text = SECOND.replace("{revision}", revision).replace("{before}", before)
        (folder / "versions" / f"{revision}.py").write_text(text, encoding="utf-8")
    return Migrations(folder)


def released() -> list[str]:
    return sorted(path.stem for path in RELEASED.glob("*.sql"))


def test_the_newest_schema_is_what_the_tables_say(tmp_path: Path) -> None:
    create_store(tmp_path, KEY)
    connection = connect(database_path(tmp_path), KEY)
    made = {
        table: [(*tuple(row)[1:4], bool(row[5])) for row in connection.execute(f"PRAGMA table_info({table})")]
        for table in metadata.tables
    }
    connection.close()
    dialect = sa.create_engine("sqlite://").dialect
    meant = {
        table.name: [
            (column.name, column.type.compile(dialect), int(not column.nullable), column.primary_key)
            for column in table.columns
        ]
        for table in metadata.tables.values()
    }
    assert made == meant


@pytest.mark.parametrize("schema", released())
def test_a_released_schema_is_never_edited(tmp_path: Path, schema: str) -> None:
    build_released(schema, tmp_path / "released.db")
    create_store(tmp_path, KEY)
    if schema == Migrations().newest:
        assert statements(tmp_path / "released.db") == statements(database_path(tmp_path))


def test_every_schema_is_kept_for_tests() -> None:
    assert Migrations().newest in released()


@pytest.mark.parametrize("schema", released())
def test_a_released_profile_opens_with_all_its_rows(tmp_path: Path, schema: str) -> None:
    build_released(schema, database_path(tmp_path))
    store = open_store(tmp_path, KEY, writing=True)
    with store.read() as read:
        (row,) = read.emails.page(EmailFilter(), limit=10)
        assert (row.subject, row.customer, row.decided_by) == ("Order a", "Acme Parts", "person")
        broken = [check.name for check in read.soundness.checks() if not check.passed]
    store.close()
    assert broken == []


@pytest.mark.parametrize("schema", released())
def test_a_profile_from_before_signing_in_says_nothing_of_it(tmp_path: Path, schema: str) -> None:
    build_released(schema, database_path(tmp_path))
    store = open_store(tmp_path, KEY, writing=True)
    with store.read() as read:
        (box,) = read.mailboxes.every()
        grant, review = read.grants.of(box.id), read.mailbox_reviews.of(box.id)
    store.close()
    assert review is not None
    if schema < "0003":
        assert (box.oauth, box.details, grant) == (None, MailboxDetails(), None)
        assert review == first_review(box.created_at)
    else:
        assert (box.details.owner, review.reviewed_at) == ("Jo", box.created_at)
        assert grant is not None
        assert (grant.provider, grant.identity.subject) == (box.oauth, "7f3a")


@pytest.mark.parametrize("schema", released())
def test_an_upgrade_keeps_a_copy_from_before(tmp_path: Path, schema: str, later: Migrations) -> None:
    build_released(schema, database_path(tmp_path))
    before = contents(database_path(tmp_path))
    open_store(tmp_path, KEY, writing=True, migrations=later).close()
    copy = tmp_path / "postroom.db.before-t003"
    assert contents(copy) == before
    assert not copy.read_bytes().startswith(b"SQLite format 3")
    after = contents(database_path(tmp_path))
    assert after["alembic_version"] == [("t003",)]
    assert after["email"] == before["email"]


def each_upgrade() -> list[ParameterSet]:
    """Return schemas with the step between statements: all of the newest; some of the others, in the deep run all."""
    *older, newest = released()
    some = [pytest.param(schema, 9, id=f"{schema}-some") for schema in older]
    every = [pytest.param(schema, 1, id=f"{schema}-every", marks=pytest.mark.deep) for schema in older]
    return [*some, *every, pytest.param(newest, 1, id=f"{newest}-every")]


@pytest.mark.parametrize(("schema", "step"), each_upgrade())
def test_an_upgrade_broken_off_anywhere_leaves_the_old_database(
    tmp_path: Path, schema: str, step: int, later: Migrations
) -> None:
    build_released(schema, database_path(tmp_path))
    before = contents(database_path(tmp_path))
    for number in count(1, step):
        with interrupted_at(number):
            try:
                open_store(tmp_path, KEY, writing=True, migrations=later).close()
            except Interrupted:
                assert contents(database_path(tmp_path)) == before
                continue
        break
    assert number > 12
    assert contents(database_path(tmp_path))["alembic_version"] == [("t003",)]


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.deep)])
def test_making_a_store_broken_off_anywhere_leaves_none(tmp_path: Path, step: int) -> None:
    for number in count(1, step):
        with interrupted_at(number):
            try:
                create_store(tmp_path, KEY)
            except Interrupted:
                assert not database_path(tmp_path).exists()
                continue
        break
    assert number > 20
    open_store(tmp_path, KEY, writing=True).close()


CRASHING = """
import os, sys
from itertools import count
from pathlib import Path
import sqlalchemy as sa
from desktop.store.migrating import Migrations
from desktop.store.opening import open_store

seen, at = count(1), int(sys.argv[3])

def on_execute(*arguments):
    if not str(arguments[2]).lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")) and next(seen) == at:
        os._exit(77)

sa.event.listen(sa.Engine, "before_cursor_execute", on_execute)
open_store(Path(sys.argv[1]), "ab" * 32, writing=True, migrations=Migrations(Path(sys.argv[2]))).close()
"""


@pytest.mark.parametrize("number", [1, 4, 8, 11, 13])
def test_a_process_that_dies_in_an_upgrade_leaves_the_old_database(
    tmp_path: Path, later: Migrations, number: int
) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    build_released(released()[0], database_path(profile))
    before = contents(database_path(profile))
    arguments = [sys.executable, "-c", CRASHING, str(profile), str(tmp_path / "migrations"), str(number)]
    assert subprocess.run(arguments, check=False, cwd=Path(__file__).parents[3]).returncode == 77
    assert contents(database_path(profile)) == before
    open_store(profile, KEY, writing=True, migrations=later).close()
    assert contents(database_path(profile))["email"] == before["email"]


def test_an_older_schema_is_not_read_before_it_is_brought_up_to_date(tmp_path: Path, later: Migrations) -> None:
    build_released(released()[0], database_path(tmp_path))
    with pytest.raises(StoreError, match="waiting to be brought up to date"):
        open_store(tmp_path, KEY, writing=False, migrations=later)


def test_migrations_import_nothing_of_the_program() -> None:
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert "import desktop" not in path.read_text(encoding="utf-8")
        assert "from desktop" not in path.read_text(encoding="utf-8")

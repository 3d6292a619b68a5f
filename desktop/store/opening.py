"""Opens a profile's database, or makes it: complete or not at all, and never a new one in an old one's place."""

import logging
import os
from pathlib import Path

from desktop.domain.errors import KeyUnavailable, StoreError
from desktop.domain.reasons import ReasonCode
from desktop.store.attachment_files import AttachmentFiles
from desktop.store.engines import PAGE_BYTES, connect, make_engine
from desktop.store.errors import explained
from desktop.store.migrating import Migrations, copy_database
from desktop.store.store import Store

log = logging.getLogger(__name__)

DATABASE_NAME = "postroom.db"
_PLAIN = b"SQLite format 3\0"


def database_path(profile: Path) -> Path:
    """Return where the database of *profile* lies."""
    return profile / DATABASE_NAME


def create_store(profile: Path, key_hex: str, *, migrations: Migrations | None = None) -> None:
    """Make the database of *profile*, empty and at the newest schema. It appears complete or not at all."""
    target = database_path(profile)
    fresh = target.with_name(target.name + ".new")
    with explained():
        for left_over in (fresh, *_side_files(fresh)):
            left_over.unlink(missing_ok=True)
    engine = make_engine(fresh, key_hex, read_only=False)
    try:
        with explained(), engine.begin() as connection:
            (migrations or Migrations()).upgrade(connection)
    finally:
        engine.dispose()
    with explained():
        _settle(fresh, key_hex)
        _put_in_place(fresh, target)
        _sync_directory(profile)


def open_store(profile: Path, key_hex: str, *, writing: bool, migrations: Migrations | None = None) -> Store:
    """Open the existing database of *profile*; with *writing*, bring an older schema up to date first.

    Raises StoreError or KeyUnavailable with a sentence: missing, wrong key, newer schema, damaged, locked,
    read-only. The caller holds the profile's lock when *writing*.
    """
    path = database_path(profile)
    if not path.exists():
        raise StoreError(
            ReasonCode.STORE_MISSING,
            f"The database of this profile is missing: there is no {path}.",
            meaning="Postroom makes no new one in its place, so that nothing is covered up.",
            action="Put the file back from a backup, or start a new profile with --profile and another folder.",
        )
    _refuse_foreign(path)
    steps = migrations or Migrations()
    if writing:
        _bring_up_to_date(path, key_hex, steps)
    reading = make_engine(path, key_hex, read_only=True)
    try:
        with explained(), reading.connect() as connection:
            current = steps.current(connection)
        steps.refuse_future(current)
        if current != steps.newest:
            raise StoreError(
                ReasonCode.STORE_BUSY,
                "This profile is still at an older schema and is waiting to be brought up to date.",
                meaning="Reading it now could show wrong things.",
                action="Run any writing command once, for example 'postroom sync', then try again.",
            )
    except BaseException:
        reading.dispose()
        raise
    walking = make_engine(path, key_hex, read_only=True, walks=True)
    written = make_engine(path, key_hex, read_only=False) if writing else None
    return Store(reading, walking, written, AttachmentFiles(profile))


def _bring_up_to_date(path: Path, key_hex: str, steps: Migrations) -> None:
    engine = make_engine(path, key_hex, read_only=False)
    try:
        with explained(), engine.connect() as connection:
            current = steps.current(connection)
        steps.refuse_future(current)
        if current is None:
            _raise_empty(path)
        if current == steps.newest:
            return
        copy = path.with_name(f"{path.name}.before-{steps.newest}")
        copy_database(path, copy, key_hex)
        log.info("bringing the database from schema %s to %s", current, steps.newest)
        with explained(), engine.begin() as connection:
            steps.upgrade(connection)
    finally:
        engine.dispose()


def _refuse_foreign(path: Path) -> None:
    """An encrypted database begins with a random salt; a plain SQLite file, or less than a page, is not ours."""
    if not path.is_file():
        raise StoreError(
            ReasonCode.STORE_DAMAGED,
            f"{path} is not a file.",
            meaning="Nothing was changed.",
            action="Move what is there away and put the database back from a backup.",
        )
    with explained(), path.open("rb") as file:
        head = file.read(PAGE_BYTES)
    if len(head) < PAGE_BYTES and not head.startswith(_PLAIN):
        _raise_empty(path)
    if head.startswith(_PLAIN):
        raise KeyUnavailable(
            ReasonCode.STORE_DAMAGED,
            f"{path} is not an encrypted database: something has put a plain SQLite file there.",
            meaning="Postroom's own database is never unencrypted; nothing was changed.",
            action="Move that file away and put the right one back from a backup.",
        )


def _raise_empty(path: Path) -> None:
    raise StoreError(
        ReasonCode.STORE_DAMAGED,
        f"The database {path} is empty or cut short.",
        meaning="Postroom makes no new one in its place, so that nothing is covered up.",
        action="Put the file back from a backup, or start a new profile with --profile and another folder.",
    )


def _settle(path: Path, key_hex: str) -> None:
    """Move everything from the log into the file itself and make it durable."""
    connection = connect(path, key_hex)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _put_in_place(fresh: Path, target: Path) -> None:
    """The caller holds the profile's lock; even so, nothing is ever put over a database."""
    if target.exists():
        raise StoreError(
            ReasonCode.CHANGED_MEANWHILE,
            f"A database has appeared at {target} while a new one was being made.",
            meaning="It was left as it is.",
            action="Try again: it will be opened.",
        )
    fresh.rename(target)


def _side_files(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def _sync_directory(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

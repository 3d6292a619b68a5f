"""SQLCipher behind SQLAlchemy: one engine that writes, one that only reads.

The key is set by ``PRAGMA key`` as raw bytes in the connect hook: it never stands in a URL, and no key
derivation runs per connection. Both engines leave transactions to their ``begin`` event, because the driver's own
implicit BEGIN neither covers DDL nor takes the write lock early (a plain BEGIN loses two writers to each other).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher

from desktop.store.errors import explained
from desktop.store.giving_up import begin_anew, go_on
from desktop.store.search_text import holds
from desktop.store.spare_memory import give_back_memory

PAGE_BYTES = 16384
"""SQLCipher page size: larger pages halve the cost of encryption for rows of a few KB (see docs/benchmarks.md)."""

CHECKPOINT_PAGES = 4000
"""How long the log may grow (64 MB) before it is brought into the database: pages of the index are written several
times meanwhile, and are brought over once."""

READER_CACHE_KB, WRITER_CACHE_KB = 24 * 1024, 64 * 1024
"""The most a connection keeps of decrypted pages. Beside a million emails and 100,000 customers no question takes
longer than with more; with 16 MB the dashboard and the search for a customer take twice as long, with 4 MB going
through all emails by customer four times. The writer touches pages of all tables and indexes in each batch."""

MANY_ROWS = 50_000
"""More rows than a batch of mail brings. A connection that wrote them keeps no page of theirs."""

BUSY_TIMEOUT_MS = 5000
"""How long a connection waits for another program's lock before it gives up."""


def connect(path: Path, key_hex: str, *, read_only: bool = False) -> sqlcipher.Connection:
    """Open *path* with the raw key (64 hex digits) and the house's pragmas; raises the driver's errors."""
    mode = "ro" if read_only else "rwc"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlcipher.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, key_hex, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlcipher.Connection, key_hex: str, *, read_only: bool) -> None:
    run = connection.execute
    run("PRAGMA cipher_log_level = NONE")
    run(f"PRAGMA key = \"x'{key_hex}'\"")
    run(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    run(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    run("PRAGMA temp_store = MEMORY")
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA trusted_schema = OFF")
    run(f"PRAGMA cache_size = -{READER_CACHE_KB if read_only else WRITER_CACHE_KB}")
    connection.create_function("holds", 2, holds, deterministic=True)
    run("SELECT count(*) FROM sqlite_master").fetchone()
    run("CREATE VIRTUAL TABLE temp.email_word USING fts5vocab('main', 'email_fts', 'instance')")
    if read_only:
        run("PRAGMA query_only = ON")
        return
    run("PRAGMA journal_mode = WAL")
    run("PRAGMA synchronous = FULL")
    run(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")


def make_engine(path: Path, key_hex: str, *, read_only: bool, walks: bool = False) -> sa.Engine:
    """Return an engine on *path*; a writing one takes the write lock at BEGIN, a reading one cannot write at all.

    Connections of one that *walks* go through whole indexes, which no cache holds: they keep nothing between.
    """

    def open_connection(*_: Any) -> sqlcipher.Connection:
        with explained():
            return connect(path, key_hex, read_only=read_only)

    engine = sa.create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=open_connection,
        poolclass=sa.pool.QueuePool,
        pool_size=4 if read_only else 1,
        max_overflow=4 if read_only else 0,
        pool_timeout=30,
        pool_use_lifo=True,  # the connection that was used last has its pages decrypted
        pool_reset_on_return="rollback",
    )
    statement = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        begin_anew(connection)
        connection.exec_driver_sql(statement)

    if read_only:
        sa.event.listen(engine, "before_cursor_execute", _go_on)
    if walks:
        sa.event.listen(engine, "checkin", _keep_nothing)
    return engine


def _go_on(connection: sa.Connection, *_: object) -> None:
    go_on(connection)


@contextmanager
def keeping_few(connection: sa.Connection) -> Iterator[None]:
    """Let go of the pages that a transaction inside has decrypted, when it wrote :data:`MANY_ROWS`: a command on very
    much comes alone, while the small ones find again what the last one needed.
    """
    driver: Any = connection.connection.driver_connection
    before = driver.total_changes
    try:
        yield
    finally:
        if driver.total_changes - before > MANY_ROWS:
            _keep_nothing(driver, None)


def _keep_nothing(driver: Any, _record: object) -> None:
    if driver is not None:  # else it broke, and is gone already
        driver.execute("PRAGMA shrink_memory")
        give_back_memory()

"""Ending what a connection reads, from another thread: the statement that runs, and all that would follow it.

SQLite ends the statements that run at that moment and knows nothing of it afterwards. A question is many statements,
and mostly it is between two of them that nobody wants its answer any more.
"""

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher

_GIVEN_UP = "given up"


def give_up(run: sa.Connection) -> None:
    """End what *run* reads, until its transaction is over; from any thread."""
    run.info[_GIVEN_UP] = True
    driver = run.connection.driver_connection
    if driver is not None:
        driver.interrupt()


def begin_anew(run: sa.Connection) -> None:
    """Forget that what was read before on this connection was given up."""
    run.info.pop(_GIVEN_UP, None)


def go_on(run: sa.Connection) -> None:
    """Raise what an interrupted statement raises when what *run* reads was given up."""
    if _GIVEN_UP in run.info:
        raise sqlcipher.OperationalError("interrupted")

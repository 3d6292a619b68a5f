"""An open database: short reads beside one writer at a time."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.matching.answers import Answers
from desktop.store.attachment_files import AttachmentFiles
from desktop.store.engines import keeping_few
from desktop.store.errors import explained
from desktop.store.reading.reader import Reader

if TYPE_CHECKING:  # loaded by the first command: the first rows need none
    from desktop.store.writing.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


class Store:
    """One profile's database. Thread-safe: any thread may read or write, writers take turns."""

    def __init__(
        self, reading: sa.Engine, walking: sa.Engine, writing: sa.Engine | None, files: AttachmentFiles
    ) -> None:
        self.files = files
        self._reading = reading
        self._walking = walking
        self._writing = writing
        self._turn = threading.Lock()
        self._answers = Answers()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read one consistent state; raises StoreError when the database cannot be read."""
        with explained(key_fits=True), self._reading.begin() as connection:
            yield Reader(connection, self._answers)

    @contextmanager
    def walk(self) -> Iterator[Reader]:
        """Read as :meth:`read` does what goes through most of the database: every id of a list, counts of everything.

        It has connections of its own, so it does not drive out what quick questions find again.
        """
        with explained(key_fits=True), self._walking.begin() as connection:
            yield Reader(connection, self._answers)

    @contextmanager
    def write(self) -> Iterator["UnitOfWork"]:
        """Change the database: everything inside is committed at the end, or nothing if an error leaves the block.

        Keep it short, and do no network, parsing or deciding inside.
        """
        from desktop.store.writing.unit_of_work import UnitOfWork

        if self._writing is None:
            raise StoreError(ReasonCode.STORE_READ_ONLY, "This profile was opened for reading only.")
        with (
            self._turn,
            explained(key_fits=True),
            self._writing.connect() as connection,
            keeping_few(connection),
            connection.begin(),
        ):
            uow = UnitOfWork(connection)
            yield uow
        uow.secrets.committed()

    def sweep(self) -> None:
        """Put right what a process that died left beside the database: files without a row, rows without a file.

        What cannot be done now is left for later: whoever needs it hears what is wrong.
        """
        try:
            with self.read() as read:
                known = read.attachments.with_files()
            self.files.sweep({one.file for one in known})
            lost = self.files.missing(known)
            if lost:
                with self.write() as uow:
                    uow.attachments.start_over(lost)
        except StoreError as error:
            log.info("the files of attachments cannot be looked after now: %s", error.code)

    def close(self) -> None:
        """Close every connection."""
        self._reading.dispose()
        self._walking.dispose()
        if self._writing is not None:
            self._writing.dispose()

"""The files beside the database in which stretches of large mails lie, sealed; the database has their names and keys.

Nothing is in a file that the database does not know: a name is noted before its file is made, and how far it goes
after that is safe on disk. A file without a name in the database is left over, and swept.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.domain.attachments import StoredStretch, StretchState
from desktop.domain.errors import StoreError
from desktop.domain.reasons import ReasonCode
from desktop.security.files import make_private_dir
from desktop.security.sealed_files import DamagedFileError, SealedWriter, Written, pieces_of
from desktop.store.errors import explained

log = logging.getLogger(__name__)

FOLDER_NAME = "attachments"


class AttachmentFiles:
    """The files of one profile."""

    def __init__(self, profile: Path) -> None:
        self._folder = profile / FOLDER_NAME

    @contextmanager
    def writer(self, one: StoredStretch) -> Iterator[SealedWriter]:
        """Go on writing the file of *one* where it is safe; raises StoreError (STORE_DAMAGED: some of it is gone)."""
        with explained(), _damage_named():
            make_private_dir(self._folder)
            with SealedWriter(self._folder / one.file, one.key, Written(one.stored, one.chunks)) as writer:
                yield writer

    def read(self, one: StoredStretch) -> Iterator[bytes]:
        """Yield the bytes of a stretch that is here, a piece at a time; raises StoreError when they are not."""
        pieces = pieces_of(self._folder / one.file, one.key, Written(one.stored, one.chunks))
        while True:
            with explained(), _damage_named():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def sweep(self, known: Collection[str]) -> int:
        """Remove every file but those *known*; returns how many went. What cannot be removed now is left for later."""
        swept = 0
        with explained():
            found = list(self._folder.iterdir()) if self._folder.is_dir() else []
            for path in found:
                if path.name not in known:
                    try:
                        path.unlink()
                        swept += 1
                    except OSError as error:
                        log.warning("a file that is left over cannot be removed: %s", type(error).__name__)
        return swept

    def missing(self, ones: Iterable[StoredStretch]) -> list[StoredStretch]:
        """Return those whose file is not there, or shorter than it is to be; nothing is read."""
        return [one for one in ones if one.stored and self._length(one.file) < one.stored]

    def damaged(self, ones: Sequence[StoredStretch]) -> list[StoredStretch]:
        """Return those whose file is not there or not as it was written; reads every file that is finished."""
        absent = self.missing(ones)
        here = [one for one in ones if one.state is StretchState.HERE and one not in absent]
        return absent + [one for one in here if not self._is_whole(one)]

    def _is_whole(self, one: StoredStretch) -> bool:
        try:
            return sum(map(len, self.read(one))) == one.length
        except StoreError:
            return False

    def _length(self, name: str) -> int:
        try:
            return (self._folder / name).stat().st_size
        except OSError:
            return -1


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except DamagedFileError as error:
        raise StoreError(
            ReasonCode.STORE_DAMAGED,
            "A file that belongs to an email is damaged or gone from the profile's folder.",
            meaning="Only this attachment is concerned; the email and its text are whole.",
            action="Ask for it again while its mailbox is connected: it is fetched anew.",
        ) from error

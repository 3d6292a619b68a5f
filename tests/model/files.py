"""The sealed files of the model's profile: where a process can die over them, and what must hold of them.

What is true of a file is asked of the letters that were delivered; what a person is shown, of the program itself.
"""

import errno
import functools
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.domain.attachments import StoredStretch, StretchState
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import EmailId
from desktop.parsing.parts import extract_attachment
from desktop.security.sealed_files import DamagedFileError, SealedWriter, Written, pieces_of
from desktop.store.attachment_files import FOLDER_NAME, AttachmentFiles
from desktop.store.contents import email_pieces, part_pieces
from desktop.store.store import Store
from tests.model.letters import LARGE_KINDS, Letter
from tests.model.stored import Row, Stored

HALF = "piece half written"
WRITTEN = "piece written"
TORN = b"the beginning of a piece that was never written to its end"


class WatchedFiles(AttachmentFiles):
    """The real files; *reach* is called inside each piece and after it. ``full_at``: that write finds the disk full."""

    def __init__(self, profile: Path, reach: Callable[[str], None]) -> None:
        super().__init__(profile)
        self._reach = reach
        self.full_at = 0

    @contextmanager
    def writer(self, one: StoredStretch) -> Iterator[SealedWriter]:
        with super().writer(one) as writer:
            self._watch(writer)
            yield writer

    def _watch(self, writer: SealedWriter) -> None:
        append = writer.append

        def watched(piece: bytes, *, is_last: bool) -> Written:
            self._half(writer)
            written = append(piece, is_last=is_last)
            self._reach(WRITTEN)
            return written

        writer.append = watched  # type: ignore[method-assign]

    def _half(self, writer: SealedWriter) -> None:
        """Write a beginning, at which a process can die or the disk be full; whoever goes on writes over it."""
        os.write(writer._file, TORN)
        self._reach(HALF)
        self.full_at -= 1
        if self.full_at == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        os.ftruncate(writer._file, writer.written.length)
        os.lseek(writer._file, writer.written.length, os.SEEK_SET)


def contents(profile: Path) -> dict[str, bytes]:
    """Return the sealed files as they lie on disk, by name."""
    folder = profile / FOLDER_NAME
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


class Reader:
    """Reads a part here and now."""

    def read_part(self, content: bytes, part: str) -> bytes:
        return extract_attachment(content, part)


class Inspection:
    """What holds of files at every commit: of those that are here, and of those of which a part is.

    An email is looked into when something of its files changed since it was last.
    """

    def __init__(self, letters: Mapping[int, Letter]) -> None:
        self._letters = letters
        self._seen: dict[int, list[object]] = {}

    def of(self, stored: Stored, store: Store, profile: Path) -> Iterator[str]:
        """Look into the files of a state of the database."""
        by_email: dict[int, list[Row]] = {}
        for row in stored.stretches:
            by_email.setdefault(row["email_id"], []).append(row)
        seen = {number: _signature(number, rows, stored, profile) for number, rows in by_email.items()}
        for number, rows in by_email.items():
            if self._seen.get(number) != seen[number]:
                yield from self._inspect(number, rows, stored, store, profile)
        self._seen = seen

    def _inspect(self, number: int, rows: Sequence[Row], stored: Stored, store: Store, profile: Path) -> Iterator[str]:
        letter = self._letters.get(stored.serials.get(number, -1))
        if letter is None:
            yield f"no file without its mail: {_name(rows[0])}"
            return
        for row in rows:
            yield from (f"{words} ({_name(row)}, serial {letter.serial})" for words in _amiss(row, letter, profile))
        yield from _shown(EmailId(number), letter, store)


def _signature(number: int, rows: Sequence[Row], stored: Stored, profile: Path) -> list[object]:
    facts = (stored.serials.get(number), stored.emails[number]["whole"] if number in stored.emails else None)
    return [facts, [(*row.values(), _length(profile, row["file"])) for row in rows]]


def _amiss(row: Row, letter: Letter, profile: Path) -> Iterator[str]:
    if row["state"] == StretchState.HERE.value:
        path = profile / FOLDER_NAME / row["file"]
        try:
            held = b"".join(pieces_of(path, row["key"], Written(row["stored"], row["chunks"])))
        except (DamagedFileError, OSError) as error:
            yield f"a file is whole or not shown: it cannot be read, {type(error).__name__}"
        else:
            if held != letter.content[row["begins"] : row["begins"] + row["length"]]:
                yield "a file is whole or not shown: it holds other bytes than were sent"
    elif row["stored"] and _length(profile, row["file"]) < row["stored"]:
        yield "what is noted of a file is on the disk: it is not"
    elif row["certain"] and row["arrived"] > row["length"]:
        yield "what is noted of a file is on the disk: it is more than was sent"


def _shown(number: EmailId, letter: Letter, store: Store) -> Iterator[str]:
    """Ask the program for what it says is here, and for what it says is not."""
    with store.read() as read:
        detail = read.emails.open(number)
    for file in detail.attachments if detail is not None else ():
        try:
            held = b"".join(part_pieces(store, Reader(), number, file.part))
        except CommandRefused:
            held = b""
        if held != (_part(letter, file.part) if file.status.is_here else b""):
            yield f"a file is whole or not shown: {file.name} of {letter.serial} is {file.status.state} and is not so"
    if detail is not None and detail.is_complete and b"".join(email_pieces(store, number)) != letter.content:
        yield f"a file is whole or not shown: all of {letter.serial} is here and differs"


@functools.lru_cache(maxsize=256)
def _part(letter: Letter, part: str) -> bytes:
    return extract_attachment(letter.content, part)


def forward(before: Stored, after: Stored) -> Iterator[str]:
    """What was here stays here, and what is given up is given up until a person asks."""
    later = {(row["email_id"], row["position"]): row for row in after.stretches}
    for row in before.stretches:
        now = later.get((row["email_id"], row["position"]))
        if now is None or before.serials[row["email_id"]] != after.serials[now["email_id"]]:
            if row["email_id"] in after.emails:
                yield f"files only come: {_name(row)} is forgotten"
        elif row["state"] != StretchState.WAITING.value and now["state"] != row["state"]:
            yield f"files only come: {_name(row)} was {row['state']} and is {now['state']}"
        elif now["file"] == row["file"] and now["arrived"] < row["arrived"]:
            yield f"files only come: of {_name(row)} less is here than before"


def unwanted(before: Stored, after: Stored) -> Iterator[str]:
    """What came by itself though the mailbox does not bring in so much, and nobody asked."""
    earlier = {(row["email_id"], row["position"]): row for row in before.stretches}
    policies = {row["id"]: row["attachments_up_to"] for row in before.mailboxes.values()}
    for now in after.stretches:
        row = earlier.get((now["email_id"], now["position"]))
        if row is None or now["arrived"] <= row["arrived"]:
            continue
        up_to = policies[before.emails[row["email_id"]]["mailbox_id"]]
        if not row["asked"] and 0 <= up_to < row["size_bytes"]:
            yield f"nothing comes that nobody wants: {_name(row)}"


def left_over(stored: Stored, profile: Path) -> Iterator[str]:
    """Files that nothing names, once it was looked for them, and two that share one."""
    named = Counter(row["file"] for row in stored.stretches if row["file"])
    yield from (f"no file without its mail: {name} is left over" for name in contents(profile).keys() - named.keys())
    yield from (f"no file without its mail: {count} share {name}" for name, count in named.items() if count > 1)


def not_come(stored: Stored, letters: Mapping[int, Letter], *, apart_from: set[int]) -> Iterator[str]:
    """What of large mail that is still on the server is not here, when everything was wanted and nothing was wrong."""
    there = {row["email_id"] for row in stored.ledger if row["email_id"] is not None and row["gone_at"] is None}
    live = {number for number in there if stored.serials[number] not in apart_from}
    for row in stored.stretches:
        if row["email_id"] in live and row["state"] != StretchState.HERE.value:
            yield f"every file comes: {_name(row)} of {stored.serials[row['email_id']]} is {row['state']}"
    cut = {row["email_id"] for row in stored.stretches}
    for number in live - cut:
        letter = letters[stored.serials[number]]
        if letter.kind in LARGE_KINDS:
            yield f"every file comes: of {letter.serial} there are only headers"


def _name(row: Row) -> str:
    return f"file {row['position']} of email {row['email_id']}"


def _length(profile: Path, name: str) -> int:
    path = profile / FOLDER_NAME / name
    return path.stat().st_size if name and path.is_file() else -1

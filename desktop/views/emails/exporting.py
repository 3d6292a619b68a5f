"""The list as a CSV file: streamed row by row, so that a million emails take no more memory than one page."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import EmailRow
from desktop.services.saving import whole_file
from desktop.services.spreadsheets import spreadsheet_cell
from desktop.ui import words
from desktop.ui.ops import Job, StoreDoor
from desktop.ui.preview.verdicts import happened_to, match_of, status_of

AT_ONCE = 500
Cell = str | int
COLUMNS: tuple[tuple[str, Callable[[EmailRow], Cell]], ...] = (
    ("Received", lambda row: _time(row.received_at or row.stored_at)),
    ("From name", lambda row: row.from_name),
    ("From address", lambda row: row.from_address),
    ("To", lambda row: row.to),
    ("Subject", lambda row: row.subject),
    ("Mailbox", lambda row: row.mailbox),
    ("Folder", lambda row: row.folder),
    ("Customer", lambda row: row.customer),
    ("Match", lambda row: match_of(row).why or match_of(row).name),
    ("Confidence %", lambda row: row.confidence),
    ("Status", lambda row: status_of(row)[1]),
    ("What happened", happened_to),
    ("Reason", lambda row: row.reason),
    ("Attachments", lambda row: row.attachments),
    ("Size in bytes", lambda row: row.size_bytes),
    ("Message-ID", lambda row: row.message_id),
)


def export(store: StoreDoor, ids: Sequence[int], path: Path, job: Job, progress: Callable[[int], object]) -> int:
    """Write the emails with these *ids* to *path* in their order, and return how many.

    *progress* is told how many are done. The file appears when it is whole; it is private, in UTF-8 with a mark that
    spreadsheets look for. Raises AppError when it cannot be written, and when *job* is cancelled: then there is none.
    """
    done = 0
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([title for title, _ in COLUMNS])
        for rows in _in_parts(store, ids):
            if job.cancelled.is_set():
                raise AppError(ReasonCode.STOPPED, "The export was cancelled.", meaning="No file was written.")
            writer.writerows([_safe(cell(row)) for _, cell in COLUMNS] for row in rows)
            done += len(rows)
            progress(done)
    return done


def _in_parts(store: StoreDoor, ids: Sequence[int]) -> Iterator[Sequence[EmailRow]]:
    """Each part is a short read of its own: a long one would keep the store from tidying up behind it."""
    for at in range(0, len(ids), AT_ONCE):
        with store.read() as read:
            rows = read.email_list.rows_still_there(ids[at : at + AT_ONCE])
        yield [row for row in rows if row is not None]


def _safe(value: Cell) -> Cell:
    """Text that a spreadsheet would run is made harmless; numbers stay numbers."""
    return spreadsheet_cell(value) if isinstance(value, str) else value


def _time(moment: datetime) -> str:
    return words.local(moment).strftime("%Y-%m-%d %H:%M:%S")

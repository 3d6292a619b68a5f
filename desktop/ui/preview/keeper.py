"""Saves and opens what belongs to mail: asks where, has a worker write, and says that it is done."""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import AttachmentRow
from desktop.services.saving import free, write_pieces
from desktop.store.contents import email_pieces, part_pieces
from desktop.ui import words
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.preview.dialogs import ask_file, ask_folder
from desktop.ui.preview.letter import Letter
from desktop.ui.preview.saving import eml_name, is_what_it_says, unique_names

EML = "Emails (*.eml)"
MOST_AT_ONCE = 2000


class Keeper(QObject):
    """Writes files out of mail. Dialogs belong to *parent*; none of them is waited for."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame, self._parent = frame, parent
        self._shown: Path | None = None
        self.dialog: QWidget | None = None
        """The dialog that was opened last."""

    # --- attachments ------------------------------------------------------------------------------------------------

    def save_file(self, letter: Letter, file: AttachmentRow) -> None:
        """Ask where to put an attachment, and write it there."""

        def write(path: Path) -> None:
            self._write(path, lambda: self._part(letter, file))

        self.dialog = ask_file(self._parent, self._frame.state, "Save attachment", file.name, write)

    def save_all(self, letter: Letter, files: Sequence[AttachmentRow]) -> None:
        """Ask for a folder, and write all of *files* there under names that nothing there has."""

        def work(folder: Path, job: Job) -> int:
            for file in files:
                if job.cancelled.is_set():
                    break
                write_pieces(free(folder / file.name), self._part(letter, file))
            return len(files)

        def write(folder: Path) -> None:
            self._work(lambda job: work(folder, job), "attachment", folder)

        self.dialog = ask_folder(self._parent, self._frame.state, "Save all attachments", write)

    def open_file(self, letter: Letter, file: AttachmentRow) -> None:
        """Ask, then hand a private copy of an attachment to the program that shows such files."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Open attachment")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"Open {file.name} with another program?")
        box.setInformativeText(
            f"It was sent by {letter.row.from_address or 'an unknown sender'}. Postroom puts a copy into a private "
            "folder and deletes it when Postroom is closed."
        )
        yes = box.addButton("Open", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        yes.clicked.connect(lambda _on=False: self._open(letter, file))
        self.dialog = box
        box.open()

    def _open(self, letter: Letter, file: AttachmentRow) -> None:
        folder = self._private_folder()

        def copy(_job: Job) -> Path:
            pieces = (piece for piece in self._part(letter, file) if piece)
            first = next(pieces, b"")
            if not is_what_it_says(file.name, first):
                raise AppError(
                    ReasonCode.BAD_INPUT,
                    f"{file.name} is not what its name says.",
                    meaning="It was not opened: such files are used to deceive.",
                    action="If you trust the sender, save it and open it yourself.",
                )
            path = free(folder / file.name)
            write_pieces(path, chain((first,), pieces))
            return path

        def show(path: Path) -> None:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
                self._frame.doors.toast(f"No program here opens {file.name}. Save it instead.")

        self._frame.ops.work(self, copy, show)

    def _part(self, letter: Letter, file: AttachmentRow) -> Iterator[bytes]:
        """Return what an attachment holds, piece by piece; raises when it is not here."""
        return part_pieces(self._frame.ops.store, self._frame.mails, letter.detail.row.id or EmailId(0), file.part)

    def _private_folder(self) -> Path:
        """Return a folder that goes with this object, or with the program at the latest."""
        if self._shown is None:
            self._shown = Path(tempfile.mkdtemp(prefix="postroom-"))
            tidy = weakref.finalize(self, shutil.rmtree, self._shown, ignore_errors=True)
            self.destroyed.connect(tidy)
        return self._shown

    # --- whole emails -----------------------------------------------------------------------------------------------

    def save_email(self, letter: Letter) -> None:
        """Ask where to put an email as it was sent, and write it there."""
        name, row_id = eml_name(letter.row), letter.row.id or EmailId(0)
        self.dialog = ask_file(
            self._parent,
            self._frame.state,
            "Save email",
            name,
            lambda path: self._write(path, lambda: email_pieces(self._frame.ops.store, row_id)),
            kind=EML,
        )

    def save_emails(self, ids: Sequence[EmailId]) -> None:
        """Ask for a folder, and write emails there as they were sent, each a file called by its day and subject."""
        wanted = list(ids[:MOST_AT_ONCE])

        def write(folder: Path) -> None:
            self._work(lambda job: self._write_emails(wanted, folder, job), "email", folder)

        self.dialog = ask_folder(self._parent, self._frame.state, f"Save {words.counted(len(wanted), 'email')}", write)

    def _write_emails(self, ids: Sequence[EmailId], folder: Path, job: Job) -> int:
        done, missing = 0, list[CommandRefused]()
        with self._frame.ops.store.read() as read:
            rows = [row for email_id in ids if (row := read.emails.get(email_id)) is not None]
        for row, name in zip(rows, unique_names(eml_name(row) for row in rows), strict=True):
            if job.cancelled.is_set():
                break
            try:
                write_pieces(free(folder / name), email_pieces(self._frame.ops.store, row.id or EmailId(0)))
                done += 1
            except CommandRefused as refused:  # one whose files are not all here keeps the others from nothing
                missing.append(refused)
        if missing:
            raise _some_missing(done, missing)
        return done

    # --- work -------------------------------------------------------------------------------------------------------

    def _write(self, path: Path, content: Callable[[], Iterable[bytes]]) -> None:
        self._frame.ops.work(
            self,
            lambda _job: write_pieces(path, content()),
            lambda _none: self._frame.doors.toast(f"Saved {path.name}"),
        )

    def _work(self, task: Callable[[Job], int], noun: str, folder: Path) -> None:
        def done(count: int) -> None:
            self._frame.doors.toast(f"Saved {words.counted(count, noun)} in {folder.name}")

        self._frame.ops.work(self, task, done)


def _some_missing(done: int, missing: Sequence[CommandRefused]) -> CommandRefused:
    """Return the sentences for emails that could not be saved with the others."""
    return CommandRefused(
        ReasonCode.NOT_AVAILABLE,
        f"{words.counted(done, 'email')} saved; {words.number(len(missing))} not, because some of it is not here.",
        meaning=missing[0].what,
        action=missing[0].action,
    )

"""``emails attachments``: how the files of an email stand, fetched and saved."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop.cli.arguments import Commands, flag_json, number_of
from desktop.cli.documents import attachment_document, status_document
from desktop.cli.output import EXIT_ATTENTION, EXIT_DONE, EXIT_FAILED, show, table, tell
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened
from desktop.domain.errors import AppError, CommandRefused
from desktop.domain.ids import EmailId
from desktop.domain.reasons import ReasonCode
from desktop.domain.rows import AttachmentRow, EmailDetail
from desktop.services.attachments import ask
from desktop.services.saving import free, write_pieces
from desktop.store.contents import part_pieces
from desktop.sync.attachments import bring_attachments
from desktop.sync.context import StopSignal
from desktop.workspace.signals import stopping_on_signals
from desktop.workspace.workspace import Workspace


def register(emails: Commands) -> None:
    """Add the command to ``emails``."""
    words = "List the attachments of an email and how each stands; fetch and save them."
    one = emails.add("attachments", run_attachments, words)
    one.add_argument("id", metavar="ID")
    one.add_argument("--fetch", action="append", metavar="PART", help="fetch this one; repeat for several")
    one.add_argument("--all", action="store_true", help="fetch all that is not here, the rest of the text too")
    one.add_argument("--save", metavar="DIR", help="write those that are here to this folder, under safe names")
    flag_json(one)


def run_attachments(args: Namespace) -> int:
    """List, fetch and save; exit 3 when something that was to be saved is not here yet."""
    number = EmailId(number_of(args.id, "email"))
    wants = bool(args.fetch or args.all)
    error: AppError | None = None
    with opened(args, writing=wants) as workspace:
        if wants:
            with workspace.store.write() as uow:
                change = ask(uow, number, None if args.all else args.fetch, workspace.clock)
            tell(f"{change.words}.")
            error = _fetch(workspace, number)
        detail = _opened(workspace, number)
        saved = _save(workspace, number, detail, Path(args.save)) if args.save else {}
    files = [{**attachment_document(one), "saved": saved.get(one.part)} for one in detail.attachments]
    document: dict[str, Any] = {"id": str(number), "complete": detail.is_complete, "files": files}
    document["rest"] = status_document(detail.rest)
    show(args, document, _lines(detail, saved))
    if error is not None:
        tell(f"{error} What was asked for is remembered: it comes with the next sync.")
        return EXIT_FAILED
    is_missing = bool(args.save) and len(saved) < len(detail.attachments)
    return EXIT_ATTENTION if is_missing else EXIT_DONE


def file_words(file: AttachmentRow) -> str:
    """Return a file in a line, with how it stands where it is not here."""
    about = "about " if not file.status.is_here else ""
    words = f"{file.name} ({file.content_type}, {about}{file.size_bytes:,} bytes)"
    return words if file.status.is_here else f"{words} - not here: {file.status.words}"


def _fetch(workspace: Workspace, number: EmailId) -> AppError | None:
    """Fetch what was asked for, now; returns what kept it from coming."""
    stop = StopSignal()
    with workspace.store.read() as read:
        row = read.emails.get(number)
        mailboxes = [one for one in read.mailboxes.every() if row is not None and one.id == row.mailbox_id]
    error = None
    with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
        for mailbox in mailboxes:
            error = bring_attachments(mailbox, context, stop, only=number).error
    return error


def _opened(workspace: Workspace, number: EmailId) -> EmailDetail:
    with workspace.store.read() as read:
        detail = read.emails.open(number)
    if detail is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND, f"There is no email {number}.", action="'postroom emails list' shows those there are."
        )
    return detail


def _save(workspace: Workspace, number: EmailId, detail: EmailDetail, folder: Path) -> dict[str, str]:
    """Write what is here; returns under which name, by part."""
    saved: dict[str, str] = {}
    with workspace.mail_reader() as reader:
        for file in detail.attachments:
            if file.status.is_here:
                path = free(folder / file.name)
                write_pieces(path, part_pieces(workspace.store, reader, number, file.part))
                saved[file.part] = str(path)
    return saved


def _lines(detail: EmailDetail, saved: dict[str, str]) -> list[str]:
    if not detail.attachments and detail.rest.is_here:
        return ["The email has no attachments."]
    rows = [
        (one.part, one.name, f"{one.size_bytes:,}", one.status.state.value, saved.get(one.part) or one.status.words)
        for one in detail.attachments
    ]
    lines = table(("Part", "Name", "Bytes", "State", ""), rows) if rows else []
    if not detail.rest.is_here:
        lines.append(f"Not all of the email itself is here ({detail.rest.state.value}): {detail.rest.words}")
    return lines

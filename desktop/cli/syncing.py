"""``sync``, ``watch`` and ``reparse``."""

import threading
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_DONE, EXIT_FAILED, error_document, show, tell
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened
from desktop.domain.addresses import normalise_address
from desktop.domain.attachments import AttachmentFigures, AttachmentReceipt
from desktop.domain.errors import CommandRefused
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.services.mailboxes import no_such_mailbox
from desktop.settings import registry
from desktop.sync.context import StopSignal
from desktop.sync.engine import bring_all_attachments, sync_all
from desktop.sync.mailbox_pass import run_figures
from desktop.workspace.signals import stopping_on_signals
from desktop.workspace.workspace import Workspace


def register(commands: Commands) -> None:
    """Add the commands."""
    sync = commands.add("sync", run_sync, "Bring in what is new, once, and exit.")
    sync.add_argument("--mailbox", metavar="ADDRESS", help="sync only this mailbox (default: every active one)")
    sync.add_argument("--no-attachments", action="store_true", help="leave the files of large messages for later")
    flag_json(sync)
    commands.add("watch", run_watch, "Sync by schedule (5, 15 or 60 minutes per mailbox) until SIGTERM or Ctrl+C.")
    again = commands.add("reparse", run_reparse, "Read stored mail again with this version's parser.")
    again.add_argument("--all", action="store_true", help="all mail, not only what an older parser read or failed on")
    flag_json(again)


def run_sync(args: Namespace) -> int:
    """Sync once; exit 1 when any mailbox failed, with the others' receipts beside it."""
    with opened(args, writing=True) as workspace:
        mailboxes = _chosen(workspace, args.mailbox)
        if not mailboxes:
            tell("No mailbox is connected yet: 'postroom mailboxes add --help' says how to connect one.")
        stop = StopSignal()
        with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
            at_once = workspace.settings.get(registry.PARALLEL_MAILBOXES)
            receipts = sync_all(mailboxes, context, stop, at_once=at_once)
            well = {receipt.address for receipt in receipts if receipt.error is None}
            ready = [one for one in mailboxes if one.address in well and not args.no_attachments]
            brought = {one.address: one for one in bring_all_attachments(ready, context, stop, at_once=at_once)}
        with workspace.store.read() as read:
            left = {one.address: read.attachments.figures(one.id) for one in mailboxes}
    documents = [_receipt_document(one, brought.get(one.address), left[one.address]) for one in receipts]
    show(args, {"mailboxes": documents}, receipt_lines(receipts, brought, left))
    every: list[MailboxReceipt | AttachmentReceipt] = [*receipts, *brought.values()]
    failed = [one for one in every if one.error is not None]
    for receipt in failed:
        tell(f"{receipt.address}: {receipt.error}")
    return EXIT_FAILED if failed else EXIT_DONE


def run_watch(args: Namespace) -> int:
    """Run the schedule until told to stop."""
    from desktop.sync.schedule import Service

    ended = threading.Event()
    with stopping_on_signals(ended.set), opened(args, writing=True) as workspace:
        with workspace.store.read() as read:
            count = len(read.mailboxes.every())
        with workspace.sync_context(progress_for()) as context:
            service = Service(context, quiet_hours=lambda: workspace.quiet_hours)
            service.start()
            tell(f"Watching {count} mailboxes. Stop with Ctrl+C or SIGTERM.")
            ended.wait()
            service.stop()
    tell("Stopped.")
    return EXIT_DONE


def run_reparse(args: Namespace) -> int:
    """Read stored mail again."""
    from desktop.sync.reparse import reparse

    stop = StopSignal()
    with (
        opened(args, writing=True) as workspace,
        stopping_on_signals(stop.request),
        workspace.sync_context(progress_for()) as context,
    ):
        receipt = reparse(context, stop, everything=args.all)
    figures = {"reread": receipt.reread, "unreadable": receipt.unreadable, "decided_anew": receipt.decided_anew}
    line = f"{receipt.reread} read again, {receipt.unreadable} still unreadable, {receipt.decided_anew} decided anew."
    show(args, figures, [line])
    return EXIT_DONE


def _chosen(workspace: Workspace, wanted: str | None) -> Sequence[Mailbox]:
    with workspace.store.read() as read:
        mailboxes = read.mailboxes.every()
    if wanted is None:
        return mailboxes
    address = normalise_address(wanted)
    found = next((mailbox for mailbox in mailboxes if mailbox.address == address), None)
    if found is None:
        raise no_such_mailbox(address)
    if found.state is not MailboxState.ACTIVE:
        raise CommandRefused(
            ReasonCode.ACCOUNT_DISABLED,
            f"The mailbox {address} is {found.state.value}, so it is not synced.",
            meaning="Its mail from before is all here.",
            action="Connect it again with 'postroom mailboxes add', or resume it with 'mailboxes set --resume'.",
        )
    return [found]


def _receipt_document(
    receipt: MailboxReceipt, brought: AttachmentReceipt | None, left: AttachmentFigures
) -> dict[str, Any]:
    error = receipt.error or (brought.error if brought else None)
    made = brought or AttachmentReceipt(receipt.address)
    attachments = {
        "files": made.files,
        "bytes": made.size_bytes,
        "texts": made.texts,
        "coming": left.coming,
        "on_demand": left.on_demand,
        "failed": left.failed,
    }
    return {**run_figures(receipt), "attachments": attachments, **(error_document(error) if error else {})}


def receipt_lines(
    receipts: Sequence[MailboxReceipt],
    brought: Mapping[str, AttachmentReceipt],
    left: Mapping[str, AttachmentFigures],
) -> list[str]:
    """Return what a sync came to as lines: of folders that were not reached there is nothing to say."""
    lines = []
    for receipt in receipts:
        lines.append(f"{receipt.address} ({receipt.seconds:.1f} s)")
        failed = receipt.error is not None
        seen = (folder for folder in receipt.folders if folder.listed or not (failed or folder.error))
        lines.extend(_folder_line(folder) for folder in seen)
        made, rest = brought.get(receipt.address), left[receipt.address]
        files = ((made.files if made else 0, "here now"), (rest.coming, "coming"), (rest.on_demand, "on demand"))
        words = [f"{count} {noun}" for count, noun in (*files, (rest.failed, "failed")) if count]
        lines += [f"  attachments of large messages: {', '.join(words)}"] if words else []
    return lines


def _folder_line(folder: FolderReceipt) -> str:
    """Name what every sync has, and what is not as usual only where there is some."""
    always = (
        f"  {folder.name}: {folder.listed} on the server, {folder.fetched} fetched, {folder.stored} new, "
        f"{folder.review} to review, {folder.duplicates} known already"
    )
    unusual = (
        (folder.skipped, "left out"),
        (folder.parked, "could not be read"),
        (folder.missing, "not delivered"),
        (folder.out_of_range, "before the start date"),
    )
    return always + "".join(f", {count} {words}" for count, words in unusual if count)

"""``audit``: the server's message numbers against the ledger, by folder and day; what is missing can be brought in."""

from argparse import Namespace
from collections.abc import Iterable, Sequence
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_ATTENTION, EXIT_DONE, EXIT_FAILED, error_document, show, table, tell
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened_for_servers
from desktop.domain.addresses import normalise_address
from desktop.domain.audit import AuditCause, AuditReport, DayAudit, FolderAudit, Tally, in_words
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.refset import RefSet
from desktop.services.mailboxes import no_such_mailbox
from desktop.sync.audit import AuditHow, run_audit
from desktop.sync.context import StopSignal
from desktop.workspace.signals import stopping_on_signals
from desktop.workspace.workspace import Workspace

_EPILOG = """\
Exit 0: every message has its verdict; 3: something is missing, waited for, or cannot be told;
1: a mailbox or a folder could not be asked. Without --repair nothing but the audit itself is
written down. 'watch' and the window make an audit of their own every day (see 'settings').
"""
_DAY_HEADINGS = ("folder", "day", "on server", "kept", "left out", "waiting", "missing", "new")


def register(commands: Commands) -> None:
    """Add the command."""
    made = commands.add(
        "audit",
        run,
        "Compare every message number on the server with the ledger. Exit 3 when something is missing.",
        epilog=_EPILOG,
    )
    made.add_argument("--mailbox", metavar="ADDRESS", help="only this mailbox")
    made.add_argument("--repair", action="store_true", help="bring in what is missing")
    made.add_argument("--days", action="store_true", help="tell every day, not only those with something amiss")
    flag_json(made)


def run(args: Namespace) -> int:
    """Audit, and repair if asked to."""
    stop = StopSignal()
    with opened_for_servers(args, writing=args.repair) as workspace:
        mailboxes = _chosen(workspace, args.mailbox)
        how = AuditHow(AuditCause.PERSON, repair=args.repair, by_day=args.days, noted=workspace.writing)
        with stopping_on_signals(stop.abandon), workspace.sync_context(progress_for()) as context:
            reports = [run_audit(mailbox, context, stop, how) for mailbox in mailboxes]
    documents = [_document(report) for report in reports]
    show(args, {"mailboxes": documents}, [line for report in reports for line in _lines(report)])
    failed = [report for report in reports if report.error is not None]
    for report in failed:
        tell(f"{report.address}: {report.error}")
    if failed:
        return EXIT_FAILED
    return EXIT_DONE if all(report.is_complete for report in reports) else EXIT_ATTENTION


def _chosen(workspace: Workspace, wanted: str | None) -> list[Mailbox]:
    with workspace.store.read() as read:
        active = [mailbox for mailbox in read.mailboxes.every() if mailbox.state is MailboxState.ACTIVE]
    if wanted is None:
        return active
    address = normalise_address(wanted)
    found = [mailbox for mailbox in active if mailbox.address == address]
    if not found:
        raise no_such_mailbox(address)
    return found


# --- JSON -------------------------------------------------------------------------------------------------------------


def _document(report: AuditReport) -> dict[str, Any]:
    made: dict[str, Any] = {
        "address": report.address,
        "complete": report.is_complete,
        "code": report.code.value,
        "on_server": report.on_server,
        "judged": report.tally.judged,
        "found": report.found,
        "repaired": report.repaired,
        "still_open": [{"folder": one.folder, "count": one.count, "reason": one.reason} for one in report.still_open],
        "folders": [_folder_document(folder) for folder in report.folders],
    }
    return made | error_document(report.error) if report.error is not None else made


def _folder_document(folder: FolderAudit) -> dict[str, Any]:
    problem = error_document(folder.problem) if folder.problem is not None else {}
    return {
        "name": folder.name,
        "complete": folder.is_complete,
        "on_server": folder.on_server,
        "kept": folder.tally.kept,
        "left_out": _left_out(folder.tally),
        "new": _numbers(folder.new),
        "missing": _numbers(folder.holes),
        "waiting": _numbers(folder.waiting),
        "gone": _numbers(folder.gone),
        "back": _numbers(folder.back),
        "doubles": _numbers(folder.doubles),
        "not_named": folder.hidden,
        "renumbered": folder.renumbered,
        "certain": folder.certain,
        "days": [_day_document(day) for day in folder.days],
        **problem,
    }


def _day_document(day: DayAudit) -> dict[str, Any]:
    tally = day.tally
    return {
        "day": day.day.isoformat() if day.day else None,
        "on_server": tally.on_server,
        "kept": tally.kept,
        "left_out": _left_out(tally),
        "waiting": tally.waiting,
        "missing": tally.holes,
        "new": tally.new,
    }


def _left_out(tally: Tally) -> dict[str, int]:
    return {code.value: count for code, count in tally.left_out}


def _numbers(refs: RefSet) -> dict[str, Any]:
    return {"count": len(refs), "uids": str(refs)}


# --- lines ------------------------------------------------------------------------------------------------------------


def _lines(report: AuditReport) -> list[str]:
    lines = [report.address, f"  {in_words(report)}"]
    lines += [_folder_line(folder) for folder in report.folders]
    lines += [f"  Still open: {one.count:,} in {one.folder}: {one.reason}" for one in report.still_open]
    return [*lines, *_day_lines(report.folders)]


def _folder_line(folder: FolderAudit) -> str:
    verdict = "complete" if folder.is_complete else "INCOMPLETE"
    words = (
        f"  {folder.name}: {verdict}; {folder.on_server} on the server, {len(folder.new)} new, "
        f"{len(folder.holes)} missing here, {len(folder.waiting)} waiting, {len(folder.gone)} gone there"
    )
    unusual = ((folder.hidden, "not named"), (len(folder.back), "there again"), (len(folder.doubles), "doubled"))
    return words + "".join(f", {count} {what}" for count, what in unusual if count)


def _day_lines(folders: Sequence[FolderAudit]) -> Iterable[str]:
    rows = [_day_row(folder.name, day) for folder in folders for day in folder.days]
    return (f"  {line}" for line in table(_DAY_HEADINGS, rows)) if rows else ()


def _day_row(folder: str, day: DayAudit) -> list[str]:
    tally = day.tally
    left_out = " ".join(f"{code.value}:{count}" for code, count in tally.left_out)
    counts = (str(count) if count else "" for count in (tally.waiting, tally.holes, tally.new))
    return [folder, str(day.day or "unknown"), str(tally.on_server), str(tally.kept), left_out, *counts]

"""``health``, ``audit`` and ``verify``: how it stands, with evidence."""

from argparse import Namespace
from typing import Any

from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_ATTENTION, EXIT_DONE, EXIT_FAILED, error_document, show, tell
from desktop.cli.progress import progress_for
from desktop.cli.workspace import opened, opened_for_servers
from desktop.diagnosis.audit import FolderAudit, audit_mailbox
from desktop.domain.addresses import normalise_address
from desktop.domain.clock import iso
from desktop.domain.errors import AppError, StoreError
from desktop.domain.health import Finding, FolderFreshness, Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.services.health import health_now
from desktop.services.mailboxes import no_such_mailbox
from desktop.store.reading.reader import Reader
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.workspace.workspace import Workspace


def register(commands: Commands) -> None:
    """Add the commands."""
    health = commands.add("health", run_health, "How each mailbox is. Exit 0: all healthy; 3: some need attention.")
    flag_json(health)
    audit = commands.add(
        "audit",
        run_audit,
        "Compare every message number on the server with the ledger. Exit 3 when something is missing.",
    )
    audit.add_argument("--mailbox", metavar="ADDRESS", help="only this mailbox")
    audit.add_argument("--repair", action="store_true", help="bring in what is missing")
    flag_json(audit)
    verify = commands.add("verify", run_verify, "Check that the database is whole and true to its own rules.")
    flag_json(verify)


def run_health(args: Namespace) -> int:
    """Show health."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        now = workspace.clock.now()
        found = [(mailbox, health_now(read, mailbox, now)) for mailbox in read.mailboxes.every()]
        documents = [_health_document(read, mailbox, health) for mailbox, health in found]
    lines = [line for one in documents for line in _health_lines(one)]
    show(args, {"mailboxes": documents}, lines or ["No mailbox is connected."])
    worried = [mailbox for mailbox, health in found if _needs_attention(mailbox, health)]
    return EXIT_ATTENTION if worried else EXIT_DONE


def _health_lines(one: dict[str, Any]) -> list[str]:
    lines = [f"{one['address']}: {one['state'].upper()}", f"  {one['reason']}"]
    if one["next_step"]:
        lines.append(f"  What to do: {one['next_step']}")
    lines += [f"  Also: {finding['what']}" for finding in one["findings"][1:]]
    figures = f"{one['synced']} emails, {one['pending']} to review, {one['errors']} errors"
    return [*lines, f"  Last sync: {one['last_sync'] or 'never'}; {figures}"]


def _needs_attention(mailbox: Mailbox, health: Health) -> bool:
    """A mailbox that a person has paused or disconnected is at rest, not in need."""
    return mailbox.state is MailboxState.ACTIVE and health.state is not HealthState.HEALTHY


def _health_document(read: Reader, mailbox: Mailbox, health: Health) -> dict[str, Any]:
    figures = read.mailboxes.figures(mailbox.id)
    return {
        "address": mailbox.address,
        "state": health.state.value,
        "code": health.code,
        "reason": health.reason,
        "next_step": health.next_step,
        "last_sync": iso(health.last_sync),
        "last_try": iso(health.last_try),
        "retry_at": iso(health.retry_at),
        "failing_since": iso(health.failing_since),
        "synced": figures.synced,
        "errors": figures.errors,
        "pending": figures.pending,
        "findings": [_finding_document(finding) for finding in health.findings],
        "folders": [_freshness_document(folder) for folder in read.mailboxes.freshness(mailbox.id)],
    }


def _finding_document(finding: Finding) -> dict[str, Any]:
    return {
        "dimension": finding.dimension.value,
        "state": finding.state.value,
        "code": finding.code,
        "what": finding.what,
        "next_step": finding.action,
        "since": iso(finding.since),
    }


def _freshness_document(folder: FolderFreshness) -> dict[str, Any]:
    return {
        "name": folder.name,
        "looked_at": iso(folder.looked_at),
        "newest_on_server": iso(folder.there_at),
        "newest_here": iso(folder.here_at),
        "behind_since": iso(folder.behind_since),
    }


def run_audit(args: Namespace) -> int:
    """Audit, and repair if asked to."""
    with opened_for_servers(args, writing=args.repair) as workspace:
        documents = [_audited(workspace, mailbox, repair=args.repair) for mailbox in _chosen(workspace, args.mailbox)]
    show(args, {"mailboxes": documents}, [line for one in documents for line in _audit_lines(one)])
    failed = [one for one in documents if "error" in one]
    for one in failed:
        tell(f"{one['address']}: {one['error']['message']}")
    if failed:
        return EXIT_FAILED
    complete = all(folder["complete"] for one in documents for folder in one["folders"])
    return EXIT_DONE if complete else EXIT_ATTENTION


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


def _audited(workspace: Workspace, mailbox: Mailbox, *, repair: bool) -> dict[str, Any]:
    try:
        audits = _audit(workspace, mailbox)
        if repair and not all(audit.is_complete for audit in audits):
            _repair(workspace, mailbox, audits)
            audits = _audit(workspace, mailbox)
    except AppError as error:
        return {"address": mailbox.address, "folders": [], **error_document(error)}
    return {"address": mailbox.address, "folders": [_audit_document(audit) for audit in audits]}


def _audit(workspace: Workspace, mailbox: Mailbox) -> list[FolderAudit]:
    with workspace.open_source(mailbox, StopSignal()) as source:
        return audit_mailbox(mailbox, source, workspace.store)


def _repair(workspace: Workspace, mailbox: Mailbox, audits: list[FolderAudit]) -> None:
    """Open the cursor where it covers a hole, forget that tries were used up, then sync: the ordinary way."""
    with workspace.store.write() as uow:
        for audit in audits:
            uow.intake.uncover(audit.place, audit.holes | audit.waiting)
            uow.mailboxes.forget_folder_state(audit.place.folder_id)
    with workspace.sync_context(progress_for()) as context:
        receipt = sync_mailbox(mailbox, context, StopSignal())
    if receipt.error is not None:
        raise receipt.error


def _audit_document(audit: FolderAudit) -> dict[str, Any]:
    return {
        "name": audit.name,
        "complete": audit.is_complete,
        "on_server": audit.on_server,
        "new": _numbers(audit.new),
        "missing": _numbers(audit.holes),
        "waiting": _numbers(audit.waiting),
        "gone": _numbers(audit.gone),
        "renumbered": audit.renumbered,
        "certain": audit.certain,
    }


def _numbers(refs: RefSet) -> dict[str, Any]:
    return {"count": len(refs), "uids": str(refs)}


def _audit_lines(document: dict[str, Any]) -> list[str]:
    lines = [document["address"]]
    for folder in document["folders"]:
        verdict = "complete" if folder["complete"] else "INCOMPLETE"
        lines.append(
            f"  {folder['name']}: {verdict}; {folder['on_server']} on the server, {folder['new']['count']} new, "
            f"{folder['missing']['count']} missing here, {folder['waiting']['count']} waiting, "
            f"{folder['gone']['count']} gone there"
        )
    return lines


def run_verify(args: Namespace) -> int:
    """Verify the store; exit 1 when a check fails."""
    with opened(args, writing=False) as workspace, workspace.store.read() as read:
        checks = read.soundness.checks()
    whole = all(check.passed for check in checks)
    documents = [
        {"name": check.name, "passed": check.passed, "broken": check.broken, "evidence": check.evidence}
        for check in checks
    ]
    lines = [f"{'ok' if check.passed else 'BROKEN'}  {check.name}  {check.evidence}".rstrip() for check in checks]
    if whole:
        show(args, {"ok": True, "checks": documents}, lines)
        return EXIT_DONE
    broken = StoreError(
        ReasonCode.STORE_DAMAGED,
        "The database is not whole, or not true to its own rules.",
        meaning=f"Broken: {', '.join(check.name for check in checks if not check.passed)}.",
        action="Copy the profile folder aside before anything else, then restore a backup.",
    )
    tell(str(broken))
    show(args, {"ok": False, "checks": documents, **error_document(broken)}, lines)
    return EXIT_FAILED

"""``health``, ``audit`` (in ``checks_audit``) and ``verify``: how it stands, with evidence."""

from argparse import Namespace
from typing import Any

from desktop.cli import checks_audit
from desktop.cli.arguments import Commands, flag_json
from desktop.cli.output import EXIT_ATTENTION, EXIT_DONE, EXIT_FAILED, error_document, show, tell
from desktop.cli.workspace import opened
from desktop.domain.clock import iso
from desktop.domain.errors import StoreError
from desktop.domain.health import Finding, FolderFreshness, Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.services.health import health_now
from desktop.store.reading.reader import Reader
from desktop.store.reading.soundness import Check


def register(commands: Commands) -> None:
    """Add the commands."""
    health = commands.add("health", run_health, "How each mailbox is. Exit 0: all healthy; 3: some need attention.")
    flag_json(health)
    checks_audit.register(commands)
    verify = commands.add(
        "verify", run_verify, "Check that the database is whole, with its files, and true to its rules."
    )
    verify.add_argument("--repair", action="store_true", help="have attachments whose file is damaged fetched anew")
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
    lines.append(f"  Last sync: {one['last_sync'] or 'never'}; {figures}")
    return [*lines, f"  Last complete audit: {one['last_complete_audit'] or 'never'}"]


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
        "last_complete_audit": iso(read.audits.last_complete(mailbox.id)),
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


def run_verify(args: Namespace) -> int:
    """Verify the store; exit 1 when a check fails."""
    with opened(args, writing=args.repair) as workspace:
        store = workspace.store
        with store.read() as read:
            checks, known = read.soundness.checks(), read.attachments.with_files()
        damaged = store.files.damaged(known)
        if damaged and args.repair:
            with store.write() as uow:
                uow.attachments.start_over(damaged)
            tell(f"{len(damaged)} damaged files of attachments are fetched anew by the next sync.")
            damaged = []
    evidence = ", ".join(f"email {one.email_id} part {one.part or 'text'}" for one in damaged[:3])
    checks.append(Check("every file of an attachment is whole", not damaged, len(damaged), evidence))
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
    if damaged and sum(not check.passed for check in checks) == 1:
        broken = StoreError(
            ReasonCode.STORE_DAMAGED,
            "Files of attachments are damaged or gone from the profile's folder.",
            meaning="The emails and their texts are whole.",
            action="'postroom verify --repair' has them fetched anew by the next sync.",
        )
    tell(str(broken))
    show(args, {"ok": False, "checks": documents, **error_document(broken)}, lines)
    return EXIT_FAILED

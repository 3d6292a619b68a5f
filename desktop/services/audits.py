"""What follows from an audit: its holes are opened for the next sync, and what it came to is written down."""

from collections.abc import Iterable

from desktop.domain.audit import AuditReport, FolderAudit, by_day_words, in_words
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError, Stopped
from desktop.domain.reasons import ReasonCode
from desktop.store.writing.unit_of_work import UnitOfWork

AGAIN = "It is asked for again at each sync; the next audit looks whether it came."
MEND = "Bring it in with Repair in the mailbox's audit, or with 'postroom audit --repair'."


def open_holes(uow: UnitOfWork, folders: Iterable[FolderAudit]) -> None:
    """Have the next sync list *folders* whole and ask for what is missing, as for any message that is new.

    What was asked for in vain is asked for again. What has a verdict keeps it, and with it what people decided.
    """
    for folder in folders:
        uow.audits.settle_doubles(folder.place, folder.doubles)
        uow.intake.uncover(folder.place, folder.holes | folder.waiting)
        uow.mailboxes.forget_folder_state(folder.place.folder_id)


def mend(uow: UnitOfWork, report: AuditReport, clock: Clock) -> ChangeSet:
    """Prepare the repair of what *report* found, for the sync that a person asks for with it."""
    open_holes(uow, [folder for folder in report.folders if folder.is_to_be_mended])
    words = f"Missing mail of {report.address} is asked for"
    uow.records.say("info", f"{words}.", clock.now(), mailbox_id=report.mailbox_id)
    return ChangeSet(Changed.LOG, words)


def note(uow: UnitOfWork, report: AuditReport) -> None:
    """Remember *report* and say in the log what it came to; one that was stopped is as if it had never begun."""
    if isinstance(report.error, Stopped):
        return
    uow.audits.note(report, in_words(report))
    at, mailbox_id = report.ended_at, report.mailbox_id
    if (found := _finding(report)) is None:
        uow.records.say("info", f"Audit. {in_words(report)}", at, mailbox_id=mailbox_id, code=report.code.value)
    else:
        is_open = report.error is None and bool(report.tally.holes)
        uow.records.say_error(found, at, mailbox_id=mailbox_id, level="error" if is_open else "warning")


def _finding(report: AuditReport) -> AppError | None:
    """Return what there is to tell of more than a line, in the three sentences of an error."""
    if report.error is not None:
        error = report.error
        return AppError(
            error.code, f"The audit came to no end: {error.what}", meaning=error.meaning, action=error.action
        )
    left = sum(one.count for one in report.still_open)
    still = " ".join(f"{one.count:,} in {one.folder}: {one.reason}" for one in report.still_open)
    if report.found:
        count = "1 message" if report.found == 1 else f"{report.found:,} messages"
        what = f"The audit found {count} on the server without a verdict here: {by_day_words(report)}."
        if report.repaired == report.found:
            return AppError(ReasonCode.AUDIT_HOLES, what, meaning=f"Repaired: {report.repaired:,} brought in.")
        repaired = f"Repaired: {report.repaired:,}. " if report.repaired else ""
        meaning, action = f"{repaired}Still open: {still}", MEND if report.tally.holes else AGAIN
        return AppError(ReasonCode.AUDIT_HOLES, what, meaning=meaning, action=action)
    hidden = [folder for folder in report.folders if folder.hidden]
    if hidden:
        told = ", ".join(f"{one.name} has {one.on_server:,} and names {one.tally.on_server:,}" for one in hidden)
        return AppError(
            ReasonCode.AUDIT_UNCERTAIN,
            f"The server counts more messages than it names: {told}.",
            meaning="Whether one of them is missing here cannot be told.",
            action="The next audit looks again; if it lasts, ask whoever runs the server.",
        )
    if left:
        return AppError(ReasonCode.AUDIT_UNCERTAIN, in_words(report), meaning=f"Still open: {still}", action=AGAIN)
    return None

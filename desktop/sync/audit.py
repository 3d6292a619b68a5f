"""Carries out an audit of a mailbox: compare, open what is missing, sync those folders, compare them again, note it.

Every step may break, and whoever begins again does the rest: an opened hole is brought in by the next sync, whichever
that is, and an audit that did not come to its end leaves no mark.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.diagnosis.audit import AuditAsk, audit_mailbox
from desktop.domain.audit import AuditCause, AuditReport, FolderAudit, SeenFolder, StillOpen, compared
from desktop.domain.changes import Changed
from desktop.domain.errors import AppError
from desktop.domain.ids import FolderId
from desktop.domain.mailbox import Mailbox
from desktop.services.audits import note, open_holes
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.mailbox_pass import sync_mailbox, unexpected

log = logging.getLogger(__name__)

LISTED_WITHIN = timedelta(days=7)
"""How long a folder may be taken for unchanged on the server's word before it is listed again all the same."""

NO_VERDICT = "Listed by the server, and without a verdict here. A repair brings it in."
NOT_NAMED = "Counted by the server, but not named."


@dataclass(frozen=True, slots=True)
class AuditHow:
    """What kind of audit. ``repair``: bring in what is missing. ``by_day``: tell every day. ``brief``: folders of which
    the server says that nothing changed are not listed. ``after``: the audit whose repair this one looks at.
    ``noted``: remember it; not where the profile is open for reading only.
    """

    cause: AuditCause
    repair: bool = False
    by_day: bool = False
    brief: bool = False
    after: AuditReport | None = None
    noted: bool = True


def run_audit(
    mailbox: Mailbox, context: SyncContext, stop: StopSignal, how: AuditHow, *, kept: Connection | None = None
) -> AuditReport:
    """Audit *mailbox* and return what it came to; never raises but for the store's own errors.

    What went wrong is in the report. A connection that is *kept* is used, and stays open unless something went wrong.
    """
    work = _Audit(mailbox, context, stop, how, kept or Connection(mailbox, context, stop))
    error: AppError | None = None
    try:
        work.run()
    except AppError as caught:
        error = caught
    except Exception as caught:  # the top of an audit's work: a bug of ours must not end the thread it runs in
        log.exception("the audit of mailbox %s ended by an unexpected error", mailbox.id)
        error = unexpected(caught)
    report = work.report(error)
    if error is not None:
        work.connection.drop()
    elif kept is None:
        work.connection.close()
    if how.noted:
        with context.store.write() as uow:
            note(uow, report)
        context.committed(Changed.HEALTH | Changed.LOG)
    context.progress.mailbox_finished(mailbox.address)
    return report


class _Audit:
    """One audit. ``report`` is what it has come to so far."""

    def __init__(
        self, mailbox: Mailbox, context: SyncContext, stop: StopSignal, how: AuditHow, connection: Connection
    ) -> None:
        self._mailbox = mailbox
        self._context = context
        self._stop = stop
        self._how = how
        self._made = self._empty(context.clock.now())
        self.connection = connection

    def run(self) -> None:
        """Do it; raises what ends it before."""
        first = self._compare()
        self._made = first if self._how.after is None else compared(self._how.after, first)
        is_asked = self._how.cause is AuditCause.PERSON  # what only waits, the syncs ask for by themselves
        wrong = [one for one in first.folders if one.is_damaged or (is_asked and one.is_to_be_mended)]
        if not (self._how.repair and wrong):
            return
        with self._context.store.write() as uow:
            open_holes(uow, wrong)
        names = frozenset(folder.name for folder in wrong)
        receipt = sync_mailbox(self._mailbox, self._context, self._stop, kept=self.connection, only=names)
        if receipt.error is not None:
            raise receipt.error
        self._made = compared(self._made, self._compare(names))

    def report(self, error: AppError | None) -> AuditReport:
        """Return what it came to, at its end."""
        made = self._made
        error = error or next((folder.problem for folder in made.folders if folder.problem), None)
        still = tuple(one for folder in made.folders for one in self._still_open(folder))
        return replace(made, ended_at=self._context.clock.now(), still_open=still, error=error)

    def _compare(self, only: frozenset[str] = frozenset()) -> AuditReport:
        how, context = self._how, self._context
        seen = self._seen() if how.brief and not only else {}
        ask = AuditAsk(how.by_day, only, seen, context.limits.describe_messages, self._between)
        folders = tuple(audit_mailbox(self._mailbox, self.connection.source, context.store, context.clock.now(), ask))
        days = [(one.name, day.day, day.tally.holes) for one in folders for day in one.days if day.tally.holes]
        return replace(
            self._empty(self._made.begun_at),
            folders=folders,
            found=sum(len(folder.holes) for folder in folders),
            holes_by_day=tuple(days),
        )

    def _between(self, folder: str, done: int, total: int) -> None:
        self._stop.rest()
        self._context.progress.folder_progress(self._mailbox.address, folder, done, total)

    def _seen(self) -> Mapping[FolderId, SeenFolder]:
        """Return the folders that were complete at the last audit, and listed not too long ago."""
        since = self._context.clock.now() - LISTED_WITHIN
        with self._context.store.read() as read:
            past = read.audits.of(self._mailbox.id, limit=1)
        return {one.folder_id: one for last in past for one in last.seen if one.listed_at > since}

    def _still_open(self, folder: FolderAudit) -> list[StillOpen]:
        place, reasons = folder.place, [(NO_VERDICT, len(folder.holes)), (NOT_NAMED, folder.hidden)]
        if folder.waiting:
            with self._context.store.read() as read:
                reasons += read.audits.reasons(place.folder_id, place.epoch, folder.waiting)
        return [StillOpen(folder.name, count, reason) for reason, count in reasons if count]

    def _empty(self, begun_at: datetime) -> AuditReport:
        return AuditReport(self._mailbox.id, self._mailbox.address, self._how.cause, begun_at, begun_at, ())

"""Audits for the window: the server is asked in a worker, and what it came to is announced."""

from collections.abc import Callable
from dataclasses import replace

from desktop.domain.audit import AuditCause, AuditReport
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.mailbox import Mailbox
from desktop.sync.audit import AuditHow, run_audit
from desktop.sync.context import StopSignal, SyncContext
from desktop.ui.ops import Job


class WorkspaceAudits:
    """Answers ``desktop.ui.frame.Audits`` with what syncs work with; a job that is cancelled closes the sockets."""

    def __init__(self, context: SyncContext, announce: Callable[[ChangeSet], None]) -> None:
        self._context = context
        self._announce = announce

    def audit(
        self, job: Job, mailbox: Mailbox, after: AuditReport | None, tell: Callable[[tuple[str, int, int]], object]
    ) -> AuditReport:
        """Compare *mailbox* by folder and day."""
        stop, how = StopSignal(), AuditHow(AuditCause.PERSON, by_day=True, after=after)
        context = replace(self._context, progress=_Told(tell), committed=self._committed)
        with job.ended_by(stop.abandon):
            return run_audit(mailbox, context, stop, how)

    def _committed(self, changed: Changed) -> None:
        self._announce(ChangeSet(changed, initiator="audit"))


class _Told:
    """Progress that is handed on."""

    def __init__(self, tell: Callable[[tuple[str, int, int]], object]) -> None:
        self._tell = tell

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        """Hand it on."""
        self._tell((folder, done, total))

    def mailbox_finished(self, address: str) -> None:
        """Say nothing: the report does."""

"""Manual selection for the window: looking at the server's messages and bringing some in, in a worker."""

from collections.abc import Sequence

from desktop.domain.browsing import EnvelopePage
from desktop.domain.ids import Epoch
from desktop.domain.mailbox import Mailbox
from desktop.domain.receipt import MailboxReceipt
from desktop.sync import picking
from desktop.sync.context import StopSignal, SyncContext
from desktop.ui.ops import Job


class WorkspacePicking:
    """Answers ``desktop.ui.frame.Picking`` with what syncs work with; a job that is cancelled closes the sockets."""

    def __init__(self, context: SyncContext) -> None:
        self._context = context

    def browse(self, job: Job, mailbox: Mailbox, folder: str, search: str, before: int | None) -> EnvelopePage:
        """Return a page of the messages of *folder*."""
        stop = StopSignal()
        with job.ended_by(stop.abandon), self._context.open_source(mailbox, stop) as source:
            return picking.browse(source, self._context, mailbox, folder, search, before)

    def bring_in(self, job: Job, mailbox: Mailbox, folder: str, epoch: Epoch, refs: Sequence[int]) -> MailboxReceipt:
        """Bring in the messages *refs*; what was stored before it was ended stays."""
        stop = StopSignal()
        with job.ended_by(stop.abandon):
            return picking.bring_in(mailbox, folder, epoch, refs, self._context, stop)

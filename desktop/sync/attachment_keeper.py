"""Fetches attachments in the background: after the live sync and beside it, over restarts, and when somebody asks.

What is to be done stands in the database alone. One thread, one connection at a time: a mailbox after the other.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from desktop.domain.attachments import AttachmentProgress
from desktop.domain.changes import Changed
from desktop.domain.errors import NeedsSignIn, Stopped
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.domain.syncing import Download, SyncFinished, SyncProgress, SyncStarted
from desktop.store.reading.reader import Reader
from desktop.sync.attachments import Consideration, bring_attachments, unheard
from desktop.sync.context import Limits, SyncContext
from desktop.sync.downloads import Downloads
from desktop.sync.keeping import LIVE_S, Keeper, Patience, giving_way
from desktop.sync.runner import Listener


class AttachmentKeeper(Keeper):
    """Fetches, in one thread, what the database says is to be done."""

    def __init__(
        self,
        context: SyncContext,
        limits: Callable[[], Limits],
        is_live: Callable[[MailboxId], bool],
        committed: Callable[[Changed], None],
        tell: Callable[[AttachmentProgress], None],
        tell_download: Callable[[Download], None] = unheard,
    ) -> None:
        super().__init__("attachments", context.clock)
        self._context = context
        self._limits = limits
        self._is_live = is_live
        self._committed = committed
        self._tell = tell
        self.downloads = Downloads(context, tell_download)
        self._may_sweep = threading.Event()
        self._patience = Patience[MailboxId](context.clock)

    def look(self) -> None:
        """Look again, at every mailbox: somebody asked, or something is set up as it was not before."""
        self._patience.forget()
        self.downloads.asked()
        self._may_sweep.set()
        self._stirred.set()

    def stir(self, synced: MailboxId | None = None) -> None:
        """Look again: there may be new mail with files. A mailbox that is left alone for a while stays so.

        In the one that was *synced*, what a person stopped may come again.
        """
        if synced is not None:
            self.downloads.synced(synced)
        self._stirred.set()

    def hold(self, mailbox_id: MailboxId) -> None:
        """Have the downloads of a mailbox rest."""
        self.downloads.hold(mailbox_id)

    def release(self, mailbox_id: MailboxId) -> None:
        """Let them go on."""
        self.downloads.release(mailbox_id)
        self._stirred.set()

    def stop(self, mailbox_id: MailboxId) -> None:
        """End them until the next sync; the file that comes is not asked for any more."""
        self.downloads.stop(mailbox_id)
        self._stirred.set()

    def _do_next(self) -> float | None:
        """Work on a mailbox whose time has come; returns in how many seconds to look again, None: after a change."""
        if self.downloads.take_back():
            self._committed(Changed.ATTACHMENTS | Changed.EMAILS)
        if self._may_sweep.is_set():
            self._may_sweep.clear()
            self._context.store.sweep()
        now = self._context.clock.now()
        with self._context.store.read() as read:
            boxes = [one for one in read.mailboxes.every() if one.state is MailboxState.ACTIVE]
            with_work = [one for one in boxes if not self.downloads.rests(one.id) and self._has_work(read, one)]
            retry_at = read.attachments.next_retry()
        waits = {one.id: self._wait_s(one.id) for one in with_work}
        self.downloads.only([number for number, wait_s in waits.items() if wait_s <= LIVE_S])
        ready = next((one for one in with_work if waits[one.id] <= 0), None)
        if ready is not None:
            self._work_on(ready)
            return 0.0
        later = [(retry_at - now).total_seconds()] if retry_at is not None and retry_at > now else []
        return min([*waits.values(), *later], default=None)

    def _has_work(self, read: Reader, mailbox: Mailbox) -> bool:
        """Tell whether there is something to fetch where nothing is wrong: what is mends itself in the live sync."""
        if read.mailboxes.condition(mailbox.id).trouble is not None:
            return False
        now = self._context.clock.now()
        return read.attachments.next_wanted(mailbox.id, now) is not None or bool(
            read.attachments.only_headers(mailbox.id)
        )

    def _wait_s(self, mailbox_id: MailboxId) -> float:
        if self._is_live(mailbox_id):
            return LIVE_S
        return self._patience.wait_s(mailbox_id)

    def _work_on(self, mailbox: Mailbox) -> None:
        context = replace(self._context, limits=self._limits(), committed=self._committed)
        stop = self.downloads.begin(mailbox)
        with self._working(stop):
            considerate = Consideration(giving_way(self._is_live, mailbox.id), self._told, self.downloads.progressed)
            receipt = bring_attachments(mailbox, context, stop, considerate)
        self.downloads.end()
        error = receipt.error
        if isinstance(error, NeedsSignIn):
            self._committed(Changed.HEALTH | Changed.LOG)
        got_further = receipt.files or receipt.texts or receipt.failed
        if error is None and got_further:
            self._patience.went_well(mailbox.id)
        elif not isinstance(error, Stopped):
            self._patience.failed(mailbox.id)

    def _told(self, progress: AttachmentProgress) -> None:
        self._tell(progress)
        self.downloads.progressed(progress)


class StirringListener:
    """Hands on what runners tell, and stirs the keeper after each pass: there may be files to fetch."""

    def __init__(self, listener: Listener, stir: Callable[[MailboxId], None]) -> None:
        self._listener = listener
        self._stir = stir

    def started(self, event: SyncStarted) -> None:
        """Hand on."""
        self._listener.started(event)

    def progressed(self, event: SyncProgress) -> None:
        """Hand on."""
        self._listener.progressed(event)

    def finished(self, event: SyncFinished) -> None:
        """Hand on, and stir."""
        self._listener.finished(event)
        self._stir(event.mailbox_id)

    def committed(self, changed: Changed) -> None:
        """Hand on."""
        self._listener.committed(changed)

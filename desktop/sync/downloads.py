"""The downloads that a person sees and steers: which file of which mailbox, how far, and whether it is to rest or end.

Held, a mailbox's files wait behind the last piece that was noted, without a connection, until they are let go on or
the program ends. Stopped, the file that came is not asked for any more; what comes by itself goes on after the next
sync, as a sync that is stopped does.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import replace

from desktop.domain.attachments import AttachmentProgress
from desktop.domain.ids import EmailId, MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.syncing import Download
from desktop.services import attachments
from desktop.sync.context import StopSignal, SyncContext

Tell = Callable[[Download], None]


class Downloads:
    """All methods return at once but those that say so; from any thread."""

    def __init__(self, context: SyncContext, tell: Tell) -> None:
        self._context = context
        self._tell = tell
        self._lock = threading.Lock()
        self._now: Download | None = None
        self._file: tuple[EmailId, str] | None = None
        self._stop = StopSignal()
        self._shown: dict[MailboxId, Download] = {}
        self._held: set[MailboxId] = set()
        self._stopped: set[MailboxId] = set()
        self._dropped: dict[MailboxId, tuple[EmailId, str]] = {}
        self._resting_file: dict[MailboxId, tuple[EmailId, str]] = {}

    def rests(self, mailbox_id: MailboxId) -> bool:
        """Tell whether a mailbox's files are left alone because a person wants it."""
        with self._lock:
            return mailbox_id in self._held or mailbox_id in self._stopped

    # --- what a person wants ------------------------------------------------------------------------------------------

    def hold(self, mailbox_id: MailboxId) -> None:
        """Have a mailbox's files rest after the piece that comes."""
        with self._lock:
            shown = self._shown.get(mailbox_id)
            if shown is None or mailbox_id in self._held:
                return
            self._held.add(mailbox_id)
            told = self._shown[mailbox_id] = replace(shown, is_held=True)
            if self._now is not None and self._now.mailbox_id == mailbox_id:
                if self._file is not None:
                    self._resting_file[mailbox_id] = self._file
                self._stop.request()
        self._tell(told)

    def release(self, mailbox_id: MailboxId) -> None:
        """Let them go on."""
        with self._lock:
            self._resting_file.pop(mailbox_id, None)
            if mailbox_id not in self._held:
                return
            self._held.discard(mailbox_id)
            told = self._shown[mailbox_id] = replace(self._shown[mailbox_id], is_held=False)
        self._tell(told)

    def stop(self, mailbox_id: MailboxId) -> None:
        """End them: the one that comes is not asked for any more; others follow after the next sync."""
        with self._lock:
            is_now = self._now is not None and self._now.mailbox_id == mailbox_id
            told = self._shown.pop(mailbox_id, None)
            file = self._file if is_now else self._resting_file.get(mailbox_id)
            self._held.discard(mailbox_id)
            self._resting_file.pop(mailbox_id, None)
            if told is None:
                return
            self._stopped.add(mailbox_id)
            if file is not None:
                self._dropped[mailbox_id] = file
        if is_now:
            self._stop.abandon()
        self._tell(replace(told, is_held=False, is_over=True))

    def synced(self, mailbox_id: MailboxId) -> None:
        """A sync of the mailbox is over: what was stopped may come again."""
        with self._lock:
            self._stopped.discard(mailbox_id)

    def asked(self) -> None:
        """Somebody asked for a file: what was stopped may come again."""
        with self._lock:
            self._stopped.clear()

    # --- what is done -------------------------------------------------------------------------------------------------

    def begin(self, mailbox: Mailbox) -> StopSignal:
        """Files of *mailbox* are fetched now; returns what ends that early."""
        with self._lock:
            self._stop, self._file = StopSignal(), None
            self._now = Download(mailbox.id, mailbox.address)
            if mailbox.id in self._held or mailbox.id in self._stopped:
                self._stop.request()
            return self._stop

    def progressed(self, progress: AttachmentProgress) -> None:
        """So much of a file is here; its name is looked up when it is another one."""
        file = (progress.email_id, progress.part)
        name = self._now.name if self._now is not None and self._file == file else self._name_of(*file)
        with self._lock:
            if self._now is None or progress.mailbox_id in self._held or progress.mailbox_id in self._stopped:
                return
            self._file = file
            told = self._now = replace(self._now, name=name, done=progress.arrived, total=progress.total)
            self._shown[told.mailbox_id] = told
        self._tell(told)

    def end(self) -> None:
        """They are fetched no more for now."""
        with self._lock:
            self._now, self._file = None, None

    def only(self, coming: Collection[MailboxId]) -> None:
        """Files of these mailboxes come, or soon will; those of others are over, but for what is held."""
        with self._lock:
            over = [self._shown.pop(gone) for gone in self._shown.keys() - set(coming) - self._held]
        for told in over:
            self._tell(replace(told, is_over=True))

    def take_back(self) -> bool:
        """Write down which files are not asked for any more, and tell whether there were any; takes a moment."""
        with self._lock:
            dropped, self._dropped = self._dropped, {}
        for email_id, part in dropped.values():
            with self._context.store.write() as uow:
                if uow.read.emails.get(email_id) is not None:
                    attachments.take_back(uow, email_id, [part])
        return bool(dropped)

    def _name_of(self, email_id: EmailId, part: str) -> str:
        with self._context.store.read() as read:
            return read.attachments.name_of(email_id, part)

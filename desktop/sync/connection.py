"""The connection of one pass over a mailbox: opened when needed, opened anew when it broke, within a budget."""

from desktop.domain.errors import Transient
from desktop.domain.mailbox import Mailbox
from desktop.domain.source import FolderStatus, Source
from desktop.sync.context import StopSignal, SyncContext


class Connection:
    """Holds at most one open source; used by one thread at a time."""

    def __init__(self, mailbox: Mailbox, context: SyncContext, stop: StopSignal) -> None:
        self._mailbox = mailbox
        self._context = context
        self._stop = stop
        self._source: Source | None = None
        self._left = context.limits.reconnects

    @property
    def source(self) -> Source:
        """The open source; signs in first if there is none."""
        if self._source is None:
            self._stop.check()
            self._source = self._context.open_source(self._mailbox, self._stop)
            self._stop.add(self._source.abandon)
        return self._source

    @property
    def is_open(self) -> bool:
        """Tell whether there is an open source."""
        return self._source is not None

    def again(self, cause: Transient, folder: str) -> FolderStatus:
        """After *cause* broke the connection: sign in once more and open *folder*; raises *cause* when that is used up.

        A server that asks us to wait is not asked again in the same pass.
        """
        self._stop.check()
        self.drop()
        if self._left <= 0 or cause.retry_after_s is not None:
            raise cause
        self._left -= 1
        return self.source.open_folder(folder)

    def drop(self) -> None:
        """Close without ceremony: the connection is broken or no longer trusted."""
        source, self._source = self._source, None
        if source is not None:
            self._stop.remove(source.abandon)
            source.abandon()
            source.close()

    def close(self) -> None:
        """Log out and close; a server that does not answer to that can still be abandoned."""
        source, self._source = self._source, None
        if source is not None:
            source.close()
            self._stop.remove(source.abandon)

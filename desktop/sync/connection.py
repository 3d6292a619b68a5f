"""The connection of a pass over a mailbox: opened when needed, opened anew when it broke, within a budget.

Where mail is to arrive in real time it outlives the pass, and is handed over to the next one.
"""

from datetime import datetime

from desktop.domain.errors import Transient
from desktop.domain.mailbox import Mailbox
from desktop.domain.source import Alert, FolderStatus, Source
from desktop.sync.clock_watch import Moment
from desktop.sync.context import StopSignal, SyncContext

SETTLED_S = 30.0
"""A connection that was begun so long ago at most, when a sleep is noticed, was begun after it: the network tells of
the same before.
"""


class Connection:
    """Holds at most one open source; used by one thread at a time."""

    def __init__(self, mailbox: Mailbox, context: SyncContext, stop: StopSignal) -> None:
        self._mailbox = mailbox
        self._context = context
        self._stop = stop
        self._source: Source | None = None
        self._left = context.limits.reconnects
        self._ends_at: datetime | None = None
        self._begun: Moment | None = None
        self._alerts: list[Alert] = []

    @property
    def source(self) -> Source:
        """The open source; signs in first if there is none."""
        if self._source is None:
            self._stop.check()
            self._begun = Moment.now(self._context.clock)
            self._source = self._context.open_source(self._mailbox, self._stop)
            self._stop.add(self._source.abandon)
            ends_at = self._context.signed_in_until(self._mailbox)
            self._ends_at = ends_at if ends_at is None or ends_at > self._context.clock.now() else None
        return self._source

    @property
    def is_open(self) -> bool:
        """Tell whether there is an open source."""
        return self._source is not None

    @property
    def left_s(self) -> float:
        """For how long it may still be used: what was signed in with ends, and the server ends it then."""
        if self._ends_at is None:
            return float("inf")
        return (self._ends_at - self._context.clock.now()).total_seconds()

    def is_for(self, mailbox: Mailbox) -> bool:
        """Tell whether *mailbox*, as it is set up now, is signed in to as it was then."""
        held = self._mailbox
        return (held.imap, held.oauth) == (mailbox.imap, mailbox.oauth)

    def alerts(self) -> list[Alert]:
        """Return what the server wanted people to read since this was asked last."""
        self._hear()
        found, self._alerts = self._alerts, []
        return found

    def _hear(self) -> None:
        if self._source is not None:
            self._alerts += self._source.alerts()

    def hand_over(self, context: SyncContext, stop: StopSignal) -> None:
        """Go on in another pass, or in the wait between two: *stop* is who may end it from now on."""
        before, self._stop = self._stop, stop
        self._context, self._left = context, context.limits.reconnects
        if self._source is not None:
            stop.add(self._source.abandon)
            before.remove(self._source.abandon)

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

    def has_slept(self) -> bool:
        """Tell whether the conversation, or its sign-in, began before the sleep that is noticed now."""
        begun = self._begun
        return begun is not None and begun.age_s(self._context.clock) > SETTLED_S

    def cut(self) -> None:
        """End the conversation now, from any thread: whoever waits for an answer, to the sign-in too, hears Stopped."""
        self._stop.cut()

    def drop(self) -> None:
        """Close without ceremony: the connection is broken or no longer trusted."""
        self._hear()
        source, self._source, self._begun = self._source, None, None
        if source is not None:
            self._stop.remove(source.abandon)
            source.abandon()
            source.close()

    def close(self) -> None:
        """Log out and close; a server that does not answer to that can still be abandoned."""
        source, self._source, self._begun = self._source, None, None
        if source is not None:
            source.close()
            self._stop.remove(source.abandon)

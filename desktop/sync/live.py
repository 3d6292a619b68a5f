"""What a mailbox in real time keeps between two passes: an open connection, on which the server tells of new mail.

pass went well ──▶ listen ── told ──▶ pass over those folders, on the same connection
                     ├── look due (whatever the server tells) ──▶ pass over all folders
                     ├── broken, or the sign-in is about to end ──▶ one new connection, and a pass over all folders
                     └── not to be had, or it breaks again and again ──▶ looks only, and health says why
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.changes import Changed
from desktop.domain.errors import SourceError, Stopped, Transient
from desktop.domain.health_events import Listened
from desktop.domain.mailbox import Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.domain.source import Push, Source
from desktop.services import health
from desktop.sync.connection import Connection
from desktop.sync.context import StopSignal, SyncContext

log = logging.getLogger(__name__)

STABLE_S = 300.0
"""A connection that was listened to for so long did not break because of that."""

BREAKS = 3
"""After how many breaks in a row, none after a stable while, it is not listened to any more."""

POLLED_FOR_S = 3600.0
"""For how long then; after that it is tried again."""

IN_VAIN = 3
"""How many times in a row a server may tell of news where there is none before it is given less attention."""

LONGEST_PAUSE_S = 5.0

THROTTLED_S = 60.0
"""How long a server that asks us to slow down, without saying for how long, is left in peace."""

NOT_OFFERED = "The server does not tell of new mail by itself (it has no IDLE)."
REFUSED = "The server refuses to tell of new mail by itself."
NOT_KEPT = "The server ends connections on which it is listened to."


@dataclass(frozen=True, slots=True)
class Heard:
    """What listening came to: folders with news; or that it is over with the connection, and when to open another.

    ``again_s`` is how long to wait for that at least: it is what the server asked for.
    """

    folders: frozenset[str] = frozenset()
    is_over: bool = False
    again_s: float = 0.0


class Live:
    """Used by the thread of the runner; :meth:`nudge` and :meth:`end` from any."""

    def __init__(self, context: SyncContext) -> None:
        self._context = context
        self._stop = StopSignal()
        self._connection: Connection | None = None
        self._source: Source | None = None
        self._folders: Sequence[str] = ()
        self._breaks = 0
        self._in_vain = 0
        self._is_cut = False
        self._polled_until: float | None = None
        self._why = ""
        self.look_at: float | None = None
        """When (monotonic) all folders are to be looked at; None when nobody wants that."""
        self.why_polled = ""
        """Why the server is not listened to, a sentence; empty when it is."""

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to listen to."""
        return self._source is not None

    # --- any thread ---------------------------------------------------------------------------------------------------

    def nudge(self) -> None:
        """End :meth:`listen` early: there is something else to do."""
        source = self._source
        if source is not None:
            source.nudge()

    def cut(self) -> None:
        """The computer slept: what is listened to leads nowhere any more, unless it was opened since.

        Nothing is said over it, for nobody may be there to answer.
        """
        connection = self._connection
        if self._source is not None and connection is not None and connection.has_slept():
            self._is_cut = True
            connection.cut()

    def end(self) -> None:
        """End for good, now."""
        self._stop.abandon()

    # --- the runner's thread ------------------------------------------------------------------------------------------

    def connection_for(self, mailbox: Mailbox, context: SyncContext, stop: StopSignal) -> Connection:
        """Return the connection for a pass: the one that was kept, as long as it may be used."""
        kept = self._connection
        if self._is_cut:
            self.drop()
            kept = None
        if kept is not None and (kept.left_s <= 0 or not kept.is_for(mailbox)):
            self.hang_up()
            kept = None
        self._source, self._context = None, context
        if kept is None:
            kept = self._connection = Connection(mailbox, context, stop)
        else:
            kept.hand_over(context, stop)
        return kept

    def after(self, mailbox: Mailbox, receipt: MailboxReceipt, *, told: bool) -> None:
        """Arrange what comes after a pass; *told*: it began because the server had told of news."""
        connection, limits, now = self._connection, self._context.limits, self._context.clock.monotonic()
        self.look_at = now + limits.look_every_s
        is_vain = told and not any(map(_has_come, receipt.folders))
        self._in_vain = self._in_vain + 1 if is_vain else 0
        if connection is None or not connection.is_open or receipt.error is not None:
            self.hang_up()
            return
        connection.hand_over(self._context, self._stop)
        self._folders = mailbox.folders
        self._judge_push(connection.source.push, now)
        self._note_push(mailbox)
        if self.why_polled:
            self.hang_up()
        else:
            self._source = connection.source
            self._context.parser.warm()  # or the first mail would wait for it

    def _note_push(self, mailbox: Mailbox) -> None:
        """Have health say why the server is not listened to, or that it is."""
        context = self._context
        with context.store.read() as read:
            if read.mailboxes.condition(mailbox.id).polled == self.why_polled:
                return
        with context.store.write() as uow:
            health.note(uow, mailbox.id, Listened(self.why_polled), now=context.clock.now())
        context.committed(Changed.HEALTH | Changed.LOG)

    def _judge_push(self, push: Push, now: float) -> None:
        if push is Push.NOTHING:
            self.why_polled = NOT_OFFERED
        elif self._polled_until is not None and now < self._polled_until:
            self.why_polled = self._why
        else:
            self.why_polled, self._polled_until = "", None

    def listen(self, seconds: float) -> Heard:
        """Wait up to *seconds* for what the server tells; never raises."""
        source, connection, clock = self._source, self._connection, self._context.clock
        if source is None or connection is None:
            return Heard()
        if connection.left_s <= 0:
            self.hang_up()
            return Heard(is_over=True)
        began = clock.monotonic()
        try:
            if self._in_vain >= IN_VAIN and self._stop.wait(min(LONGEST_PAUSE_S, seconds, 0.5 * self._in_vain)):
                return Heard()
            folders = source.await_news(self._folders, min(seconds, connection.left_s))
        except Stopped:
            if self._is_cut:
                self.drop()
            return Heard()
        except SourceError as error:
            return self._broken(error, clock.monotonic() - began)
        if source.push is Push.NOTHING:
            self._poll(REFUSED)
            return Heard(folders, is_over=True)
        if clock.monotonic() - began >= STABLE_S:
            self._breaks = 0
        return Heard(folders)

    def _broken(self, error: SourceError, after_s: float) -> Heard:
        log.info("the connection on which new mail is told of has ended: %s", error.code)
        self._breaks = 1 if after_s >= STABLE_S else self._breaks + 1
        self.drop()
        if self._breaks >= BREAKS:
            self._poll(NOT_KEPT)
        asked_s = error.retry_after_s if isinstance(error, Transient) else None
        is_throttled = error.code is ReasonCode.ACCOUNT_THROTTLED
        return Heard(is_over=True, again_s=(THROTTLED_S if is_throttled else 0.0) if asked_s is None else asked_s)

    def _poll(self, why: str) -> None:
        """Do not listen for a while."""
        self._breaks, self._why = 0, why
        self._polled_until = self._context.clock.monotonic() + POLLED_FOR_S
        self.hang_up()

    def hang_up(self) -> None:
        """Log out and close; never raises."""
        if self._is_cut:
            self.drop()
            return
        connection, self._connection, self._source = self._connection, None, None
        if connection is not None:
            connection.close()

    def drop(self) -> None:
        """Close without a word."""
        self._is_cut = False
        connection, self._connection, self._source = self._connection, None, None
        if connection is not None:
            connection.drop()


def _has_come(folder: FolderReceipt) -> bool:
    return any((folder.fetched, folder.skipped, folder.out_of_range, folder.to_pick, folder.missing))

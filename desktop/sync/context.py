"""What a sync works with: built once by the composition root, handed down, never reached for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from desktop.domain.changes import Changed
from desktop.domain.clock import Clock
from desktop.domain.errors import Stopped
from desktop.domain.mailbox import Mailbox
from desktop.domain.source import Source
from desktop.parsing.pool import ParserPool
from desktop.store.store import Store


class Progress(Protocol):
    """Hears how far a sync is; called from the thread that syncs."""

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        """*done* of *total* messages of a folder have their verdict."""

    def mailbox_finished(self, address: str) -> None:
        """The pass over a mailbox is over, well or not."""


class Silence:
    """Progress that nobody watches."""

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        """Say nothing."""

    def mailbox_finished(self, address: str) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked for at once; figures in docs/benchmarks.md.

    Of a message over ``text_first_bytes`` the text is asked for before its attachments, which follow by
    ``piece_bytes``; where that cannot be done, one over ``fetch_bytes`` is asked for its headers only. ``newest_flags``
    is of how many messages the flags are asked for where a server does not tell which changed; ``look_every_s`` how
    often a mailbox in real time is looked at whole, whatever the server tells; ``audit_every`` how often a mailbox is
    audited by itself, None for never.
    """

    batch_messages: int = 500
    batch_bytes: int = 8 * 1024 * 1024
    describe_messages: int = 2000
    text_first_bytes: int = 1024 * 1024
    fetch_bytes: int = 25 * 1024 * 1024
    piece_bytes: int = 1024 * 1024
    newest_flags: int = 500
    tries: int = 3
    reconnects: int = 8
    full_listing_every: timedelta = timedelta(hours=24)
    log_kept_for: timedelta = timedelta(days=90)
    log_entries: int = 50_000
    look_every_s: float = 300.0
    audit_every: timedelta | None = None


def _nobody(_value: object) -> None:
    """Take what nobody waits for."""


def _no_end(_mailbox: Mailbox) -> datetime | None:
    """A password does not end."""
    return None


class StopSignal:
    """Two stops: :meth:`request` ends after the current batch, :meth:`abandon` also closes the sockets now.

    :meth:`hold` makes the work rest between two batches until :meth:`release`; a stop ends the rest too. *resting* is
    called, from the thread that rests, when a rest begins (True) and when it ends (False).
    """

    def __init__(self, resting: Callable[[bool], None] = _nobody) -> None:
        self._event = threading.Event()
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._resting = resting
        self._enders: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def request(self) -> None:
        """Ask every sync that holds this signal to stop at the next safe point."""
        with self._lock:
            self._event.set()
            self._may_go_on.set()

    def abandon(self) -> None:
        """Ask to stop and end every conversation now."""
        self.request()
        self.cut()

    def cut(self) -> None:
        """End every conversation now, which led nowhere any more; the work may begin others."""
        with self._lock:
            enders = list(self._enders)
        for end in enders:
            end()

    def hold(self) -> None:
        """Ask to rest at the next safe point; without effect after a stop."""
        with self._lock:
            if not self._event.is_set():
                self._may_go_on.clear()

    def release(self) -> None:
        """Let the work go on."""
        self._may_go_on.set()

    def is_held(self) -> bool:
        """Tell whether a rest was asked for."""
        return not self._may_go_on.is_set()

    def rest(self) -> None:
        """Rest here as long as the work is held; raise Stopped when a stop was asked for."""
        if self.is_held():
            self._resting(True)
            self._may_go_on.wait()
            self._resting(False)
        self.check()

    def is_requested(self) -> bool:
        """Tell whether a stop was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Stopped when a stop was asked for."""
        if self._event.is_set():
            raise Stopped

    def wait(self, seconds: float) -> bool:
        """Wait up to *seconds*; True as soon as a stop was asked for."""
        return self._event.wait(seconds)

    def add(self, end: Callable[[], None]) -> None:
        """Have *end* called (from any thread) when it comes to abandoning; at once if it has come to that."""
        with self._lock:
            self._enders.append(end)
            stopped = self._event.is_set()
        if stopped:
            end()

    def remove(self, end: Callable[[], None]) -> None:
        """What *end* would end is over."""
        with self._lock:
            if end in self._enders:
                self._enders.remove(end)

    @contextmanager
    def guarding(self, end: Callable[[], None]) -> Iterator[None]:
        """Have *end* called if it comes to abandoning inside the block."""
        self.add(end)
        try:
            yield
        finally:
            self.remove(end)


@dataclass(frozen=True, slots=True)
class SyncContext:
    """Everything a pass over a mailbox needs.

    ``open_source`` signs in, and raises Stopped when the signal is abandoned meanwhile; ``chance`` returns a number in
    [0, 1); ``committed`` hears, after each commit and in the thread that made it, what it touched. ``signed_in_until``
    tells until when a connection that is opened now may be kept, where that is known.
    """

    store: Store
    parser: ParserPool
    clock: Clock
    open_source: Callable[[Mailbox, StopSignal], Source]
    chance: Callable[[], float]
    limits: Limits = field(default_factory=Limits)
    progress: Progress = field(default_factory=Silence)
    committed: Callable[[Changed], None] = _nobody
    signed_in_until: Callable[[Mailbox], datetime | None] = _no_end

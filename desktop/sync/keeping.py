"""What work in the background has in common: a thread that looks when something changed, and patience with failure."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.ids import MailboxId
from desktop.sync.clock_watch import Moment
from desktop.sync.connection import SETTLED_S
from desktop.sync.context import StopSignal

log = logging.getLogger(__name__)

AGAIN_S = 60.0
"""How long what failed is left alone before it is tried again; each time in vain twice as long."""

AT_MOST_S = 3600.0
LIVE_S = 0.2
"""How often it is looked whether the live sync is through."""

Key = TypeVar("Key")


class Keeper(ABC):
    """One thread. :meth:`start`, then :meth:`end` and :meth:`wait_over`; all else from any thread.

    *name* says what is kept, to the log and to whoever looks at threads.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._at_work: tuple[Moment, StopSignal] | None = None
        self._stop = StopSignal()
        self._stirred = threading.Event()
        self._thread = threading.Thread(target=self._keep_on, name=name, daemon=True)

    def start(self) -> None:
        """Begin with what was left."""
        self._thread.start()

    def end(self) -> None:
        """End for good; what is under way goes on at the next start."""
        self._stop.abandon()
        self._stirred.set()

    def woke(self) -> None:
        """The computer slept: what is under way begins anew where it is, for nobody answers on its connection any more.

        The system tells of one sleep in several pieces: what was begun since is left alone.
        """
        at_work = self._at_work
        if at_work is not None and at_work[0].age_s(self._clock) > SETTLED_S:
            at_work[1].cut()

    @contextmanager
    def _working(self, stop: StopSignal) -> Iterator[None]:
        """Have what is done in the block end by *stop* when the keeper ends, and begin anew after a sleep."""
        self._at_work = Moment.now(self._clock), stop
        with self._stop.guarding(stop.abandon):
            try:
                yield
            finally:
                self._at_work = None

    def wait_over(self, seconds: float) -> bool:
        """Wait up to *seconds* for the end; True also when it never began."""
        if self._thread.ident is None:
            return True
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _keep_on(self) -> None:
        while not self._stop.is_requested():
            self._stirred.clear()
            try:
                wait_s = self._do_next()
            except AppError as error:
                log.warning("%s cannot be looked at now: %s", self._name, error.code)
                wait_s = AGAIN_S
            if wait_s is None or wait_s > 0:
                self._stirred.wait(wait_s)

    @abstractmethod
    def _do_next(self) -> float | None:
        """Do one piece of work; returns in how many seconds to look again, None: not before it is stirred."""


class Patience(Generic[Key]):
    """Knows how long each of many is left alone after it failed. For one thread, but for :meth:`forget`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._in_vain: dict[Key, int] = {}
        self._not_before: dict[Key, float] = {}

    def wait_s(self, key: Key) -> float:
        """Return the seconds until its next try; zero or less: now."""
        return self._not_before.get(key, 0.0) - self._clock.monotonic()

    def failed(self, key: Key, *, afresh: bool = False) -> None:
        """Leave it alone, twice as long as the last time; *afresh*: as if it were the first."""
        tries = 0 if afresh else self._in_vain.get(key, 0)
        self._in_vain[key] = tries + 1
        self._not_before[key] = self._clock.monotonic() + min(AT_MOST_S, AGAIN_S * 2**tries)

    def went_well(self, key: Key) -> None:
        """Begin to count anew."""
        self._in_vain.pop(key, None)

    def forget(self) -> None:
        """Try each at once."""
        self._in_vain.clear()
        self._not_before.clear()


def giving_way(is_live: Callable[[MailboxId], bool], mailbox_id: MailboxId) -> Callable[[StopSignal], None]:
    """Return what holds background work up, or ends it by its signal, while the mailbox's live sync is at work."""

    def give_way(stop: StopSignal) -> None:
        while is_live(mailbox_id):
            stop.wait(LIVE_S)
            stop.check()

    return give_way

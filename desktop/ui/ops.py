"""What screens may do: read in a pool, change things in one lane, work in the background; answers come as signals.

The GUI thread never waits. Every answer arrives in it, unless who asked is gone or has asked something newer since.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop.domain.changes import ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.store.attachment_files import AttachmentFiles

log = logging.getLogger(__name__)
T = TypeVar("T")

Command = Callable[[Any, Clock], ChangeSet]
"""A function of ``services`` with its arguments bound: it is given the unit of work and the clock."""

READERS = 2


class StoreDoor(Protocol):
    """The two doors of the store, and the files beside it."""

    files: AttachmentFiles

    def read(self) -> AbstractContextManager[Any]:
        """Give the queries, on one consistent state; their ``interrupt``, from any thread, ends the one that runs."""

    def walk(self) -> AbstractContextManager[Any]:
        """Give them as :meth:`read` does, for what goes through everything."""

    def write(self) -> AbstractContextManager[Any]:
        """Give the unit of work, committed at the end."""


@dataclass(eq=False, slots=True)
class Job:
    """Work that was asked for. :meth:`cancel` makes its answer unwanted; work looks at ``cancelled`` to end early."""

    owner: QObject
    then: Callable[[Any], None]
    failed: Callable[[AppError], None] | None
    cancelled: threading.Event = field(default_factory=threading.Event)
    enders: list[Callable[[], None]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def cancel(self) -> None:
        """Let the answer be dropped, and end what the work has said can be ended (see :meth:`ended_by`)."""
        self.cancelled.set()
        with self.lock:  # what a block has left already belongs to somebody else
            for end in self.enders:
                end()

    @contextmanager
    def ended_by(self, end: Callable[[], None]) -> Iterator[None]:
        """Have *end* called, from the thread that cancels, if it comes to that inside the block."""
        with self.lock:
            self.enders.append(end)
            if self.cancelled.is_set():
                end()
        try:
            yield
        finally:
            with self.lock:
                self.enders.remove(end)


class Ops(QObject):
    """The lanes. ``changed`` tells every screen what a commit touched; ``said`` carries words for a toast."""

    changed = Signal(object)
    """A :class:`ChangeSet`, after its commit, from whichever thread committed."""
    said = Signal(object)
    """A :class:`ChangeSet` that a person asked for: its words are shown, with Undo."""
    troubled = Signal(object)
    """An :class:`AppError` nobody else shows."""
    _answered = Signal(object, object, object)

    def __init__(self, store: StoreDoor, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.clock = store, clock
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._lane = ThreadPoolExecutor(1, thread_name_prefix="command")
        self._workers = ThreadPoolExecutor(4, thread_name_prefix="work")
        self._newest: dict[tuple[int, str], Job] = {}
        self._running: set[Job] = set()
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    # --- asking -----------------------------------------------------------------------------------------------------

    def read(
        self,
        owner: QObject,
        query: Callable[[Any], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[AppError], None] | None = None,
        slot: str = "",
        whole: bool = False,
    ) -> Job:
        """Run *query* (it is given the reader) and give *then* its result, in the GUI thread.

        Of reads with the same owner and *slot* only the newest is answered, and an older one that runs is ended; an
        empty slot answers each. One that reads a *whole* list, or counts it, leaves alone what others keep of theirs.
        Without *failed*, an error goes to :attr:`troubled`.
        """
        job = self._job(owner, then, failed, slot)

        def work() -> T | None:
            if job.cancelled.is_set():
                return None
            with self.store.walk() if whole else self.store.read() as read, job.ended_by(read.interrupt):
                return None if job.cancelled.is_set() else query(read)

        return self._post(self._readers, job, work)

    def run(
        self,
        owner: QObject,
        command: Command,
        *,
        then: Callable[[ChangeSet], None] | None = None,
        failed: Callable[[AppError], None] | None = None,
        quiet: bool = False,
    ) -> Job:
        """Carry out *command* after those asked for before it; its words are :attr:`said` unless *quiet*.

        The answer is the :class:`ChangeSet`. A command is never cancelled; who asked may be gone when it is done.
        """
        job = self._job(owner, then or _nothing, failed, "")

        def work() -> ChangeSet:
            with self.store.write() as uow:
                change = command(uow, self.clock)
            self.changed.emit(change)
            if not quiet:
                self.said.emit(change)
            return change

        return self._post(self._lane, job, work)

    def work(
        self,
        owner: QObject,
        task: Callable[[Job], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[AppError], None] | None = None,
        slot: str = "",
    ) -> Job:
        """Run *task* in the background (a connection test, a file read); it is given its :class:`Job`, to end by."""
        job = self._job(owner, then, failed, slot)
        return self._post(self._workers, job, lambda: task(job))

    def announce(self, change: ChangeSet) -> None:
        """Tell every screen of a commit made elsewhere (a sync); from any thread."""
        self.changed.emit(change)

    def close(self) -> None:
        """Finish the commands asked for, end the rest, and return when all threads are done."""
        self._closed = True
        for job in list(self._running):
            job.cancel()
        self._workers.shutdown(wait=True, cancel_futures=True)
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._lane.shutdown(wait=True)

    def is_idle(self) -> bool:
        """Tell whether every question has been answered: what tests and screenshots wait for."""
        return not self._running

    # --- answering --------------------------------------------------------------------------------------------------

    def _job(
        self, owner: QObject, then: Callable[[Any], None], failed: Callable[[AppError], None] | None, slot: str
    ) -> Job:
        job = Job(owner, then, failed)
        if slot:
            key = (id(owner), slot)
            if (older := self._newest.get(key)) is not None:
                older.cancel()
            self._newest[key] = job
        return job

    def _post(self, lane: ThreadPoolExecutor, job: Job, work: Callable[[], object]) -> Job:
        if self._closed:
            return job
        self._running.add(job)
        lane.submit(self._carry_out, job, work)
        return job

    def _carry_out(self, job: Job, work: Callable[[], object]) -> None:
        """In a thread of a lane: never raises, always answers."""
        result: object = None
        error: AppError | None = None
        try:
            result = work()
        except AppError as known:
            error = known
        except Exception as unknown:  # the top of a thread's work: a bug of ours becomes a sentence
            if not job.cancelled.is_set():  # else it was ended in the middle, and nobody waits for it
                log.exception("work for %s ended by an unexpected error", type(job.owner).__name__)
            error = _unexpected(unknown)
        self._answered.emit(job, result, error)

    def _deliver(self, job: Job, result: object, error: AppError | None) -> None:
        self._running.discard(job)
        for key in [key for key, newest in self._newest.items() if newest is job]:
            del self._newest[key]
        if self._closed or job.cancelled.is_set() or not isValid(job.owner):
            return
        if error is None:
            job.then(result)
        elif job.failed is not None:
            job.failed(error)
        else:
            self.troubled.emit(error)


def _nothing(_answer: object) -> None:
    """Take an answer nobody waits for."""


def _unexpected(error: Exception) -> AppError:
    return AppError(
        ReasonCode.INTERNAL_ERROR,
        "Postroom made a mistake of its own.",
        meaning="What was stored before is whole.",
        action="Please report it with the log, and try again.",
        detail=type(error).__name__,
    )

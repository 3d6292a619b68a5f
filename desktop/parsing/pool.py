"""Messages read in child processes that can be killed (reliability C11, K6).

Each child has one thread here that sends ahead, so that it never waits; a watchdog kills the child whose message takes
too long. The children answer in order, one message at a time, so the one to blame for a death is the first that is
unanswered; all others go back to the queue unharmed. Measured on mails of 10 KB: 50 µs of the parent's time for each,
and with two children as many a second as two cores have time to read.
"""

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TypeVar

from desktop.domain.errors import AppError, MessageRejected
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.parsing.child import PoolLimits, default_command
from desktop.parsing.driver import Driver, Watchdog
from desktop.parsing.questions import Question, ReadMail, Result, ShowMail, TakePart
from desktop.parsing.shown import ShownMail
from desktop.parsing.tasks import Batch, Task, TaskQueue

__all__ = ["WINDOW_LIMITS", "ParserPool", "PoolLimits", "Result"]

WINDOW_LIMITS = PoolLimits(message_s=4.0, crash_tries=2, hang_tries=1)
"""For the pool of the window, where a person waits: it has its own, so that looking never waits for a sync."""

T = TypeVar("T")


class ParserPool:
    """Children that read messages, shared by any number of threads. Use it as a context manager, or close it.

    Nothing is started before :meth:`warm` or the first message. *command* replaces the command that starts a child (a
    frozen build has its own).
    """

    def __init__(
        self, workers: int = 2, *, limits: PoolLimits | None = None, command: Sequence[str] | None = None
    ) -> None:
        self._tasks = TaskQueue()
        self._watchdog = Watchdog()
        limits = limits or PoolLimits()
        command = list(command or default_command())
        self._drivers = [Driver(self._tasks, self._watchdog, limits, command) for _ in range(workers)]
        self._lock = threading.Lock()
        self._started = False

    def warm(self) -> None:
        """Start the children now, for mail is on its way; returns at once. May be called often."""
        self._start()

    def parse_all(self, mails: Sequence[RawMail]) -> list[Result]:
        """Read *mails* and return what became of each, in their order.

        Blocks until all are done; may be called from several threads. Raises AppError: WORKER_STOPPED when no child
        can be started, STOPPED when the pool is closed.
        """
        return self._ask([ReadMail(mail) for mail in mails]) if mails else []

    def read_view(self, content: bytes) -> ShownMail:
        """Return the forms in which the message *content* is shown.

        Blocks like :meth:`parse_all`. Raises MessageRejected when it cannot be read, and AppError as above.
        """
        return self._one(ShowMail(content))

    def read_part(self, content: bytes, part: str) -> bytes:
        """Return what the *part* of the message *content* holds, decoded (``Attachment.part``).

        Blocks and raises like :meth:`read_view`; MessageRejected NOT_FOUND when there is no such part.
        """
        return self._one(TakePart(content, part))

    def _one(self, question: Question[T | MessageRejected]) -> T:
        (answer,) = self._ask([question])
        if isinstance(answer, MessageRejected):
            raise answer
        return answer

    def _ask(self, questions: Sequence[Question[T]]) -> list[T]:
        batch = Batch[T](len(questions))
        self._tasks.add([Task(batch, index, question) for index, question in enumerate(questions)])
        self._start()
        try:
            return batch.wait()
        finally:
            batch.abandon()

    def close(self) -> None:
        """Kill the children and end the threads; calls under way raise. May be called twice."""
        self._tasks.close(AppError(ReasonCode.STOPPED, "Reading messages was stopped as asked."))
        for driver in self._drivers:
            driver.stop()
        for driver in self._drivers:
            driver.join()
        self._watchdog.close()

    def _start(self) -> None:
        with self._lock:
            if self._started or self._tasks.is_closed():
                return
            self._started = True
            self._watchdog.start()
            for driver in self._drivers:
                driver.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

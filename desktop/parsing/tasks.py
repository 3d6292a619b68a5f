"""Questions about messages waiting for a child, and the calls that wait for the answers."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from desktop.domain.errors import AppError
from desktop.parsing.questions import Question

T = TypeVar("T")


class Batch(Generic[T]):
    """The questions of one call and their answers as they come in."""

    def __init__(self, size: int) -> None:
        self.failed = False
        self._results: list[T | None] = [None] * size
        self._error: AppError | None = None
        self._left = size
        self._lock = threading.Lock()
        self._finished = threading.Event()

    def put(self, index: int, result: T) -> None:
        """Note the answer to the question at *index*."""
        with self._lock:
            self._left -= self._results[index] is None
            self._results[index] = result
            if not self._left:
                self._finished.set()

    def fail(self, error: AppError) -> None:
        """Give the whole call up."""
        with self._lock:
            if not self._finished.is_set():
                self.failed = True
                self._error = error
                self._finished.set()

    def abandon(self) -> None:
        """Nobody waits any more: what has not been read need not be."""
        self.failed = True

    def wait(self) -> list[T]:
        """Wait for all results; raises what :meth:`fail` was given."""
        self._finished.wait()
        if self._error is not None:
            raise self._error
        return [result for result in self._results if result is not None]


@dataclass(slots=True, eq=False)
class Task:
    """One question on its way. ``crashes`` and ``hangs`` count what became of the children that tried it."""

    batch: Batch[Any]
    index: int
    question: Question[Any]
    crashes: int = 0
    hangs: int = 0


class TaskQueue:
    """Tasks of all calls, first come first served."""

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
        self._changed = threading.Condition()
        self._closed: AppError | None = None

    def add(self, tasks: Sequence[Task]) -> None:
        """Append *tasks*; raises what the queue was closed with."""
        with self._changed:
            if self._closed is not None:
                raise self._closed
            self._tasks.extend(tasks)
            self._changed.notify_all()

    def put_back(self, tasks: Sequence[Task]) -> None:
        """Put *tasks*, taken before, at the head again, in their order."""
        with self._changed:
            if self._closed is not None:
                for task in tasks:
                    task.batch.fail(self._closed)
                return
            self._tasks.extendleft(reversed(tasks))
            self._changed.notify_all()

    def wait(self) -> bool:
        """Wait until there is a task; False when the queue is closed."""
        with self._changed:
            while not self._tasks and self._closed is None:
                self._changed.wait()
            return self._closed is None

    def take(self, mails: int, size: int) -> list[Task]:
        """Return up to *mails* tasks of together about *size* bytes, at least one if there is any; never waits."""
        taken: list[Task] = []
        with self._changed:
            while self._tasks and len(taken) < mails and size > 0:
                task = self._tasks.popleft()
                if not task.batch.failed:
                    taken.append(task)
                    size -= len(task.question.content)
        return taken

    def fail_all(self, error: AppError) -> None:
        """Give up every call that has a task here."""
        with self._changed:
            tasks = list(self._tasks)
            self._tasks.clear()
        for task in tasks:
            task.batch.fail(error)

    def close(self, error: AppError) -> None:
        """Refuse tasks from now on and give up those that wait."""
        with self._changed:
            self._closed = error
            self._changed.notify_all()
        self.fail_all(error)

    def is_closed(self) -> bool:
        """Tell whether :meth:`close` was called."""
        return self._closed is not None

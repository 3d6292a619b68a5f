"""The thread that keeps one child busy, and the watchdog that ends a child whose message takes too long."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from desktop.domain.errors import AppError
from desktop.domain.reasons import ReasonCode
from desktop.parsing import wire
from desktop.parsing.child import Child, ChildGone, PoolLimits
from desktop.parsing.tasks import Task, TaskQueue

AHEAD_BYTES = 1 << 20
AHEAD_MAILS = 24
CHUNK_BYTES = 256 << 10
CHUNK_MAILS = 8
START_TRIES = 2

CRASHED = "Reading it ended the reading process each time it was tried."
HUNG = "Reading it takes longer than a message may take."


class Watchdog:
    """One thread for all children; it sleeps until the earliest deadline, and for good while none is set."""

    def __init__(self) -> None:
        self._children: set[Child] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="parser-watchdog", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def watch(self, child: Child) -> None:
        """Watch *child*, or look at its new deadline now."""
        with self._changed:
            self._children.add(child)
            self._changed.notify_all()

    def forget(self, child: Child) -> None:
        """Watch *child* no more."""
        with self._changed:
            self._children.discard(child)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                wait_s: float | None = None
                for child in self._children:
                    deadline = child.deadline
                    if deadline is None or child.hung:
                        continue
                    if deadline <= now:
                        child.kill(hung=True)
                    else:
                        wait_s = min(deadline - now, wait_s or deadline - now)
                self._changed.wait(wait_s)


class Driver:
    """One child and the thread that feeds it. The thread starts the child, since the child is to die with it."""

    def __init__(self, tasks: TaskQueue, watchdog: Watchdog, limits: PoolLimits, command: Sequence[str]) -> None:
        self._tasks = tasks
        self._watchdog = watchdog
        self._limits = limits
        self._command = command
        self._child: Child | None = None
        self._on_the_way: deque[tuple[int, Task]] = deque()
        self._bytes_ahead = 0
        self._number = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="parser-driver", daemon=True)

    def start(self) -> None:
        """Start the thread, and with it the child."""
        self._thread.start()

    def stop(self) -> None:
        """Kill the child; with the queue closed, the thread ends then."""
        with self._lock:
            if self._child is not None:
                self._child.kill()

    def join(self) -> None:
        """Wait for the thread."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._guarded(self._warm_up)
            while self._tasks.wait():
                self._guarded(self._work)
        finally:
            self._give_back()
            self._bury()

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the thread's top: whoever waits is told
            self._give_back()
            self._bury()
            self._tasks.fail_all(_stopped(type(error).__name__))

    def _warm_up(self) -> None:
        """Have a child ready before there is a message; that none can be started is told to whoever brings one."""
        with suppress(AppError):
            self._ready_child()

    def _work(self) -> None:
        """Read messages until none is left or the child is gone."""
        try:
            child = self._ready_child()
        except AppError as error:
            self._tasks.fail_all(error)
            return
        try:
            while self._top_up(child):
                self._receive(child)
        except ChildGone:
            self._blame(hung=child.hung)
            self._give_back()
            self._bury()

    def _ready_child(self) -> Child:
        """Return a running child. Raises AppError when none can be started."""
        if self._child is not None and self._child.is_running():
            return self._child
        detail = ""
        for _ in range(START_TRIES):
            self._bury()
            if self._tasks.is_closed():  # the child we had was killed for that
                break
            try:
                child = Child(self._command, self._limits)
            except OSError as error:
                detail = type(error).__name__
                continue
            with self._lock:
                self._child = child
            if self._tasks.is_closed():
                break
            self._watchdog.watch(child)
            try:
                child.wait_ready()
                return child
            except ChildGone:
                detail = "it ended before its first word"
        self._bury()
        raise _stopped(detail)

    def _top_up(self, child: Child) -> bool:
        """Send more if there is room; return whether anything is on the way."""
        if self._bytes_ahead < AHEAD_BYTES // 2 and len(self._on_the_way) < AHEAD_MAILS // 2:
            tasks = self._tasks.take(CHUNK_MAILS, CHUNK_BYTES)
            if tasks:
                self._send(child, tasks)
        return bool(self._on_the_way)

    def _send(self, child: Child, tasks: list[Task]) -> None:
        idle = not self._on_the_way
        frames = []
        for task in tasks:
            self._number += 1
            frames.append(wire.frame(task.question.job(self._number)))
            self._on_the_way.append((self._number, task))
            self._bytes_ahead += len(task.question.content)
        if idle:
            child.start_clock()
            self._watchdog.watch(child)
        child.send(frames)

    def _receive(self, child: Child) -> None:
        number, task = self._on_the_way[0]
        answer = child.receive(number)
        self._on_the_way.popleft()
        self._bytes_ahead -= len(task.question.content)
        if self._on_the_way:
            child.start_clock()
        else:
            child.stop_clock()
        task.batch.put(task.index, task.question.answered(answer))

    def _blame(self, *, hung: bool) -> None:
        """Count the child's end against the message it was at, and give that one up when it had its tries."""
        if not self._on_the_way or self._tasks.is_closed():
            return
        task = self._on_the_way[0][1]
        if hung:
            task.hangs += 1
        else:
            task.crashes += 1
        if task.hangs >= self._limits.hang_tries or task.crashes + task.hangs >= self._limits.crash_tries:
            self._on_the_way.popleft()
            task.batch.put(task.index, task.question.given_up(HUNG if hung else CRASHED))

    def _give_back(self) -> None:
        self._tasks.put_back([task for _, task in self._on_the_way])
        self._on_the_way.clear()
        self._bytes_ahead = 0

    def _bury(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            self._watchdog.forget(child)
            child.close()


def _stopped(detail: str) -> AppError:
    return AppError(
        ReasonCode.WORKER_STOPPED,
        "The process that reads messages cannot be started.",
        meaning="Nothing was lost: the messages will be fetched again.",
        action="Start Postroom again; if that does not help, install it anew.",
        detail=detail,
    )

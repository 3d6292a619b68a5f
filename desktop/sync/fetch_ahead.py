"""Three batches under way at once: one is fetched, the one before is read, the one before that is decided and stored.

A thread owns the connection, a second one waits for the parser's children and packs; whoever iterates here stores.
What lies between two of them is bounded, and is closed from either side: nobody waits for what will never come.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class _Left(Exception):
    """Whoever is at the other end has left, or is done and everything was taken."""


class _Belt(Generic[T]):
    """Carries at most *room* things from one thread to another, in order."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._things: deque[T] = deque()
        self._changed = threading.Condition()
        self._is_ended = self._is_left = False

    def put(self, thing: T) -> None:
        """Lay *thing* on it as soon as there is room; raises _Left when nobody wants it any more."""
        with self._changed:
            while len(self._things) >= self._room and not self._is_left:
                self._changed.wait()
            if self._is_left:
                raise _Left
            self._things.append(thing)
            self._changed.notify_all()

    def take(self) -> T:
        """Wait for the next thing; raises _Left when there will be none, or nobody is to wait any more."""
        with self._changed:
            while not self._things and not self._is_ended and not self._is_left:
                self._changed.wait()
            if self._is_left or not self._things:
                raise _Left
            thing = self._things.popleft()
            self._changed.notify_all()
            return thing

    def end(self) -> None:
        """Nothing more is laid on it; what lies there may still be taken."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def leave(self) -> None:
        """Let nobody wait at either end any more."""
        with self._changed:
            self._is_left = True
            self._things.clear()
            self._changed.notify_all()


_Carried = tuple[T, None] | tuple[None, BaseException]


class FetchAhead(Generic[T, U]):
    """Runs an iterable in a thread and *work* on its items in another, at most *depth* items ahead at each of them.

    What *work* made of each item arrives here, in order; an error in either arrives in its place. Leaving the ``with``
    block ends both threads: the iterable is closed at its next item, and *work* is not called again. So whoever leaves
    early must also make a blocked read return (see StopSignal.abandon).
    """

    def __init__(self, items: Iterable[T], work: Callable[[T], U], *, depth: int = 1, name: str = "fetch") -> None:
        self._items = items
        self._work = work
        self._fetched: _Belt[_Carried[T]] = _Belt(depth)
        self._done: _Belt[_Carried[U]] = _Belt(depth)
        self._threads = [
            threading.Thread(target=self._fetch, name=name, daemon=True),
            threading.Thread(target=self._work_on, name=f"{name}-read", daemon=True),
        ]

    def __enter__(self) -> Iterator[U]:
        for thread in self._threads:
            thread.start()
        return _unpacked(self._done)

    def __exit__(self, *_: object) -> None:
        self._fetched.leave()
        self._done.leave()
        for thread in self._threads:
            thread.join()

    def _fetch(self) -> None:
        _carry(iter(self._items), self._fetched)

    def _work_on(self) -> None:
        _carry(map(self._work, _unpacked(self._fetched)), self._done)


def _carry(things: Iterator[T], belt: _Belt[_Carried[T]]) -> None:
    """Lay all of *things* on *belt*, and an error where it occurs."""
    try:
        try:
            for thing in things:
                belt.put((thing, None))
        except _Left:
            return
        except BaseException as error:  # noqa: BLE001 - handed over, to be raised where somebody can act on it
            belt.put((None, error))
        belt.end()
    except _Left:
        return


def _unpacked(belt: _Belt[_Carried[T]]) -> Iterator[T]:
    """Yield what comes on *belt* to its end, and raise the error that comes on it."""
    while True:
        try:
            thing, error = belt.take()
        except _Left:
            return
        if error is not None:
            raise error
        yield thing  # type: ignore[misc] # there is a thing where there is no error

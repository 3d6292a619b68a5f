"""Fetches the next batch while the last one is decided: one thread owns the connection, a short queue bounds memory."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FetchAhead(Generic[T]):
    """Runs an iterable in its own thread, at most *depth* items ahead of who iterates here.

    An error in the iterable arrives here in its place. Leaving the ``with`` block ends the thread: the iterable is
    closed at its next item, so whoever leaves early must also make a blocked read return (see StopSignal.abandon).
    """

    def __init__(self, items: Iterable[T], *, depth: int = 2, name: str = "fetch") -> None:
        self._items = items
        self._queue: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(depth)
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def __enter__(self) -> Iterator[T]:
        self._thread.start()
        return self._received()

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.05)

    def _received(self) -> Iterator[T]:
        while True:
            item, error = self._queue.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item

    def _work(self) -> None:
        try:
            for item in self._items:
                if self._leaving.is_set():
                    return
                self._queue.put((item, None))
        except BaseException as error:  # noqa: BLE001 - handed over, to be raised where somebody can act on it
            self._queue.put((None, error))
        else:
            self._queue.put((None, None))

    def _drain(self) -> None:
        try:
            while True:
                self._queue.get_nowait()
        except queue.Empty:
            return

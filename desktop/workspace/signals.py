"""Being told to end by the system: SIGTERM and SIGINT, heard whichever thread they reach."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call *stop*, in a thread of its own, at the first SIGINT or SIGTERM; a second one ends the program at once.

    Python runs handlers in the main thread only. When the system gives the signal to another thread just as the main
    one begins to wait, or while the main one is inside Qt, that is not before the wait is over: so a thread of its own
    hears of signals, through a socket.
    """
    hearing, telling = socket.socketpair()
    telling.setblocking(False)
    caught = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, _left_to_the_listener) for each in caught}
    told_before = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
    listener = threading.Thread(target=_listen, args=(hearing, stop), name="signals", daemon=True)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(told_before)
        for each, handler in before.items():
            signal.signal(each, handler)
        telling.close()
        listener.join()
        hearing.close()


def _left_to_the_listener(_number: int, _frame: FrameType | None) -> None:
    """Take the place of the default handlers, which would end the program."""


def _listen(hearing: socket.socket, stop: Callable[[], None]) -> None:
    """Call *stop* at the first signal heard of, and end the program at the second."""
    is_first = True
    while heard := hearing.recv(1):
        if heard[0] not in {signal.SIGINT, signal.SIGTERM}:
            continue
        if not is_first:
            os._exit(128 + heard[0])
        is_first = False
        threading.Thread(target=stop, name="stop", daemon=True).start()

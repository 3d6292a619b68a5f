"""Progress of a sync on a terminal: one line on stderr that is written over; nothing at all when nobody looks."""

import sys
import threading
import time
from typing import TextIO

_EVERY_S = 0.1


class TerminalProgress:
    """Shows what each mailbox is at. Safe to call from any thread."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._state: dict[str, str] = {}
        self._last = 0.0
        self._width = 0

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        """Show *done* of *total* for a folder."""
        with self._lock:
            self._state[address] = f"{address or 'postroom'} {folder} {done:,}/{total:,}"
            if time.monotonic() - self._last >= _EVERY_S or done == total:
                self._draw("  ".join(self._state.values()))

    def mailbox_finished(self, address: str) -> None:
        """Take the mailbox off the line."""
        with self._lock:
            self._state.pop(address, None)
            self._draw("  ".join(self._state.values()))

    def _draw(self, line: str) -> None:
        self._last = time.monotonic()
        shown = line[:100]
        self._stream.write("\r" + shown + " " * max(0, self._width - len(shown)) + ("\r" if not shown else ""))
        self._stream.flush()
        self._width = len(shown)


class QuietProgress:
    """Says nothing: the output goes to a file or another program."""

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        """Say nothing."""

    def mailbox_finished(self, address: str) -> None:
        """Say nothing."""


def progress_for(stream: TextIO | None = None) -> TerminalProgress | QuietProgress:
    """Return progress for *stream* (stderr): shown on a terminal only."""
    target = stream or sys.stderr
    return TerminalProgress(target) if target.isatty() else QuietProgress()

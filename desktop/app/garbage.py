"""Collects Python's cyclic garbage in the GUI thread and nowhere else.

Python collects in whichever thread happens to allocate. When that is a worker's, and a cycle holds a widget or a timer,
Qt's destructor runs in the wrong thread: it complains at best, and at worst the process ends (tried: a table view in a
cycle, collected by a plain thread, is a segmentation fault).
"""

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
WHOLE_EVERY_S = 60.0
"""The oldest generation is looked through this often at most: it takes longest, and the window waits for it."""
WHOLE_AFTER_S = 600.0
"""So long it waits for a moment in which nothing is under way: while very much is changed, there is most to look at."""


class Garbage(QObject):
    """Takes collecting over from Python; :meth:`give_back` at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._whole_at = time.monotonic()
        self._is_calm: Callable[[], bool] = _always

    def take_over(self, is_calm: Callable[[], bool] | None = None) -> None:
        """From now on garbage is collected here. What is there now is looked at no more: it stays to the end.

        *is_calm* tells whether nothing is under way.
        """
        self._is_calm = is_calm or _always
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer.start()

    def give_back(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """Collect the generations that are due, by Python's own thresholds."""
        young, middle, old = (
            count > limit > 0 for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        waited_s = time.monotonic() - self._whole_at
        if old and waited_s >= (WHOLE_EVERY_S if self._is_calm() else WHOLE_AFTER_S):
            gc.collect()
            self._whole_at = time.monotonic()
        elif middle:
            gc.collect(1)
        elif young:
            gc.collect(0)


def _always() -> bool:
    return True

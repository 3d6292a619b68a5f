"""What can wait until the first rows are painted: done then, step by step, between which the window answers."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QWidget

PAUSE_MS = 25
"""Between two steps, and between two looks whether the first one may come."""
PATIENCE_MS = 3000
"""How long the first step waits at most: a sync, or a long list, may keep the lanes busy."""


class Afterwards(QTimer):
    """Calls *step* until it returns False, first when *window* is there and *is_calm*: nobody waits for an answer."""

    def __init__(self, window: QWidget, is_calm: Callable[[], bool], step: Callable[[], bool]) -> None:
        super().__init__(window, interval=PAUSE_MS)
        self._window, self._is_calm, self._step = window, is_calm, step
        self._was_calm = False
        self._shown = QElapsedTimer()
        self.timeout.connect(self._on_time)

    def begin(self) -> None:
        """Look for the moment."""
        self.start()

    def _on_time(self) -> None:
        """An answer that was given is painted by the time of the next look."""
        if not self._window.isVisible():
            return
        if not self._shown.isValid():
            self._shown.start()
        was_calm, self._was_calm = self._was_calm, self._is_calm()
        is_time = (was_calm and self._was_calm) or self._shown.elapsed() > PATIENCE_MS
        if is_time and not self._step():
            self.stop()

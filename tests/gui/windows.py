"""Watches for windows: a widget that is shown before it has a parent flashes as a window of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from desktop.ui.kit.reading_order import move_focus


class _Watch(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}".strip())
        return False


@contextmanager
def windows_shown() -> Iterator[list[str]]:
    """Collect every window that is shown inside the block, by class and name."""
    app = QApplication.instance()
    assert app is not None
    watch = _Watch()
    app.installEventFilter(watch)
    try:
        yield watch.seen
    finally:
        app.removeEventFilter(watch)


class ReadingWindow(QMainWindow):
    """A window in which Tab goes as in the program's own."""

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Go to the next stop in reading order."""
        return move_focus(self, forward=is_next)

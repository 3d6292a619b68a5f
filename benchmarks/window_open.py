"""The real window on a profile, in this process: the program's own parts, shown offscreen."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks import as_program  # noqa: F401 - before the window's modules
from desktop.app.garbage import Garbage
from desktop.app.opening import open_profile
from desktop.app.program import make_application
from desktop.app.session import Session
from desktop.app.smoothness import share_interpreter
from desktop.app.window import build_window
from desktop.ui.frame import Place
from desktop.ui.window import MainWindow
from desktop.workspace.opening import Given

LOOK_EVERY_MS = 25
CALM_FOR_S = 0.5
"""So long no question must be under way before the window counts as done."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A window and what it stands on."""

    session: Session
    window: MainWindow

    def wait(self, is_so: Callable[[], bool], limit_s: float) -> None:
        """Let the window work until something is so; raises TimeoutError after *limit_s*."""
        loop, timer, end = QEventLoop(), QTimer(interval=LOOK_EVERY_MS), time.monotonic() + limit_s
        timer.timeout.connect(lambda: loop.quit() if is_so() or time.monotonic() > end else None)
        timer.start()
        loop.exec()
        timer.stop()
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to what was waited for")

    def settle(self, limit_s: float = 120) -> None:
        """Wait until everything that was asked has been answered, and nothing new is asked for a moment."""
        calm_since = [time.monotonic()]

        def is_calm() -> bool:
            now = time.monotonic()
            if not self.session.ops.is_idle():
                calm_since[0] = now
            return now - calm_since[0] > CALM_FOR_S

        self.wait(is_calm, limit_s)


@contextmanager
def shown(profile: Path, key_file: Path, screen: str) -> Iterator[Shown]:
    """Open the window at *screen*; no sync begins by itself."""
    share_interpreter()
    app = QApplication.instance() or make_application()
    session = Session(open_profile(Given(profile, key_file)))
    session.profile.state.set("place", screen)
    window = build_window(session.parts())
    window.show()
    garbage = Garbage()
    garbage.take_over(session.ops.is_idle)
    found = Shown(session, window)
    found.wait(lambda: window.screen_now is not None and window.screen_now.id == screen, 60)
    window.go(Place(screen))
    found.settle()
    try:
        yield found
    finally:
        window.close()
        session.close()
        garbage.give_back()
        window.deleteLater()
        app.processEvents()

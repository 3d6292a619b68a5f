"""The real window on a real profile: what a person starts, without the process around it."""

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app.opening import open_new_profile
from desktop.app.session import Session
from desktop.app.window import build_window
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.theme import theme
from desktop.ui.screen import Screen
from desktop.ui.window import MainWindow
from desktop.workspace.opening import Given


@dataclass
class RealWindow:
    """A window and what it stands on."""

    qtbot: QtBot
    session: Session
    window: MainWindow

    @property
    def frame(self) -> Frame:
        return self.window.place("dashboard").frame

    @property
    def store(self) -> Any:
        return self.session.profile.workspace.store

    def go(self, screen: str, **what: Any) -> Screen:
        self.window.go(Place(screen, **what))
        self.settle()
        return self.window.place(screen)

    def act(self, act_id: str) -> None:
        self.window.actions_of_window.action(act_id).trigger()
        self.settle()

    def settle(self) -> None:
        """Wait until every screen is made, every question is answered and nothing is about to be asked."""
        self.qtbot.waitUntil(lambda: self.window.is_whole, timeout=10_000)
        timers = [one for one in self.window.findChildren(QTimer) if one.isSingleShot() and 0 < one.interval() <= 300]

        def is_calm() -> bool:
            return self.session.ops.is_idle() and not any(one.isActive() for one in timers)

        self.qtbot.waitUntil(is_calm, timeout=10_000)


@contextmanager
def real_window(qtbot: QtBot, folder: Path, *, ca_file: Path | None = None) -> Iterator[RealWindow]:
    """Open the profile in *folder* (made when there is none) and its window; closed as when a person closes it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme().apply(app)
    profile = open_new_profile(Given(folder / "profile", folder / "key", ca_file=ca_file))
    session = Session(profile)
    window = build_window(session.parts())
    window.resize(1280, 800)
    window.show()
    real = RealWindow(qtbot, session, window)
    real.settle()
    try:
        yield real
    finally:
        window.close()
        assert session.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# --- what must never happen in the GUI thread -----------------------------------------------------------------------

READ_ONCE = ("/resources/", "/site-packages/", "/lib/python", ".py", "/usr/share/", "/etc/", "/proc/", "/sys/", "/dev/")
WATCHED = frozenset({"open", "socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen"})


@dataclass
class GuiThread:
    """Notes files opened, sockets and databases used in the GUI thread while it is on, and the longest stall."""

    is_on: bool = False
    sins: list[str] = field(default_factory=list)
    longest_s: float = 0.0

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on or event not in WATCHED or threading.current_thread() is not threading.main_thread():
            return
        if event == "open" and any(part in str(arguments[0]) for part in READ_ONCE):
            return
        frames = traceback.extract_stack(limit=14)
        if any("/tests/" in one.filename for one in frames[-4:]):
            return
        where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames[:-1]))
        self.sins.append(f"{event} {arguments[:1]} in {where}")

    def store_used(self, which: str) -> None:
        if self.is_on and threading.current_thread() is threading.main_thread():
            self.sins.append(f"the store's {which} in the GUI thread")


GUI_THREAD = GuiThread()
_hooked = False


def hook() -> GuiThread:
    """Begin to hear of every audit event of this process; hooks cannot be taken away, so it is done once."""
    global _hooked  # noqa: PLW0603
    if not _hooked:
        sys.addaudithook(GUI_THREAD.hear)
        _hooked = True
    return GUI_THREAD


class StallClock(QObject):
    """Measures the longest time the event loop did not come round."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self.longest_s = 0.0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        self._timer.stop()
        return self.longest_s

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now

"""P5's cold start, in a process of its own: the program, until the rows of the Emails screen have been painted."""

import sys
import time
from pathlib import Path

BEGUN = time.monotonic()


def main() -> int:
    """Start the program on a profile; prints how long after *asked* (a monotonic time) what was there."""
    profile, key_file, asked = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    from desktop.__main__ import main as program

    sys.argv[1:] = ["--profile", str(profile), "--key-file", str(key_file)]
    _watch(asked)
    return program()


def _watch(asked: float) -> None:
    from desktop.app import launch, program  # noqa: F401 - as the program does: Qt is loaded here

    begin = launch.Launch.begin

    def begin_watched(self: launch.Launch) -> None:
        ready = time.monotonic()
        self.began.connect(lambda: _follow(self, asked, ready))
        begin(self)

    launch.Launch.begin = begin_watched  # type: ignore[method-assign]


def _follow(started: "object", asked: float, ready: float) -> None:
    from PySide6.QtCore import QTimer

    from desktop.views.emails.screen import EmailsScreen

    built = time.monotonic()
    window = started.window  # type: ignore[attr-defined]
    screen = window.findChild(EmailsScreen)
    table = screen.table

    def look() -> None:
        first, last = table.visible_rows()
        if not table.isVisible() or not len(table.emails.ids) or table.emails.row_at(last) is None:
            return
        table.viewport().repaint()
        painted = time.monotonic()
        timer.stop()
        stamps = (BEGUN, ready, built, painted)
        print(" ".join(f"{stamp - asked:.4f}" for stamp in stamps), first, flush=True)
        QTimer.singleShot(0, window, window.close)

    timer = QTimer(window, interval=1)
    timer.timeout.connect(look)
    timer.start()


if __name__ == "__main__":
    sys.exit(main())

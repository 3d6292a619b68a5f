"""P5's cold start, in a process of its own: the program, until the rows of the Emails screen have been painted."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.app.launch import Launch
    from desktop.workspace.start import Start

BEGUN = time.monotonic()


def main() -> int:
    """Start the program on a profile; prints how long after *asked* (a monotonic time) what was there, and its work."""
    profile, key_file, asked = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    from desktop.__main__ import main as program

    sys.argv[1:] = ["--profile", str(profile), "--key-file", str(key_file)]
    _watch(asked)
    return program()


def _watch(asked: float) -> None:
    from desktop.app import main as way_in

    open_window = way_in.open_window

    def open_watched(start: "Start") -> int:
        from desktop.app.imports import leave_sources_unread

        leave_sources_unread()  # as the way in does it, before the window's modules are loaded
        from desktop.app.launch import Launch

        begin = Launch.begin

        def begin_watched(self: "Launch") -> None:
            ready = time.monotonic()
            self.began.connect(lambda: _follow(self, asked, ready))
            begin(self)

        Launch.begin = begin_watched  # type: ignore[method-assign]
        return open_window(start)

    way_in.open_window = open_watched


def _follow(started: "Launch", asked: float, ready: float) -> None:
    from PySide6.QtCore import QTimer

    from desktop.views.emails.screen import EmailsScreen

    built = time.monotonic()
    window = started.window
    assert window is not None
    screen = window.findChild(EmailsScreen)
    assert screen is not None
    table = screen.table

    def look() -> None:
        first, last = table.visible_rows()
        if not table.isVisible() or not len(table.emails.ids) or table.emails.row_at(last) is None:
            return
        table.viewport().repaint()
        painted, worked = time.monotonic(), time.process_time()
        timer.stop()
        stamps = (BEGUN, ready, built, painted)
        print(" ".join(f"{stamp - asked:.4f}" for stamp in stamps), f"{worked:.4f}", first, flush=True)
        QTimer.singleShot(0, window, window.close)

    timer = QTimer(window, interval=1)
    timer.timeout.connect(look)
    timer.start()


if __name__ == "__main__":
    sys.exit(main())

"""The window's program: sets Qt up, starts, runs until the last window is closed, ends. Read top to bottom."""

import gc
import logging
import os
import sys

from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.app.garbage import Garbage
from desktop.app.instance import Instance
from desktop.app.launch import Launch
from desktop.app.smoothness import share_interpreter
from desktop.app.uncaught import Uncaught
from desktop.security.logs import configure_logging
from desktop.ui.kit.icons import app_icon
from desktop.ui.kit.theme import theme
from desktop.ui.mail_view.sandbox import register_schemes
from desktop.workspace.signals import stopping_on_signals
from desktop.workspace.start import Start

LOG_FILE = "postroom.log"


def run(start: Start) -> int:
    """Show the window until it is closed; returns the exit code."""
    share_interpreter()
    app = make_application()
    instance = Instance(start.given.profile)
    if start.demo is None and not instance.is_first():
        return 0
    launch = _launch(start)
    gc.freeze()  # looking through all modules for garbage takes a tenth of a second, and there is next to none
    uncaught, garbage = Uncaught(), Garbage()
    uncaught.listen()
    launch.began.connect(lambda: garbage.take_over(launch.is_calm))
    instance.raised.connect(launch.show_up)
    launch.ended.connect(app.quit)
    launch.began.connect(lambda: _on_began(launch, uncaught, start))
    with stopping_on_signals(launch.ask_to_end):
        launch.begin()
        app.exec()
        is_clean = launch.close()
    instance.close()
    garbage.give_back()
    uncaught.leave()
    if not is_clean:
        end_hard()
    return 1 if launch.has_failed else 0


def make_application() -> QApplication:
    """Make the application, dressed; what the mail view needs beforehand is done first."""
    register_schemes()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("postroom")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("postroom")
    app.setWindowIcon(app_icon())
    theme().apply(app)
    return app


def end_hard() -> None:
    """End the process at once: something hangs, and everything committed is safe on the disk."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _launch(start: Start) -> Launch:
    from desktop.app.window import build_window

    if start.demo is None:
        return Launch(start.given, build_window)
    from desktop.app.demo import Demo

    return Launch(start.given, build_window, Demo(start.demo))


def _on_began(launch: Launch, uncaught: Uncaught, start: Start) -> None:
    session = launch.session
    if session is None:
        return
    uncaught.met.connect(session.ops.troubled)
    if start.demo is None:
        file = session.profile.workspace.profile / "logs" / LOG_FILE
        level = logging.getLogger("desktop").level
        session.ops.work(session.ops, lambda _job: configure_logging(level, sys.stderr, file), lambda _none: None)

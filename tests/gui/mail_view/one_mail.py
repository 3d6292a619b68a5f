"""A program of its own that shows one mail in the browser engine and ends in the way it is told.

Run as ``python -m tests.gui.mail_view.one_mail WAY``; prints ``shown``, then every warning of Qt since.
"""

import os
import sys

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.ui.mail_view import MailView, register_schemes
from tests.gui.mail_view.support import html_mail


def main(way: str) -> None:
    """Show a mail, then end."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    register_schemes()
    app = QApplication([])
    window = QMainWindow()
    view = MailView(is_demo=True)
    window.setCentralWidget(view)
    window.show()
    loop = QEventLoop()
    view.shown.connect(loop.quit)
    view.show_mail(html_mail("<p>hello"))
    loop.exec()
    print(f"shown {view.form}", flush=True)
    qInstallMessageHandler(_tell)
    if way == "close the window":
        QTimer.singleShot(0, window.close)
        app.exec()
    elif way == "quit while loading":
        view.show_mail(html_mail("<p>second"))
        QTimer.singleShot(0, app.quit)
        app.exec()
    elif way == "delete at the last moment":
        window.deleteLater()
    elif way == "exit at once":
        sys.exit(0)


def _tell(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    """Print a warning, but for those of a machine without display and graphics card."""
    is_usual = any(words in (message or "") for words in ("does not support", "GPUInfo not initialized"))
    if kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg} and not is_usual:
        print(f"{kind.name}: {message}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

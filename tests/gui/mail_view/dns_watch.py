"""Shows every technique where no network is but a name server that writes down what it is asked.

Run in namespaces of its own (see test_deep.py) as ``python -m tests.gui.mail_view.dns_watch FOLDER``; prints the names
asked for while mails are shown, a line ``---``, and those asked for by ordinary pages.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QEventLoop, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWidgets import QApplication

from desktop.ui.mail_view import MailView, register_schemes
from tests.gui.mail_view.canary import DOMAIN
from tests.gui.mail_view.support import html_mail
from tests.gui.mail_view.techniques import EVERY

SIOCSIFFLAGS, IFF_UP = 0x8914, 1
asked: list[str] = []


def main(folder: Path) -> None:
    """Show all mails, then all pages."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _be_the_name_server(folder)
    register_schemes()
    app = QApplication([])
    loop = QEventLoop()
    view = MailView(is_demo=True)
    view.shown.connect(loop.quit)
    pages = [(one, one.page.format(at=f"{one.name}.{DOMAIN}", http=f"http://{one.name}.{DOMAIN}")) for one in EVERY]
    for one, page in pages:
        view.show_mail(html_mail(page, one.headers.format(at=DOMAIN)))
        loop.exec()
    _tell()
    print("---")
    profile = QWebEngineProfile()
    profile.settings().setAttribute(QWebEngineSettings.WebAttribute.DnsPrefetchEnabled, True)
    ordinary = QWebEnginePage(profile)
    ordinary.loadFinished.connect(loop.quit)
    for _, page in pages:
        ordinary.setHtml(page, QUrl(f"http://base.{DOMAIN}/"))
        loop.exec()
    _tell()
    app.processEvents()
    os._exit(0)


def _tell() -> None:
    print("\n".join(sorted(set(asked))), flush=True)
    asked.clear()


def _be_the_name_server(folder: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
    resolv = folder / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", encoding="ascii")
    target = Path("/etc/resolv.conf").resolve()
    subprocess.run(["mount", "--bind", str(resolv), str(target)], check=True)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(target=_answer, args=(server,), daemon=True).start()


def _answer(server: socket.socket) -> None:
    """Say of every name that there is no such name."""
    while True:
        query, client = server.recvfrom(4096)
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
            at += query[at] + 1
        asked.append(".".join(labels))
        server.sendto(query[:2] + b"\x81\x83" + query[4:6] + bytes(6) + query[12 : at + 5], client)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

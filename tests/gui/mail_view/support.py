"""Mails to show, files that notice being opened, and what is painted where."""

import ctypes
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.parsing.shown import ShownMail
from desktop.parsing.view import read_view
from desktop.ui.mail_view import MailView
from desktop.ui.mail_view.web import WebView

PATIENCE_MS = 10_000
IN_OPEN = 0x20
HEAD = "From: a@x.example\nMIME-Version: 1.0\n{more}Content-Type: text/html; charset=utf-8\n\n"


def html_mail(page: str, headers: str = "") -> ShownMail:
    """Return a mail of one HTML page, as the parser makes it ready."""
    return read_view((HEAD.format(more=headers) + page).encode())


def show(view: MailView, mail: ShownMail, qtbot: QtBot) -> None:
    """Show a mail and wait until it stands there."""
    with qtbot.waitSignal(view.shown, timeout=PATIENCE_MS):
        view.show_mail(mail)


def load_remote(view: MailView, qtbot: QtBot) -> None:
    """Ask for what the network has and wait until it was tried."""
    with qtbot.waitSignal(view.shown, timeout=PATIENCE_MS):
        view.load_remote()


def engine(view: MailView) -> WebView:
    """Return the browser engine's view, which is there once a mail was shown in it."""
    assert view._web is not None
    return view._web


def inner_of(view: MailView) -> QWidget:
    """Return the widget that gets the engine's keys and clicks."""
    inner = engine(view).focusProxy()
    assert isinstance(inner, QWidget)
    return inner


def colour_at(widget: QWidget, x: int, y: int) -> str:
    """Return the colour painted at a point, as ``#rrggbb``."""
    image: QImage = widget.grab().toImage()
    ratio = image.devicePixelRatio()
    return QColor(image.pixelColor(int(x * ratio), int(y * ratio))).name()


@contextmanager
def opened_files(folder: Path) -> Iterator[list[str]]:
    """Give a list that holds, after the block, the name of every file of *folder* that was opened in it (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_NONBLOCK)
    assert handle >= 0
    assert libc.inotify_add_watch(handle, str(folder).encode(), IN_OPEN) >= 0
    found: list[str] = []
    try:
        yield found
        while select.select([handle], [], [], 0)[0]:
            data = os.read(handle, 65536)
            while data:
                length = int.from_bytes(data[12:16], "little")
                found.append(data[16 : 16 + length].rstrip(b"\0").decode())
                data = data[16 + length :]
    finally:
        os.close(handle)

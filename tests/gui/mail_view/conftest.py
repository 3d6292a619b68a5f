"""One browser engine and one canary for all tests of this folder: starting them takes most of a second."""

import ssl
from collections.abc import Iterator

import pytest
import trustme
from PySide6.QtCore import QEvent
from PySide6.QtNetwork import QNetworkProxy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.mail_view import MailView
from desktop.ui.mail_view.confirm import OpenLinkDialog
from tests.gui.mail_view.canary import DOMAIN, Canary


@pytest.fixture(scope="session")
def listening() -> Iterator[Canary]:
    """The canary, as the proxy of the whole program: no request of the engine goes anywhere else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(f"*.{DOMAIN}").configure_cert(context)
    canary = Canary(context)
    canary.start()
    before = QNetworkProxy.applicationProxy()
    QNetworkProxy.setApplicationProxy(QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "127.0.0.1", canary.port))
    yield canary
    QNetworkProxy.setApplicationProxy(before)
    canary.close()


@pytest.fixture
def canary(listening: Canary) -> Canary:
    """The canary, having heard nothing yet."""
    listening.forget()
    return listening


@pytest.fixture(scope="session")
def shared_view(qapp: QApplication, listening: Canary) -> Iterator[MailView]:
    """A mail view that has its browser engine."""
    view = MailView(is_demo=True)
    view.resize(600, 400)
    yield view
    view.close()
    view.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def view(shared_view: MailView, qtbot: QtBot) -> Iterator[MailView]:
    """The mail view, on the screen and empty."""
    shared_view.show()
    shared_view.activateWindow()
    yield shared_view
    for dialog in shared_view.findChildren(OpenLinkDialog):
        dialog.reject()
    shared_view.clear()
    shared_view.set_zoom(1.0)

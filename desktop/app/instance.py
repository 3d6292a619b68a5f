"""One window per profile: the second start raises the first one's window, and ends."""

import hashlib
import logging
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

WAIT_MS = 500
RAISE = b"raise\n"


class Instance(QObject):
    """This window's place among others of the same profile: either the first one, or a guest that asks it to rise."""

    raised = Signal()
    """Another start wants to see this window."""

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(profile)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def is_first(self) -> bool:
        """Take the place, or ask who has it to rise and return False. What a dead program left is cleared away."""
        if self._ask_to_rise():  # first: on Unix, listening would take the place from whoever has it
            return False
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            log.info("a second start will not find this window: %s", self._server.errorString())
        return True  # of two that start in the same moment, the profile's lock lets one in

    def close(self) -> None:
        """Leave the place."""
        self._server.close()

    def _ask_to_rise(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(RAISE)
        socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return True

    def _on_connection(self) -> None:
        while (guest := self._server.nextPendingConnection()) is not None:
            guest.disconnected.connect(guest.deleteLater)
            self.raised.emit()


def socket_name(profile: Path) -> str:
    """Return the name of the socket for *profile*: short, the same for every way to write its path, of this user."""
    digest = hashlib.sha256(os.fsencode(profile.expanduser().resolve())).hexdigest()[:24]
    name = f"postroom-{digest}"
    if sys.platform == "win32":
        return name
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or "")
    is_private = own.is_absolute() and own.is_dir() and own.stat().st_uid == os.getuid()
    return str((own if is_private else Path(tempfile.gettempdir())) / name)

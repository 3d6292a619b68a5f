"""Tells the syncs when the computer is on another network, as far as the operating system says so."""

import logging

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

from desktop.sync.threads import SyncService

log = logging.getLogger(__name__)


class NetworkWatch(QObject):
    """Lives in the GUI thread. Where the system tells nothing, syncs find out by themselves, by trying."""

    def __init__(self, sync: SyncService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sync = sync

    def start(self) -> None:
        """Begin to listen to the system."""
        if not QNetworkInformation.loadDefaultBackend():
            log.debug("the system does not say when the network changes")
            return
        system = QNetworkInformation.instance()
        system.reachabilityChanged.connect(self.on_reachability)
        system.transportMediumChanged.connect(self.on_change)
        system.isBehindCaptivePortalChanged.connect(self.on_portal)
        if system.isBehindCaptivePortal():
            self.on_portal(True)

    def on_reachability(self, reachability: QNetworkInformation.Reachability) -> None:
        """Catch up when there is a way out again; that there is none is for the syncs to find out."""
        if reachability in {QNetworkInformation.Reachability.Online, QNetworkInformation.Reachability.Unknown}:
            self._sync.network_changed()

    def on_portal(self, is_behind: bool) -> None:
        """Say whether a portal answers in the servers' place; catch up when it has let us through."""
        self._sync.behind_portal(is_behind=is_behind)

    def on_change(self) -> None:
        """Catch up over another kind of network."""
        self._sync.network_changed()

"""Finding the servers of an address while the rest is filled in: once for each address."""

from PySide6.QtCore import QObject, Signal

from desktop.domain.addresses import normalise_address
from desktop.domain.errors import AppError
from desktop.domain.mailbox import MailboxState
from desktop.domain.probing import FoundServers
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.views.connect.draft import address_problems


class ServerSearch(QObject):
    """Looks up addresses, and knows which are connected already."""

    begun = Signal(str)
    """The servers of this domain are looked for."""
    found = Signal(object)
    """The :class:`FoundServers`."""
    lost = Signal(object)
    """The :class:`AppError` that says why nothing was found."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._states: dict[str, MailboxState] = {}
        self._asked = ""
        self._job: Job | None = None
        frame.ops.read(self, lambda read: {one.address: one.state for one in read.mailboxes.every()}, self._know)

    @property
    def is_running(self) -> bool:
        """Whether servers are looked for."""
        return self._job is not None

    @property
    def taken(self) -> frozenset[str]:
        """The addresses that are connected already."""
        return frozenset(one for one, state in self._states.items() if state is not MailboxState.DISCONNECTED)

    def was_known(self, address: str) -> bool:
        """Tell whether a mailbox of this address was connected before."""
        return self._states.get(normalise_address(address)) is MailboxState.DISCONNECTED

    def look_up(self, address: str) -> bool:
        """Look for the servers of an address; tells whether that is under way now. The demo has its own."""
        if address == self._asked or self._frame.is_demo:
            return self.is_running
        self._asked = address
        self.stop()
        if address_problems(address, self.taken):
            return False
        self.begun.emit(address.rpartition("@")[2])
        connections = self._frame.connections
        self._job = self._frame.ops.work(
            self, lambda _job: connections.find_servers(address), self._done, failed=self._fail
        )
        return True

    def stop(self) -> None:
        """Drop the search."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _done(self, found: FoundServers) -> None:
        self._job = None
        self.found.emit(found)

    def _fail(self, error: AppError) -> None:
        self._job = None
        self.lost.emit(error)

    def _know(self, states: dict[str, MailboxState]) -> None:
        self._states = states

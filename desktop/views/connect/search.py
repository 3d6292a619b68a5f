"""Finding the servers of an address while the rest is filled in: once for each address, never over a person's own."""

from PySide6.QtCore import QObject, Signal

from desktop.domain.addresses import normalise_address
from desktop.domain.errors import AppError, SourceError
from desktop.domain.mailbox import MailboxState
from desktop.domain.probing import FoundServers
from desktop.ui.frame import Frame
from desktop.ui.ops import Job
from desktop.ui.toasts import announce
from desktop.views.connect.draft import ADDRESS, TAKEN, Spot, is_address
from desktop.views.connect.form import MailboxForm

KNOWN = "It was connected before: what it brought in is here, and the sync goes on where it ended."


class ServerSearch(QObject):
    """Looks up what is left in the address field, and fills in what was found."""

    over = Signal(bool)
    """A search has ended; whether servers were found."""

    def __init__(self, frame: Frame, form: MailboxForm, parent: QObject) -> None:
        super().__init__(parent)
        self._frame, self._form = frame, form
        self._states: dict[str, MailboxState] = {}
        self._asked = ""
        self._job: Job | None = None
        frame.ops.read(self, lambda read: {one.address: one.state for one in read.mailboxes.every()}, self._know)
        form.address_left.connect(self.look_up)

    @property
    def is_running(self) -> bool:
        """Whether servers are looked for."""
        return self._job is not None

    @property
    def taken(self) -> frozenset[str]:
        """The addresses that are connected already."""
        return frozenset(one for one, state in self._states.items() if state is not MailboxState.DISCONNECTED)

    def look_up(self, address: str) -> None:
        """Look for the servers of an address that was just left; the demo has its own."""
        if address == self._asked or self._frame.is_demo:
            return
        self._asked = address
        self.stop()
        if normalise_address(address) in self.taken:
            self._form.show_error(Spot(ADDRESS), TAKEN)
        elif is_address(address) and not self._form.has_servers_by_hand:
            self._form.forget_found()
            self._form.show_looking(address.rpartition("@")[2])
            connections = self._frame.connections
            self._job = self._frame.ops.work(
                self, lambda _job: connections.find_servers(address), self._found, failed=self._not_found
            )

    def stop(self) -> None:
        """Drop the search."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _found(self, found: FoundServers) -> None:
        self._job = None
        if self._form.has_servers_by_hand:
            return
        self._form.show_found(found)
        row = self._form.address_row
        if self._states.get(normalise_address(self._asked)) is MailboxState.DISCONNECTED:
            row.set_hint(f"{row.hint} {KNOWN}")
        announce(self._form.address, row.hint)
        self.over.emit(True)

    def _not_found(self, error: AppError) -> None:
        self._job = None
        if isinstance(error, SourceError) and error.field == ADDRESS:
            self._form.show_error(Spot(ADDRESS), str(error))
        else:
            self._form.show_not_found(str(error))
        announce(self._form, str(error))
        self.over.emit(False)

    def _know(self, states: dict[str, MailboxState]) -> None:
        self._states = states

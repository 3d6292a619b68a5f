"""Which hosts an open profile speaks to."""

from desktop.domain.hosts import ContactedHost, hosts
from desktop.workspace.workspace import Workspace


def contacted_hosts(workspace: Workspace) -> tuple[ContactedHost, ...]:
    """Return every host that is contacted for the mailboxes as they are stored."""
    with workspace.store.read() as read:
        return hosts(read.mailboxes.every())

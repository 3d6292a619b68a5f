"""Which hosts an open profile speaks to."""

from desktop.domain.hosts import ContactedHost, hosts
from desktop.workspace.workspace import Workspace


def contacted_hosts(workspace: Workspace) -> tuple[ContactedHost, ...]:
    """Return every host that is contacted for the mailboxes as they are stored; nothing is contacted to find out.

    Raises Misconfigured when the file that describes an app cannot be read.
    """
    with workspace.store.read() as read:
        mailboxes = read.mailboxes.every()
    providers = {one.oauth for one in mailboxes if one.oauth is not None}
    return hosts(mailboxes, {one: workspace.clients.hosts(one) for one in providers})

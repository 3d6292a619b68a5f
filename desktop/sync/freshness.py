"""Whether the newest message of a folder on the server is here: asked at the end of each pass over it.

A pass believes the server's counts and its search. Should those leave new mail out, nothing fails and nothing arrives;
so the server is asked once more, in another way, on the same connection and in one round trip.
"""

from desktop.domain.health_events import FreshnessSeen
from desktop.domain.rows import FolderState
from desktop.store.store import Store
from desktop.sync.connection import Connection


def look(folder: FolderState, connection: Connection, store: Store) -> FreshnessSeen | None:
    """Return what the server says of the open *folder* beside what is here; None when the connection has gone.

    Raises what a broken connection raises. A message counts as here when it has its verdict, whichever that is.
    """
    if not connection.is_open:
        return None
    newest = connection.source.newest()
    with store.read() as read:
        here = read.ledger.cursor(folder.id, folder.epoch)
        here_at = read.ledger.received_at(folder.id, folder.epoch, here.highest)
    return FreshnessSeen(folder.id, newest, here, here_at)

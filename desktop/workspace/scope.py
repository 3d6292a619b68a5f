"""What a mailbox's changed settings would bring in and leave, asked of its server before they apply."""

from desktop.domain.errors import SourceError, Stopped
from desktop.domain.mailbox import Mailbox
from desktop.domain.scope_change import ScopeChange
from desktop.providers.channel import Breaker
from desktop.providers.connect import open_source
from desktop.providers.imap.source import ImapSource
from desktop.security.secrets import Secret
from desktop.services import scope
from desktop.workspace.workspace import Workspace


def scope_change(workspace: Workspace, held: Mailbox, changed: Mailbox, breaker: Breaker) -> ScopeChange:
    """Return what *changed* would add and leave; where the server cannot say, the count is None.

    A server that cannot be reached makes the counts unknown and is no error here: the test before saving tells it.
    Raises Stopped when *breaker* is tripped.
    """
    wanted = scope.reaches(held, changed)
    with workspace.store.read() as read:
        known = scope.known_here(read, held, changed)
    counts: dict[str, int | None] = {}
    if wanted:

        def count(secret: Secret) -> None:
            with open_source(
                changed.imap, secret, timeouts=workspace.timeouts, ca_file=workspace.ca_file, breaker=breaker
            ) as source:
                for one in wanted:
                    counts[one.folder] = _count(source, one)

        try:
            workspace.signed_in(held, breaker, count)
        except Stopped:
            raise
        except SourceError:
            counts = {one.folder: counts.get(one.folder) for one in wanted}
    return scope.scope_change(held, changed, counts, known)


def _count(source: ImapSource, one: scope.Reach) -> int | None:
    try:
        source.open_folder(one.folder)
    except Stopped:
        raise
    except SourceError as error:
        if error.field == "folder":
            return None
        raise
    return source.count_received(one.since, one.before)

"""Servers and passwords for the window's dialogs: what they may ask of the workspace, in a worker."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.changes import ChangeSet
from desktop.domain.hosts import ContactedHost
from desktop.domain.mailbox import Mailbox
from desktop.domain.probing import FoundServers, OnStep, ProbeReport
from desktop.domain.scope_change import ScopeChange
from desktop.domain.source import RemoteFolder
from desktop.providers.channel import Breaker
from desktop.security.secrets import Secret
from desktop.ui.ops import Job
from desktop.workspace import connecting
from desktop.workspace.hosts import contacted_hosts
from desktop.workspace.scope import scope_change
from desktop.workspace.workspace import Workspace


class WorkspaceConnections:
    """Answers ``desktop.ui.frame.Connections`` with an open profile."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find_servers(self, address: str) -> FoundServers:
        """Return the servers for an address."""
        return connecting.find_servers(address)

    def test(
        self, job: Job, mailbox: Mailbox, password: Secret | None, *, send: bool, on_step: OnStep | None = None
    ) -> ProbeReport:
        """Test a mailbox; a job that is cancelled closes the sockets at once."""
        breaker = Breaker()
        with job.ended_by(breaker.trip):
            return connecting.probe_mailbox(
                self._workspace,
                mailbox,
                password or self._workspace.secret_of(mailbox, breaker),
                send=send,
                breaker=breaker,
                on_step=on_step,
            )

    def folders(self, job: Job, mailbox: Mailbox, password: Secret | None) -> Sequence[RemoteFolder]:
        """Return the server's folders."""
        breaker = Breaker()
        with job.ended_by(breaker.trip):
            secret = password or self._workspace.secret_of(mailbox, breaker)
            return connecting.folders_of(self._workspace, mailbox.imap, secret, breaker=breaker)

    def connect(self, mailbox: Mailbox, password: Secret) -> tuple[Mailbox, ChangeSet]:
        """Store a new mailbox, with the provider whose server it is."""
        return connecting.connect_mailbox(self._workspace, _with_provider(mailbox), password)

    def change(self, mailbox: Mailbox, password: Secret | None) -> tuple[Mailbox, ChangeSet]:
        """Store changed settings, with the provider whose server it is now."""
        return connecting.change_connection(self._workspace, _with_provider(mailbox), password)

    def disconnect(self, mailbox: Mailbox) -> tuple[Mailbox, ChangeSet]:
        """Disconnect; the provider is told, which takes its time."""
        return connecting.disconnect(self._workspace, mailbox)

    def hosts(self) -> tuple[ContactedHost, ...]:
        """Return the hosts of the mailboxes as they are stored."""
        return contacted_hosts(self._workspace)

    def scope_change(self, job: Job, held: Mailbox, changed: Mailbox) -> ScopeChange:
        """Return what a changed scope would add and leave."""
        breaker = Breaker()
        with job.ended_by(breaker.trip):
            return scope_change(self._workspace, held, changed, breaker)


def _with_provider(mailbox: Mailbox) -> Mailbox:
    return replace(mailbox, provider=connecting.provider_at(mailbox.imap))

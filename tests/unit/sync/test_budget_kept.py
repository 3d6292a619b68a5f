"""Everything that talks to one mailbox at once stays within the connections that are its share."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.backfill import BackfillState
from desktop.domain.errors import Transient
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox
from desktop.domain.reasons import ReasonCode
from desktop.providers.catalogue import PROVIDERS
from desktop.providers.channel import Breaker
from desktop.services import backfills
from desktop.settings import registry
from desktop.sync.context import StopSignal
from desktop.workspace import connection_budget
from desktop.workspace.connection_budget import ConnectionBudget, share
from desktop.workspace.workspace import Workspace
from tests.unit.sync.test_schedule import connect, serving
from tests.unit.workspace.support import ADDRESS, PASSWORD, letter, open_workspace

OLD = 12
MICROSOFT = 2
"""What Postroom may have open at Microsoft's."""


@pytest.fixture
def peaks(monkeypatch: pytest.MonkeyPatch) -> dict[MailboxId, int]:
    """The most connections that were open to each mailbox at once."""
    found: dict[MailboxId, int] = {}
    take = ConnectionBudget.take

    def noting(self: ConnectionBudget, mailbox: Mailbox, breaker: Breaker) -> object:
        back = take(self, mailbox, breaker)
        found[mailbox.id] = max(found.get(mailbox.id, 0), self.open_now(mailbox.id))
        return back

    monkeypatch.setattr(ConnectionBudget, "take", noting)
    return found


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(connection_budget, "MOST", MICROSOFT)
    monkeypatch.setattr(connection_budget, "PATIENCE_S", 0.3)
    with open_workspace(tmp_path) as made:
        made.settings.change(registry.BATCH_MESSAGES, 2)
        yield made


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    made = imap_server.add_account(ADDRESS, PASSWORD)
    for number in range(OLD):
        received = datetime.now(UTC) - timedelta(days=20 + number)
        made.deliver(letter(number, f"{number}@acme.example"), internal_date=received)
    return made


def test_listening_syncing_and_a_backfill_share_what_a_mailbox_has(
    workspace: Workspace, imap_server: ImapServer, account: Account, peaks: dict[MailboxId, int]
) -> None:
    recent = datetime.now(UTC).replace(microsecond=0) - timedelta(days=14)
    mailbox = connect(workspace, imap_server, frequency=Frequency.REALTIME, synced_from=recent)
    assert share(mailbox) == MICROSOFT
    with serving(workspace) as (service, notes):
        notes.finish()
        notes.wait_until(lambda: imap_server.command_names()[-1:] == ["IDLE"])
        with workspace.store.write() as uow:
            one = backfills.begin(uow, mailbox, 60, workspace.clock)[0]
        service.backfills.look()
        for number in range(6):
            account.deliver(letter(100 + number, f"{number}@new.example"))
            service.sync_now(mailbox.id)
        notes.wait_until(lambda: state(workspace, one.id) is BackfillState.DONE)
        notes.wait_until(lambda: figures(workspace, mailbox) == OLD + 6)
        assert peaks == {mailbox.id: MICROSOFT}
        with workspace.sync_context() as context:
            held = [context.open_source(mailbox, StopSignal())]
            with pytest.raises(Transient) as refused:
                held.append(context.open_source(mailbox, StopSignal()))
            assert refused.value.code is ReasonCode.ACCOUNT_THROTTLED
            held.pop().close()
    assert peaks == {mailbox.id: MICROSOFT}
    assert workspace.connections.open_now(mailbox.id) == 0


def state(workspace: Workspace, number: object) -> BackfillState:
    with workspace.store.read() as read:
        return next(one.state for one in read.backfills.every() if one.id == number)


def figures(workspace: Workspace, mailbox: Mailbox) -> int:
    with workspace.store.read() as read:
        return read.mailboxes.figures(mailbox.id).synced


def test_every_provider_is_listened_to_for_less_than_29_minutes_and_has_connections_left_for_others() -> None:
    for provider in PROVIDERS:
        assert 60 <= provider.idle_s <= 28 * 60, provider.key
        assert 2 <= max(2, min(3, provider.connections // 3)) < provider.connections, provider.key

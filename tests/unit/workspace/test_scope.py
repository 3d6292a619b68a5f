"""What a changed scope would do is told with the server's own numbers, and never keeps anybody from changing it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.demo.server import ImapServer
from desktop.domain.errors import Stopped
from desktop.domain.mailbox import Mailbox
from desktop.domain.scope_change import FolderCount
from desktop.providers.channel import Breaker
from desktop.providers.connect import open_source
from desktop.workspace import connecting
from desktop.workspace.scope import scope_change
from desktop.workspace.workspace import Workspace
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        yield made


@pytest.fixture
def held(workspace: Workspace, imap_server: ImapServer) -> Mailbox:
    account = imap_server.add_account(ADDRESS, PASSWORD)
    account.deliver(letter(1))
    account.create_folder("Archive")
    for number, (month, day) in enumerate(((2, 20), (3, 2), (3, 3)), start=2):
        account.deliver(letter(number), "Archive", datetime(2026, month, day, 12, tzinfo=UTC))
    stored, _ = connecting.connect_mailbox(workspace, mailbox_on(imap_server, synced_from=MARCH), SECRET)
    return stored


def test_messages_are_counted_by_the_day_they_were_received(held: Mailbox) -> None:
    with open_source(held.imap, SECRET) as source:
        source.open_folder("Archive")
        assert source.count_received(MARCH) == 2
        assert source.count_received(datetime(2026, 2, 1, tzinfo=UTC)) == 3
        assert source.count_received(datetime(2026, 2, 1, tzinfo=UTC), MARCH) == 1


def test_a_new_folder_says_what_of_it_is_in_reach(workspace: Workspace, held: Mailbox) -> None:
    changed = replace(held, folders=("INBOX", "Archive"))
    change = scope_change(workspace, held, changed, Breaker())
    assert change.added == (FolderCount("Archive", 2),)
    assert change.left == ()


def test_a_folder_that_is_left_keeps_its_emails(workspace: Workspace, held: Mailbox) -> None:
    change = scope_change(workspace, held, replace(held, folders=("Archive",)), Breaker())
    assert [one.name for one in change.left] == ["INBOX"]


def test_nothing_changed_asks_nobody(workspace: Workspace, held: Mailbox, imap_server: ImapServer) -> None:
    before = len(imap_server.command_names())
    assert scope_change(workspace, held, held, Breaker()).is_nothing
    assert len(imap_server.command_names()) == before


def test_a_folder_or_a_server_that_is_gone_leaves_the_number_open(workspace: Workspace, held: Mailbox) -> None:
    gone = replace(held, folders=("INBOX", "Gone"))
    assert scope_change(workspace, held, gone, Breaker()).added == (FolderCount("Gone", None),)
    silent = replace(gone, imap=replace(held.imap, port=1))
    assert scope_change(workspace, held, silent, Breaker()).added == (FolderCount("Gone", None),)


def test_it_can_be_ended(workspace: Workspace, held: Mailbox) -> None:
    breaker = Breaker()
    breaker.trip()
    with pytest.raises(Stopped):
        scope_change(workspace, held, replace(held, folders=("INBOX", "Archive")), breaker)

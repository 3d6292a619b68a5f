"""Mail that arrives in real time: told by the server, brought in at once, on one connection; and what may go wrong."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.mailbox import Frequency, Mailbox
from desktop.workspace.workspace import Workspace
from tests.unit.sync.listening import Notes
from tests.unit.sync.test_schedule import connect, serving, stored, with_letters
from tests.unit.workspace.support import ADDRESS, letter, open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path) as made:
        yield made


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    return with_letters(imap_server, ADDRESS, 2)


@pytest.fixture
def mailbox(workspace: Workspace, imap_server: ImapServer, account: Account) -> Mailbox:
    return connect(workspace, imap_server, frequency=Frequency.REALTIME)


def sign_ins(server: ImapServer) -> int:
    return sum(one in {"LOGIN", "AUTHENTICATE"} for one in server.command_names())


def is_listening(server: ImapServer) -> bool:
    """The last thing that was said is that somebody listens."""
    return server.command_names()[-1:] == ["IDLE"]


def has(workspace: Workspace, mailbox: Mailbox, count: int) -> bool:
    return stored(workspace, mailbox.id) == count


def listens(notes: Notes, server: ImapServer) -> None:
    notes.wait_until(lambda: is_listening(server))


def test_mail_comes_over_as_it_arrives_on_one_connection(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox
) -> None:
    with serving(workspace) as (_, notes):
        notes.finish()
        before = sign_ins(imap_server)
        for number in range(5):
            listens(notes, imap_server)
            account.deliver(letter(10 + number, f"new{number}"))
            notes.wait_until(partial(has, workspace, mailbox, 3 + number))
        assert sign_ins(imap_server) == before

"""A sync whose token ends on the way: it goes on where it was, with another one, and nothing is lost or doubled."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.demo.fault_actions import end_token
from desktop.demo.faults import Fault, on
from desktop.demo.imap_tokens import Doors, House
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.errors import NeedsSignIn, Transient
from desktop.domain.mailbox import Mailbox, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.signing_in import Permission
from desktop.security.tokens import TokenSet
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.workspace.clients import Clients
from desktop.workspace.clock import FrozenClock
from desktop.workspace.signing_in import connect_signed_in
from desktop.workspace.workspace import Workspace
from tests.unit.workspace.issuer import Issuer, signed_in
from tests.unit.workspace.support import ADDRESS, letter, mailbox_on, open_workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNT = 12


class AcceptedIssuer(Issuer):
    """An issuer whose tokens the mail server accepts for *account*."""

    def __init__(self, clock: FrozenClock, account: Account) -> None:
        super().__init__(clock)
        self.account = account
        account.accept_token(self.issued().access.reveal())

    def renew(self, tokens: TokenSet, *, permissions: frozenset[Permission]) -> TokenSet:
        renewed = super().renew(tokens, permissions=permissions)
        self.account.accept_token(renewed.access.reveal())
        return renewed


@pytest.fixture(params=[House.GMAIL, House.EXCHANGE], ids=str)
def server(request: pytest.FixtureRequest) -> Iterator[ImapServer]:
    with ImapServer(doors=Doors(("XOAUTH2",), house=request.param)) as server:
        account = server.add_account(ADDRESS, "no-password-is-used")
        for number in range(COUNT):
            account.deliver(letter(number), internal_date=NOON)
        yield server


@pytest.fixture
def account(server: ImapServer) -> Account:
    account = server.store.account(ADDRESS)
    assert account is not None
    return account


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def workspace(tmp_path: Path, clock: FrozenClock) -> Iterator[Workspace]:
    with open_workspace(tmp_path, clock=clock) as workspace:
        yield workspace


@pytest.fixture
def issuer(clock: FrozenClock, account: Account, monkeypatch: pytest.MonkeyPatch) -> AcceptedIssuer:
    issuer = AcceptedIssuer(clock, account)
    monkeypatch.setattr(Clients, "authority", lambda _clients, _provider, _breaker: issuer)
    return issuer


@pytest.fixture
def mailbox(workspace: Workspace, server: ImapServer, issuer: AcceptedIssuer) -> Mailbox:
    wanted = mailbox_on(server, oauth=OAuthProvider.CUSTOM)
    stored, _ = connect_signed_in(workspace, wanted, signed_in(issuer))
    return stored


def sync(workspace: Workspace, mailbox: Mailbox) -> MailboxReceipt:
    with workspace.sync_context() as context:
        return sync_mailbox(mailbox, context, StopSignal())


@pytest.mark.parametrize(("nth", "after"), [(1, 0), (1, 5), (2, 0), (2, 5)], ids=["sizes", "a size", "mails", "a mail"])
def test_a_token_that_ends_among_the_messages(
    workspace: Workspace, server: ImapServer, mailbox: Mailbox, issuer: AcceptedIssuer, nth: int, after: int
) -> None:
    ended = server.faults.add(Fault(on("UID FETCH", nth=nth), do=end_token(after=after)))
    receipt = sync(workspace, mailbox)
    assert ended.fired == 1
    assert receipt.error is None
    (folder,) = receipt.folders
    assert (folder.error, folder.stored, folder.duplicates, folder.missing) == (None, COUNT, 0, 0)
    assert issuer.asked == ["refresh-1"]
    shown = [server.command_names(number).count("AUTHENTICATE") for number in (1, 2, 3)]
    assert shown == [1, 1, 1], "the token that ended is shown once more, then the new one"
    assert [one.fetched for one in sync(workspace, mailbox).folders] == [0]


@pytest.mark.parametrize("command", ["EXAMINE", "UID SEARCH"])
def test_a_token_that_ends_before_the_messages_waits_for_the_next_pass(
    workspace: Workspace, server: ImapServer, mailbox: Mailbox, issuer: AcceptedIssuer, command: str
) -> None:
    server.faults.add(Fault(on(command), do=end_token()))
    receipt = sync(workspace, mailbox)
    assert isinstance(receipt.error, Transient)
    assert "sign-in had run out" in str(receipt.error)
    receipt = sync(workspace, mailbox)
    assert receipt.error is None
    assert [folder.stored for folder in receipt.folders] == [COUNT]
    assert issuer.asked == ["refresh-1"]


def test_a_grant_that_is_ended_on_the_way_asks_for_a_person_and_nothing_is_tried_again(
    workspace: Workspace, server: ImapServer, mailbox: Mailbox, issuer: AcceptedIssuer
) -> None:
    server.faults.add(Fault(on("UID FETCH", nth=2), do=end_token(after=5)))
    issuer.is_ended = True
    receipt = sync(workspace, mailbox)
    errors = [receipt.error, *(folder.error for folder in receipt.folders)]
    (error,) = {id(one): one for one in errors if one is not None}.values()
    assert isinstance(error, NeedsSignIn)
    assert error.code is ReasonCode.ACCOUNT_REVOKED
    assert issuer.asked == ["refresh-1"]
    assert server.command_names().count("AUTHENTICATE") == 2

"""The connection test: named steps, each with its error; and the message a mailbox sends to itself."""

import email
import threading
from dataclasses import dataclass, field

import pytest

from desktop.demo.imap_tokens import Doors, House
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.errors import Misconfigured, NeedsSignIn, Stopped, TokenRefused, Transient
from desktop.domain.ids import Epoch
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import FolderStatus
from desktop.providers import probe
from desktop.providers.own_message import TEST_SUBJECT
from desktop.providers.probe import Reach
from desktop.security.tokens import AccessToken
from tests.contract.helpers import SHORT, Password
from tests.contract.scripted import Dialogue, serving
from tests.helpers.tls import TlsAuthority
from tests.unit.providers.support import PASSWORD, SECRET, USER, Outbox, smtp_server

MAIL = b"Subject: hi\r\nMessage-ID: <m1@example.test>\r\n\r\nhello\r\n"


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    account = imap_server.add_account(USER, PASSWORD)
    account.deliver(MAIL)
    return account


def reach(authority: TlsAuthority | None = None) -> Reach:
    return Reach(SHORT, authority.ca_file if authority else None)


def at(server: ImapServer, security: Security = Security.NONE) -> ServerSettings:
    return ServerSettings("localhost", server.port, security, USER)


def test_all_is_well(imap_server: ImapServer, account: Account, tls_authority: TlsAuthority) -> None:
    outbox = Outbox()
    with smtp_server(tls_authority.server_context, Security.STARTTLS, outbox) as sending:
        report = probe.probe(at(imap_server), sending, SECRET, ["INBOX"], reach=reach(tls_authority))
    assert report.ok
    assert not report.failures
    names = [
        "connect",
        "secure",
        "log_in",
        "list_folders",
        "open_folder",
        "read_message",
        "smtp_connect",
        "smtp_log_in",
    ]
    assert [step.name for step in report.steps] == names
    assert [folder.name for folder in report.folders] == ["INBOX"]
    assert not outbox.mails
    assert not any("\\Seen" in flags for flags in account.flags("INBOX").values())


def test_a_wrong_password_stands_beside_the_password(imap_server: ImapServer, account: Account) -> None:
    report = probe.probe(at(imap_server), None, Password("wrong"), ["INBOX"], reach=reach())
    assert not report.ok
    (failed,) = report.failures
    assert (failed.name, failed.side) == ("log_in", "imap")
    assert isinstance(failed.error, NeedsSignIn)
    assert failed.error.field == "password"


def test_a_token_does_all_that_a_password_does(tls_authority: TlsAuthority) -> None:
    with ImapServer(doors=Doors(("PLAIN", "XOAUTH2"), house=House.GMAIL)) as server:
        account = server.add_account(USER, PASSWORD)
        account.deliver(MAIL)
        account.accept_token("a-good-token")
        report = probe.probe(at(server), None, AccessToken("a-good-token"), ["INBOX"], reach=reach())
        assert report.ok
        assert report.steps[2].words == "Sign in"
        report = probe.probe(at(server), None, AccessToken("another-token"), ["INBOX"], reach=reach())
    (failed,) = report.failures
    assert isinstance(failed.error, TokenRefused)
    assert (failed.name, failed.error.field) == ("log_in", "account")


def test_a_sign_in_that_may_not_send_stands_on_the_sending_side(tls_authority: TlsAuthority) -> None:
    nobody = ServerSettings("localhost", 1, Security.NONE, USER)
    with smtp_server(tls_authority.server_context, Security.TLS, Outbox()) as sending:
        report = probe.probe(nobody, sending, AccessToken("a-token"), ["INBOX"], reach=reach(tls_authority))
    failed = report.failures[-1]
    assert isinstance(failed.error, Misconfigured)
    assert (failed.name, failed.side, failed.error.field) == ("smtp_log_in", "smtp", "account")
    assert "XOAUTH2" in str(failed.error)


def test_each_folder_is_tried(imap_server: ImapServer, account: Account) -> None:
    report = probe.probe(at(imap_server), None, SECRET, ["Gone", "INBOX"], reach=reach())
    (failed,) = report.failures
    assert failed.error is not None
    assert (failed.name, failed.words, failed.error.field) == ("open_folder", "Open Gone", "folder")
    assert report.steps[-1].name == "read_message"


def test_an_empty_mailbox_has_no_message_to_read(imap_server: ImapServer) -> None:
    imap_server.add_account(USER, PASSWORD)
    report = probe.probe(at(imap_server), None, SECRET, ["INBOX"], reach=reach())
    assert report.ok
    assert report.steps[-1].name == "open_folder"


def test_a_connection_that_breaks_ends_the_side() -> None:
    with serving(Dialogue(EXAMINE=b"* BYE going down\r\n")) as server:
        settings = ServerSettings(server.host, server.port, Security.NONE, USER)
        report = probe.probe(settings, None, SECRET, ["A", "B"], reach=reach())
    assert [step.name for step in report.failures] == ["open_folder"]


def test_a_message_that_is_listed_and_not_delivered() -> None:
    with serving(Dialogue(HEADER=b"TAG OK done\r\n")) as server:
        settings = ServerSettings(server.host, server.port, Security.NONE, USER)
        report = probe.probe(settings, None, SECRET, ["INBOX"], reach=reach())
    assert [step.name for step in report.failures] == ["read_message"]


def test_both_sides_are_tried(imap_server: ImapServer) -> None:
    nobody = ServerSettings("localhost", 1, Security.NONE, USER)
    report = probe.probe(nobody, nobody, SECRET, ["INBOX"], reach=reach())
    assert [(step.name, step.side) for step in report.failures] == [("connect", "imap"), ("smtp_connect", "smtp")]
    assert all(step.error is not None and step.error.field == "port" for step in report.failures)


# --- one message to oneself -------------------------------------------------------------------------------------------

TEST_ID = "<postroom-test-1@example.test>"


def test_the_message_is_marked_so_that_nothing_answers(tls_authority: TlsAuthority) -> None:
    outbox = Outbox()
    with smtp_server(tls_authority.server_context, Security.TLS, outbox) as sending:
        probe.send_test(sending, SECRET, USER, TEST_ID, reach=reach(tls_authority))
    ((sender, recipients, raw),) = outbox.mails
    assert (sender, recipients) == (USER, [USER])
    message = email.message_from_bytes(raw)
    assert message["Message-ID"] == TEST_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == TEST_SUBJECT
    assert "to itself" in str(message.get_payload())
    assert not message.defects


@pytest.mark.parametrize("message_id", ["", "x", "<a@b>\r\nBcc: x@y", "<a b@c>", "<a@b", "<a@b>\n", "<é@b>"])
def test_a_message_id_that_cannot_be_sent(message_id: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        probe.send_test(ServerSettings("localhost", 1, Security.TLS, USER), SECRET, USER, message_id, reach=reach())
    assert caught.value.code is ReasonCode.BAD_INPUT


@dataclass(slots=True)
class Shelf:
    """A folder in which the message turns up at the n-th look."""

    appears_at: int
    looks: int = 0
    opened: list[str] = field(default_factory=list)

    def open_folder(self, name: str) -> FolderStatus:
        self.opened.append(name)
        return FolderStatus(Epoch("1"), 0, None, None)

    def refs_by_message_id(self, message_id: str) -> RefSet:
        self.looks += 1
        return RefSet.of([7] if self.looks >= self.appears_at else [])


def test_it_is_looked_for_until_it_is_there() -> None:
    shelf = Shelf(appears_at=3)
    assert probe.look_for(shelf, "INBOX", TEST_ID, threading.Event(), wait_s=5, every_s=0.01)
    assert shelf.opened == ["INBOX"] * 3


def test_the_wait_ends() -> None:
    assert not probe.look_for(Shelf(appears_at=10**9), "INBOX", TEST_ID, threading.Event(), wait_s=0.05, every_s=0.01)


def test_the_wait_can_be_stopped() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        probe.look_for(Shelf(appears_at=10**9), "INBOX", TEST_ID, stop, wait_s=60, every_s=30)


def test_it_is_found_on_a_server(imap_server: ImapServer, account: Account) -> None:
    from desktop.providers.connect import open_source

    with open_source(at(imap_server), SECRET, timeouts=SHORT) as source:
        assert probe.look_for(source, "INBOX", "<m1@example.test>", threading.Event(), wait_s=0)
        assert not probe.look_for(source, "INBOX", TEST_ID, threading.Event(), wait_s=0)


def test_sending_fails_in_a_sentence() -> None:
    with pytest.raises(Transient):
        probe.send_test(ServerSettings("localhost", 1, Security.TLS, USER), SECRET, USER, TEST_ID, reach=reach())

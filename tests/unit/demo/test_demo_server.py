"""The demo's servers, visited by the real provider: who gets in, what lies there, what happens to billing."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from desktop.demo.composing import DemoMail
from desktop.demo.demo_server import SLOW_ANSWER_S, DemoServer
from desktop.demo.office import BILLING, DAYS, HELD, SALES, SHARES, SUPPORT, DemoOffice
from desktop.domain.errors import NeedsSignIn
from desktop.domain.mailbox import Mailbox, MailboxState
from desktop.providers.connect import open_source
from desktop.providers.imap.source import ImapSource
from desktop.security.secrets import Secret
from tests.unit.demo.office import FRIDAY


@pytest.fixture
def server(office: DemoOffice) -> Iterator[DemoServer]:
    with DemoServer(office, at_full_speed=True) as server:
        yield server


def mailbox_of(server: DemoServer, address: str) -> Mailbox:
    return next(mailbox for mailbox in server.mailboxes() if mailbox.address == address)


def visit(server: DemoServer, address: str, password: Secret) -> ImapSource:
    return open_source(mailbox_of(server, address).imap, password)


class TestMailboxes:
    def test_each_is_there_with_all_its_mail(self, office: DemoOffice, server: DemoServer) -> None:
        for one in office.mailboxes:
            with visit(server, one.address, one.password) as source:
                assert "INBOX" in [folder.name for folder in source.folders()]
                assert source.open_folder("INBOX").exists == SHARES[one.address]

    def test_their_settings_can_be_stored_as_they_are(self, server: DemoServer) -> None:
        for mailbox in server.mailboxes():
            assert mailbox.smtp is None
            assert mailbox.state is MailboxState.ACTIVE
            assert mailbox.synced_from == FRIDAY - timedelta(days=DAYS)

    def test_mail_arrives_as_it_was_written(self, office: DemoOffice, server: DemoServer) -> None:
        written = {mail.received_at: mail.raw for mail in office.mails if mail.mailbox == SUPPORT}
        with visit(server, SUPPORT, office.mailboxes[0].password) as source:
            source.open_folder("INBOX")
            newest = sorted(source.describe(source.list_refs()), key=lambda one: one.received_at)[-30:]
            for mail in source.fetch(newest):
                assert mail.content == written[mail.received_at]

    def test_it_can_be_stopped_twice(self, office: DemoOffice) -> None:
        server = DemoServer(office, at_full_speed=True)
        server.start()
        server.stop()
        server.stop()


class TestBilling:
    def test_its_password_changes_and_mail_waits_there(self, office: DemoOffice, server: DemoServer) -> None:
        billing = office.mailboxes[2]
        assert billing.new_password is not None
        server.change_passwords()
        server.change_passwords()
        with pytest.raises(NeedsSignIn) as refused:
            visit(server, BILLING, billing.password)
        assert refused.value.field == "password"
        with pytest.raises(NeedsSignIn):
            visit(server, BILLING, Secret("a guess"))
        with visit(server, BILLING, billing.new_password) as source:
            assert source.open_folder("INBOX").exists == SHARES[BILLING] + HELD

    def test_before_that_the_new_password_is_wrong(self, office: DemoOffice, server: DemoServer) -> None:
        new = office.mailboxes[2].new_password
        assert new is not None
        with pytest.raises(NeedsSignIn):
            visit(server, BILLING, new)

    def test_the_others_notice_nothing(self, office: DemoOffice, server: DemoServer) -> None:
        server.change_passwords()
        for one in office.mailboxes[:2]:
            with visit(server, one.address, one.password) as source:
                assert source.open_folder("INBOX").exists == SHARES[one.address]


def test_new_mail_is_there_at_once_whoever_brings_it(office: DemoOffice, server: DemoServer) -> None:
    raw = b"From: ann@freemail.example\r\nSubject: new\r\n\r\nHello\r\n"
    carriers = [
        threading.Thread(target=server.deliver, args=(DemoMail(SUPPORT, FRIDAY + timedelta(seconds=second), raw),))
        for second in range(8)
    ]
    for one in carriers:
        one.start()
    for one in carriers:
        one.join(timeout=10)
    with visit(server, SUPPORT, office.mailboxes[0].password) as source:
        assert source.open_folder("INBOX").exists == SHARES[SUPPORT] + 8


def test_the_slow_mailbox_answers_slowly_and_the_others_do_not(office: DemoOffice) -> None:
    with DemoServer(office) as server:
        seconds = {one.address: seconds_for_mails(server, one.address, one.password) for one in office.mailboxes}
    assert seconds[SALES] > 5 * SLOW_ANSWER_S
    assert seconds[SALES] > seconds[SUPPORT]


def seconds_for_mails(server: DemoServer, address: str, password: Secret) -> float:
    """How long the ten oldest mails take, from the login on."""
    start = time.monotonic()
    with visit(server, address, password) as source:
        source.open_folder("INBOX")
        oldest = sorted(source.describe(source.list_refs()), key=lambda one: one.received_at)[:10]
        assert len(list(source.fetch(oldest))) == 10
    return time.monotonic() - start

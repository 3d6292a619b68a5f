"""News that a server tells of its own accord: IDLE and NOTIFY, on the fake server and on Dovecot, and their faults."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop.domain.source import Push, Source
from tests.contract.conftest import Site, mail
from tests.contract.test_dovecot import enter
from tests.helpers.dovecot import Dovecot
from tests.helpers.tls import TlsAuthority

LONG_S = 30.0
OTHER = 'a "quoted" one'


@pytest.fixture
def waiter() -> Iterator[ThreadPoolExecutor]:
    """A thread that waits for news."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_mail_that_arrives_is_told(site: Site, source: Source, waiter: ThreadPoolExecutor) -> None:
    source.open_folder("INBOX")
    for number in range(3):
        coming = waiter.submit(source.await_news, ["INBOX"], LONG_S)
        site.mailbox.deliver(mail(number))
        assert coming.result(LONG_S) == {"INBOX"}
        assert source.open_folder("INBOX").exists == number + 1


def test_what_came_before_the_wait_began_is_told_at_once(site: Site, source: Source) -> None:
    source.open_folder("INBOX")
    site.mailbox.deliver(mail(1))
    assert source.await_news(["INBOX"], LONG_S) == {"INBOX"}


def test_a_nudge_ends_the_wait_and_the_connection_lives(site: Site, source: Source, waiter: ThreadPoolExecutor) -> None:
    source.open_folder("INBOX")
    coming = waiter.submit(source.await_news, ["INBOX"], LONG_S)
    source.nudge()
    assert coming.result(5) == frozenset()
    source.nudge()
    assert source.await_news(["INBOX"], LONG_S) == frozenset()
    assert source.await_news(["INBOX"], 0.1) == frozenset()
    assert source.open_folder("INBOX").exists == 0


# --- several folders --------------------------------------------------------------------------------------------------


def test_dovecot_tells_of_another_folder(dovecot: Dovecot, waiter: ThreadPoolExecutor) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, OTHER)
    with enter(dovecot, user) as source:
        assert source.push is Push.SEVERAL_FOLDERS
        for name in ("INBOX", OTHER):
            source.open_folder(name)
        coming = waiter.submit(source.await_news, ["INBOX", OTHER], LONG_S)
        dovecot.save(user, mail(1), OTHER)
        assert coming.result(LONG_S) == {OTHER}
        assert source.open_folder(OTHER).exists == 1


def test_what_came_in_another_folder_before_is_told_at_once(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, OTHER)
    with enter(dovecot, user) as source:
        for name in ("INBOX", OTHER, "INBOX"):
            source.open_folder(name)
        dovecot.deliver(user, mail(1), OTHER)
        assert source.await_news(["INBOX", OTHER], LONG_S) == {OTHER}
        source.open_folder(OTHER)
        assert source.await_news(["INBOX", OTHER], 0.2) == frozenset()


def test_a_server_that_cannot_tell_says_so(tls_authority: TlsAuthority) -> None:
    bare = Dovecot.start(authority=tls_authority, imap_capability="IMAP4rev1")
    with bare, enter(bare, bare.new_user()) as source:
        assert source.push is Push.NOTHING
        source.open_folder("INBOX")
        assert source.await_news(["INBOX"], LONG_S) == frozenset()

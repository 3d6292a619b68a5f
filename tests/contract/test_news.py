"""News that a server tells of its own accord: IDLE and NOTIFY, on the fake server and on Dovecot, and their faults."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop.domain.source import Source
from tests.contract.conftest import Site, mail

LONG_S = 30.0


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

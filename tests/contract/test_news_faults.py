"""What a server may do while it is listened to, byte by byte: nothing of it hangs, and nothing is made up."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from desktop.domain.errors import Misbehaving, Stopped, Transient
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.source import Push
from desktop.providers.channel import Timeouts
from desktop.providers.connect import open_source
from desktop.providers.imap import news
from desktop.providers.imap.source import ImapSource
from tests.contract.helpers import Password
from tests.helpers.scripted import C, Close, S, ScriptedServer, Stall, Step

BRIEF = Timeouts(connect_s=10, silence_s=10, answer_s=0.3)
LONG_S = 30.0

OPENED: tuple[Step, ...] = (
    C(rb"(\S+) EXAMINE .*"),
    S(b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n"),
    S(b"\\1 OK opened\r\n"),
)
LISTENED: tuple[Step, ...] = (C(rb"(\S+) IDLE"), S(b"+ idling\r\n"))
ENDED: tuple[Step, ...] = (C(rb"DONE"), S(b"P4 OK over\r\n"))
LEFT: tuple[Step, ...] = (C(rb"(\S+) LOGOUT"), S(b"* BYE\r\n\\1 OK bye\r\n"))


def entered(*more: str) -> tuple[Step, ...]:
    offered = " ".join(("IMAP4rev1 AUTH=PLAIN SASL-IR IDLE", *more)).encode()
    return (
        S(b"* OK [CAPABILITY %s] hi\r\n" % offered),
        C(rb"(\S+) AUTHENTICATE .*"),
        S(b"\\1 OK [CAPABILITY %s] in\r\n" % offered),
        *OPENED,
        *OPENED,
    )


@contextmanager
def playing(*steps: Step, offers: tuple[str, ...] = ()) -> Iterator[tuple[ImapSource, ScriptedServer]]:
    with ScriptedServer((*entered(*offers), *steps)) as server:
        settings = ServerSettings("127.0.0.1", server.port, Security.NONE, "ann")
        with open_source(settings, Password("x"), timeouts=BRIEF) as source:
            source.open_folder("INBOX")
            yield source, server


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    assert any(holds() or pause.wait(0.01) for _ in range(2000)), "it never held"


def push_of(source: ImapSource) -> Push:
    return source.push


def waited(source: ImapSource, seconds: float = LONG_S) -> frozenset[str]:
    return source.await_news(["INBOX", "Other"], seconds)


def test_a_mail_that_arrives_ends_the_wait_and_the_flood_after_it_is_read_in_peace() -> None:
    flood = b"".join(b"* %d EXISTS\r\n" % number for number in range(4, 5000))
    with playing(*LISTENED, S(flood), *ENDED, *LEFT) as (source, _):
        assert waited(source) == {"INBOX"}


@pytest.mark.parametrize("storm", [b"* 1 EXPUNGE\r\n", b"* 2 FETCH (FLAGS (\\\\Seen))\r\n", b"* VANISHED 1:3\r\n"])
def test_a_storm_of_changes_is_one_piece_of_news(storm: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "SWARM_S", 0.2)
    with playing(*LISTENED, S(storm * 1000), *ENDED, *LEFT) as (source, _):
        assert waited(source) == {"INBOX"}


def test_a_sign_of_life_is_no_news() -> None:
    with playing(*LISTENED, S(b"* OK Still here\r\n"), *ENDED, *LEFT) as (source, _):
        assert waited(source, 0.2) == frozenset()


@pytest.mark.parametrize("end", [(S(b"* BYE Shutting down\r\n"), Close()), (Close(),), (Close(rst=True),)])
def test_a_server_that_leaves_is_noticed_at_once(end: tuple[Step, ...]) -> None:
    with playing(*LISTENED, *end) as (source, _):
        began = time.monotonic()
        with pytest.raises(Transient):
            waited(source)
        assert time.monotonic() - began < 5


def test_a_server_that_was_silent_all_along_is_noticed_when_the_wait_is_over() -> None:
    with playing(*LISTENED, C(rb"DONE"), Stall()) as (source, server):
        began = time.monotonic()
        with pytest.raises(Transient):
            waited(source, 0.1)
        assert time.monotonic() - began < 5
        server.release()


def test_a_wait_is_abandoned_from_another_thread() -> None:
    with playing(*LISTENED, Stall()) as (source, server), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waited, source)
        wait_until(lambda: "idling" in server.transcript[-1])
        source.abandon()
        with pytest.raises(Stopped):
            waiting.result(5)
        server.release()


@pytest.mark.parametrize("answer", [b"\\1 NO not today\r\n", b"\\1 BAD what?\r\n"])
def test_a_server_that_refuses_what_it_offers_is_not_asked_again(answer: bytes) -> None:
    with playing(C(rb"(\S+) IDLE"), S(answer), *OPENED, *LEFT) as (source, _):
        assert push_of(source) is Push.ONE_FOLDER
        assert waited(source) == frozenset()
        assert push_of(source) is Push.NOTHING
        assert waited(source) == frozenset()


def test_a_server_that_ends_the_wait_by_itself_is_not_trusted() -> None:
    with playing(*LISTENED, S(b"P4 OK done already\r\n"), Close()) as (source, _), pytest.raises(Misbehaving):
        waited(source)


def test_a_server_that_refuses_to_tell_of_several_folders_is_listened_to_in_one() -> None:
    refused = (C(rb"(\S+) NOTIFY .*"), S(b"\\1 NO [NOTIFICATIONOVERFLOW] too much\r\n"))
    told = (C(rb"(\S+) IDLE"), S(b"+ idling\r\n* 4 EXISTS\r\n"), C(rb"DONE"), S(b"P6 OK over\r\n"))
    with ScriptedServer((*entered("NOTIFY"), *OPENED, *refused, *told, *LEFT)) as server:
        settings = ServerSettings("127.0.0.1", server.port, Security.NONE, "ann")
        with open_source(settings, Password("x"), timeouts=BRIEF) as source:
            source.open_folder("INBOX")
            source.open_folder("Other")
            assert push_of(source) is Push.SEVERAL_FOLDERS
            assert waited(source) == {"INBOX"}
            assert push_of(source) is Push.ONE_FOLDER

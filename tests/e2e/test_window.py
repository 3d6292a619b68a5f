"""The whole program with its window, as a person's session starts and ends it; shown on no display."""

import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, on
from desktop.demo.server import ImapServer
from tests.e2e.letters import letters, message_ids
from tests.e2e.postroom import Postroom, Running, wait_until
from tests.e2e.processes import is_alive, parsers_of
from tests.e2e.steps import emails, is_sound, sync

pytestmark = pytest.mark.server

END_WITHIN_S = 3.0
PATIENCE_S = 60.0
"""How long a start may take on a busy machine; how quick it is on a quiet one is measured in benchmarks/."""


@pytest.fixture(autouse=True)
def nowhere_to_be_seen(postroom: Postroom) -> Iterator[None]:
    """Let Qt show its windows on no display; sockets want a folder with a short name."""
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        postroom.more_environment = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": folder}
        yield


@contextmanager
def window(postroom: Postroom) -> Iterator[Running]:
    """A window that is shown; it is ended with the block."""
    log = postroom.profile / "logs" / "postroom.log"
    log.unlink(missing_ok=True)
    with postroom.start() as running:
        try:
            wait_until(log.exists, "the window did not come", PATIENCE_S)
        except AssertionError:
            running.result(limit_s=0)  # fails with what each thread was at
            raise
        yield running


def ends(running: Running, number: int = signal.SIGTERM) -> None:
    """It ends on a signal, in time, in peace, and without a child left."""
    parsers = parsers_of(running.pid)
    began = time.monotonic()
    running.send(number)
    result = running.result(limit_s=20)
    took = time.monotonic() - began
    assert result.code == 0, str(result)
    assert took < END_WITHIN_S, f"it took {took:.1f} s"
    assert not [pid for pid in parsers if is_alive(pid)]


def connect(postroom: Postroom, server: ImapServer, count: int, *more: str) -> None:
    """A mailbox with so much mail, connected without a test."""
    account = server.add_account("support@shop.example", "secret-4711")
    for raw in letters(count):
        account.deliver(raw)
    given = ["--address", account.name, "--imap", f"127.0.0.1:{server.port}", "--security", "none", "--no-test", *more]
    postroom.ask("mailboxes", "add", *given, "--password-stdin", stdin="secret-4711\n")


def stored(postroom: Postroom) -> set[str]:
    return {one["message_id"] for one in emails(postroom)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_opens_syncs_and_ends_on_a_signal(postroom: Postroom, imap_server: ImapServer, number: int) -> None:
    connect(postroom, imap_server, 3, "--frequency", "5m")
    with window(postroom) as running:
        wait_until(lambda: stored(postroom) == message_ids(letters(3)), "what is due was not synced", PATIENCE_S)
        ends(running, number)
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"
    is_sound(postroom)


def test_it_ends_in_time_in_the_middle_of_a_first_sync_and_loses_nothing(
    postroom: Postroom, imap_server: ImapServer
) -> None:
    postroom.ask("settings", "set", "sync.batch_messages", "2")
    connect(postroom, imap_server, 9, "--frequency", "5m")
    fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=6), do=stall()))
    with window(postroom) as running:
        assert fault.happened.wait(PATIENCE_S)
        ends(running)
    imap_server.faults.clear()
    assert stored(postroom) < message_ids(letters(9))
    sync(postroom)
    assert stored(postroom) == message_ids(letters(9))
    assert len(emails(postroom)) == 9
    is_sound(postroom)


def test_a_second_start_raises_the_first_and_ends_and_commands_know_who_writes(postroom: Postroom) -> None:
    postroom.ask("settings", "list")
    with window(postroom) as running:
        assert postroom.run().code == 0
        assert is_alive(running.pid)
        assert postroom.refused("sync") == "PROFILE_BUSY"
        assert postroom.ask("emails", "list")["items"] == []
        ends(running)
    with window(postroom) as running:
        ends(running)


def test_told_to_end_before_it_is_there_it_ends_too(postroom: Postroom) -> None:
    for wait_s in (0.0, 0.2, 0.4, 0.8):
        with postroom.start() as running:
            began = time.monotonic()
            wait_until(lambda: time.monotonic() - began > wait_s, "time stands still")  # noqa: B023 - called at once
            running.send(signal.SIGTERM)
            assert running.result(limit_s=20).code in {0, -signal.SIGTERM}
    with window(postroom) as running:
        ends(running)


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_two_hundred_ends_at_any_moment_lose_nothing(postroom: Postroom, imap_server: ImapServer) -> None:
    postroom.ask("settings", "set", "sync.batch_messages", "1")
    connect(postroom, imap_server, 400, "--frequency", "5m")
    chance = random.Random(1)
    for _ in range(200):
        with window(postroom) as running:
            until = time.monotonic() + chance.random() * 2
            wait_until(lambda: time.monotonic() > until, "time stands still")  # noqa: B023 - called at once
            ends(running)
    sync(postroom)
    assert len(emails(postroom)) == 400
    is_sound(postroom)

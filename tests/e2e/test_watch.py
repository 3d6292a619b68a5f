"""`postroom watch`: syncs at once and by schedule, stops when told to, and is the one writer meanwhile."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.demo.fault_actions import stall
from desktop.demo.faults import Fault, always, on
from desktop.demo.server import ImapServer
from tests.e2e.letters import letter, letters, message_ids
from tests.e2e.postroom import Forked, Postroom, Running, wait_until
from tests.e2e.processes import is_alive, parsers_of
from tests.e2e.steps import add_customer, connect, emails, is_complete, is_sound, peek, sync
from tests.helpers.dovecot import Dovecot
from tests.helpers.proxy import FaultProxy

pytestmark = pytest.mark.server

STOP_WITHIN_S = 3.0


@contextmanager
def watching(postroom: Postroom) -> Iterator[Running]:
    """A `postroom watch` that has begun; it is ended with the block."""
    with postroom.start("watch") as running:
        running.wait_for("Watching")
        yield running


def stops(running: Running, number: int = signal.SIGTERM) -> float:
    """It ends on a signal, in time, in peace, and without a child left; returns how many seconds that took."""
    parsers = parsers_of(running.pid)
    began = time.monotonic()
    running.send(number)
    result = running.result(limit_s=20)
    took = time.monotonic() - began
    assert (result.code, result.stderr.splitlines()[-1]) == (0, "Stopped."), str(result)
    assert took < STOP_WITHIN_S, f"it took {took:.1f} s"
    assert not [pid for pid in parsers if is_alive(pid)]
    return took


def stored(postroom: Postroom) -> set[str]:
    """The Message-IDs of all mail here."""
    return {one["message_id"] for one in emails(postroom)}


def test_it_syncs_at_once_and_ends_on_sigterm(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--frequency", "5m")
    mail = letters(5)
    dovecot.deliver_many(user, [(raw, None) for raw in mail])
    with watching(postroom) as running:
        wait_until(lambda: stored(postroom) == message_ids(mail), "the first sync did not come at once")
        stops(running)
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"
    is_complete(postroom)
    is_sound(postroom)


def test_mail_that_comes_is_brought_in_when_it_is_due(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--frequency", "5m")
    sync(postroom)
    dovecot.deliver(user, letter(1))
    almost_due = "strftime('%s', 'now') * 1000 - 299 * 1000"
    assert peek(postroom, "SELECT typeof(last_sync) FROM health") == [("integer",)]
    peek(postroom, f"UPDATE health SET last_sync = {almost_due}", writing=True)
    with watching(postroom) as running:
        wait_until(lambda: stored(postroom) == message_ids([letter(1)]), "it was due a second later")
        stops(running)


def test_mail_comes_over_as_it_arrives(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--frequency", "realtime")
    mail = letters(4)
    dovecot.deliver(user, mail[0])
    with watching(postroom) as running:
        for count in range(1, 4):
            wait_until(lambda done=count: stored(postroom) == message_ids(mail[:done]), "it did not come by itself")
            dovecot.deliver(user, mail[count])
        wait_until(lambda: stored(postroom) == message_ids(mail), "it did not come by itself")
        stops(running)
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"
    is_complete(postroom)
    is_sound(postroom)


@pytest.mark.deep
def test_a_program_that_was_stopped_for_half_a_minute_knows_that_it_slept(postroom: Postroom, dovecot: Dovecot) -> None:
    """As a laptop's sleep stops it: the way to the server is gone meanwhile, and mail came."""
    user = dovecot.new_user()
    with FaultProxy(dovecot.tls_port, host="127.0.0.1") as proxy:
        add = ["mailboxes", "add", "--address", user.name, "--imap", f"localhost:{proxy.port}", "--password-stdin"]
        postroom.ask(*add, "--frequency", "realtime", stdin=f"{user.password}\n")
        with watching(postroom) as running:
            dovecot.deliver(user, letter(1))
            wait_until(lambda: stored(postroom) == message_ids([letter(1)]), "it did not come by itself")
            threading.Event().wait(3)  # until it listens
            before = proxy.connections
            running.send(signal.SIGSTOP)
            proxy.forget()
            dovecot.deliver(user, letter(2))
            threading.Event().wait(30)  # as long as it takes to be told from a busy computer
            running.send(signal.SIGCONT)
            began = time.monotonic()
            both = message_ids([letter(1), letter(2)])
            wait_until(lambda: stored(postroom) == both, "what came while it slept was not brought in")
            assert time.monotonic() - began < 15
            assert proxy.connections - before == 1
            stops(running)
        is_complete(postroom)


def test_that_no_sync_came_for_long_is_said_though_nothing_runs(postroom: Postroom, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    connect(postroom, dovecot, user, "--frequency", "5m")
    dovecot.deliver(user, letter(1))
    sync(postroom)
    (health,) = postroom.ask("health")["mailboxes"]
    assert health["folders"][0]["newest_on_server"] == health["folders"][0]["newest_here"]
    long_ago = "strftime('%s', 'now') * 1000 - 34 * 60 * 1000"
    peek(postroom, f"UPDATE health SET last_sync = {long_ago}, counted_from = {long_ago}", writing=True)
    (health,) = postroom.ask("health", code=3)["mailboxes"]
    assert (health["state"], health["code"]) == ("attention", "SYNC_OVERDUE")
    assert health["reason"].startswith("No sync for 34 minutes; one is due every 5 minutes.")
    sync(postroom)
    assert postroom.ask("health")["mailboxes"][0]["state"] == "healthy"


def test_a_restart_does_not_sync_what_is_not_due(postroom: Postroom, dovecot: Dovecot) -> None:
    due, not_due = dovecot.new_user(), dovecot.new_user()
    connect(postroom, dovecot, not_due, "--frequency", "5m")
    sync(postroom)
    connect(postroom, dovecot, due, "--frequency", "5m")
    for user in (due, not_due):
        dovecot.deliver(user, letter(user.name))
    with watching(postroom) as running:
        wait_until(lambda: bool(stored(postroom)), "the one that is due was not synced")
        stops(running)
    assert stored(postroom) == message_ids([letter(due.name)])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_while_it_waits(postroom: Postroom, dovecot: Dovecot, number: int) -> None:
    connect(postroom, dovecot, dovecot.new_user(), "--frequency", "manual")
    with watching(postroom) as running:
        stops(running, number)


@pytest.mark.parametrize("where", ["greeting", "AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"])
def test_it_ends_in_time_while_a_server_hangs(postroom: Postroom, imap_server: ImapServer, where: str) -> None:
    account = imap_server.add_account("support@shop.example", "secret-4711")
    for raw in letters(3):
        account.deliver(raw)
    given = ["--address", account.name, "--imap", f"127.0.0.1:{imap_server.port}", "--security", "none", "--no-test"]
    postroom.ask("mailboxes", "add", *given, "--password-stdin", stdin="secret-4711\n")
    moment = always() if where == "greeting" else on(where)
    fault = imap_server.faults.add(Fault(when=moment, do=stall()))
    with watching(postroom) as running:
        assert fault.happened.wait(20)
        stops(running)
    imap_server.faults.clear()
    sync(postroom)
    assert stored(postroom) == message_ids(letters(3))
    is_sound(postroom)


def test_meanwhile_reading_works_and_a_second_writer_is_refused(
    postroom: Postroom, dovecot: Dovecot, imap_server: ImapServer
) -> None:
    user, account = dovecot.new_user(), imap_server.add_account("sales@shop.example", "secret-4711")
    account.deliver(letter(1))
    connect(postroom, dovecot, user)
    given = ["--address", account.name, "--imap", f"127.0.0.1:{imap_server.port}", "--security", "none", "--no-test"]
    postroom.ask("mailboxes", "add", *given, "--password-stdin", stdin="secret-4711\n")
    add_customer(postroom, "Ann", "ann@acme.example")
    fault = imap_server.faults.add(Fault(when=on("UID FETCH"), do=stall()))
    with watching(postroom) as running:
        assert fault.happened.wait(20)
        refused = [
            postroom.begin(*words, stdin="x\n")
            for words in (
                ["sync"],
                ["watch"],
                ["customers", "add", "--name", "Bob"],
                ["review", "assign", "1", "1"],
                ["undo"],
                ["mailboxes", "set", user.name, "--pause"],
                ["reparse"],
                ["audit", "--repair"],
            )
        ]
        for reading in (["emails", "list"], ["customers", "list"], ["review", "list"], ["log"], ["verify"]):
            postroom.ask(*reading)
        postroom.ask("health", code=3)
        assert postroom.ask("mailboxes", "list")["items"]
        assert all(is_busy(one) for one in refused)
        assert postroom.refused("sync") == "PROFILE_BUSY"
        stops(running)
    assert [one["name"] for one in postroom.ask("customers", "list")["items"]] == ["Ann"]


def is_busy(command: Forked) -> bool:
    """It was refused because somebody else writes."""
    result = command.result()
    return result.code == 1 and "Another Postroom is working on this profile" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_sync_that_is_interrupted_says_so_and_the_next_one_goes_on(
    postroom: Postroom, imap_server: ImapServer, number: int
) -> None:
    account = imap_server.add_account("support@shop.example", "secret-4711")
    given = ["--address", account.name, "--imap", f"127.0.0.1:{imap_server.port}", "--security", "none", "--no-test"]
    postroom.ask("mailboxes", "add", *given, "--password-stdin", stdin="secret-4711\n")
    postroom.ask("settings", "set", "sync.batch_messages", "2")
    for round_ in range(5):  # now and then the system gives the signal to another thread than the main one
        for raw in letters(9, first=9 * round_):
            account.deliver(raw)
        fault = imap_server.faults.add(Fault(when=on("UID FETCH", nth=4), do=stall()))
        running = postroom.begin("sync", "--json")
        assert fault.happened.wait(20)
        is_stopped_by(running, number)
        assert stored(postroom) < message_ids(letters(9 * (round_ + 1), first=0))
        imap_server.faults.clear()
    sync(postroom)
    assert stored(postroom) == message_ids(letters(45, first=0))
    is_sound(postroom)


def is_stopped_by(running: Forked, number: int) -> None:
    """It ends on the signal, in time, and says that it was stopped."""
    began = time.monotonic()
    running.send(number)
    result = running.result()
    assert time.monotonic() - began < STOP_WITHIN_S
    assert result.code == 1
    assert result.json["mailboxes"][0]["error"]["code"] == "STOPPED"

"""Mail that arrives in real time: told by the server, brought in at once, on one connection; and what may go wrong."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.demo.fault_actions import bye, cut, extra_untagged, no, replace_line, stall, strip_capability
from desktop.demo.faults import Fault, always, at_greeting, on
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Frequency, Mailbox, Security, ServerSettings
from desktop.providers.imap.source import ImapSource
from desktop.settings import registry
from desktop.sync import backoff, connection, runner
from desktop.sync.live import IN_VAIN
from desktop.workspace.workspace import Workspace
from tests.helpers.proxy import FaultProxy
from tests.unit.sync.listening import Notes
from tests.unit.sync.test_schedule import connect, serving, stored, with_letters
from tests.unit.workspace.support import ADDRESS, letter, open_workspace

PORTAL = b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n"


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


def health(workspace: Workspace, mailbox: Mailbox) -> Health:
    with workspace.store.read() as read:
        return read.mailboxes.health(mailbox.id)


def through(proxy: FaultProxy) -> ServerSettings:
    return ServerSettings("127.0.0.1", proxy.port, Security.NONE, ADDRESS)


def has(workspace: Workspace, mailbox: Mailbox, count: int) -> bool:
    return stored(workspace, mailbox.id) == count


def an_hour_ago(one: runner.Runner) -> None:
    """What it listens to was opened an hour ago."""
    kept = one._live._connection
    assert kept is not None
    assert kept._begun is not None
    kept._begun = replace(kept._begun, running=kept._begun.running - 3600)


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


def test_a_person_who_wants_it_now_gets_it_on_the_same_connection(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox
) -> None:
    with serving(workspace) as (service, notes):
        listens(notes, imap_server)
        before = sign_ins(imap_server)
        service.sync_now(mailbox.id)
        notes.finish(2)
        listens(notes, imap_server)
        assert sign_ins(imap_server) == before


def test_a_server_that_ends_the_connection_is_connected_to_once_more(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox
) -> None:
    imap_server.faults.add(Fault(on("IDLE"), bye("Shutting down", after=1)))
    with serving(workspace) as (_, notes):
        notes.finish(2)
        listens(notes, imap_server)
        account.deliver(letter(9, "late"))
        notes.wait_until(partial(has, workspace, mailbox, 3))
    assert [sign_ins(imap_server), health(workspace, mailbox).state] == [2, HealthState.HEALTHY]


def test_mail_the_server_does_not_tell_of_is_found_by_looking(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox
) -> None:
    imap_server.faults.add(Fault(on("IDLE"), replace_line(b"* OK Nothing to say\r\n", matching=rb"EXISTS"), times=None))
    with serving(workspace, look_every_s=0.3) as (_, notes):
        listens(notes, imap_server)
        account.deliver(letter(9, "late"))
        notes.wait_until(partial(has, workspace, mailbox, 3))
        assert sign_ins(imap_server) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(always(), strip_capability("IDLE"), times=None), "has no IDLE"),
        (Fault(on("IDLE"), no("Not for you"), times=None), "refuses to tell"),
        (Fault(on("IDLE"), cut(after=1), times=None), "ends connections"),
    ],
)
def test_where_mail_has_to_be_asked_for_health_says_why_and_is_well(
    workspace: Workspace,
    imap_server: ImapServer,
    account: Account,
    mailbox: Mailbox,
    fault: Fault,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    imap_server.faults.add(fault)
    with serving(workspace, look_every_s=0.3) as (_, notes):
        notes.wait_until(lambda: words in health(workspace, mailbox).reason)
        account.deliver(letter(9, "late"))
        notes.wait_until(partial(has, workspace, mailbox, 3))
    found = health(workspace, mailbox)
    assert (found.state, found.code) == (HealthState.HEALTHY, "PUSH_MISSING")
    with workspace.store.read() as read:
        told = [one for one in read.records.events(level="info", limit=100) if one.code == "PUSH_MISSING"]
    assert len(told) == 1


def test_a_server_that_tells_of_nothing_again_and_again_is_given_less_attention(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox
) -> None:
    imap_server.faults.add(Fault(on("IDLE"), extra_untagged(b"* 2 EXISTS\r\n", before=0), times=None))
    with serving(workspace) as (_, notes):
        notes.finish(1 + IN_VAIN)
        began = time.monotonic()
        notes.finish(3 + IN_VAIN)
        assert time.monotonic() - began > 2
        assert sign_ins(imap_server) == 1


def test_it_ends_in_time_though_the_server_is_silent(
    workspace: Workspace, imap_server: ImapServer, account: Account
) -> None:
    with FaultProxy(imap_server.port) as proxy:
        connect(workspace, imap_server, frequency=Frequency.REALTIME, imap=through(proxy))
        with serving(workspace) as (_, notes):
            listens(notes, imap_server)
            proxy.freeze()
        proxy.thaw()


def test_a_mailbox_that_is_turned_to_another_frequency_hangs_up(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox
) -> None:
    with serving(workspace) as (service, notes):
        listens(notes, imap_server)
        with workspace.store.write() as uow:
            uow.mailboxes.replace(replace(mailbox, frequency=Frequency.MANUAL))
        service.mailboxes_changed()
        notes.wait_until(lambda: imap_server.command_names()[-1] == "LOGOUT")


def test_after_a_sleep_each_mailbox_is_connected_to_once_more_and_catches_up(
    workspace: Workspace, imap_server: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    workspace.settings.change(registry.READ_TIMEOUT, 1.0)
    with FaultProxy(imap_server.port) as proxy:
        mailbox = connect(workspace, imap_server, frequency=Frequency.REALTIME, imap=through(proxy))
        before = proxy.connections
        with serving(workspace) as (service, notes):
            listens(notes, imap_server)
            proxy.forget()
            account.deliver(letter(9, "while asleep"))
            for _ in range(3):
                service.network_changed()
            notes.wait_until(partial(has, workspace, mailbox, 3))
            listens(notes, imap_server)
            assert proxy.connections - before == 2
    assert health(workspace, mailbox).state is HealthState.HEALTHY


def test_before_the_token_ends_another_connection_is_opened(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    ends = iter([workspace.clock.now() + timedelta(seconds=3)])
    with serving(workspace, until=lambda _: next(ends, None)) as (_, notes):
        listens(notes, imap_server)
        notes.wait_until(lambda: sign_ins(imap_server) == 2)
        listens(notes, imap_server)
        account.deliver(letter(9, "later"))
        notes.wait_until(partial(has, workspace, mailbox, 3))
    assert imap_server.command_names(1)[-1] == "LOGOUT"


def test_a_server_that_asks_for_peace_while_it_is_listened_to_is_left_in_peace(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    words = "Request is throttled. Suggested Backoff Time: 1500 milliseconds"
    imap_server.faults.add(Fault(on("IDLE"), bye(words, after=1)))
    with serving(workspace) as (_, notes):
        notes.finish()
        began = time.monotonic()
        notes.finish(2)
        assert time.monotonic() - began > 1.2


def test_what_leads_nowhere_after_a_sleep_is_not_waited_for(
    workspace: Workspace, imap_server: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells of one sleep in several pieces; the server never hears of the connection that is given up."""
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    with FaultProxy(imap_server.port) as proxy:
        mailbox = connect(workspace, imap_server, frequency=Frequency.REALTIME, imap=through(proxy))
        before = proxy.connections
        with serving(workspace) as (service, notes):
            listens(notes, imap_server)
            an_hour_ago(service._chosen(mailbox.id)[0])
            proxy.forget()
            account.deliver(letter(9, "while asleep"))
            began = time.monotonic()
            for _ in range(5):
                service.woke()
            notes.wait_until(partial(has, workspace, mailbox, 3))
            assert time.monotonic() - began < 10  # no answer is waited for: that would be 15 seconds
            for _ in range(5):
                service.network_changed()
                service.woke()
            notes.wait_until(lambda: not service._chosen(mailbox.id)[0]._pass)
            listens(notes, imap_server)
            assert proxy.connections - before == 2
    assert health(workspace, mailbox).state is HealthState.HEALTHY


@pytest.mark.parametrize("frequency", [Frequency.REALTIME, Frequency.MANUAL])
def test_a_pass_that_slept_in_the_middle_of_an_answer_goes_on_with_a_new_connection(
    workspace: Workspace,
    imap_server: ImapServer,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    frequency: Frequency,
) -> None:
    """The rest of the answer never comes; nobody waits for it until the command's time is up."""
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    monkeypatch.setattr(connection, "SETTLED_S", -1.0)  # the connection is from before the sleep
    mailbox = connect(workspace, imap_server, frequency=frequency)
    imap_server.faults.add(Fault(on("UID FETCH"), stall()))
    with serving(workspace) as (service, notes):
        if frequency is Frequency.MANUAL:
            service.sync_now(mailbox.id)
        notes.wait_until(lambda: "UID FETCH" in imap_server.command_names())
        before, began = sign_ins(imap_server), time.monotonic()
        service.woke()
        notes.wait_until(partial(has, workspace, mailbox, 2))
        assert time.monotonic() - began < workspace.timeouts.silence_s / 2
        notes.wait_until(lambda: not service._chosen(mailbox.id)[0]._pass)
    assert sign_ins(imap_server) - before == 1
    assert health(workspace, mailbox).state is HealthState.HEALTHY


@pytest.mark.parametrize("frequency", [Frequency.REALTIME, Frequency.MANUAL])
def test_a_sign_in_that_slept_is_not_waited_for(
    workspace: Workspace,
    imap_server: ImapServer,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    frequency: Frequency,
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    monkeypatch.setattr(connection, "SETTLED_S", -1.0)  # it was begun before the sleep
    mailbox = connect(workspace, imap_server, frequency=frequency)
    before = sign_ins(imap_server)
    imap_server.faults.add(Fault(on("AUTHENTICATE"), stall()))
    with serving(workspace) as (service, notes):
        if frequency is Frequency.MANUAL:
            service.sync_now(mailbox.id)
        notes.wait_until(lambda: sign_ins(imap_server) == before + 1)
        began = time.monotonic()
        service.woke()
        notes.wait_until(partial(has, workspace, mailbox, 2))
        assert time.monotonic() - began < workspace.timeouts.silence_s / 2
        notes.wait_until(lambda: not service._chosen(mailbox.id)[0]._pass)
    assert sign_ins(imap_server) == before + 2
    assert health(workspace, mailbox).state is HealthState.HEALTHY
    with workspace.store.read() as read:
        assert not read.records.events(level="warning", limit=9), "a sleep is no trouble"


def test_many_mailboxes_wake_with_one_connection_each(
    workspace: Workspace, imap_server: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.2)
    addresses = [ADDRESS, *(f"box{number}@shop.example" for number in range(4))]
    for address in addresses[1:]:
        with_letters(imap_server, address, 1)
    boxes = [connect(workspace, imap_server, one, frequency=Frequency.REALTIME) for one in addresses]
    before = sign_ins(imap_server)
    with serving(workspace) as (service, notes):
        notes.wait_until(lambda: sum(bool(one._live.is_open) for one in service._chosen(None)) == len(boxes))
        for one in service._chosen(None):
            an_hour_ago(one)
        passes = notes.passes()
        for _ in range(3):
            service.woke()
            service.network_changed()
        notes.wait_until(lambda: notes.passes() >= passes + len(boxes))
        notes.wait_until(lambda: sum(bool(one._live.is_open) for one in service._chosen(None)) == len(boxes))
        assert sign_ins(imap_server) - before == 2 * len(boxes)


def test_offline_is_not_disconnected_and_costs_no_sign_in(
    workspace: Workspace, imap_server: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hotel's network answers in the server's place for a while; then one has signed in to it."""
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 0.05)
    monkeypatch.setattr(backoff, "OFFLINE_DELAY_S", 0.05)
    with FaultProxy(imap_server.port) as proxy:
        mailbox = connect(workspace, imap_server, frequency=Frequency.REALTIME, imap=through(proxy))
        with serving(workspace) as (service, notes):
            listens(notes, imap_server)
            before = sign_ins(imap_server)
            imap_server.faults.add(Fault(at_greeting(), replace_line(PORTAL), times=None))
            proxy.cut()
            notes.finish(30)
            found = health(workspace, mailbox)
            assert (found.state, found.code) == (HealthState.ATTENTION, "OFFLINE")
            assert "sign in to the network" in found.next_step
            assert (sign_ins(imap_server), found.is_at_rest) == (before, False)
            imap_server.faults.clear()
            account.deliver(letter(9, "behind the portal"))
            service.network_changed()
            notes.wait_until(partial(has, workspace, mailbox, 3))
            listens(notes, imap_server)
            assert sign_ins(imap_server) == before + 1
    assert health(workspace, mailbox).state is HealthState.HEALTHY


def test_no_wait_is_longer_than_a_server_remembers(
    workspace: Workspace, imap_server: ImapServer, account: Account, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ImapSource.__init__

    def impatient(self: ImapSource, *given: Any, **named: Any) -> None:
        made(self, *given, **{**named, "idle_s": 0.2})

    monkeypatch.setattr(ImapSource, "__init__", impatient)
    with serving(workspace) as (_, notes):
        notes.wait_until(lambda: imap_server.command_names().count("IDLE") >= 4)
        account.deliver(letter(9, "told all the same"))
        notes.wait_until(partial(has, workspace, mailbox, 3))
        assert sign_ins(imap_server) == 1


def test_a_connection_that_silently_leads_nowhere_is_found_out_by_looking(
    workspace: Workspace, imap_server: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No signal tells of it: a router forgot the connection, and nobody will ever answer on it."""
    monkeypatch.setattr(runner, "AWAKE_WITHIN_S", 0.01)
    workspace.settings.change(registry.READ_TIMEOUT, 1.0)
    with FaultProxy(imap_server.port) as proxy:
        mailbox = connect(workspace, imap_server, frequency=Frequency.REALTIME, imap=through(proxy))
        before = proxy.connections
        with serving(workspace, look_every_s=1.0) as (_, notes):
            listens(notes, imap_server)
            proxy.forget()
            account.deliver(letter(9, "told to nobody"))
            notes.wait_until(partial(has, workspace, mailbox, 3))
            listens(notes, imap_server)
            assert proxy.connections - before == 2
    assert health(workspace, mailbox).state is HealthState.HEALTHY

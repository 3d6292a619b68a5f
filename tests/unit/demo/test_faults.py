"""Each fault does what it says, once or as often as asked, and nothing before or after."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError, ProtocolError

from desktop.demo import fault_actions as do
from desktop.demo.faults import Fault, When, always, at_greeting, at_handshake, on
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from tests.helpers.tls import TlsAuthority
from tests.helpers.wire import Wire

BODIES = {uid: b"Subject: Mail %d\r\n\r\nBody %d\r\n" % (uid, uid) for uid in range(1, 6)}
FETCH = "UID FETCH 1:5 BODY.PEEK[]"


@pytest.fixture
def account(imap_server: ImapServer) -> Account:
    """An account with five mails."""
    account = imap_server.add_account("anna@example.test", "secret-4711")
    for body in BODIES.values():
        account.deliver(body)
    return account


@contextmanager
def reader(server: ImapServer, account: Account) -> Iterator[Any]:
    """An IMAPClient with the INBOX open for reading."""
    client: Any = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    try:
        client.login(account.name, account.password)
        client.select_folder("INBOX", readonly=True)
        yield client
    finally:
        client.shutdown()


def reading(server: ImapServer, account: Account) -> Wire:
    """A raw connection with the INBOX open for reading."""
    wire = Wire(server.port)
    assert wire.ask(f'LOGIN {account.name} "{account.password}"')[-1].startswith(b"a OK")
    assert wire.ask("EXAMINE INBOX")[-1].startswith(b"a OK")
    return wire


def answer(uid: int) -> bytes:
    """The FETCH answer for one of the five mails."""
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)" % (uid, uid, len(BODIES[uid]), BODIES[uid])


WHOLE = [*map(answer, BODIES), b"a OK Fetch completed."]


class TestWhen:
    def test_nth_command_of_a_kind(self, imap_server: ImapServer, account: Account) -> None:
        fault = imap_server.faults.add(Fault(on("NOOP", nth=2), do.no("not now")))
        with reading(imap_server, account) as wire:
            verdicts = [wire.ask("NOOP")[-1] for _ in range(3)]
        assert verdicts == [b"a OK NOOP completed.", b"a NO not now", b"a OK NOOP completed."]
        assert (fault.fired, fault.happened.is_set()) == (1, True)

    def test_times(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP", nth=2), do.no("not now"), times=2))
        with reading(imap_server, account) as wire:
            assert [wire.ask("NOOP")[-1][2:4] for _ in range(5)] == [b"OK", b"NO", b"NO", b"OK", b"OK"]

    def test_for_ever(self, imap_server: ImapServer, account: Account) -> None:
        fault = imap_server.faults.add(Fault(on("NOOP"), do.bad("never"), times=None))
        with reading(imap_server, account) as wire:
            assert {wire.ask("NOOP")[-1] for _ in range(5)} == {b"a BAD never"}
        assert fault.fired == 5

    def test_connection_number(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP", connection=2), do.no("not you")))
        with reading(imap_server, account) as one, reading(imap_server, account) as two:
            assert one.ask("NOOP")[-1] == b"a OK NOOP completed."
            assert two.ask("NOOP")[-1] == b"a NO not you"

    @pytest.mark.parametrize(
        ("command", "hit"),
        [
            ("UID FETCH 3 FLAGS", True),
            ("UID FETCH 1:* FLAGS", True),
            ("UID FETCH 1:2,4 FLAGS", False),
            ("FETCH 3 UID", True),
        ],
    )
    def test_uid(self, imap_server: ImapServer, account: Account, command: str, hit: bool) -> None:
        imap_server.faults.add(Fault(on(uid=3), do.no("not this one")))
        with reading(imap_server, account) as wire:
            assert wire.ask(command)[-1].startswith(b"a NO" if hit else b"a OK")

    def test_argument(self, imap_server: ImapServer, account: Account) -> None:
        account.create_folder("Ärger")
        imap_server.faults.add(Fault(on("EXAMINE", about="Ärger"), do.no("[SERVERBUG] broken"), times=None))
        with reading(imap_server, account) as wire:
            assert wire.ask('EXAMINE "&AMQ-rger"')[-1] == b"a NO [SERVERBUG] broken"
            assert wire.ask('EXAMINE "INBOX"')[-1].startswith(b"a OK")

    def test_several_at_once(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.omit_uids({2, 3})))
        imap_server.faults.add(Fault(on("UID FETCH"), do.extra_untagged(b"* 6 EXISTS\r\n")))
        with reading(imap_server, account) as wire:
            assert wire.ask(FETCH) == [b"* 6 EXISTS", answer(1), answer(4), answer(5), WHOLE[-1]]

    def test_clear_forgets(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP"), do.no("not now"), times=None))
        imap_server.faults.clear()
        with reading(imap_server, account) as wire:
            assert wire.ask("NOOP") == [b"a OK NOOP completed."]


class TestEnds:
    def test_fin(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP"), do.cut()))
        with reading(imap_server, account) as wire:
            assert wire.ask("NOOP") == []

    def test_rst(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP"), do.cut(rst=True)))
        with reading(imap_server, account) as wire, pytest.raises(ConnectionResetError):
            wire.ask("NOOP")

    def test_after_some_replies(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.cut(after=2)))
        with reading(imap_server, account) as wire:
            assert wire.ask(FETCH) == WHOLE[:2]

    @pytest.mark.parametrize("size", [0, 1, 17, 40, 60, 100])
    def test_after_some_bytes(self, imap_server: ImapServer, account: Account, size: int) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.cut_after(size)))
        with reading(imap_server, account) as wire:
            wire.send(b"a " + FETCH.encode() + b"\r\n")
            assert wire.rest() == b"".join(line + b"\r\n" for line in WHOLE)[:size]

    def test_an_answer_shorter_than_the_cut_is_whole(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP"), do.cut_after(10_000)))
        with reading(imap_server, account) as wire:
            assert wire.ask("NOOP") == [b"a OK NOOP completed."]
            assert wire.ask(FETCH) == WHOLE

    def test_cut_within_tls(self, tls_authority: TlsAuthority) -> None:
        """The stream ends without TLS's farewell, which a client must not take for the end of the mail."""
        with ImapServer(tls=tls_authority.server_context, implicit_tls=True) as server:
            server.faults.add(Fault(at_greeting(), do.cut_after(10)))
            with Wire(server.port, greeting=False) as wire:
                context = ssl.create_default_context(cafile=str(tls_authority.ca_file))
                context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # Python's default hears no difference
                wire.starttls(context)
                with pytest.raises(OSError, match=r"EOF occurred|UNEXPECTED_EOF"):
                    wire.rest()

    def test_bye(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.bye("Session invalidated - AccessTokenExpired", after=1)))
        with reading(imap_server, account) as wire:
            assert wire.ask(FETCH) == [WHOLE[0], b"* BYE Session invalidated - AccessTokenExpired"]

    def test_bye_in_idle(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("IDLE"), do.bye("Shutting down", after=1)))
        with reading(imap_server, account) as wire:
            wire.send(b"a IDLE\r\n")
            assert [wire.line(), wire.line(), wire.line()] == [b"+ idling", b"* BYE Shutting down", b""]

    def test_bye_as_greeting(self, imap_server: ImapServer) -> None:
        imap_server.faults.add(Fault(at_greeting(), do.bye("Too many connections")))
        with Wire(imap_server.port) as wire:
            assert (wire.greeting, wire.rest()) == (b"* BYE Too many connections", b"")

    def test_cut_instead_of_greeting(self, imap_server: ImapServer) -> None:
        imap_server.faults.add(Fault(at_greeting(), do.cut()))
        with Wire(imap_server.port) as wire:
            assert wire.greeting == b""
        with Wire(imap_server.port) as wire:
            assert wire.greeting.startswith(b"* OK")


class TestHangs:
    def test_stall_until_released(self, imap_server: ImapServer, account: Account) -> None:
        fault = imap_server.faults.add(Fault(on("NOOP"), do.stall()))
        with reading(imap_server, account) as wire:
            wire.send(b"a NOOP\r\n")
            assert fault.happened.wait(20)
            wire._socket.settimeout(0.05)
            with pytest.raises(TimeoutError):
                wire._socket.recv(1)
            fault.release()
            wire._socket.settimeout(5)
            assert wire._socket.recv(100) == b"a OK NOOP completed.\r\n"

    def test_stall_within_a_literal(self, imap_server: ImapServer, account: Account) -> None:
        fault = imap_server.faults.add(Fault(on("UID FETCH"), do.stall(after=40)))
        with reading(imap_server, account) as wire:
            wire.send(b"a " + FETCH.encode() + b"\r\n")
            first = wire._socket.recv(1000)
            assert first == (answer(1) + b"\r\n")[:40]
            wire._socket.settimeout(0.05)
            with pytest.raises(TimeoutError):
                wire._socket.recv(1)
            wire._socket.settimeout(5)
            fault.release()
            rest = b""
            while not rest.endswith(b"completed.\r\n"):
                rest += wire._socket.recv(1000)
            assert first + rest == b"".join(line + b"\r\n" for line in WHOLE)

    @pytest.mark.parametrize("when", [at_greeting(), at_handshake(), on("CAPABILITY"), on("IDLE")])
    def test_closing_the_server_ends_a_stall(self, tls_authority: TlsAuthority, when: When) -> None:
        with ImapServer(tls=tls_authority.server_context) as server:
            account = server.add_account("anna@example.test", "secret-4711")
            fault = server.faults.add(Fault(when, do.stall()))
            wire = Wire(server.port, greeting=False)
            wire.send(f"a CAPABILITY\r\nb LOGIN {account.name} {account.password}\r\nc IDLE\r\nd STARTTLS\r\n".encode())
            if when.point == "handshake":
                wire.send(b"DONE\r\ne LOGOUT\r\n")
                wire = self.with_starttls(server, wire)
            assert fault.happened.wait(20)
        with wire:
            assert wire._socket.fileno() > 0

    @staticmethod
    def with_starttls(server: ImapServer, old: Wire) -> Wire:
        old.__exit__()
        wire = Wire(server.port)
        wire.send(b"a STARTTLS\r\n")
        return wire

    def test_trickle(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP"), do.trickle(0.0001)))
        imap_server.faults.add(Fault(on("NOOP", nth=2), do.trickle(60, size=3)))
        with reading(imap_server, account) as wire:
            assert wire.ask("NOOP") == [b"a OK NOOP completed."]
            wire.send(b"a NOOP\r\n")
            assert wire._socket.recv(1000) == b"a O"
            wire._socket.settimeout(0.05)
            with pytest.raises(TimeoutError):
                wire._socket.recv(1)

    def test_slow_account(self, imap_server: ImapServer, account: Account) -> None:
        with reading(imap_server, account) as wire:
            account.delay_s = 0.05
            start = time.monotonic()
            assert wire.ask("NOOP") == [b"a OK NOOP completed."]
            assert time.monotonic() - start >= 0.05


class TestAnswers:
    def test_throttle(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("EXAMINE"), do.throttle()))
        with (
            pytest.raises(IMAPClientError, match="Suggested Backoff Time: 299961 milliseconds"),
            reader(imap_server, account),
        ):
            pass

    def test_refused_password_in_other_words(self, imap_server: ImapServer, account: Account) -> None:
        account.refusal = "[ALERT] Application-specific password required"
        client: Any = IMAPClient(imap_server.host, imap_server.port, ssl=False, timeout=20)
        with pytest.raises(LoginError, match="Application-specific password required"):
            client.login(account.name, account.password)
        client.logout()

    def test_refused_command_is_not_performed(self, tls_authority: TlsAuthority) -> None:
        with ImapServer(tls=tls_authority.server_context) as server:
            server.faults.add(Fault(on("STARTTLS"), do.no("TLS not available")))
            with Wire(server.port) as wire:
                assert wire.ask("STARTTLS") == [b"a NO TLS not available"]
                assert wire.ask("NOOP") == [b"a OK NOOP completed."]

    def test_replace_line(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.replace_line(b"* 1 FETCH (UID 9 FLAGS ())\r\n", index=1)))
        imap_server.faults.add(Fault(on("EXAMINE", nth=2), do.replace_line(b"", matching=rb"UIDNEXT")))
        imap_server.faults.add(Fault(on("NOOP"), do.replace_line(b"TAG ok\r\n", matching=b"^a OK")))
        with reading(imap_server, account) as wire:
            assert wire.ask(FETCH) == [WHOLE[0], b"* 1 FETCH (UID 9 FLAGS ())", *WHOLE[2:]]
            assert not any(b"UIDNEXT" in line for line in wire.ask("EXAMINE INBOX"))
            assert wire.ask("NOOP") == [b"a ok"]

    def test_extra_untagged(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.extra_untagged(b"* 2 EXPUNGE\r\n* X-NEW 1\r\n", before=1)))
        with reading(imap_server, account) as wire:
            assert wire.ask(FETCH) == [WHOLE[0], b"* 2 EXPUNGE", b"* X-NEW 1", *WHOLE[1:]]

    def test_edit(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("NOOP"), do.edit(bytes.lower)))
        with reading(imap_server, account) as wire:
            assert wire.ask("NOOP") == [b"a ok noop completed."]


class TestMessages:
    @pytest.mark.parametrize("missing", [1, 6, 20])
    def test_short_literal(self, imap_server: ImapServer, account: Account, missing: int) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.short_literal(missing=missing)))
        with reader(imap_server, account) as client, pytest.raises((ProtocolError, IMAPClientAbortError)):
            client.fetch([1], ["BODY.PEEK[]"])

    @pytest.mark.parametrize("declared", [-5, b"abc", 10**20, 8_000_000_000])
    def test_long_literal(self, imap_server: ImapServer, account: Account, declared: bytes | int) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.long_literal(declared)))
        with reading(imap_server, account) as wire:
            wire.send(b"a UID FETCH 1 BODY.PEEK[]\r\nb LOGOUT\r\n")
            text = declared if isinstance(declared, bytes) else b"%d" % declared
            assert wire.rest().startswith(b"* 1 FETCH (UID 1 BODY[] {" + text + b"}\r\n" + BODIES[1] + b")\r\na OK")

    def test_omit_uids(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.omit_uids({2, 4})))
        with reader(imap_server, account) as client:
            assert list(client.fetch(list(BODIES), ["BODY.PEEK[]"])) == [1, 3, 5]
            assert list(client.fetch(list(BODIES), ["BODY.PEEK[]"])) == list(BODIES)

    def test_nil_bodies(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.nil_bodies({2})))
        with reader(imap_server, account) as client:
            found = client.fetch([1, 2], ["BODY.PEEK[]", "FLAGS"])
            assert {uid: data[b"BODY[]"] for uid, data in found.items()} == {1: BODIES[1], 2: None}

    def test_expunge_first(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.expunge_first({2})))
        with reading(imap_server, account) as wire:
            found = wire.ask("UID FETCH 1:3 UID")
        assert found == [b"* 2 EXPUNGE", b"* 1 FETCH (UID 1)", b"* 2 FETCH (UID 3)", b"a OK Fetch completed."]
        assert account.uids() == [1, 3, 4, 5]

    def test_a_late_uid(self, imap_server: ImapServer, account: Account) -> None:
        with reader(imap_server, account) as client:
            account.deliver(b"Subject: late\r\n\r\n", uid=9)
            assert client.noop()[1] == [(6, b"EXISTS"), (0, b"RECENT")]
            account.deliver(b"Subject: later\r\n\r\n", uid=7)
            assert client.search("ALL") == [1, 2, 3, 4, 5, 9]
            assert client.search("ALL") == [1, 2, 3, 4, 5, 7, 9]
            assert client.fetch([7], ["RFC822.SIZE"])[7] == {b"SEQ": 6, b"RFC822.SIZE": 18}


class TestUidvalidity:
    def test_ends_the_session(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(on("UID FETCH"), do.uidvalidity_reset()))
        before = account.uidvalidity()
        with reader(imap_server, account) as client:
            with pytest.raises(IMAPClientAbortError):
                client.fetch([1], ["FLAGS"])
            assert account.uidvalidity() == before + 1

    def test_silently(self, imap_server: ImapServer, account: Account) -> None:
        account.expunge("INBOX", 1)
        imap_server.faults.add(Fault(on("UID FETCH"), do.uidvalidity_reset(silent=True)))
        with reader(imap_server, account) as client:
            assert client.fetch([2], ["BODY.PEEK[]"])[2][b"BODY[]"] == BODIES[3]


class TestGreetingAndTls:
    def test_garbage(self, imap_server: ImapServer) -> None:
        imap_server.faults.add(Fault(at_greeting(), do.greeting()))
        with pytest.raises(IMAPClientError):
            IMAPClient(imap_server.host, imap_server.port, ssl=False, timeout=20)

    def test_preauth(self, imap_server: ImapServer, account: Account) -> None:
        imap_server.faults.add(Fault(at_greeting(), do.preauth_greeting(account.name)))
        with Wire(imap_server.port) as wire:
            assert wire.greeting.startswith(b"* PREAUTH [CAPABILITY")
            assert wire.ask("EXAMINE INBOX")[-1].startswith(b"a OK")

    def test_stripped_starttls(self, tls_authority: TlsAuthority) -> None:
        with ImapServer(tls=tls_authority.server_context) as server:
            with Wire(server.port) as wire:
                assert b"STARTTLS" in wire.greeting
            server.faults.add(Fault(always(), do.strip_capability("STARTTLS"), times=None))
            with Wire(server.port) as wire:
                assert wire.greeting.endswith(b"LITERAL+ SASL-IR AUTH=PLAIN] Postroom demo ready.")
                assert wire.ask("CAPABILITY")[0].endswith(b"LITERAL+ SASL-IR AUTH=PLAIN")

    def test_bytes_behind_starttls(self, tls_authority: TlsAuthority) -> None:
        with ImapServer(tls=tls_authority.server_context) as server:
            server.faults.add(Fault(on("STARTTLS"), do.inject_after_starttls(b"* CAPABILITY X-EVIL\r\n")))
            with Wire(server.port) as wire:
                wire.send(b"a STARTTLS\r\n")
                expected = b"a OK Begin TLS negotiation now.\r\n* CAPABILITY X-EVIL\r\n"
                assert wire._socket.recv(1000) == expected
                wire.starttls(tls_authority.client_context)
                assert wire.ask("NOOP") == [b"a OK NOOP completed."]

    def test_commands_sent_before_the_handshake_are_not_obeyed(self, tls_authority: TlsAuthority) -> None:
        """What an attacker slips in behind STARTTLS in the clear is thrown away (RFC 9051 11.3)."""
        with ImapServer(tls=tls_authority.server_context) as server:
            gate = server.faults.add(Fault(at_handshake(), do.stall()))
            with Wire(server.port) as wire:
                wire.send(b"a STARTTLS\r\nx NOOP\r\n")
                assert wire.line().startswith(b"a OK")
                assert gate.happened.wait(20)
                gate.release()
                wire.starttls(tls_authority.client_context)
                assert wire.ask("CAPABILITY", "b")[-1].startswith(b"b OK")
            assert server.command_names() == ["STARTTLS", "CAPABILITY"]

    def test_cut_during_handshake(self, tls_authority: TlsAuthority) -> None:
        with ImapServer(tls=tls_authority.server_context, implicit_tls=True) as server:
            server.faults.add(Fault(at_handshake(), do.cut()))
            with pytest.raises(OSError, match=r"EOF|reset"):
                IMAPClient("localhost", server.port, ssl_context=tls_authority.client_context, timeout=20)
            assert server.commands == []

    @pytest.mark.parametrize("bad", ["expired", "not_yet_valid", "wrong_host", "unknown_authority"])
    def test_a_bad_certificate_sees_no_command(self, tls_authority: TlsAuthority, bad: str) -> None:
        context = getattr(tls_authority, bad)()
        with ImapServer(tls=context, implicit_tls=True) as server:
            with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
                IMAPClient("localhost", server.port, ssl_context=tls_authority.client_context, timeout=20)
            assert server.commands == []


def test_two_threads_may_talk_and_deliver_at_once(imap_server: ImapServer, account: Account) -> None:
    def deliver() -> None:
        for _ in range(200):
            account.deliver(b"Subject: x\r\n\r\n")

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    with reader(imap_server, account) as client:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            uids = client.search("ALL")
            assert len(client.fetch(uids, ["FLAGS"])) == len(uids)
        client.noop()
        assert client.search("ALL") == list(range(1, 406))

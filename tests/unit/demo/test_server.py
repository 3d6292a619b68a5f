"""What only the fake server can do: tell what it was asked, share its mail, refuse to be changed."""

import base64
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from desktop.demo.mailstore import MailStore, NoSuchFolder
from desktop.demo.server import ImapServer
from tests.helpers.tls import TlsAuthority
from tests.helpers.wire import Wire

PASSWORD = "secret-4711"


def client_of(server: ImapServer) -> Any:
    """A client that has logged in as anna."""
    client: Any = IMAPClient(server.host, server.port, ssl=False, timeout=20)
    client.login("anna@example.test", PASSWORD)
    return client


class TestCommands:
    def test_all_are_recorded_with_their_connection(self, imap_server: ImapServer) -> None:
        imap_server.add_account("anna@example.test", PASSWORD).deliver(b"Subject: x\n\n")
        client = client_of(imap_server)
        client.select_folder("INBOX", readonly=True)
        client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
        client.idle()
        client.idle_done()
        client.logout()
        with Wire(imap_server.port) as wire:
            wire.ask("NOOP")
        first = imap_server.command_names(connection=1)
        meant = ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "DONE", "LOGOUT"]
        assert [name for name in first if name != "CAPABILITY"] == meant
        assert imap_server.command_names(connection=2) == ["NOOP"]
        assert imap_server.command_names() == [*first, "NOOP"]
        assert imap_server.commands[-1] == (2, b"a NOOP\r\n")

    def test_passwords_are_not(self, imap_server: ImapServer) -> None:
        imap_server.add_account("anna@example.test", PASSWORD)
        client_of(imap_server).logout()
        client: Any = IMAPClient(imap_server.host, imap_server.port, ssl=False, timeout=20)
        client.plain_login("anna@example.test", PASSWORD)
        client.logout()
        with Wire(imap_server.port) as wire:
            wire.ask("AUTHENTICATE PLAIN")
            wire.send(base64.b64encode(f"\0anna@example.test\0{PASSWORD}".encode()) + b"\r\n")
            assert wire.line().endswith(b"Logged in")
        said = b"".join(line for _, line in imap_server.commands)
        assert b"4711" not in said
        assert b"AGFubmFA" not in said
        assert imap_server.command_names(connection=3) == ["AUTHENTICATE"]

    def test_an_injected_command_is_seen(self, imap_server: ImapServer) -> None:
        """imapclient sends what a Message-ID smuggles in behind CR LF; a client that lets it is found out here."""
        imap_server.add_account("anna@example.test", PASSWORD)
        client = client_of(imap_server)
        client.select_folder("INBOX", readonly=True)
        with pytest.raises(IMAPClientError):
            client.search(["HEADER", "Message-ID", "x\r\nEVIL DELETE INBOX"])
        with pytest.raises(IMAPClientError, match="EVIL"):
            client.noop()  # the answer to what was smuggled in comes first
        client.shutdown()
        assert "DELETE" in imap_server.command_names()

    @pytest.mark.parametrize(
        "command",
        [
            *("CREATE x", "DELETE INBOX", "RENAME INBOX x", "STORE 1 FLAGS ()", "EXPUNGE", "UID EXPUNGE 1"),
            *("COPY 1 x", "UID MOVE 1 x", "APPEND INBOX {3+}\r\nabc", "SUBSCRIBE x"),
        ],
    )
    def test_what_changes_a_mailbox_is_refused(self, imap_server: ImapServer, command: str) -> None:
        account = imap_server.add_account("anna@example.test", PASSWORD)
        account.deliver(b"Subject: x\n\n")
        with Wire(imap_server.port) as wire:
            wire.ask(f'LOGIN anna@example.test "{PASSWORD}"')
            wire.ask("SELECT INBOX")
            assert wire.ask(command)[-1].startswith(b"a NO [NOPERM]")
        assert account.uids() == [1]

    @pytest.mark.parametrize(
        ("sent", "answer"),
        [
            (b"a FOO\r\n", b"a BAD Error in IMAP command FOO: Unknown command."),
            (b"\r\n", b"* BAD Error in IMAP command received by server."),
            (b"a LIST (\r\n", b"a BAD Error in IMAP command LIST: Missing ')'"),
            (b"a EXAMINE INBOX\r\n", b"a BAD Error in IMAP command EXAMINE: Unknown command."),
            (b"a LOGIN {99999999}\r\n", b"* BYE Too long argument"),
            (b"a " + b"x" * (1 << 21) + b"\r\n", b"* BYE Too long argument"),
        ],
    )
    def test_nonsense_is_answered(self, imap_server: ImapServer, sent: bytes, answer: bytes) -> None:
        with Wire(imap_server.port) as wire:
            wire.send(sent)
            assert wire.line() == answer

    @pytest.mark.parametrize("response", ["*", "!!!", "AA==", ""])
    def test_authentication_given_up(self, imap_server: ImapServer, response: str) -> None:
        with Wire(imap_server.port) as wire:
            assert wire.ask("AUTHENTICATE PLAIN") == [b"+ "]
            wire.send(response.encode() + b"\r\n")
            assert wire.line() == b"a BAD Authentication aborted by client."
            assert wire.ask("NOOP") == [b"a OK NOOP completed."]

    @pytest.mark.parametrize(
        ("command", "lines"),
        [
            ('LIST "" "" ', [b'* LIST (\\Noselect) "/" ""']),
            ('LIST (SPECIAL-USE) "" "*"', [b'* LIST (\\HasNoChildren \\Sent) "/" Sent']),
            (
                'LIST "" (INBOX Sent) RETURN (STATUS (MESSAGES UIDNEXT))',
                [
                    b'* LIST (\\HasNoChildren) "/" INBOX',
                    b"* STATUS INBOX (MESSAGES 1 UIDNEXT 2)",
                    b'* LIST (\\HasNoChildren \\Sent) "/" Sent',
                    b"* STATUS Sent (MESSAGES 0 UIDNEXT 1)",
                ],
            ),
            ('LSUB "" "*"', []),
        ],
    )
    def test_extended_list(self, imap_server: ImapServer, command: str, lines: list[bytes]) -> None:
        account = imap_server.add_account("anna@example.test", PASSWORD)
        account.deliver(b"Subject: x\n\n")
        account.create_folder("Sent")
        account.create_folder("Other")
        with Wire(imap_server.port) as wire:
            wire.ask(f'LOGIN anna@example.test "{PASSWORD}"')
            assert wire.ask(command)[:-1] == lines


class TestLife:
    def test_two_servers_share_their_mail(self, tls_authority: TlsAuthority) -> None:
        with ImapServer() as one, ImapServer(store=one.store) as other:
            account = one.add_account("anna@example.test", PASSWORD)
            client = client_of(other)
            client.select_folder("INBOX", readonly=True)
            client.idle()
            account.deliver(b"Subject: x\n\n")
            assert client.idle_check(timeout=20)[0] == (1, b"EXISTS")
            client.idle_done()
            client.logout()

    def test_the_port_may_be_chosen(self) -> None:
        for port in range(20_000, 30_000):  # below those the system gives to others meanwhile
            with suppress(OSError), ImapServer(port=port) as server, Wire(port) as wire:
                assert server.port == port
                assert wire.greeting.startswith(b"* OK")
                return
        pytest.fail("no port was free")

    def test_implicit_tls_needs_a_certificate(self) -> None:
        with pytest.raises(ValueError, match="SSL context"):
            ImapServer(implicit_tls=True)

    def test_stopping_ends_open_connections(self, imap_server: ImapServer) -> None:
        imap_server.add_account("anna@example.test", PASSWORD)
        client = client_of(imap_server)
        client.idle()
        imap_server.stop()
        with pytest.raises((IMAPClientError, OSError)):
            client.idle_done()
        client.shutdown()
        imap_server.stop()

    def test_logged_out_sessions_do_not_count(self, imap_server: ImapServer) -> None:
        account = imap_server.add_account("anna@example.test", PASSWORD)
        account.max_connections = 2
        for _ in range(5):
            client_of(imap_server).logout()


class TestMailStore:
    def test_line_ends_become_crlf_unless_exact(self) -> None:
        account = MailStore().add_account("anna", PASSWORD)
        for exact in (False, True):
            account.deliver(b"a\nb\r\nc\n", exact=exact)
        assert [mail.raw for mail in account.folder("INBOX").mails.values()] == [b"a\r\nb\r\nc\r\n", b"a\nb\r\nc\n"]

    def test_numbers_are_never_given_twice(self) -> None:
        account = MailStore().add_account("anna", PASSWORD)
        assert [account.deliver(b""), account.deliver(b"")] == [1, 2]
        account.expunge("INBOX", 1, 2, 99)
        assert account.deliver(b"") == 3
        account.create_folder("A")
        first = account.uidvalidity("A")
        account.delete_folder("A")
        account.create_folder("A")
        assert account.uidvalidity("A") > first

    def test_every_change_raises_the_modseq(self) -> None:
        account = MailStore().add_account("anna", PASSWORD)
        folder, seen = account.folder("INBOX"), [account.folder("INBOX").highest_modseq]
        for change in (
            lambda: account.deliver(b""),
            lambda: account.set_flags("INBOX", 1, "\\Seen"),
            lambda: account.expunge("INBOX", 1),
        ):
            change()
            seen.append(folder.highest_modseq)
        assert seen == sorted(set(seen))

    def test_dates_are_kept_in_utc(self) -> None:
        account = MailStore().add_account("anna", PASSWORD)
        account.deliver(b"", internal_date=datetime(2026, 1, 1, 12).astimezone())
        assert account.folder("inbox").mails[1].internal_date.tzinfo is UTC

    def test_unknown_folders(self) -> None:
        account = MailStore().add_account("anna", PASSWORD)
        with pytest.raises(NoSuchFolder):
            account.deliver(b"", "Nowhere")

    def test_renaming_takes_those_below_along(self) -> None:
        account = MailStore().add_account("anna", PASSWORD)
        account.create_folder("A/B")
        account.create_folder("AB")
        account.rename_folder("A", "C")
        assert [folder.name for folder in account.folders()] == ["INBOX", "AB", "C", "C/B"]

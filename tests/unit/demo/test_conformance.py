"""The fake server and Dovecot give imapclient the same answers for every command Postroom uses."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from desktop.demo.mailstore import Account
from tests.helpers.dovecot import Dovecot
from tests.helpers.mailboxes import MailServer, on_dovecot


def mail(number: int, sender: str = "Anna <anna@example.test>", body: str = "Hello") -> bytes:
    """A small mail with Unix line ends, as a delivery agent writes it."""
    return f"From: {sender}\nSubject: Mail {number}\nMessage-ID: <m{number}@example.test>\n\n{body} {number}\n".encode()


@pytest.fixture
def filled(mail_server: MailServer) -> MailServer:
    """A mailbox with four mails of 1 to 4 January 2026."""
    for number in range(1, 5):
        sender = "=?utf-8?q?J=C3=B6rg?= <joerg@example.test>" if number == 2 else "Anna <anna@example.test>"
        mail_server.mailbox.deliver(mail(number, sender), internal_date=datetime(2026, 1, number, 12, tzinfo=UTC))
    return mail_server


@pytest.fixture
def client(filled: MailServer) -> Iterator[Any]:
    """A client that has the mailbox open for reading."""
    client = filled.login()
    client.select_folder("INBOX", readonly=True)
    yield client
    with suppress(IMAPClientError, OSError):
        client.logout()


def without_recent(flags: tuple[bytes, ...]) -> set[bytes]:
    r"""Flags except \Recent, which only a server that keeps track of it sets."""
    return set(flags) - {b"\\Recent"}


def without_recent_lines(answers: list[Any]) -> list[Any]:
    """Untagged answers except `n RECENT`."""
    return [answer for answer in answers if answer[1] != b"RECENT"]


class TestSession:
    def test_greeting_lists_starttls_and_plain(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        assert {b"IMAP4REV1", b"STARTTLS", b"AUTH=PLAIN", b"SASL-IR", b"ID", b"IDLE"} <= set(client.capabilities())
        client.logout()

    def test_capabilities_after_login(self, client: Any) -> None:
        ours = {b"NAMESPACE", b"UNSELECT", b"ESEARCH", b"CONDSTORE", b"SPECIAL-USE", b"LIST-STATUS", b"ENABLE"}
        assert ours <= set(client.capabilities())
        assert b"STARTTLS" not in client.capabilities()

    def test_wrong_password_is_refused(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
            client.login(mail_server.user, "wrong")
        client.login(mail_server.user, mail_server.password)
        client.logout()

    def test_authenticate_plain(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        client.plain_login(mail_server.user, mail_server.password)
        assert client.namespace().personal == (("", "/"),)
        client.logout()

    def test_unknown_mechanism_is_refused(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        with pytest.raises(LoginError, match="Unsupported authentication mechanism"):
            client.sasl_login("X-NONE", lambda _: b"")
        client.logout()

    def test_implicit_tls(self, mail_server: MailServer) -> None:
        client = mail_server.connect(tls=True)
        client.login(mail_server.user, mail_server.password)
        assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 0
        client.logout()

    def test_starttls(self, mail_server: MailServer) -> None:
        client = mail_server.connect()
        client.starttls(mail_server.client_context)
        assert b"STARTTLS" not in client.capabilities()
        client.login(mail_server.user, mail_server.password)
        client.logout()

    def test_identification(self, client: Any) -> None:
        fields = client.id_({"name": "test"})[0]
        assert b"name" in fields

    def test_enable_condstore(self, mail_server: MailServer) -> None:
        client = mail_server.login()
        assert client.enable("CONDSTORE", "X-NONE") == [b"CONDSTORE"]
        client.logout()

    def test_commands_out_of_place_are_refused(self, mail_server: MailServer) -> None:
        client = mail_server.login()
        with pytest.raises(IMAPClientError):
            client.fetch([1], ["UID"])
        client._imap.state = "NONAUTH"  # else imaplib does not let us
        with pytest.raises(LoginError, match=r"[Uu]nknown command"):
            client.login("a", "b")
        client.logout()

    def test_connection_limit(self, mail_server: MailServer) -> None:
        if mail_server.kind == "fake":
            cast("Account", mail_server.mailbox).max_connections = 1
            self.second_login_is_refused(mail_server)
        else:
            with Dovecot.start(mail_max_userip_connections=1) as limited:
                self.second_login_is_refused(on_dovecot(limited))

    @staticmethod
    def second_login_is_refused(server: MailServer) -> None:
        first, second = server.login(), server.connect()
        with pytest.raises(LoginError, match="Maximum number of connections"):
            second.login(server.user, server.password)
        first.logout()
        second.shutdown()
        server.login().logout()


class TestFolders:
    def test_list(self, mail_server: MailServer) -> None:
        for name in ("Sent", "Kunden/Müller & Co", "Kunden/Ärger", "100 %", "日本語"):
            mail_server.mailbox.create_folder(name)
        client = mail_server.login()
        found = {name: set(flags) for flags, _, name in client.list_folders()}
        assert found == {
            "INBOX": {b"\\HasNoChildren"},
            "Sent": {b"\\HasNoChildren", b"\\Sent"},
            "Kunden": {b"\\HasChildren", b"\\Noselect"},
            "Kunden/Müller & Co": {b"\\HasNoChildren"},
            "Kunden/Ärger": {b"\\HasNoChildren"},
            "100 %": {b"\\HasNoChildren"},
            "日本語": {b"\\HasNoChildren"},
        }
        assert {separator for _, separator, _ in client.list_folders()} == {b"/"}
        assert client.find_special_folder(b"\\Sent") == "Sent"
        client.logout()

    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("%", {"INBOX", "A", "B"}),
            ("*", {"INBOX", "A", "A/x", "A/x/y", "B"}),
            ("A/%", {"A/x"}),
            ("A/*", {"A/x", "A/x/y"}),
            ("inbox", {"INBOX"}),
            ("Z", set()),
        ],
    )
    def test_patterns(self, mail_server: MailServer, pattern: str, names: set[str]) -> None:
        for name in ("A", "A/x", "A/x/y", "B"):
            mail_server.mailbox.create_folder(name)
        client = mail_server.login()
        assert {name for _, _, name in client.list_folders(pattern=pattern)} == names
        client.logout()

    def test_rename_keeps_uids_and_uidvalidity(self, filled: MailServer) -> None:
        box = filled.mailbox
        box.create_folder("Old")
        box.copy("INBOX", 3, "Old")
        before = box.uidvalidity("Old")
        box.rename_folder("Old", "New")
        client = filled.login()
        assert {"INBOX", "New"} == {name for _, _, name in client.list_folders()}
        assert client.select_folder("New", readonly=True)[b"UIDVALIDITY"] == before
        assert client.search("ALL") == [1]
        client.logout()

    def test_status(self, filled: MailServer) -> None:
        filled.mailbox.set_flags("INBOX", 2, "\\Seen")
        client = filled.login()
        status = client.folder_status("INBOX", ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"])
        assert status == {
            b"MESSAGES": 4,
            b"UIDNEXT": 5,
            b"UIDVALIDITY": filled.mailbox.uidvalidity(),
            b"UNSEEN": 3,
        }
        client.logout()

    def test_highestmodseq_grows(self, filled: MailServer) -> None:
        client = filled.login()
        client.enable("CONDSTORE")
        before = client.select_folder("INBOX", readonly=True)[b"HIGHESTMODSEQ"]
        filled.mailbox.set_flags("INBOX", 2, "\\Seen")
        client.noop()
        after = client.folder_status("INBOX", ["HIGHESTMODSEQ"])[b"HIGHESTMODSEQ"]
        assert after > before
        changed = client.fetch([1, 2, 3, 4], ["FLAGS"], [f"CHANGEDSINCE {before}"])
        assert {uid: without_recent(data[b"FLAGS"]) for uid, data in changed.items()} == {2: {b"\\Seen"}}
        assert changed[2][b"MODSEQ"] == (after,)
        client.logout()

    @pytest.mark.parametrize("name", ["Nowhere", "Kunden"])
    def test_what_cannot_be_opened(self, mail_server: MailServer, name: str) -> None:
        mail_server.mailbox.create_folder("Kunden/Müller")
        client = mail_server.login()
        with pytest.raises(IMAPClientError, match="Mailbox doesn't exist"):
            client.select_folder(name, readonly=True)
        with pytest.raises(IMAPClientError, match="Mailbox doesn't exist"):
            client.folder_status(name)
        client.logout()

    def test_examine(self, filled: MailServer) -> None:
        client = filled.login()
        answer = client.select_folder("INBOX", readonly=True)
        assert answer[b"EXISTS"] == 4
        assert answer[b"UIDNEXT"] == 5
        assert answer[b"UIDVALIDITY"] == filled.mailbox.uidvalidity()
        assert answer[b"UNSEEN"] == [b"1"]
        assert answer[b"PERMANENTFLAGS"] == ()
        assert b"READ-ONLY" in answer
        assert set(answer[b"FLAGS"]) >= {b"\\Seen", b"\\Flagged", b"\\Deleted", b"\\Answered", b"\\Draft"}
        client.unselect_folder()
        answer = client.select_folder("INBOX")
        assert b"READ-WRITE" in answer
        client.close_folder()
        client.logout()

    def test_empty_folder(self, mail_server: MailServer) -> None:
        client = mail_server.login()
        answer = client.select_folder("INBOX", readonly=True)
        assert (answer[b"EXISTS"], answer[b"UIDNEXT"]) == (0, 1)
        assert client.search("ALL") == []
        assert client.search(["UID", "1:*"]) == []
        assert client.fetch([1], ["FLAGS"]) == {}
        client.logout()


class TestSearch:
    @pytest.mark.parametrize(
        ("criteria", "uids"),
        [
            ("ALL", [1, 2, 3, 4]),
            (["UID", "2:3"], [2, 3]),
            (["UID", "2,4"], [2, 4]),
            (["UID", "3:*"], [3, 4]),
            (["UID", "*"], [4]),
            (["UID", "99:*"], [4]),
            (["UID", "99"], []),
            (["SINCE", date(2026, 1, 2), "BEFORE", date(2026, 1, 4)], [2, 3]),
            (["ON", date(2026, 1, 3)], [3]),
            (["HEADER", "Message-ID", "<m3@example.test>"], [3]),
            (["HEADER", "Message-ID", "M3@EXAMPLE"], [3]),
            (["HEADER", "X-None", ""], []),
            (["SUBJECT", "mail 4"], [4]),
            (["FROM", "anna"], [1, 3, 4]),
            (["BODY", "hello 2"], [2]),
            (["TEXT", "m1@example.test"], [1]),
            (["NOT", ["UID", "1"]], [2, 3, 4]),
            (["OR", ["UID", "1"], ["UID", "4"]], [1, 4]),
            ("1:2", [1, 2]),
            ("UNSEEN", [1, 2, 3, 4]),
            ("SEEN", []),
            (["LARGER", 10], [1, 2, 3, 4]),
            (["SMALLER", 10], []),
            (["UNKEYWORD", "$Junk"], [1, 2, 3, 4]),
            (["KEYWORD", "$Junk"], []),
            (["OR", "SEEN", ["FROM", "joerg", "NOT", "DELETED"]], [2]),
        ],
    )
    def test_keys(self, client: Any, criteria: Any, uids: list[int]) -> None:
        assert client.search(criteria) == uids

    def test_words_beyond_ascii(self, client: Any) -> None:
        assert client.search(["FROM", "Jörg"], charset="UTF-8") == [2]

    def test_by_flag(self, filled: MailServer, client: Any) -> None:
        filled.mailbox.set_flags("INBOX", 2, "\\Seen", "\\Flagged")
        client.noop()
        assert client.search("SEEN") == [2]
        assert client.search(["UNSEEN", "NOT", "FLAGGED"]) == [1, 3, 4]

    def test_by_modseq(self, filled: MailServer, client: Any) -> None:
        client.unselect_folder()
        client.enable("CONDSTORE")
        before = client.select_folder("INBOX", readonly=True)[b"HIGHESTMODSEQ"]
        filled.mailbox.set_flags("INBOX", 3, "\\Seen")
        client.noop()
        found = client.search(["MODSEQ", str(before + 1)])
        assert list(found) == [3]
        assert found.modseq > before

    @pytest.mark.parametrize(
        ("arguments", "answer"),
        [
            ("RETURN (ALL) ALL", b"UID ALL 1:4"),
            ("RETURN () UID 1,3:4", b"UID ALL 1,3:4"),
            ("RETURN (MIN MAX COUNT) ALL", b"UID MIN 1 MAX 4 COUNT 4"),
            ("RETURN (ALL) UID 99", b"UID"),
            ("RETURN (COUNT) UID 99", b"UID COUNT 0"),
        ],
    )
    def test_extended(self, client: Any, arguments: str, answer: bytes) -> None:
        client._imap._simple_command("UID", f"SEARCH {arguments}")
        found = client._imap.untagged_responses.pop("ESEARCH")[0]
        assert found.partition(b") ")[2] == answer

    @pytest.mark.parametrize("criteria", ["NONSENSE", ["UID", "abc"], ["SINCE", "yesterday"], ["LARGER"]])
    def test_nonsense_is_refused(self, client: Any, criteria: Any) -> None:
        with pytest.raises(IMAPClientError, match=r"BAD|failed|[Uu]nknown|[Ii]nvalid|[Mm]issing"):
            client.search(criteria)
        assert client.search("ALL") == [1, 2, 3, 4]


WIRE = mail(1).replace(b"\n", b"\r\n")
HEADER, TEXT = WIRE.split(b"\r\n\r\n")[0] + b"\r\n\r\n", WIRE.split(b"\r\n\r\n")[1]


class TestFetch:
    @pytest.mark.parametrize(
        ("item", "label", "value"),
        [
            ("BODY.PEEK[]", b"BODY[]", WIRE),
            ("BODY.PEEK[HEADER]", b"BODY[HEADER]", HEADER),
            ("BODY.PEEK[TEXT]", b"BODY[TEXT]", TEXT),
            ("BODY.PEEK[]<0.7>", b"BODY[]<0>", WIRE[:7]),
            ("BODY.PEEK[]<7.9>", b"BODY[]<7>", WIRE[7:16]),
            ("BODY.PEEK[]<10.100000>", b"BODY[]<10>", WIRE[10:]),
            ("BODY.PEEK[]<100000.10>", b"BODY[]<100000>", b""),
            (
                "BODY.PEEK[HEADER.FIELDS (SUBJECT X-NONE)]",
                b"BODY[HEADER.FIELDS (SUBJECT X-NONE)]",
                b"Subject: Mail 1\r\n\r\n",
            ),
            ("BODY.PEEK[HEADER.FIELDS (X-NONE)]", b"BODY[HEADER.FIELDS (X-NONE)]", b"\r\n"),
            ("RFC822.SIZE", b"RFC822.SIZE", len(WIRE)),
            ("RFC822.HEADER", b"RFC822.HEADER", HEADER),
        ],
    )
    def test_items(self, client: Any, item: str, label: bytes, value: Any) -> None:
        assert client.fetch([1], [item])[1] == {b"SEQ": 1, label: value}

    def test_macro(self, client: Any) -> None:
        client._imap._simple_command("UID", "FETCH 1 FAST")
        [answer] = client._imap.untagged_responses.pop("FETCH")
        expected = b'1 (UID 1 FLAGS () INTERNALDATE "01-Jan-2026 12:00:00 +0000" RFC822.SIZE %d)' % len(WIRE)
        assert answer.replace(b"\\Recent", b"") == expected

    def test_internal_date(self, client: Any) -> None:
        client.normalise_times = False
        date_and_flags = client.fetch([3], ["INTERNALDATE", "FLAGS"])[3]
        assert date_and_flags[b"INTERNALDATE"].astimezone(UTC) == datetime(2026, 1, 3, 12, tzinfo=UTC)
        assert without_recent(date_and_flags[b"FLAGS"]) == set()

    def test_many_items_of_many_messages(self, client: Any) -> None:
        answer = client.fetch([2, 3, 4], ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])
        assert list(answer) == [2, 3, 4]
        assert [data[b"SEQ"] for data in answer.values()] == [2, 3, 4]
        assert answer[4][b"BODY[]"] == mail(4).replace(b"\n", b"\r\n")
        assert all(len(data[b"BODY[]"]) == data[b"RFC822.SIZE"] for data in answer.values())

    def test_unknown_uids_are_left_out(self, client: Any) -> None:
        assert list(client.fetch([1, 99, 4], ["FLAGS"])) == [1, 4]
        assert client.fetch([99], ["FLAGS"]) == {}

    def test_by_sequence_number(self, filled: MailServer, client: Any) -> None:
        filled.mailbox.expunge("INBOX", 1)
        client.noop()
        client.use_uid = False
        assert client.fetch([1], ["UID"])[1][b"UID"] == 2
        assert client.search("ALL") == [1, 2, 3]
        with pytest.raises(IMAPClientError):
            client.fetch([9], ["UID"])

    @pytest.mark.parametrize("item", ["NONSENSE", "BODY[NONSENSE]"])
    def test_nonsense_is_refused(self, client: Any, item: str) -> None:
        with pytest.raises(IMAPClientError):
            client.fetch([1], [item])
        assert client.noop()

    def test_envelope(self, client: Any) -> None:
        envelope = client.fetch([2], ["ENVELOPE"])[2][b"ENVELOPE"]
        assert envelope.subject == b"Mail 2"
        assert envelope.message_id == b"<m2@example.test>"
        assert envelope.from_ == envelope.sender == envelope.reply_to
        assert [str(one) for one in envelope.from_] == ["=?utf-8?q?J=C3=B6rg?= <joerg@example.test>"]
        assert (envelope.date, envelope.to, envelope.cc, envelope.bcc, envelope.in_reply_to) == (None,) * 5


class TestSeen:
    """Reading by EXAMINE or PEEK leaves no trace; anything else does, so a careless client is found out."""

    @pytest.mark.parametrize(
        ("readonly", "item", "seen"),
        [
            (True, "BODY.PEEK[]", False),
            (True, "BODY[]", False),
            (True, "RFC822", False),
            (False, "BODY.PEEK[]", False),
            (False, "RFC822.HEADER", False),
            (False, "BODY[]", True),
            (False, "BODY[HEADER]", True),
            (False, "RFC822", True),
        ],
    )
    def test_flag(self, filled: MailServer, readonly: bool, item: str, seen: bool) -> None:
        client = filled.login()
        client.select_folder("INBOX", readonly=readonly)
        client.fetch([2], [item])
        client.logout()
        assert [uid for uid, flags in filled.mailbox.flags().items() if "\\Seen" in flags] == ([2] if seen else [])


class TestChangesByOthers:
    def test_new_mail_is_told_by_noop(self, filled: MailServer, client: Any) -> None:
        filled.mailbox.deliver(mail(5))
        assert without_recent_lines(client.noop()[1]) == [(5, b"EXISTS")]
        assert client.search("ALL") == [1, 2, 3, 4, 5]

    def test_expunge_is_told_by_noop(self, filled: MailServer, client: Any) -> None:
        filled.mailbox.expunge("INBOX", 2, 4)
        assert without_recent_lines(client.noop()[1]) == [(4, b"EXPUNGE"), (2, b"EXPUNGE")]
        assert client.search("ALL") == [1, 3]

    def test_flags_are_told_by_noop(self, filled: MailServer, client: Any) -> None:
        filled.mailbox.set_flags("INBOX", 3, "\\Seen")
        [(number, name, data)] = without_recent_lines(client.noop()[1])
        assert (number, name) == (3, b"FETCH")
        assert without_recent(data[data.index(b"FLAGS") + 1]) == {b"\\Seen"}

    def test_expunged_while_we_read(self, filled: MailServer, client: Any) -> None:
        """The message is not answered with a body, the server says so, and only then renumbers (RFC 5530)."""
        filled.mailbox.expunge("INBOX", 2)
        answer = client.fetch([1, 2, 3], ["BODY.PEEK[TEXT]"])
        assert [uid for uid, data in answer.items() if data[b"BODY[TEXT]"] is not None] == [1, 3]
        assert client.search("ALL") == [1, 3, 4]

    def test_idle(self, filled: MailServer, client: Any) -> None:
        client.idle()
        filled.mailbox.deliver(mail(5))
        answers: list[Any] = []
        while not answers:
            answers = without_recent_lines(client.idle_check(timeout=20))
        assert answers == [(5, b"EXISTS")]
        filled.mailbox.expunge("INBOX", 1)
        answers = []
        while not answers:
            answers = without_recent_lines(client.idle_check(timeout=20))
        assert answers == [(1, b"EXPUNGE")]
        client.idle_done()
        assert client.search("ALL") == [2, 3, 4, 5]

    def test_copy_and_move_give_new_uids(self, filled: MailServer) -> None:
        box = filled.mailbox
        box.create_folder("Done")
        box.copy("INBOX", 1, "Done")
        box.move("INBOX", 3, "Done")
        client = filled.login()
        client.select_folder("Done", readonly=True)
        bodies = client.fetch([1, 2], ["BODY.PEEK[]", "INTERNALDATE"])
        assert {uid: data[b"BODY[]"] for uid, data in bodies.items()} == {
            1: mail(1).replace(b"\n", b"\r\n"),
            2: mail(3).replace(b"\n", b"\r\n"),
        }
        assert box.uids() == [1, 2, 4]
        client.logout()

    def test_another_uidvalidity_ends_the_session(self, filled: MailServer, client: Any) -> None:
        before = filled.mailbox.uidvalidity()
        fresh = filled.mailbox.reset_uidvalidity()
        assert fresh > before
        with pytest.raises(IMAPClientAbortError):
            client.noop()
        again = filled.login()
        assert again.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"] == fresh
        assert again.search("ALL") == [1, 2, 3, 4]
        again.logout()

    def test_a_deleted_folder_ends_the_session(self, mail_server: MailServer) -> None:
        mail_server.mailbox.create_folder("Gone")
        client = mail_server.login()
        client.select_folder("Gone", readonly=True)
        mail_server.mailbox.delete_folder("Gone")
        with pytest.raises(IMAPClientAbortError):
            client.noop()
        client.shutdown()

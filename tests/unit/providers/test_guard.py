"""Nothing leaves that could change a mailbox, and nothing that is not exactly one command."""

import pytest

from desktop.domain.errors import Misconfigured
from desktop.providers.imap.guard import Guard

ALLOWED = [
    b"CAPABILITY",
    b"STARTTLS",
    b"NOOP",
    b"LOGOUT",
    b"IDLE",
    b"UNSELECT",
    b"NAMESPACE",
    b"ID NIL",
    b'ID ("name" "Postroom")',
    b"ENABLE CONDSTORE",
    b"AUTHENTICATE PLAIN",
    b"AUTHENTICATE PLAIN AGEAYg==",
    b"AUTHENTICATE XOAUTH2 AGEAYg==",
    b"AUTHENTICATE OAUTHBEARER",
    b'LOGIN "a" "b\\"c\\\\d"',
    b'LIST "" "*"',
    b'LIST "" "*" RETURN (SPECIAL-USE)',
    b'STATUS "INBOX" (MESSAGES UIDNEXT)',
    (
        b"NOTIFY SET STATUS (selected-delayed (MessageNew MessageExpunge))"
        b' (mailboxes ("Archive" "a \\"b\\"") (MessageNew MessageExpunge))'
    ),
    b'EXAMINE "INBOX"',
    b'EXAMINE "&U,BTFw-" (CONDSTORE)',
    b"UID SEARCH ALL",
    b"UID SEARCH RETURN (ALL) UID 5:* SINCE 01-Mar-2026",
    b'UID SEARCH HEADER Message-ID "<a@b>"',
    b'UID SEARCH OR FROM "ann" SUBJECT "or\\"der"',
    b"UID FETCH 1:4,9 (UID INTERNALDATE RFC822.SIZE)",
    b"UID FETCH 1:9 (UID FLAGS) (CHANGEDSINCE 7 VANISHED)",
    b"UID FETCH 1 (UID BODY.PEEK[])",
    b"UID FETCH 1 (UID BODY.PEEK[HEADER])",
    b"UID FETCH 1 (BODY.PEEK[1.2]<0.1048576>)",
]

REFUSED = [
    b"SELECT INBOX",
    b'SELECT "INBOX"',
    b"EXAMINE INBOX",
    b'EXAMINE "a" "b"',
    b"CREATE x",
    b"DELETE INBOX",
    b"RENAME a b",
    b"SUBSCRIBE a",
    b"UNSUBSCRIBE a",
    b"APPEND INBOX {3}",
    b"APPEND INBOX {3+}",
    b"CLOSE",
    b"EXPUNGE",
    b"CHECK",
    b"COPY 1 x",
    b"MOVE 1 x",
    b"STORE 1 +FLAGS (\\Deleted)",
    b"UID STORE 1 +FLAGS (\\Deleted)",
    b"UID COPY 1 x",
    b"UID MOVE 1 x",
    b"UID EXPUNGE 1",
    b"FETCH 1 (BODY.PEEK[])",
    b"UID FETCH 1 (BODY[])",
    b"UID FETCH 1 (UID BODY[])",
    b"UID FETCH 1 (RFC822)",
    b"UID FETCH 1 (RFC822.TEXT)",
    b"UID FETCH 1 BODY[]",
    b"UID FETCH 1 (BINARY[1])",
    b"UID FETCH 1 ALL",
    b"UID FETCH 1 (FLAGS) (UNCHANGEDSINCE 7)",
    b'EXAMINE "INBOX" (QRESYNC (1 2))',
    b"SETMETADATA INBOX (/private/comment x)",
    b"SETACL INBOX eve lrswipcda",
    b"SETQUOTA x (STORAGE 1)",
    b"XYZZY",
    b"",
    b" ",
    b"AUTHENTICATE",
    b"AUTHENTICATE XOAUTH2 a b",
    b"AUTHENTICATE XOAUTH2 AG\x01A",
    b"AUTHENTICATE EXTERNAL",
    b'LOGIN "a" "b" "c"',
    b"LOGIN a b",
    b'LOGIN "a" "b\xff"',
    b'UID SEARCH HEADER Subject "x"',
    b'UID SEARCH HEADER Message-ID "a\\"',
    b'UID SEARCH HEADER Message-ID "a" OR ALL ALL) (',
    b"UID SEARCH CHARSET UTF-8 ALL",
    b'EXAMINE "{3}',
    b"EXAMINE {3}",
    b"UID SEARCH HEADER Message-ID {3}",
    b"capability",
]


SPOILED = [
    "%s",
    "P1 %s",
    "P1 %s\n",
    "P1 %s\r\nP2 NOOP\r\n",
    "P1 %s\r\n\r\n",
    "P1  %s\r\n",
    "P1\0%s\r\n",
    "p1 %s\r\n",
    "* %s\r\n",
    "P1 %s \r\n",
]


@pytest.mark.parametrize("line", ALLOWED)
def test_reading_commands_pass(line: bytes) -> None:
    Guard().check(b"P1 " + line + b"\r\n")


@pytest.mark.parametrize("line", REFUSED)
def test_everything_else_is_refused(line: bytes) -> None:
    with pytest.raises(Misconfigured):
        Guard().check(b"P1 " + line + b"\r\n")


@pytest.mark.parametrize("line", ALLOWED)
@pytest.mark.parametrize("spoil", SPOILED)
def test_a_command_is_one_whole_line(line: bytes, spoil: str) -> None:
    with pytest.raises(Misconfigured):
        Guard().check(spoil.encode().replace(b"%s", line))


def test_what_was_refused_is_not_repeated() -> None:
    with pytest.raises(Misconfigured) as caught:
        Guard().check(b'P1 LOGIN "ann" "hunter2"; DELETE\r\n')
    assert "hunter2" not in f"{caught.value} {caught.value.detail}"


def test_blocks_of_a_search() -> None:
    guard = Guard()
    guard.check(b"P1 UID SEARCH RETURN (ALL) CHARSET UTF-8 OR FROM {3}\r\n")
    guard.check(b"\xc3\xa4b SUBJECT {3}\r\n")
    guard.check(b"\xc3\xa4b\r\n")
    guard.check(b"P2 NOOP\r\n")


def test_a_search_goes_no_other_way_on() -> None:
    for second in (
        b"\xc3\xa4b BODY {3}\r\n",
        b"\xc3\xa4b\r\n",
        b'\xc3\xa4b SUBJECT "x" DELETED\r\n',
        b"\r\nb SUBJECT {3}\r\n",
    ):
        guard = Guard()
        guard.check(b"P1 UID SEARCH CHARSET UTF-8 OR FROM {3}\r\n")
        with pytest.raises(Misconfigured):
            guard.check(second)


def test_blocks_of_a_login() -> None:
    guard = Guard()
    guard.check(b"P1 LOGIN {3}\r\n")
    guard.check(b"ann {4}\r\n")
    guard.check(b"p\xc3\xa4s\r\n")
    guard.check(b"P2 NOOP\r\n")


@pytest.mark.parametrize(
    "second",
    [
        b"P2 DELETE INBOX\r\n",
        b"pas",
        b"pass",
        b"pass\r\nP2 NOOP\r\n",
        b"pa\r\n\r\n",
        b"pa\0s\r\n",
        b"passs\r\n",
        b"pass x\r\n",
    ],
)
def test_a_block_is_exactly_what_was_announced(second: bytes) -> None:
    guard = Guard()
    guard.check(b'P1 LOGIN "ann" {4}\r\n')
    with pytest.raises(Misconfigured):
        guard.check(second)


@pytest.mark.parametrize(
    "line",
    [
        b'P1 LOGIN "ann" {99999}\r\n',
        b"P1 LOGIN {-1}\r\n",
        b'P1 LOGIN "a {3}\r\n',
        b'P1 LOGIN "x" "x" "x" {3}\r\n',
    ],
)
def test_a_block_that_may_not_be_announced(line: bytes) -> None:
    with pytest.raises(Misconfigured):
        Guard().check(line)


def test_exchanges() -> None:
    guard = Guard()
    guard.check(b"P1 AUTHENTICATE PLAIN\r\n")
    guard.check(b"AGEAYg==\r\n")
    with pytest.raises(Misconfigured):
        guard.check(b"AGEAYg==\r\n")
    guard.check(b"P2 IDLE\r\n")
    guard.check(b"DONE\r\n")
    with pytest.raises(Misconfigured):
        guard.check(b"DONE\r\n")
    guard.check(b"P3 IDLE\r\n")
    with pytest.raises(Misconfigured):
        guard.check(b"EXPUNGE\r\n")


@pytest.mark.parametrize(
    ("mechanism", "acknowledged", "other"), [(b"XOAUTH2", b"", b"AQ=="), (b"OAUTHBEARER", b"AQ==", b"")]
)
@pytest.mark.parametrize("goes_along", [True, False])
def test_the_exchange_of_a_token(mechanism: bytes, acknowledged: bytes, other: bytes, goes_along: bool) -> None:
    def begun() -> Guard:
        guard = Guard()
        guard.check(b"P1 AUTHENTICATE " + mechanism + (b" AGEAYg==" if goes_along else b"") + b"\r\n")
        if not goes_along:
            guard.check(b"A" * 12_000 + b"\r\n")
        return guard

    guard = begun()
    guard.check(acknowledged + b"\r\n")
    for line in (acknowledged + b"\r\n", b"AGEAYg==\r\n"):
        with pytest.raises(Misconfigured):
            guard.check(line)
    begun().check(b"P2 CAPABILITY\r\n")
    for line in (other, b"AGEAYg==", b"*", b"P2 DELETE INBOX"):
        with pytest.raises(Misconfigured):
            begun().check(line + b"\r\n")


def test_a_response_that_is_too_long() -> None:
    guard = Guard()
    guard.check(b"P1 AUTHENTICATE XOAUTH2\r\n")
    with pytest.raises(Misconfigured):
        guard.check(b"A" * 12_300 + b"\r\n")


def test_an_over_long_line() -> None:
    with pytest.raises(Misconfigured):
        Guard().check(b'P1 EXAMINE "' + b"x" * 9000 + b'"\r\n')

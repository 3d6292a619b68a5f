"""Reading answers: whatever bytes come, a value or one of our errors, in time that grows with their length only."""

import logging
import socket
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response

from desktop.domain.errors import Misbehaving, SourceError, Transient
from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteFolder
from desktop.providers import refusals
from desktop.providers.channel import Breaker, Channel, Timeouts
from desktop.providers.errors import Peer
from desktop.providers.imap.client import Client, decoded, folder_of, found_in_sets, found_refs, items_of
from desktop.providers.imap.fetching import Descriptions, in_utc
from desktop.providers.imap.wire import Record
from tests.contract.helpers import Password

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIECES = st.lists(
    st.sampled_from(
        [
            b"(", b")", b'"', b"\\", b"{5}", b"{2}\r\n", b"~{5}\r\n", b"[", b"]", b"<0>", b"NIL", b"UID", b" ", b"1",
            b"BODY[]", b"INTERNALDATE", b"* 1 FETCH (", b"\r\n", b"* ", b"P1 OK done\r\n", b"P1 NO", b"+ ", b"{-1}\r\n",
        ]
    )
    | st.binary(max_size=4),
    max_size=12,
).map(b"".join)  # fmt: skip


def asked(answer: bytes, ask: Callable[[Client], object]) -> object:
    """Ask something of a server that says *answer* and leaves."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
        client = Client(Channel(ours, Peer("mail.example.test", 143), Timeouts(silence_s=5), Breaker()))
        client.wire.busy, client.wire.state = False, "SELECTED"
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        return ask(client)


def and_then(ask: Callable[[Client], object]) -> Callable[[Client], Client]:
    """Return what asks and gives back the client."""

    def asking(client: Client) -> Client:
        ask(client)
        return client

    return asking


def searched(client: Client) -> object:
    return client.found([b"ALL"], refusals.refused)


def described(client: Client) -> Descriptions:
    told = Descriptions(lambda: NOW)
    client.fetch_each(b"1:9", b"UID INTERNALDATE RFC822.SIZE", told.take)
    return told


QUESTIONS: list[tuple[bytes, Callable[[Client], object]]] = [
    (b"* LIST ", Client.list_all),
    (b"* SEARCH ", searched),
    (b"* ESEARCH ", searched),
    (b"* 1 FETCH (", described),
    (b"* 1 FETCH (UID 3 BODY[] {5}\r\nabcde", described),
    (b"* OK [", lambda client: client.examine(b'"INBOX"', refusals.refused)),
    (b"* ", lambda client: client.examine(b'"INBOX"', refusals.refused)),
    (b"", lambda client: client.log_in("ann", Password("secret"))),
]


@pytest.mark.parametrize(("head", "ask"), QUESTIONS)
@settings(deadline=None)
@given(rest=PIECES)
def test_any_answer(head: bytes, ask: Callable[[Client], object], rest: bytes) -> None:
    try:
        asked(head + rest + b"\r\nP1 OK done\r\n", ask)
    except SourceError:
        pass


MEGABYTES = [
    b"(" * 500_000,
    b"(" * 20 + b")" * 500_000,
    b'"' * 500_001,
    b'"' + b"\\" * 500_001,
    b"[" * 500_000,
    b"a[" * 250_000,
    b"a " * 250_000,
    b"{1}" * 200_000,
    b" " * 500_000,
    b"NIL " * 100_000,
]


@pytest.mark.parametrize("line", MEGABYTES)
def test_a_megabyte_of_anything_is_read_at_once(line: bytes) -> None:
    for head, ask in QUESTIONS:
        try:
            asked(head + line + b"\r\nP1 OK done\r\n", ask)
        except SourceError:
            continue


@pytest.mark.parametrize("size", [b"-1", b"abc", b"", b"1_0", b"67108865", b"9" * 5000])
def test_a_block_with_an_impossible_size_is_never_asked_for(size: bytes) -> None:
    with pytest.raises(Misbehaving):
        asked(b"* 1 FETCH (UID 3 BODY[] {" + size + b"}\r\nP1 OK done\r\n", described)


def test_what_the_libraries_raise_is_not_repeated() -> None:
    with pytest.raises(Misbehaving) as caught:
        asked(b"* 1 FETCH (UID 3 X se" + b"cret NIL NIL)\r\nP1 OK done\r\n", described)
    error = caught.value
    assert "secret" not in f"{error} {error.detail}" + "".join(traceback.format_exception(error))


def test_the_libraries_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = asked(b"* SEARCH 3\r\nP1 OK done\r\n", and_then(searched))
    assert isinstance(client, Client)
    assert {record.name for record in caplog.records} == {"desktop.providers.imap"}
    assert client.wire.debug == 0
    assert "_cmd_log" not in client.wire.__dict__


def test_nothing_piles_up_over_a_session() -> None:
    noise = b"* 1 FETCH (FLAGS ())\r\n* 9 EXISTS\r\n* 3 EXPUNGE\r\n* OK [ALERT] hello\r\n* XYZZY a\r\n" * 1000
    client = asked(noise + b"P1 OK done\r\n", and_then(Client.ask_capabilities))
    assert isinstance(client, Client)
    assert client.wire.untagged_responses == {"EXISTS": [b"9"]}
    assert not client.wire.tagged_commands


def test_bye_is_told_in_the_servers_words() -> None:
    with pytest.raises(Transient, match="going down"):
        asked(b"* BYE going down {5}\r\n", described)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([b'(\\HasNoChildren \\Sent) "/" "Sent Items"'], RemoteFolder("Sent Items", "sent", selectable=True)),
        ([b"(\\Noselect) NIL INBOX"], RemoteFolder("INBOX", "", selectable=False)),
        ([b'(\\NonExistent) "." x'], RemoteFolder("x", "", selectable=False)),
        ([b'() "/" inbox'], RemoteFolder("INBOX", "", selectable=True)),
        ([b'() "/" 2026'], RemoteFolder("2026", "", selectable=True)),
        ([b'() "/" "007"'], RemoteFolder("007", "", selectable=True)),
        ([b'() "/" "&U,BTFw-/&ZeVnLIqe-"'], RemoteFolder("台北/日本語", "", selectable=True)),
        ([(b'() "/" {3}', b'a"b'), b""], RemoteFolder('a"b', "", selectable=True)),
        ([b'() "/" "R&D"'], RemoteFolder("R&D", "", selectable=True)),
        ([b'() "/" "Gr\xc3\xb6\xc3\x9fe"'], RemoteFolder("Größe", "", selectable=True)),
        ([b'(\\All \\Important) "/" NIL'], RemoteFolder("NIL", "all", selectable=True)),
        ([b'() "/" a (CHILDINFO ("SUBSCRIBED"))'], RemoteFolder("a", "", selectable=True)),
    ],
)
def test_folders(records: list[Record], expected: RemoteFolder) -> None:
    assert folder_of(records) == expected


@pytest.mark.parametrize("name", [b"&", b"a&b", b"&!!!-", b"&AOQA9g", b"&AOQ-&APY-"])
def test_a_name_that_is_no_utf7_stands_as_it_came(name: bytes) -> None:
    assert decoded(name) == name.decode("ascii")


@pytest.mark.parametrize("text", [b"3 four", b"1_0", b"-3", b"4294967296"])
def test_a_search_answer_is_numbers_or_nothing(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"number|32 bits"):
        found_refs(text)


def test_sets_of_a_search() -> None:
    assert found_in_sets(b'(TAG "P1") UID ALL 4:3,9') == RefSet.parse("3:4,9")
    assert found_in_sets(b'(TAG "P1") UID') == RefSet()


def internal_date(text: bytes) -> datetime | None:
    told = parse_fetch_response([b'1 (INTERNALDATE "' + text + b'")'], normalise_times=False, uid_is_key=False)
    return in_utc(told[1][b"INTERNALDATE"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"01-Mar-2026 10:00:00 +0100", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        (b" 1-Mar-2026 10:00:00 -0330", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
        (b"1-mar-2026 10:00:00 +0000", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (b"31-Dec-9999 23:59:59 -0100", None),
        (b"31-Feb-2026 10:00:00 +0000", None),
        (b"01-Foo-2026 10:00:00 +0000", None),
        (b"01-Mar-2026 10:00:60 +0000", None),
        (b"01-Mar-2026 10:00:00", None),
        (b"01-Mar-2026 10:00:00 +9999", None),
        (b"", None),
    ],
)
def test_receive_times(text: bytes, expected: datetime | None) -> None:
    assert internal_date(text) == expected


def told(*lines: bytes) -> tuple[datetime, int, str] | None:
    descriptions = Descriptions(lambda: NOW)
    for line in lines:
        descriptions.take(items_of([b"1 (" + line + b")"]))
    message = descriptions.get(3)
    return (message.received_at, message.size_bytes, message.provider_id) if message else None


FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
WHEN = b'INTERNALDATE "01-Mar-2026 10:00:00 +0100"'
SIZE = b"RFC822.SIZE 25"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([b"UID 3 " + WHEN + b" " + SIZE], (FIRST, 25, "")),
        ([SIZE + b" UID 3 " + WHEN], (FIRST, 25, "")),
        ([b"UID 3 " + WHEN + b" " + SIZE + b" X-GM-MSGID 1278455344230334865"], (FIRST, 25, "1278455344230334865")),
        ([b"UID 3 " + WHEN + b" " + SIZE + b" EMAILID (M6d99ac3275bb4e)"], (FIRST, 25, "M6d99ac3275bb4e")),
        ([b"FLAGS (UID 9) UID 3 " + WHEN + b" " + SIZE + b" EMAILID (M1)"], (FIRST, 25, "M1")),
        ([b"UID 3 " + WHEN + b" " + SIZE + b" EMAILID (42)"], (FIRST, 25, "42")),
        ([b"UID 3 " + SIZE], (NOW, 25, "")),
        ([b"UID 3 " + SIZE, b"UID 3 " + WHEN], (FIRST, 25, "")),
        ([b"UID 3 " + WHEN, b"UID 3 " + SIZE], (FIRST, 25, "")),
        ([b"UID 3 " + WHEN + b" RFC822.SIZE NIL"], (FIRST, 0, "")),
        ([b"UID 3 FLAGS (RFC822.SIZE 5)"], None),
        ([b"UID 3"], None),
        ([b"FLAGS ()"], None),
        ([b"UID 4294967299 " + SIZE], None),
    ],
)
def test_descriptions(items: list[bytes], expected: tuple[datetime, int, str] | None) -> None:
    assert told(*items) == expected


@pytest.mark.parametrize(
    "answer", [b"(UID 3 BODY[] {5}", b"(UID 3", b"(UID 3) 4 (UID 4)", b"UID 3)", b"(UID 3 BODY[])"]
)
def test_an_answer_that_is_not_one_answer(answer: bytes) -> None:
    with pytest.raises(Misbehaving):
        asked(b"* 1 FETCH " + answer + b"\r\nP1 OK done\r\n", described)


@pytest.mark.parametrize(
    ("line", "known"),
    [
        (b"* OK [CAPABILITY A B] hi", {b"A", b"B"}),
        (b"* ok [capability a b] hi", {b"A", b"B"}),
        (b"* capability a b", {b"A", b"B"}),
        (b"* OK hi [CAPABILITY A B]", set()),
    ],
)
def test_capabilities_are_learned_where_they_stand(line: bytes, known: set[bytes]) -> None:
    client = asked(line + b"\r\nP1 ok\r\n", and_then(Client.ask_capabilities))
    assert isinstance(client, Client)
    assert client.capabilities() == known

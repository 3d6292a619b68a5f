"""Reading answers: whatever bytes come, a value or ValueError, in time that grows with their length only."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.source import RemoteFolder
from desktop.providers.imap.answers import Opened, Response, code_of, decoded, folder_of, found_refs, values
from desktop.providers.imap.fetching import Descriptions, body_of, internal_date

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIECES = st.lists(
    st.sampled_from(
        [
            b"(",
            b")",
            b'"',
            b"\\",
            b"{5}",
            b"~{5}",
            b"[",
            b"]",
            b"<0>",
            b"NIL",
            b"UID",
            b" ",
            b"1",
            b"BODY[]",
            b"FETCH (",
        ]
    )
    | st.binary(max_size=4),
    max_size=12,
).map(b"".join)


def describe(response: Response) -> None:
    Descriptions(lambda: NOW).take(response)


READERS: list[tuple[bytes, Callable[[Response], object]]] = [
    (b"* LIST ", folder_of),
    (b"* SEARCH ", found_refs),
    (b"* ESEARCH ", found_refs),
    (b"* 1 FETCH (", body_of),
    (b"* 1 FETCH (UID 3 BODY[] {5}", body_of),
    (b"* 1 FETCH (UID 3 ", describe),
    (b"* OK [", Opened().note),
    (b"* ", Opened().note),
]


@pytest.mark.parametrize(("head", "reader"), READERS)
@settings(deadline=None)
@given(first=PIECES, rest=st.lists(st.tuples(st.binary(max_size=6), PIECES), max_size=3))
def test_any_answer(
    head: bytes, reader: Callable[[Response], object], first: bytes, rest: list[tuple[bytes, bytes]]
) -> None:
    parts = [head + first]
    for block, text in rest:
        parts += [block, text]
    try:
        reader(Response(parts))
    except (ValueError, IndexError):
        pass  # the source makes Misbehaving of these


@pytest.mark.parametrize(
    "line",
    [
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
    ],
)
def test_a_megabyte_of_anything_is_read_at_once(line: bytes) -> None:
    for head, reader in READERS:
        try:
            reader(Response([head + line]))
        except (ValueError, IndexError):
            continue


def test_values() -> None:
    assert values([b'(\\A NIL "q\\"\\\\" ()) atom BODY[HEADER.FIELDS (X)]<5> {3}', b"abc", b" end"]) == [
        [b"\\A", None, b'q"\\', []],
        b"atom",
        b"BODY[HEADER.FIELDS (X)]<5>",
        b"abc",
        b"end",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([b'* LIST (\\HasNoChildren \\Sent) "/" "Sent Items"'], RemoteFolder("Sent Items", "sent", selectable=True)),
        ([b"* LIST (\\Noselect) NIL INBOX"], RemoteFolder("INBOX", "", selectable=False)),
        ([b'* LIST (\\NonExistent) "." x'], RemoteFolder("x", "", selectable=False)),
        ([b'* LIST () "/" inbox'], RemoteFolder("INBOX", "", selectable=True)),
        ([b'* LIST () "/" "&U,BTFw-/&ZeVnLIqe-"'], RemoteFolder("台北/日本語", "", selectable=True)),
        ([b'* LIST () "/" {3}', b'a"b', b""], RemoteFolder('a"b', "", selectable=True)),
        ([b'* LIST () "/" "R&D"'], RemoteFolder("R&D", "", selectable=True)),
        ([b'* LIST () "/" "Gr\xc3\xb6\xc3\x9fe"'], RemoteFolder("Größe", "", selectable=True)),
        ([b'* LIST (\\All \\Important) "/" nil'], RemoteFolder("NIL", "all", selectable=True)),
        ([b'* LIST () "/" a (CHILDINFO ("SUBSCRIBED"))'], RemoteFolder("a", "", selectable=True)),
    ],
)
def test_folders(line: list[bytes], expected: RemoteFolder) -> None:
    assert folder_of(Response(line)) == expected


@pytest.mark.parametrize("name", [b"&", b"a&b", b"&!!!-", b"&AOQA9g", b"&AOQ-&APY-"])
def test_a_name_that_is_no_utf7_stands_as_it_came(name: bytes) -> None:
    assert decoded(name) == name.decode("ascii")


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
        (b"", None),
        (None, None),
    ],
)
def test_receive_times(text: bytes | None, expected: datetime | None) -> None:
    assert internal_date(text) == expected


def told(*lines: bytes) -> tuple[datetime, int, str] | None:
    descriptions = Descriptions(lambda: NOW)
    for line in lines:
        descriptions.take(Response([line]))
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
        ([(b"UID 3 " + WHEN + b" " + SIZE).lower()], (FIRST, 25, "")),
        ([b"UID 3 " + WHEN + b" " + SIZE + b" X-GM-MSGID 1278455344230334865"], (FIRST, 25, "1278455344230334865")),
        ([b"UID 3 " + WHEN + b" " + SIZE + b" EMAILID (M6d99ac3275bb4e)"], (FIRST, 25, "M6d99ac3275bb4e")),
        ([b"FLAGS (UID 9) UID 3 " + WHEN + b" " + SIZE + b" EMAILID (M1)"], (FIRST, 25, "M1")),
        ([b"UID 3 " + SIZE], (NOW, 25, "")),
        ([b"UID 3 " + SIZE, b"UID 3 " + WHEN], (FIRST, 25, "")),
        ([b"UID 3 " + WHEN, b"UID 3 " + SIZE], (FIRST, 25, "")),
        ([b"UID 3 " + WHEN + b" RFC822.SIZE NIL"], (FIRST, 0, "")),
        ([b"UID 3 FLAGS (RFC822.SIZE 5)"], None),
        ([b"UID 3"], None),
        ([b"FLAGS ()"], None),
        ([b"UID 4294967299 " + SIZE], None),
        ([b"UID x " + SIZE], None),
    ],
)
def test_descriptions(items: list[bytes], expected: tuple[datetime, int, str] | None) -> None:
    assert told(*(b"* 1 FETCH (" + line + b")" for line in items), b"* 3 EXPUNGE") == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"OK [UIDVALIDITY 7] yes", (b"UIDVALIDITY", b"7")),
        (b"ok [nomodseq] no", (b"NOMODSEQ", b"")),
        (b"OK [CAPABILITY A B]", (b"CAPABILITY", b"A B")),
        (b"OK yes [UIDVALIDITY 7]", (b"", b"")),
        (b"NO [UIDVALIDITY 7] no", (b"", b"")),
    ],
)
def test_codes(line: bytes, code: tuple[bytes, bytes]) -> None:
    assert code_of(line) == code

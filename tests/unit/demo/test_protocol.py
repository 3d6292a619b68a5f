"""Command lines, number sets, folder names: the notations of RFC 3501, both ways."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import imap_utf7

from desktop.demo.imap_protocol import BadCommand, Text, masked, parse_command
from desktop.demo.imap_text import (
    BadArgument,
    NumberSet,
    astring,
    decode_folder,
    encode_folder,
    format_internal_date,
    format_set,
    parse_date,
    quoted,
)


class TestCommand:
    @pytest.mark.parametrize(
        ("raw", "name", "arguments"),
        [
            (b"a NOOP\r\n", "NOOP", []),
            (b"a noop\n", "NOOP", []),
            (b"a uid fetch 1:* (FLAGS UID)\r\n", "UID FETCH", [b"1:*", [b"FLAGS", b"UID"]]),
            (b'a LIST "" "*"\r\n', "LIST", [b"", b"*"]),
            (b'a LOGIN "a\\"b\\\\" {3}\r\nx y\r\n', "LOGIN", [b'a"b\\', b"x y"]),
            (b"a LOGIN {2+}\r\nab {3+}\r\nc\r\n\r\n", "LOGIN", [b"ab", b"c\r\n"]),
            (b"a SEARCH (OR (ALL) NOT 1)\r\n", "SEARCH", [[b"OR", [b"ALL"], b"NOT", b"1"]]),
            (
                b"a FETCH 1 (BODY.PEEK[HEADER.FIELDS (TO CC)]<0.9> UID)\r\n",
                "FETCH",
                [b"1", [b"BODY.PEEK[HEADER.FIELDS (TO CC)]<0.9>", b"UID"]],
            ),
        ],
    )
    def test_parse(self, raw: bytes, name: str, arguments: list[object]) -> None:
        command = parse_command(raw)
        assert (command.tag, command.name, command.arguments) == (b"a", name, arguments)

    def test_strings_are_told_from_atoms(self) -> None:
        assert [type(one) for one in parse_command(b'a X ALL "ALL"\r\n').arguments] == [bytes, Text]

    @pytest.mark.parametrize(
        "raw",
        [
            *(b"\r\n", b"a LIST (\r\n", b"a LIST )\r\n", b'a LIST "x\r\n', b"a FETCH 1 BODY[\r\n", b"a X {x}\r\n"),
            *(b"a \xff\r\n", b"a X " + b"(" * 50 + b"\r\n"),
        ],
    )
    def test_nonsense_is_refused(self, raw: bytes) -> None:
        with pytest.raises(BadCommand):
            parse_command(raw)

    @given(st.binary(max_size=60))
    def test_any_bytes_are_parsed_or_refused(self, raw: bytes) -> None:
        with suppress(BadCommand):
            parse_command(raw)
        assert isinstance(masked(raw), bytes)


class TestMasked:
    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            (b"a LOGIN anna secret\r\n", b"a LOGIN anna ***\r\n"),
            (b'a login "an na" "se cret"\r\n', b"a login an na ***\r\n"),
            (b"a LOGIN {4}\r\nanna {6}\r\nsecret\r\n", b"a LOGIN anna ***\r\n"),
            (b'a LOGIN anna "secret\r\n', b"a LOGIN  ***\r\n"),
            (b"a AUTHENTICATE PLAIN AHNlY3JldA==\r\n", b"a AUTHENTICATE PLAIN ***\r\n"),
            (b"a UID FETCH 1 FLAGS\r\n", b"a UID FETCH 1 FLAGS\r\n"),
        ],
    )
    def test_passwords_are_starred_out(self, raw: bytes, shown: bytes) -> None:
        assert masked(raw) == shown
        assert b"secret" not in masked(raw)


class TestNumberSet:
    @pytest.mark.parametrize(
        ("text", "picked"),
        [
            (b"1:*", [2, 3, 7, 9]),
            (b"3", [3]),
            (b"3:7", [3, 7]),
            (b"7:3", [3, 7]),
            (b"1,3,8:9", [3, 9]),
            (b"*", [9]),
            (b"50:*", [9]),
            (b"*:8", [9]),
            (b"4:6", []),
            (b"1:4294967295", [2, 3, 7, 9]),
        ],
    )
    def test_pick(self, text: bytes, picked: list[int]) -> None:
        assert NumberSet.parse(text).pick([2, 3, 7, 9]) == picked

    def test_nothing_to_pick_from(self) -> None:
        assert NumberSet.parse(b"1:*").pick([]) == []

    @pytest.mark.parametrize("text", [b"", b"0", b"a", b"1:", b"1,,2", b"4294967296", b"-1", b"1:2:3"])
    def test_nonsense_is_refused(self, text: bytes) -> None:
        with pytest.raises(BadArgument):
            NumberSet.parse(text)

    @given(st.sets(st.integers(1, 10_000)))
    def test_written_short_and_read_again(self, numbers: set[int]) -> None:
        ascending = sorted(numbers)
        if ascending:
            assert NumberSet.parse(format_set(ascending)).pick(range(1, 10_001)) == ascending
        else:
            assert format_set(ascending) == b""


class TestFolderNames:
    @pytest.mark.parametrize(
        ("name", "wire"),
        [
            ("INBOX", b"INBOX"),
            ("A & B", b"A &- B"),
            ("Entwürfe", b"Entw&APw-rfe"),
            ("台北", b"&U,BTFw-"),
            ("a&ü&", b"a&-&APw-&-"),
            ("😀", b"&2D3eAA-"),
        ],
    )
    def test_modified_utf7(self, name: str, wire: bytes) -> None:
        assert encode_folder(name) == wire
        assert decode_folder(wire) == name

    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f", min_codepoint=32), max_size=20))
    def test_as_imapclient_writes_it(self, name: str) -> None:
        assert decode_folder(encode_folder(name)) == name
        assert imap_utf7.decode(encode_folder(name)) == name
        assert decode_folder(imap_utf7.encode(name)) == name

    @pytest.mark.parametrize("wire", [b"\xff", b"&A-", b"&*-"])
    def test_nonsense_is_refused(self, wire: bytes) -> None:
        with pytest.raises(BadArgument):
            decode_folder(wire)


class TestStrings:
    @pytest.mark.parametrize(
        ("text", "wire"),
        [(b"INBOX", b"INBOX"), (b"a b", b'"a b"'), (b"", b'""'), (b'a"\\', b'"a\\"\\\\"'), (b"\xff", b"{1}\r\n\xff")],
    )
    def test_astring(self, text: bytes, wire: bytes) -> None:
        assert astring(text) == wire

    @given(st.binary(max_size=20))
    def test_quoted_is_read_again(self, text: bytes) -> None:
        assert parse_command(b"a X " + quoted(text) + b"\r\n").arguments == [text]


class TestDates:
    def test_internal_date_is_utc(self) -> None:
        moment = datetime(2026, 3, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=5)))
        assert format_internal_date(moment) == b"28-Feb-2026 20:02:03 +0000"
        assert format_internal_date(datetime(1970, 1, 1, tzinfo=UTC)) == b"01-Jan-1970 00:00:00 +0000"

    @pytest.mark.parametrize("text", [b"1-Jan-2026", b"01-jan-2026"])
    def test_search_date(self, text: bytes) -> None:
        assert parse_date(text) == date(2026, 1, 1)

    @pytest.mark.parametrize("text", [b"", b"1-1-2026", b"31-Feb-2026", b"Jan-1-2026", b"\xff"])
    def test_nonsense_is_refused(self, text: bytes) -> None:
        with pytest.raises(BadArgument):
            parse_date(text)

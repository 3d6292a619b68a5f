"""Whatever text comes in: one argument of one command goes out, or a refusal. Nothing in between."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imapclient import imap_utf7
from imapclient.response_parser import parse_response

from desktop.domain.errors import Misconfigured
from desktop.domain.refset import RefSet
from desktop.providers.imap import arguments
from desktop.providers.imap.guard import Guard

HOSTILE = st.text(max_size=60) | st.text(alphabet='\r\n\0"\\{}()*% 5aX&-é日\ud800', max_size=30)
UIDS = st.integers(1, arguments.HIGHEST_UID)


def passes(line: bytes) -> bool:
    """Whether *line* is one command that may be sent."""
    Guard().check(b"P1 " + line + b"\r\n")
    return line.count(b"\r") == line.count(b"\n") == line.count(b"\0") == 0


@settings(deadline=None)
@given(HOSTILE)
def test_any_folder_name(name: str) -> None:
    try:
        spelled = arguments.folder(name)
    except Misconfigured:
        assert not name or any(ch in "\0\r\n" or 0xD800 <= ord(ch) < 0xE000 for ch in name)
        return
    assert passes(b"EXAMINE " + spelled)
    (read,) = parse_response([spelled])
    assert isinstance(read, bytes)
    assert imap_utf7.decode(read) == name


@settings(deadline=None)
@given(HOSTILE)
def test_any_message_id(text: str) -> None:
    try:
        spelled = arguments.header_value(text)
    except Misconfigured:
        assert not text or any(not 32 <= ord(ch) < 127 for ch in text)
        return
    assert passes(b"UID SEARCH HEADER Message-ID " + spelled)
    assert parse_response([spelled]) == (text.encode("ascii"),)


@settings(deadline=None)
@given(HOSTILE)
def test_any_search(text: str) -> None:
    try:
        pieces = arguments.containing(text)
    except Misconfigured:
        assert any(ch in "\0\r\n" or 0xD800 <= ord(ch) < 0xE000 for ch in text)
        return
    guard, begin = Guard(), b"P1 UID SEARCH "
    for piece in pieces:
        guard.check(begin + piece + b"\r\n")
        begin = b""
    guard.check(b"P2 NOOP\r\n")
    assert len(pieces) == 1 or pieces[2] == text.encode()


def test_a_search_for_a_whole_letter_is_refused() -> None:
    with pytest.raises(Misconfigured) as refused:
        arguments.containing("x" * 501)
    assert refused.value.field == "search"


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
def test_any_user_and_password(user: str, password: str) -> None:
    try:
        pieces = [arguments.astring(user, "user"), arguments.astring(password, "password")]
        word = arguments.sasl_plain(user, password)
    except Misconfigured:
        assert any(ch in "\0\r\n" or 0xD800 <= ord(ch) < 0xE000 for ch in user + password)
        return
    assert passes(b"AUTHENTICATE PLAIN " + word)
    guard, line = Guard(), b"P1 LOGIN"
    for piece in pieces:
        if piece.literal is None:
            line += b" " + piece.quoted
        else:
            guard.check(line + b" {%d}\r\n" % len(piece.literal))
            line = piece.literal
    guard.check(line + b"\r\n")
    guard, first = Guard(), b"P1 LOGIN "
    for sent in arguments.login(user, password):
        guard.check(first + sent + b"\r\n")
        first = b""


@settings(deadline=None)
@given(st.sets(UIDS, max_size=300), st.integers(60, 7000))
def test_any_set_of_uids(uids: set[int], longest: int) -> None:
    refs = RefSet.of(uids)
    lines = list(arguments.uid_sets(refs, longest=longest))
    assert all(passes(b"UID FETCH " + line + b" (UID)") and len(line) <= longest for line in lines)
    assert [uid for line in lines for uid in RefSet.parse(line.decode())] == sorted(uids)


def test_a_long_set_stays_under_eight_kilobytes() -> None:
    lines = list(arguments.uid_sets(RefSet.of(range(1, 100_000, 2))))
    assert max(map(len, lines)) < 8192 - 100
    assert sum(len(RefSet.parse(line.decode())) for line in lines) == 50_000


@pytest.mark.parametrize("uid", [0, -1, 2**32, 2**64])
def test_a_number_that_is_no_uid(uid: int) -> None:
    with pytest.raises(Misconfigured):
        arguments.from_uid(uid)


def test_a_set_beyond_32_bits() -> None:
    with pytest.raises(Misconfigured):
        list(arguments.uid_sets(RefSet.of([2**32])))


@pytest.mark.parametrize("text", ["x" * 2001, "é" * 2001])
def test_over_long(text: str) -> None:
    for spell in (arguments.folder, arguments.header_value):
        with pytest.raises(Misconfigured) as caught:
            spell(text)
        assert text not in str(caught.value)


def test_an_argument_does_not_show_itself() -> None:
    assert "hunter2" not in repr(arguments.astring("hunter2", "password"))

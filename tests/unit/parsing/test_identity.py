"""Content identity: the same for copies of one message, never the same for two (reliability section 4, invariant 3)."""

import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop.parsing.identity import TRACE_BYTES, identity
from tests.unit.parsing.golden import raw_mail

HEAD = b"From: ann@acme.example\r\nTo: box@shop.example\r\nSubject: Order\r\nMessage-ID: <1@acme.example>\r\n"
BODY = b"\r\nHello,\r\n\r\nthe order was sent.\r\n"
MAIL = HEAD + BODY

TRACE = [
    b"Received: from a by b; Sun, 1 Mar 2026 10:00:00 +0000\r\n",
    b"Received: from a\r\n\tby b (folded\r\n far)\r\n ;Sun, 1 Mar 2026 10:00:00 +0000\r\n",
    b"Return-Path: <ann@acme.example>\r\n",
    b"Delivered-To: box@shop.example\r\n",
    b"X-Original-To: box@shop.example\r\n",
    b"Envelope-To: box@shop.example\r\n",
    b"Received-SPF: pass\r\n",
    b"Authentication-Results: mx; dkim=pass\r\n header.d=acme.example\r\n",
    b"ARC-Seal: i=1; a=rsa-sha256\r\n",
    b"ARC-Message-Signature: i=1\r\n",
    b"X-Spam-Status: No, score=-1\r\n\ttests=A,B\r\n",
    b"X-Virus-Scanned: clean\r\n",
    b"X-MS-Exchange-Organization-SCL: 1\r\n",
    b"X-Forefront-Antispam-Report: CIP:1.2.3.4\r\n",
    b"X-Microsoft-Antispam: BCL:0\r\n",
    b"X-Google-Smtp-Source: abc\r\n",
    b"X-GM-Message-State: abc\r\n",
    b"X-Gmail-Labels: Inbox\r\n",
    b"Status: RO\r\n",
    b"X-Status: A\r\n",
    b"X-UID: 17\r\n",
    b"X-Keywords: \r\n",
    b"X-Mozilla-Status: 0001\r\n",
    b"Content-Length: 31\r\n",
    b"Lines: 3\r\n",
    b"RECEIVED : from odd\r\n",
    b"From box@shop.example Sun Mar  1 10:00:00 2026\r\n",
    b">From box@shop.example Sun Mar  1 10:00:00 2026\r\n",
]


@pytest.mark.parametrize("line", TRACE)
def test_what_delivery_adds_on_top_changes_nothing(line: bytes) -> None:
    assert identity(raw_mail(line + MAIL)) == identity(raw_mail(MAIL))


@pytest.mark.parametrize("line", [line for line in TRACE if b":" in line.partition(b" ")[0] or line[:8] == b"RECEIVED"])
def test_what_delivery_adds_below_changes_nothing(line: bytes) -> None:
    assert identity(raw_mail(HEAD + line + BODY)) == identity(raw_mail(MAIL))


def test_line_ends_change_nothing() -> None:
    assert identity(raw_mail(MAIL.replace(b"\r\n", b"\n"))) == identity(raw_mail(MAIL))


OTHERS = [
    MAIL.replace(b"sent.", b"sent!"),
    MAIL + b"\r\n",
    MAIL.removesuffix(b"\r\n"),
    MAIL.replace(b"\r\n\r\nthe", b"\r\nthe"),
    MAIL.replace(b"Subject: Order", b"Subject: order"),
    MAIL.replace(b"Subject: Order", b"Subject:  Order"),
    MAIL.replace(b"Subject:", b"subject:"),
    MAIL.replace(b"Subject: Order", b"Subject:\r\n Order"),
    MAIL.replace(b"<1@", b"<2@"),
    b"X-New: 1\r\n" + MAIL,
    b"Bcc: x@x.example\r\n" + MAIL,
    HEAD + b"Subject: Order\r\n" + BODY,
    b"To: box@shop.example\r\nFrom: ann@acme.example\r\nSubject: Order\r\nMessage-ID: <1@acme.example>\r\n" + BODY,
    HEAD + b"\r\nReceived: not a header any more\r\n" + BODY,
    HEAD + b"\r\n" + BODY,
    HEAD + b"no header\r\nReceived: perhaps the body\r\n" + BODY,
    HEAD + b"no header\r\nReceived: perhaps another body\r\n" + BODY,
    MAIL.replace(b"\r\nthe", b"\n\r\nthe"),
    MAIL.replace(b"sent.\r\n", b"sent.\r"),
    MAIL.replace(b"sent.\r\n", b"sent.\r\r\n"),
    b"",
    HEAD,
    b"\r\n" + MAIL,
    TRACE[0] + b"\r\n" + MAIL,
    b"\xef\xbb\xbf" + MAIL,
    b"From : ann@acme.example\r\n" + MAIL,
    b"X-Spammer: 1\r\n" + MAIL,
    b"X-Receive: 1\r\n" + MAIL,
    b" Received: continuation of nothing\r\n" + MAIL,
]


def test_different_content_is_never_the_same() -> None:
    found = {identity(raw_mail(content)) for content in [MAIL, *OTHERS]}
    assert len(found) == len(OTHERS) + 1


def test_two_headers_of_one_name_in_another_order_are_another_message() -> None:
    one, two = b"X-Note: one\r\n", b"X-Note: two\r\n"
    assert identity(raw_mail(one + two + MAIL)) != identity(raw_mail(two + one + MAIL))


def test_a_body_line_that_looks_like_trace_counts_when_there_is_no_header() -> None:
    """Without a blank line the reader takes what follows for the body; nothing of it may be left out."""
    first = b"From: a@x.example\r\nHello you\r\nReceived: 5 boxes\r\n"
    assert identity(raw_mail(first)) != identity(raw_mail(first.replace(b"5", b"6")))


def test_headers_alone_are_in_a_space_of_their_own() -> None:
    """What was not fetched cannot be compared: the size the server tells stands for it."""
    part = identity(raw_mail(HEAD, whole=False, size_bytes=1000))
    assert part.startswith("headers:")
    assert part != identity(raw_mail(HEAD))
    assert part != identity(raw_mail(HEAD, whole=False, size_bytes=1001))
    assert part == identity(raw_mail(TRACE[0] + HEAD, whole=False, size_bytes=1000))


def test_a_header_larger_than_where_trace_is_looked_for_is_the_same_behind_any_trace() -> None:
    """The cut falls elsewhere in each copy; what is put together again must not depend on it."""
    large = b"To: " + b",\r\n ".join(b"user%d@customer.example" % number for number in range(60_000)) + b"\r\n"
    assert len(large) > TRACE_BYTES
    copies = {identity(raw_mail(b"".join(TRACE[:count]) + large + MAIL)) for count in range(1, 20)}
    assert copies == {identity(raw_mail(large + MAIL))}
    assert identity(raw_mail(large + MAIL + b"x")) not in copies


@pytest.mark.parametrize("shift", range(4))
def test_crlf_at_the_edge_of_a_stretch_is_one_line_end(shift: int) -> None:
    body = b"x" * ((1 << 20) - shift) + b"\r\n\r\r\nend"
    expected = hashlib.sha256(b"mail\nA: b\n\n" + body.replace(b"\r\n", b"\n")).hexdigest()
    assert identity(raw_mail(b"A: b\r\n\r\n" + body)) == expected


NAMES = st.sampled_from([b"Received", b"Subject", b"X-Spam-Flag", b"X-Note", b"received", b"Status", b"To"])
VALUES = st.binary(max_size=12).filter(lambda value: b"\n" not in value and b"\r" not in value)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=6)


def _built(fields: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    return (
        b"From: a@x.example\r\n" + b"".join(name + b": " + value + b"\r\n" for name, value in fields) + b"\r\n" + body
    )


def _told(fields: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    trace = {b"received", b"x-spam-flag", b"status"}
    return [(name, value) for name, value in fields if name.lower() not in trace]


@given(first=FIELDS, second=FIELDS, body=st.binary(max_size=20), other=st.binary(max_size=20))
@settings(max_examples=300, deadline=None)
def test_equal_exactly_when_what_was_written_is_equal(
    first: list[tuple[bytes, bytes]], second: list[tuple[bytes, bytes]], body: bytes, other: bytes
) -> None:
    assume(b"\r" not in body + other)
    same = _told(first) == _told(second) and body == other
    assert (identity(raw_mail(_built(first, body))) == identity(raw_mail(_built(second, other)))) == same
    shuffled = _built([*first, (b"Received", b"x")], body)
    assert identity(raw_mail(shuffled)) == identity(raw_mail(_built(first, body)))

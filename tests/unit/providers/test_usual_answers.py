"""Answers that are read at one glance are read as imapclient reads them."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

import pytest
from imapclient.response_parser import parse_fetch_response

from desktop.providers.imap import usual
from desktop.providers.imap.client import items_of

Records = list[bytes | tuple[bytes, bytes]]

TOLD = b'7 (UID 12 INTERNALDATE "03-Mar-2024 04:05:06 +0130" RFC822.SIZE 4711)'


def theirs(records: Sequence[Any]) -> dict[bytes, Any]:
    (items,) = parse_fetch_response(list(records), normalise_times=False, uid_is_key=False).values()
    return dict(items)


def answers() -> list[Records]:
    bodies: list[Records] = [
        [(b"%d (UID %d BODY[%s] {%d}" % (number, uid, part, len(body)), body), b")"]
        for number, uid in ((1, 1), (99, 4294967295))
        for part in (b"", b"HEADER")
        for body in (b"", b'From: a@b.example\r\n\r\nHello (" {3}\\ \r\n)', bytes(range(256)))
    ]
    zones = (b"+0000", b"-0000", b"+0200", b"-1130", b"+1400", b"-0059")
    days = (b"01-Jan-1970", b" 1-Feb-2024", b"29-Feb-2024", b"31-Dec-2037", b"09-Sep-1999")
    told: list[Records] = [
        [b'3 (UID 9 INTERNALDATE "%s 23:59:%02d %s" RFC822.SIZE %d)' % (day, second, zone, second * 977)]
        for day in days
        for zone in zones
        for second in (0, 7, 59)
    ]
    return bodies + told


@pytest.mark.parametrize("records", answers(), ids=repr)
def test_a_usual_answer_is_read_at_once_and_as_imapclient_reads_it(records: Records) -> None:
    read = usual.read(records)
    assert read is not None
    assert read == theirs(records)
    moment = read.get(b"INTERNALDATE")
    assert moment is None or (isinstance(moment, datetime) and moment.tzinfo is not None)


@pytest.mark.parametrize(
    "records",
    [
        [b'1 (UID 2 RFC822.SIZE 5 INTERNALDATE "03-Mar-2024 04:05:06 +0100")'],
        [b'1 (UID 2 INTERNALDATE "03-Mar-2024 04:05:06 +0100" RFC822.SIZE 5 X-GM-MSGID 77)'],
        [b'1 (FLAGS (\\Seen) UID 2 INTERNALDATE "03-Mar-2024 04:05:06 +0100" RFC822.SIZE 5)'],
        [(b"1 (UID 2 FLAGS (\\Seen) BODY[] {2}", b"ab"), b")"],
        [(b"1 (BODY[] {2}", b"ab"), b" UID 2)"],
        [(b"1 (UID 2 BODY[] {2}", b"ab"), b" FLAGS ())"],
        [b"1 (FLAGS (\\Seen))"],
    ],
    ids=repr,
)
def test_what_is_spelled_otherwise_is_left_to_imapclient(records: Records) -> None:
    assert usual.read(records) is None
    assert items_of(records) == theirs(records)


def test_an_answer_changed_at_random_is_read_alike_or_left_to_imapclient() -> None:
    """Whatever one glance makes of it, imapclient makes the same of it: it is never taken for another mail."""
    chance = Random(8)
    read_here = 0
    for _ in range(4000):
        line = bytearray(TOLD)
        for _ in range(chance.randint(1, 2)):
            line[chance.randrange(len(line))] = chance.choice(b'0123456789 "(){}-+:JanUID')
        read = usual.read([bytes(line)])
        if read is not None:
            read_here += 1
            assert read == theirs([bytes(line)])
    assert read_here > 100

"""Dates as they are written in the wild, and dates that lie."""

from datetime import UTC, datetime

import pytest

from desktop.parsing.dates import read_date

RECEIVED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
THEN = "2026-03-01T10:00:00"

WRITTEN = [
    ("Sun, 01 Mar 2026 10:00:00 +0000", THEN),
    ("Sun, 1 Mar 2026 10:00:00 +0000", THEN),
    ("1 Mar 2026 10:00:00 +0000", THEN),
    ("Sun,1 Mar 2026 10:00:00 +0000", THEN),
    ("Sun, 01 Mar 2026 11:00:00 +0100", THEN),
    ("Sun, 01 Mar 2026 05:00:00 -0500", THEN),
    ("Sun, 01 Mar 2026 15:30:00 +0530", THEN),
    ("Sun, 01 Mar 2026 15:45 +0545", THEN),
    ("Sun, 01 Mar 2026 10:00:00 -0000", THEN),
    ("Sun, 01 Mar 2026 10:00:00 GMT", THEN),
    ("Sun, 01 Mar 2026 10:00:00 UT", THEN),
    ("Sun, 01 Mar 2026 10:00:00 Z", THEN),
    ("Sun, 01 Mar 2026 05:00:00 EST", THEN),
    ("Sun, 01 Mar 2026 02:00:00 PST", THEN),
    ("Sun, 01 Mar 2026 11:00:00 CET", THEN),
    ("Sun, 01 Mar 2026 11:00:00 MEZ", THEN),
    ("Sun, 01 Mar 2026 13:00:00 MSK", THEN),
    ("Sun, 01 Mar 2026 19:00:00 JST", THEN),
    ("Sun, 01 Mar 2026 10:00:00 XYZ", THEN),
    ("Sun, 01 Mar 2026 10:00:00", THEN),
    ("Sun, 01 Mar 2026 10:00", THEN),
    ("Sun, 01 Mar 2026 11:00:00 +0100 (CET)", THEN),
    ("Sun, 01 Mar 2026 11:00:00 +0100 (Mitteleuropäische Zeit)", THEN),
    ("Sun, 01 Mar 2026 11:00:00 +0100 junk at the end", THEN),
    ("Sun, 01 Mar 2026 11:00:00 +01:00", THEN),
    ("Sun, 01 Mar 2026 11:00:00 +100", THEN),
    ("Sun, 01 Mar 26 10:00:00 +0000", THEN),
    ("Sun, 01 Mar 126 10:00:00 +0000", THEN),
    ("01-Mar-2026 10:00:00 +0000", THEN),
    ("Sunday, 01-Mar-26 10:00:00 GMT", THEN),
    ("Sun, 01 March 2026 10:00:00 +0000", THEN),
    ("Sun, 01 Mar 2026 10.00.00 +0000", THEN),
    ("Sun, 01 Mar 2026 10:00:00 AM +0000", THEN),
    ("Sat, 28 Feb 2026 10:00:00 PM +0000", "2026-02-28T22:00:00"),
    ("Sun, 01 Mar 2026 09:59:60 +0000", "2026-03-01T09:59:59"),
    ("Sun Mar  1 10:00:00 2026", THEN),
    ("Sun Mar  1 11:00:00 2026 +0100", THEN),
    ("2026-03-01T10:00:00Z", THEN),
    ("2026-03-01 11:00:00+01:00", THEN),
    ("2026-03-01 10:00:00", THEN),
    ("=?utf-8?q?Sun,_01_Mar_2026_10:00:00_+0000?=", THEN),
    ("Sun,\r\n 01 Mar 2026\r\n\t10:00:00 +0000", THEN),
    ("Sun, 01 Mar 2026 10:00:00 +9999", THEN),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_dates_in_the_wild(text: str, expected: str) -> None:
    moment, note = read_date(text.encode(), RECEIVED)
    assert moment is not None
    assert (moment.isoformat(), note) == (expected + "+00:00", "")


UNREADABLE = [
    *("", " ", "yesterday", "99 Mar 2026 10:00:00 +0000", "31 Feb 2026 10:00:00 +0000", "01 Foo 2026 10:00:00 +0000"),
    *(
        "Thu, 31 Dec 99999 23:59:59 GMT",
        "01 Mar 2026 25:00:00",
        "01 Mar 2026 10:61:00",
        "2026-13-01T00:00:00",
        "0",
        "\0",
    ),
    *(
        "Mon, 01 Jan 0000 00:00:00 +0000",
        "1" * 500,
        "=?utf-8?q?",
        "(((",
        "01 Jan 0001 00:00:00 +2359",
        "\u0661 Mar 2026",
    ),
    *("31 Dec 9999 23:59:59 -1200", "2026-02-30 10:00", "٣٢ Mar 2026 10:00:00 +0000"),
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_date_is_none_and_never_raises(text: str) -> None:
    assert read_date(text.encode(), RECEIVED) == (None, "Its Date line cannot be read.")


def test_no_date_line() -> None:
    assert read_date(None, RECEIVED) == (None, "It has no Date line.")


LIES = [
    ("Sat, 28 Feb 2026 12:00:00 +0000", ""),
    ("Sat, 28 Feb 2026 11:59:59 +0000", "The sender's clock says 28 February 2026, a day before it arrived."),
    ("Mon, 02 Mar 2026 12:00:00 +0000", ""),
    ("Wed, 04 Mar 2026 12:00:00 +0000", "The sender's clock says 4 March 2026, 3 days after it arrived."),
    ("Thu, 01 Jan 1970 00:00:00 +0000", "The sender's clock says 1 January 1970, 20,513 days before it arrived."),
    ("Thu, 31 Dec 2099 00:00:00 +0000", "The sender's clock says 31 December 2099, 26,967 days after it arrived."),
]


@pytest.mark.parametrize(("text", "expected"), LIES)
def test_a_date_that_lies_is_kept_with_a_note(text: str, expected: str) -> None:
    moment, note = read_date(text.encode(), RECEIVED)
    assert moment is not None
    assert note == expected


def test_a_receive_time_without_a_zone_is_taken_as_utc() -> None:
    assert read_date(b"Sun, 01 Mar 2026 10:00:00 +0000", RECEIVED.replace(tzinfo=None))[1] == ""

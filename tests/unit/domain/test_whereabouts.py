"""Where an email lies and lay is told as one history: a move is no removal and no new email."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.rows import PlaceRow
from desktop.domain.whereabouts import flags_told, whereabouts
from tests.helpers.mails import NOON

LATER = NOON + timedelta(hours=2)
INBOX = PlaceRow("ann@shop.example", "INBOX", "1", "7", "SYNCED", "", NOON, NOON, None)
LEFT = replace(INBOX, gone_at=NOON)
ARCHIVE = replace(INBOX, folder="Archive", ref="3", seen_at=LATER)
SENT = replace(ARCHIVE, folder="Sent")
OTHERS = replace(INBOX, mailbox="bob@shop.example")
GONE = " No longer on the server since then, as far as the folders that are synced show."


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([INBOX], "In INBOX."),
        ([INBOX, ARCHIVE], "In INBOX and Archive."),
        ([INBOX, ARCHIVE, SENT], "In INBOX, Archive and Sent."),
        ([LEFT, ARCHIVE], "In INBOX until 12:00, then in Archive."),
        ([ARCHIVE, LEFT], "In INBOX until 12:00, then in Archive."),
        ([LEFT], "In INBOX until 12:00." + GONE),
        (
            [LEFT, replace(ARCHIVE, gone_at=LATER)],
            "In INBOX until 12:00, then in Archive until 14:00." + GONE,
        ),
        ([LEFT, replace(INBOX, epoch="2", ref="1")], "In INBOX."),
        ([LEFT, replace(INBOX, epoch="2", gone_at=LATER)], "In INBOX until 14:00." + GONE),
        ([INBOX, OTHERS], "In INBOX of ann@shop.example and INBOX of bob@shop.example."),
        ([], ""),
    ],
)
def test_places_are_told_as_one_history(places: list[PlaceRow], told: str) -> None:
    def at(moment: datetime) -> str:
        return f"{moment:%H:%M}"

    assert whereabouts(places).told(at) == told


def test_gone_everywhere_says_since_when() -> None:
    gone = whereabouts([LEFT, replace(ARCHIVE, gone_at=LATER)])
    assert (gone.is_there, gone.code, gone.gone_since) == (False, "MISSING_ON_SERVER", LATER)
    back = whereabouts([LEFT, ARCHIVE])
    assert (back.is_there, back.code, back.gone_since) == (True, "SYNCED", None)


@pytest.mark.parametrize(
    ("flags", "told"),
    [(None, ""), ("", ""), ("\\Answered \\Seen", "answered, read"), ("$Later \\Flagged", "$Later, flagged")],
)
def test_flags_are_told_in_words(flags: str | None, told: str) -> None:
    assert flags_told(flags) == told

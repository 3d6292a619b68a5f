"""Flags, moves and removals on the server are followed by asking what changed, and found anyway where that fails."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desktop.domain.refset import RefSet
from desktop.sync.deltas import newest_of
from tests.model.server import Faults, Folder
from tests.unit.sync.support import ANN, Desk

OPEN, CHANGED, LIST, FLAGS, NEWEST = range(1, 6)
"""What a pass over a folder asks, in this order, once it has signed in."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from made(Desk(resyncs=True))


@pytest.fixture
def plain() -> Iterator[Desk]:
    """With a server that does not tell what changed."""
    yield from made(Desk(condstore=False))


def made(desk: Desk) -> Iterator[Desk]:
    desk.deliver(desk.inbox, 5)
    desk.sync()
    yield desk
    desk.close()


def flags(desk: Desk) -> dict[str, str]:
    return {row["ref"]: row["flags"] for row in desk.stored().ledger if row["gone_at"] is None}


def gone(desk: Desk) -> list[str]:
    return sorted(row["ref"] for row in desk.stored().ledger if row["gone_at"] is not None)


def asked(desk: Desk, folder: Folder) -> int:
    return desk.world.server.commands[ANN, folder.name]


def test_new_mail_comes_with_its_flags(desk: Desk) -> None:
    assert flags(desk) == dict.fromkeys("12345", "")
    desk.deliver(desk.inbox)
    desk.inbox.set_flags(6, "\\Seen")
    desk.sync()
    assert flags(desk)["6"] == "\\Seen"


def test_what_changed_and_what_is_gone_is_told_without_a_listing(desk: Desk) -> None:
    desk.inbox.set_flags(2, "\\Flagged \\Seen")
    desk.inbox.expunge(4)
    desk.sync()
    assert flags(desk) == {"1": "", "2": "\\Flagged \\Seen", "3": "", "5": ""}
    assert gone(desk) == ["4"]
    assert desk.codes() == ["NO_MATCH"] * 5
    assert asked(desk, desk.inbox) == 4  # open, what changed, what came from UIDNEXT on, the newest
    desk.sync()
    assert asked(desk, desk.inbox) == 2


def test_a_vanished_that_is_lost_is_found_by_the_count_in_the_same_pass(desk: Desk) -> None:
    desk.inbox.expunge(2)
    desk.inbox.expunge(4)
    desk.sync(Faults(untold=1))
    assert gone(desk) == ["2", "4"]
    assert flags(desk) == {"1": "", "3": "", "5": ""}


def test_a_change_that_is_not_told_is_found_the_next_day(desk: Desk) -> None:
    desk.inbox.set_flags(2, "\\Seen")
    desk.sync(Faults(untold=1))
    assert flags(desk)["2"] == ""
    desk.world.clock.time += timedelta(hours=25)
    desk.sync()
    assert flags(desk)["2"] == "\\Seen"


@pytest.mark.parametrize("at", [1 + CHANGED, 1 + LIST])
def test_what_changed_is_asked_again_when_the_answer_was_lost(desk: Desk, at: int) -> None:
    desk.inbox.set_flags(2, "\\Seen")
    desk.inbox.expunge(4)
    desk.sync(Faults(cut_at=at, asks_to_wait=at > 1 + CHANGED))
    desk.sync()
    assert flags(desk)["2"] == "\\Seen"
    assert gone(desk) == ["4"]


def test_a_server_that_counts_from_further_back_is_listed_in_full(desk: Desk) -> None:
    desk.inbox.set_flags(5, "\\Seen")
    desk.inbox.expunge(4)
    desk.inbox.set_back(5)
    desk.sync()
    assert flags(desk)["5"] == "\\Seen"
    assert gone(desk) == ["4"]
    desk.inbox.set_flags(1, "\\Seen")
    desk.sync()
    assert flags(desk)["1"] == "\\Seen"


def test_a_count_that_cannot_be_right_does_not_pass_changes_over(desk: Desk) -> None:
    desk.inbox.set_flags(1, "\\Seen")
    desk.deliver(desk.inbox)
    desk.sync(Faults(short_by=1, untold=9))
    desk.inbox.set_flags(2, "\\Seen")
    desk.sync()
    assert flags(desk)["2"] == "\\Seen"
    assert set(flags(desk)) == set("123456")


def test_without_being_told_the_newest_are_asked_about_and_all_once_a_day(plain: Desk) -> None:
    for uid in (1, 4, 5):
        plain.inbox.set_flags(uid, "\\Seen")
    plain.sync()
    assert flags(plain) == dict.fromkeys("12345", "")  # no count shows it
    plain.deliver(plain.inbox)
    plain.sync()
    newest = {"5": "\\Seen", "6": ""}
    assert flags(plain) == {**dict.fromkeys("1234", ""), **newest}
    plain.world.clock.time += timedelta(hours=25)
    plain.sync()
    assert flags(plain) == {**dict.fromkeys("23", ""), "1": "\\Seen", "4": "\\Seen", **newest}


def test_a_move_is_one_email_with_two_places(desk: Desk) -> None:
    desk.archive.add(desk.inbox.expunge(3).letter)
    receipts = desk.sync()
    stored = desk.stored()
    moved = [row for row in stored.ledger if stored.serials[row["email_id"]] == 3]
    assert [(row["ref"], row["gone_at"] is None, row["code"]) for row in moved] == [
        ("3", False, "NO_MATCH"),
        ("1", True, "SYNCED"),
    ]
    assert len(stored.emails) == 5
    assert sum(folder.stored for folder in receipts[0].folders) == 0
    assert len(stored.outbox) == 5


@pytest.mark.parametrize(
    ("refs", "count", "expected"),
    [("", 3, ""), ("1:9", 3, "7:9"), ("1:4,8", 3, "3:4,8"), ("1,3,5", 9, "1,3,5"), ("1:9", 0, "")],
)
def test_the_newest_of_a_set(refs: str, count: int, expected: str) -> None:
    assert newest_of(RefSet.parse(refs), count) == RefSet.parse(expected)

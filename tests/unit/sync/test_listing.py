"""What is asked of a folder, by what is known of it and what its server says now."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.ids import Epoch, FolderId, MailboxId
from desktop.domain.refset import RefSet
from desktop.domain.rows import FolderState
from desktop.domain.source import FolderStatus
from desktop.sync.listing import Listing, is_ahead, is_due, is_unchanged, list_folder

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


def known(
    uid_next: int | None = 11, exists: int | None = 5, modseq: int | None = 70, *, listed_at: datetime | None = NOW
) -> FolderState:
    return FolderState(FolderId(1), MailboxId(1), "INBOX", "7", uid_next, exists, modseq, listed_at)


def status(uid_next: int | None = 11, exists: int = 5, modseq: int | None = 70, *, epoch: str = "7") -> FolderStatus:
    return FolderStatus(Epoch(epoch), exists, uid_next, modseq)


class Lists:
    """A source that lists these numbers and notes from where on it was asked."""

    def __init__(self, *refs: int) -> None:
        self.refs = refs
        self.asked: list[int] = []

    def list_refs(self, *, first: int = 1) -> RefSet:
        self.asked.append(first)
        return RefSet.of(ref for ref in self.refs if ref >= first)


@pytest.mark.parametrize(
    ("before", "now", "unchanged"),
    [
        (known(), status(), True),
        (known(modseq=None), status(modseq=None), True),
        (known(), status(uid_next=12, exists=6), False),
        (known(), status(exists=4), False),
        (known(), status(modseq=71), False),
        (known(), status(modseq=None), False),
        (known(), status(uid_next=12), False),
        (known(), status(epoch="8"), False),
        (known(uid_next=None), status(uid_next=None), False),
        (known(), status(uid_next=None), False),
        (known(uid_next=None, exists=None, modseq=None), status(), False),
    ],
)
def test_a_folder_is_unchanged_only_when_all_that_is_said_agrees(
    before: FolderState, now: FolderStatus, *, unchanged: bool
) -> None:
    assert is_unchanged(before, now) is unchanged


@pytest.mark.parametrize(
    ("listed_at", "due"),
    [
        (None, True),
        (NOW, False),
        (NOW - DAY + timedelta(seconds=1), False),
        (NOW - DAY, True),
        (NOW + timedelta(seconds=1), True),  # the clock was set back
    ],
)
def test_a_folder_is_listed_in_full_once_a_day(listed_at: datetime | None, *, due: bool) -> None:
    assert is_due(known(listed_at=listed_at), NOW, DAY) is due


@pytest.mark.parametrize(
    ("cursor", "uid_next", "ahead"),
    [("1:10", 11, False), ("1:11", 11, True), ("1:5,20", 11, True), ("", 11, False), ("1:20", None, False)],
)
def test_a_cursor_beyond_the_last_complete_pass_is_ahead(cursor: str, uid_next: int | None, *, ahead: bool) -> None:
    assert is_ahead(RefSet.parse(cursor), known(uid_next=uid_next)) is ahead


@pytest.mark.parametrize(
    ("refs", "now", "gone", "asked"),
    [
        pytest.param([4, 6, 8, 10], status(modseq=71, exists=4), "2", [11], id="the count agrees"),
        pytest.param([6, 8, 10, 11], status(12, 4, 71), "2,4", [11], id="two went and one came"),
        pytest.param([4, 6, 8, 10], status(modseq=71, exists=4), "", [11, 1], id="it was not told"),
        pytest.param([4, 6, 8], status(modseq=71, exists=3), "2", [11, 1], id="of two only one was told"),
        pytest.param([2, 4, 6, 8, 10], status(modseq=71), "2", [11, 1], id="it is still there"),
    ],
)
def test_what_is_told_to_be_gone_is_believed_when_the_count_agrees(
    refs: list[int], now: FolderStatus, gone: str, asked: list[int]
) -> None:
    source = Lists(*refs)
    listing = list_folder(source, known(), now, RefSet.parse(gone), full=False)  # type: ignore[arg-type]
    assert source.asked == asked
    assert listing.complete is (asked == [11, 1])
    assert listing.gone == (RefSet() if listing.complete else RefSet.parse(gone))


@pytest.mark.parametrize(
    ("refs", "before", "now", "full", "asked", "expected"),
    [
        pytest.param(
            [],
            known(),
            status(exists=0),
            True,
            [],
            Listing(RefSet(), complete=True, trusted=True, listed=0),
            id="empty",
        ),
        pytest.param(
            [2, 4, 6, 8, 10, 11, 12],
            known(),
            status(13, 7),
            False,
            [11],
            Listing(RefSet.parse("11:12"), complete=False, trusted=True, listed=7),
            id="grown",
        ),
        pytest.param(
            [2, 4, 6, 8, 11, 12],
            known(),
            status(13, 6),
            False,
            [11, 1],
            Listing(RefSet.parse("2,4,6,8,11:12"), complete=True, trusted=True, listed=6),
            id="grown, and one removed",
        ),
        pytest.param(
            [2, 4, 6, 8, 10],
            known(),
            status(),
            True,
            [1],
            Listing(RefSet.parse("2,4,6,8,10"), complete=True, trusted=True, listed=5),
            id="in full",
        ),
        pytest.param(
            [1, 2],
            known(None, None, None),
            status(3, 2),
            False,
            [1],
            Listing(RefSet.parse("1:2"), complete=True, trusted=True, listed=2),
            id="for the first time",
        ),
        pytest.param(
            [2, 4, 6],
            known(),
            status(),
            True,
            [1],
            Listing(RefSet.parse("2,4,6"), complete=False, trusted=False, listed=5),
            id="short",
        ),
        pytest.param(
            [2, 4, 6, 8, 10, 11],
            known(),
            status(),
            True,
            [1],
            Listing(RefSet.parse("2,4,6,8,10:11"), complete=True, trusted=True, listed=6),
            id="one more came meanwhile",
        ),
        pytest.param(
            [2, 4, 6, 8, 11],
            known(),
            status(),
            True,
            [1],
            Listing(RefSet.parse("2,4,6,8,11"), complete=False, trusted=False, listed=5),
            id="short by one, and one more came",
        ),
        pytest.param(
            [2, 4, 6, 8, 11],
            known(None),
            status(None),
            False,
            [1],
            Listing(RefSet.parse("2,4,6,8,11"), complete=True, trusted=True, listed=5),
            id="without UIDNEXT the count has to do",
        ),
    ],
)
def test_what_is_listed(
    refs: list[int], before: FolderState, now: FolderStatus, full: bool, asked: list[int], expected: Listing
) -> None:
    source = Lists(*refs)
    assert list_folder(source, before, now, RefSet(), full=full) == expected  # type: ignore[arg-type]
    assert source.asked == asked

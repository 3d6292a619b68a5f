"""Files that follow their mail, while backfills are taken back, mail is read again and other mail comes in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.model import files
from tests.model.files import Inspection
from tests.model.letters import Kind, Letter, write_letter
from tests.model.server import Faults, Folder
from tests.model.world import SYNCED_FROM
from tests.unit.sync.test_backfill import Past

MAILBOX = 0


class Counter(Past):
    """A desk to which large mail comes."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[int, Letter] = {}

    def large(self, folder: Folder, kind: Kind = Kind.LARGE, *, days_before: float = -13) -> Letter:
        """Deliver a large letter received so many days before the day that the mailbox is synced from."""
        self._serial += 1
        received = SYNCED_FROM - timedelta(days=days_before)
        letter = write_letter(self._serial, "a@customer.test", f"m{self._serial}", received, kind)
        self.letters[letter.serial] = letter
        folder.add(letter)
        return letter

    def fetch(self, *, pieces: int = 0) -> None:
        """Fetch the files of the first mailbox."""
        (receipt,) = self.world.fetch(MAILBOX, Faults(), pieces=pieces)
        assert receipt.error is None or pieces

    def amiss(self) -> list[str]:
        """What does not hold of the files."""
        self.world.store.sweep()
        stored, world = self.stored(), self.world
        found = list(Inspection(self.letters).of(stored, world.store, world.profile))
        return found + list(files.left_over(stored, world.profile))


@pytest.fixture
def counter() -> Iterator[Counter]:
    made = Counter()
    yield made
    made.close()


@pytest.mark.parametrize("write", [1, 4])
def test_what_comes_for_mail_that_was_taken_back_is_not_put_to_mail_that_came_since(
    counter: Counter, write: int
) -> None:
    """The new mail must not have the number of the one that went, by which the file knows where it belongs."""
    counter.large(counter.inbox, days_before=3)
    counter.sync()
    one = counter.begin()
    counter.work(one)

    def taken_back() -> None:
        counter.undo(one)
        counter.large(counter.inbox)
        counter.world.sync(MAILBOX, Faults())

    counter.world.points.act_before_write(write, taken_back)
    counter.fetch()
    assert counter.amiss() == []
    counter.fetch()
    assert counter.amiss() == []
    assert [row["state"] for row in counter.stored().stretches] == ["here", "here"]


def test_a_number_of_mail_that_was_taken_back_is_not_given_again(counter: Counter) -> None:
    counter.deliver(counter.inbox)
    counter.old(counter.inbox, 3, 4)
    counter.sync()
    one = counter.begin()
    counter.work(one)
    gone = set(counter.stored().emails)
    counter.undo(one)
    left = set(counter.stored().emails)
    counter.deliver(counter.inbox)
    counter.sync()
    assert not (set(counter.stored().emails) - left) & gone


def test_mail_that_is_taken_back_while_it_is_read_again_stays_away(counter: Counter) -> None:
    counter.deliver(counter.inbox)
    counter.old(counter.inbox, 3, 4)
    counter.sync()
    one = counter.begin()
    counter.work(one)

    def taken_back() -> None:
        counter.undo(one)
        counter.deliver(counter.inbox, 2)
        counter.world.sync(MAILBOX, Faults())

    counter.world.points.act_before_write(1, taken_back)
    counter.world.read_again(everything=True)
    assert counter.world.verify() == []
    assert len(counter.stored().emails) == 3
    texts = counter.ask("SELECT rowid FROM email_fts WHERE email_fts MATCH 'serial'")
    assert len(texts) == 3


def test_a_copy_of_which_only_the_headers_come_is_the_mail_that_is_here(counter: Counter) -> None:
    """The connection breaks over its text: then its headers are taken, by which it is known all the same."""
    letter = counter.large(counter.inbox)
    counter.sync()
    for at in range(4, 9):
        counter.archive.add(letter)
        counter.sync(Faults(cut_at=at))
    assert [row["code"] for row in counter.stored().ledger[1:]] == ["DUPLICATE_OF"] * 5
    assert len(counter.stored().emails) == 1


def test_a_text_that_comes_late_is_asked_for_where_the_mail_still_is(counter: Counter) -> None:
    """Only the headers came, and the place through which they did is gone: another mailbox has the mail as well."""
    letter = counter.large(counter.inbox)
    counter.sync(Faults(cut_at=4))
    assert counter.stored().emails, "its headers came"
    counter.other.add(letter)
    counter.inbox.expunge(1)
    counter.sync()
    for box in (0, 1):
        counter.world.fetch(box, Faults())
    assert counter.amiss() == []
    assert [row["state"] for row in counter.stored().stretches] == ["here", "here"]


@pytest.mark.parametrize("write", [1, 2])
def test_a_late_text_is_not_put_to_other_mail(counter: Counter, write: int) -> None:
    counter.large(counter.inbox, days_before=3)
    counter.sync()
    one = counter.begin()
    counter.work(one, Faults(cut_at=6))

    def taken_back() -> None:
        counter.undo(one)
        counter.large(counter.inbox)
        counter.world.sync(MAILBOX, Faults(cut_at=4))

    counter.world.points.act_before_write(write, taken_back)
    counter.fetch()
    assert counter.amiss() == []


def test_when_the_text_has_come_no_place_says_that_it_has_not(counter: Counter) -> None:
    counter.large(counter.inbox)
    counter.sync(Faults(cut_at=5))
    assert [row["code"] for row in counter.stored().ledger] == ["OVERSIZE"]
    counter.fetch()
    (place,) = counter.stored().ledger
    (email,) = counter.stored().emails.values()
    assert (place["code"], place["reason"]) == (email["code"], email["reason"])
    assert "headers" not in place["reason"]

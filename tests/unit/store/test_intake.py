"""Taking batches in: one verdict each, whatever is repeated, moved, renumbered or broken off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.decision import Decision
from desktop.domain.email_list import EmailFilter
from desktop.domain.ids import Ref
from desktop.domain.intake import FolderEpoch, LeftOut
from desktop.domain.mail import Unreadable
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.store.store import Store
from tests.helpers.mails import NOON, packed, parsed, place_in

EVERYTHING = EmailFilter()


def take(store: Store, place: object, *mails: object, left_out: tuple[LeftOut, ...] = ()) -> tuple[int, int, int, int]:
    with store.write() as uow:
        counts = uow.intake.take_in(place, list(mails), list(left_out), NOON)  # type: ignore[arg-type]
    return counts.stored, counts.duplicates, counts.parked, counts.skipped


def subjects(store: Store) -> list[str]:
    with store.read() as read:
        return [row.subject for row in read.emails.page(EVERYTHING, limit=100)]


def sound(store: Store) -> bool:
    with store.read() as read:
        return all(check.passed for check in read.soundness.checks())


def test_a_batch_is_stored_with_verdicts_and_covered_by_the_cursor(store: Store) -> None:
    place = place_in(store)
    assert take(store, place, packed(1, parsed("a")), packed(2, parsed("b"))) == (2, 0, 0, 0)
    with store.read() as read:
        assert str(read.ledger.cursor(place.folder_id, place.epoch)) == "1:2"
        assert {row.code for row in read.emails.page(EVERYTHING, limit=10)} == {"NO_MATCH"}
    assert sound(store)


def test_replaying_a_batch_changes_nothing(store: Store) -> None:
    place = place_in(store)
    batch = (packed(1, parsed("a")), packed(2, parsed("b")))
    take(store, place, *batch)
    assert take(store, place, *batch) == (0, 0, 0, 0)
    assert subjects(store) == ["Order a", "Order b"]
    assert sound(store)


def test_the_same_message_twice_is_one_email_with_two_places(store: Store) -> None:
    place = place_in(store)
    assert take(store, place, packed(1, parsed("a")), packed(2, parsed("a"))) == (1, 1, 0, 0)
    other = place_in(store, "sales@shop.example")
    assert take(store, other, packed(7, parsed("a"))) == (0, 1, 0, 0)
    with store.read() as read:
        (row,) = read.emails.page(EVERYTHING, limit=10)
        assert row.id is not None
        places = read.emails.places(row.id)
    assert [(one.mailbox, one.ref, one.code) for one in places] == [
        ("support@shop.example", "1", "NO_MATCH"),
        ("support@shop.example", "2", "DUPLICATE_OF"),
        ("sales@shop.example", "7", "DUPLICATE_OF"),
    ]
    assert sound(store)


def test_a_renumbered_folder_keeps_emails_and_decisions(store: Store) -> None:
    before = place_in(store, epoch="1")
    take(store, before, packed(1, parsed("a")), packed(2, parsed("b")))
    after = place_in(store, epoch="2")
    assert take(store, after, packed(1, parsed("b")), packed(2, parsed("a")), packed(3, parsed("c"))) == (1, 2, 0, 0)
    with store.write() as uow:
        uow.intake.close_old_epochs(after, NOON)
    with store.read() as read:
        rows = read.emails.page(EVERYTHING, limit=10)
        assert {row.subject: row.uid for row in rows} == {"Order a": "2", "Order b": "1", "Order c": "3"}
        places = [one for row in rows if row.id for one in read.emails.places(row.id)]
        assert not read.ledger.cursor(before.folder_id, before.epoch)
    assert "DUPLICATE_OF" not in {one.code for one in places}
    assert sound(store)


def test_what_is_left_out_has_its_verdict_and_no_email(store: Store) -> None:
    place = place_in(store)
    out = LeftOut(Ref("5"), ReasonCode.OWN_LOOP, "Postroom sent this.", NOON)
    assert take(store, place, left_out=(out,)) == (0, 0, 0, 1)
    with store.read() as read:
        assert read.emails.left_out_counts() == {"OWN_LOOP": 1}
        (row,) = read.emails.page(EmailFilter(code="OWN_LOOP"), limit=10)
        assert (row.id, row.uid, row.reason) == (None, "5", "Postroom sent this.")
        assert read.emails.page(EVERYTHING, limit=10) == []
        assert str(read.ledger.cursor(place.folder_id, place.epoch)) == "5"


def test_an_unreadable_mail_is_parked_with_its_bytes(store: Store) -> None:
    place = place_in(store)
    decision = Decision(ReasonCode.UNPARSEABLE, "It is nested too deep.", "rule:parser", needs_review=True)
    broken = packed(3, Unreadable("id-x", "It is nested too deep."), decision)
    assert take(store, place, broken) == (0, 0, 1, 0)
    with store.read() as read:
        (row,) = read.emails.page(EmailFilter(status="error"), limit=10)
        assert (row.code, row.needs_review, row.reason) == ("UNPARSEABLE", True, "It is nested too deep.")
        assert row.id is not None
        assert read.emails.raw(row.id) == b"raw of id-x"
    assert sound(store)


def test_an_undelivered_message_is_named_then_stored_when_it_comes(store: Store) -> None:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.note_unanswered(place, RefSet.of([9]), "left out of the answer", NOON)
        uow.intake.note_unanswered(place, RefSet.of([9]), "left out of the answer", NOON)
    with store.read() as read:
        assert read.ledger.open_refs(place.folder_id, place.epoch).attempts == {9: 2}
        assert 9 not in read.ledger.cursor(place.folder_id, place.epoch)
        (row,) = read.emails.page(EVERYTHING, limit=10)
        assert (row.id, row.status, row.code) == (None, "error", "FETCH_RETRYING")
    assert take(store, place, packed(9, parsed("late"))) == (1, 0, 0, 0)
    with store.read() as read:
        assert read.ledger.open_refs(place.folder_id, place.epoch).attempts == {}
        assert 9 in read.ledger.cursor(place.folder_id, place.epoch)
    assert subjects(store) == ["Order late"]
    assert sound(store)


def gone(store: Store, place: FolderEpoch) -> set[int]:
    """The messages of a folder that are no longer on the server."""
    with store.read() as read:
        return {row.ref for row in read.audits.rows(place.folder_id, place.epoch) if row.gone}


def test_an_undelivered_message_that_vanishes_is_closed(store: Store) -> None:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.note_unanswered(place, RefSet.of([9]), "left out", NOON)
        uow.intake.note_missing(place, RefSet.of([9]), "gone", NOON)
    with store.read() as read:
        assert 9 in read.ledger.cursor(place.folder_id, place.epoch)
        assert read.emails.left_out_counts() == {"MISSING_ON_SERVER": 1}
    assert gone(store, place) == {9}


def test_ranges_grow_and_are_covered(store: Store) -> None:
    place = place_in(store)
    with store.write() as uow:
        uow.intake.note_range(place, ReasonCode.BEFORE_START_DATE, RefSet.parse("1:5"), "old", NOON)
        uow.intake.note_range(place, ReasonCode.BEFORE_START_DATE, RefSet.parse("9"), "old", NOON)
        uow.intake.note_range(place, ReasonCode.BEFORE_START_DATE, RefSet(), "old", NOON)
    with store.read() as read:
        assert read.emails.left_out_counts() == {"BEFORE_START_DATE": 6}
        assert str(read.ledger.cursor(place.folder_id, place.epoch)) == "1:5,9"
        assert str(read.ledger.verdicts(place.folder_id, place.epoch)) == "1:5,9"
    assert sound(store)


def test_what_vanishes_is_marked_gone_and_comes_back(store: Store) -> None:
    place = place_in(store)
    take(store, place, packed(1, parsed("a")), packed(2, parsed("b")))
    with store.write() as uow:
        uow.intake.reconcile(place, RefSet.of([2]), NOON)
    assert gone(store, place) == {1}
    with store.write() as uow:
        uow.intake.reconcile(place, RefSet.of([1, 2]), NOON)
    assert gone(store, place) == set()
    assert subjects(store) == ["Order a", "Order b"]


def test_a_moved_message_is_not_called_a_duplicate(store: Store) -> None:
    inbox = place_in(store)
    take(store, inbox, packed(1, parsed("a")))
    with store.write() as uow:
        uow.intake.reconcile(inbox, RefSet(), NOON)
    archive = place_in(store, folder="Archive")
    take(store, archive, packed(1, parsed("a")))
    with store.read() as read:
        (row,) = read.emails.page(EVERYTHING, limit=10)
        assert (row.folder, row.uid) == ("Archive", "1")
        assert row.id is not None
        assert [one.code for one in read.emails.places(row.id)] == ["NO_MATCH", "SYNCED"]


def test_nothing_of_a_batch_stays_when_it_breaks_off(store: Store) -> None:
    place = place_in(store)

    def broken_off() -> None:
        with store.write() as uow:
            uow.intake.take_in(place, [packed(1, parsed("a"))], [], NOON)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        broken_off()
    assert subjects(store) == []
    with store.read() as read:
        assert not read.ledger.cursor(place.folder_id, place.epoch)
    assert sound(store)


def test_repair_reopens_the_cursor(store: Store) -> None:
    place = place_in(store)
    take(store, place, *(packed(ref, parsed(str(ref))) for ref in range(1, 6)))
    with store.write() as uow:
        uow.intake.uncover(place, RefSet.parse("2:3"))
    with store.read() as read:
        assert str(read.ledger.cursor(place.folder_id, place.epoch)) == "1,4:5"


def test_soundness_sees_a_cursor_without_verdict(store: Store) -> None:
    place = place_in(store)
    take(store, place, packed(1, parsed("a")))
    with store.write() as uow:
        uow.intake._coverage._cover(place, RefSet.of([2]))
    with store.read() as read:
        broken = [check.name for check in read.soundness.checks() if not check.passed]
    assert broken == ["the cursor covers only messages with a verdict"]


def test_lists_are_newest_first_and_narrowed(store: Store) -> None:
    place = place_in(store)
    filed = Decision(ReasonCode.SYNCED, "exact", "rule:exact_address", None, 100)
    newest = replace(packed(3, parsed("c"), filed), received_at=NOON)
    take(store, place, packed(1, parsed("a")), packed(2, parsed("b")), newest)
    with store.read() as read:
        page = read.emails.page(EmailFilter(status="pending"), limit=1)
        assert [row.subject for row in page] == ["Order a"]
        assert read.emails.count(EmailFilter(needs_review=True)) == 2
        assert page[0].received_at == NOON - timedelta(minutes=1)

"""Backfills, their undo, plain syncs and folders that are renumbered, all at once: no verdict without its message."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desktop.domain.mailbox import Direction
from desktop.services import backfills
from tests.model.letters import Kind, write_letter
from tests.model.server import Faults, Temper
from tests.model.world import SYNCED_FROM
from tests.unit.sync.test_backfill import Past


@pytest.fixture
def past() -> Iterator[Past]:
    made = Past()
    yield made
    made.close()


# --- folders that are renumbered --------------------------------------------------------------------------------------


def test_undone_before_a_renumbered_folder_is_listed_whole_the_old_cursor_covers_nothing_of_it(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.deliver(past.inbox, 3)
    past.sync()
    one = past.begin()
    past.work(one)
    past.inbox.renumber(7, backwards=False)
    past.sync(Faults(short_by=1))
    assert past.ask("SELECT count(*) FROM ledger WHERE epoch = '1' AND gone_at IS NULL") != [(0,)], "not closed yet"
    past.undo(one)
    assert past.world.verify() == []
    past.sync()
    assert past.world.verify() == []
    assert len(past.stored().emails) == 3


@pytest.mark.parametrize("write", [2, 3, 4, 6])
def test_a_sync_that_began_before_the_undo_brings_nothing_back_that_is_too_old_now(past: Past, write: int) -> None:
    past.old(past.inbox, 1, 2)
    past.deliver(past.inbox, 2)
    past.sync()
    one = past.begin()
    past.work(one)
    past.inbox.renumber(7, backwards=False)
    past.world.points.act_before_write(write, lambda: past.undo(one))
    receipts = past.sync()
    assert [receipt.error for receipt in receipts] == [None, None]
    assert len(past.stored().emails) == 2
    assert past.world.verify() == []
    past.sync()
    assert past.ask("SELECT code, refs FROM ledger_range") == [("BEFORE_START_DATE", "1:2")]
    assert (len(past.stored().emails), past.world.verify()) == (2, [])


@pytest.mark.parametrize("write", [3, 5, 6])
def test_what_was_fetched_under_old_numbers_is_not_written_once_the_folder_has_new_ones(past: Past, write: int) -> None:
    past.old(past.inbox, 1, 2, 3, 4)
    past.deliver(past.inbox, 1)
    past.sync()
    one = past.begin()

    def renumbered_and_synced() -> None:
        past.inbox.renumber(7, backwards=True)
        past.sync()

    past.world.points.act_before_write(write, renumbered_and_synced)
    past.work(one)
    assert past.work(one).error is None
    assert past.ask("SELECT count(*) FROM ledger WHERE epoch != '7' AND folder_id = 1 AND gone_at IS NULL") == [(0,)]
    past.sync()
    assert (len(past.stored().emails), past.world.verify()) == (5, [])
    past.undo(one)
    assert (len(past.stored().emails), past.world.verify()) == (1, [])


def test_a_number_that_the_server_gives_again_and_again_is_put_aside_under_a_name_of_its_own(past: Past) -> None:
    past.deliver(past.inbox, 1)
    past.sync()
    for epoch in (2, 1):
        past.inbox.renumber(epoch, backwards=False)
        past.sync()
    with past.world.store.write() as uow:  # nothing of the time in between is left
        uow.mailboxes._run.exec_driver_sql("DELETE FROM ledger WHERE epoch = '2'")
        uow.mailboxes._run.exec_driver_sql("DELETE FROM cursor_range WHERE epoch = '2'")
    slots, past.inbox.slots = past.inbox.slots, {}
    past.inbox.renumber(3, backwards=False)
    past.sync()
    past.inbox.renumber(1, backwards=False)
    past.inbox.slots = slots
    receipts = past.sync()
    assert [receipt.error for receipt in receipts] == [None, None]
    assert past.world.verify() == []


def test_a_verdict_that_stood_in_a_row_is_given_back_though_its_number_was_given_again(past: Past) -> None:
    """A row that was too old, not a range: the server did not describe the message when it was first asked."""
    past.inbox.add(write_letter(1, "a@customer.test", "m1", SYNCED_FROM - timedelta(days=3), Kind.PLAIN),
                   temper=Temper.NOT_DESCRIBED)  # fmt: skip
    past.sync()
    past.inbox.slots[1].temper = Temper.GOOD
    past.sync()
    assert past.verdicts(past.inbox) == {1: "BEFORE_START_DATE"}
    one = past.begin()
    past.work(one)
    for epoch in (2, 1):
        past.inbox.renumber(epoch, backwards=False)
        past.sync()
    past.undo(one)
    assert past.ask("SELECT code FROM ledger WHERE epoch LIKE '1~%'") == [("BEFORE_START_DATE",)]
    assert past.world.verify() == []


# --- beside a plain sync ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [2, 3, 4, 6])
def test_old_mail_that_comes_while_a_day_is_brought_is_not_passed_over(past: Past, write: int) -> None:
    past.old(past.inbox, 0.2, 1.2, 2.2, 3.2)
    past.sync()
    one = past.begin()

    def more_comes() -> None:
        past.old(past.inbox, 0.4)
        past.sync()

    past.world.points.act_before_write(write, more_comes)
    past.work(one, stop_after=3)
    with past.world.store.write() as uow:
        backfills.cancel(uow, one, past.world.clock)
    past.sync()
    first = past.world.mailboxes[0].synced_from
    here = past.ask("SELECT count(*) FROM email WHERE received_at >= " + str(int(first.timestamp() * 1000)))
    there = [slot for slot in past.inbox.slots.values() if slot.letter.received_at >= first]
    assert here == [(len(there),)]
    assert past.world.verify() == []
    past.undo(one)
    assert (len(past.stored().emails), past.world.verify()) == (0, [])


@pytest.mark.parametrize("write", [2, 3, 4])
def test_what_somebody_picked_meanwhile_is_not_called_undelivered(past: Past, write: int) -> None:
    past.deliver(past.inbox, 2)

    def picked() -> None:
        past.world.pick(0, "INBOX", [1, 2])

    past.world.points.act_before_write(write, picked)
    past.sync(Faults(omit=1, mute=True))
    assert past.verdicts(past.inbox) == {1: "NO_MATCH", 2: "NO_MATCH"}
    assert past.world.verify() == []


def test_the_verdict_of_an_earlier_backfill_is_given_back_by_the_undo_of_a_later_one(past: Past) -> None:
    past.inbox.add(write_letter(1, "a@customer.test", "m1", SYNCED_FROM - timedelta(days=30), Kind.PLAIN))
    past.sync()
    past.inbox.slots[1].temper = Temper.NOT_DESCRIBED
    first = past.begin(14 + 5)
    past.work(first)
    past.inbox.slots[1].temper = Temper.GOOD
    past.sync()
    assert past.verdicts(past.inbox) == {1: "BEFORE_START_DATE"}
    before = past.fingerprint()
    second = past.begin(60)
    past.work(second)
    past.undo(second)
    assert past.fingerprint() == before


def test_a_message_has_one_verdict_though_the_mailbox_turned_while_it_was_taken_back(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.inbox.slots[1].temper = Temper.NOT_FETCHED
    past.sync()
    one = past.begin()
    past.work(one)
    past.world.turn(0, Direction.MANUAL)
    past.world.points.act_before_write(2, lambda: past.undo(one))
    past.sync()
    ranges = past.ask("SELECT code, refs FROM ledger_range ORDER BY code")
    assert ranges == [("BEFORE_START_DATE", "1:2")]


# --- flags ------------------------------------------------------------------------------------------------------------


def test_what_comes_in_has_its_flags(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.sync()
    past.inbox.set_flags(2, "\\Seen")
    past.work(past.begin())
    assert past.ask("SELECT ref, flags FROM ledger ORDER BY ref") == [("1", ""), ("2", "\\Seen")]


def test_flags_that_a_backfill_did_not_get_to_are_asked_for_by_the_next_sync_and_then_no_more(past: Past) -> None:
    past.old(past.inbox, 1, 1.1, 1.2, 1.3)
    past.sync()
    past.sync()
    idle = dict(past.world.server.commands)
    past.world.points.die_at("after commit", 4)
    assert past.world.work_on(past.begin().id, Faults()) is None
    assert past.ask("SELECT count(*) FROM ledger WHERE flags IS NULL") != [(0,)]
    past.sync()
    assert past.ask("SELECT count(*) FROM ledger WHERE flags IS NULL") == [(0,)]
    past.sync()
    assert past.world.server.commands == idle


@pytest.mark.parametrize("write", [1, 2])
def test_old_mail_that_a_sync_finds_too_old_while_a_backfill_moves_the_day_is_not_passed_over(
    past: Past, write: int
) -> None:
    """The backfill could not know it: it had no verdict yet. So the sync looks where the day is now."""
    past.old(past.inbox, 3, 20)
    past.deliver(past.inbox)
    past.sync()
    one = past.begin()
    past.old(past.inbox, 5)

    def goes_its_way() -> None:
        past.work(one)

    past.world.points.act_before_write(write, goes_its_way)
    past.sync()
    assert past.ask("SELECT count(*) FROM backfill WHERE state = 'done'") == [(1,)]
    past.sync()
    assert len(past.stored().emails) == 4

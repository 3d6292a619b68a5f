"""Messages that cannot be had: each is named, asked for again, and holds up no other."""

from datetime import timedelta

from tests.model.letters import Kind
from tests.model.server import Faults, Temper
from tests.model.world import LIMITS
from tests.unit.sync.support import ANN, Desk

OPEN, MISSING = "FETCH_RETRYING", "MISSING_ON_SERVER"


def test_a_message_whose_size_cannot_be_asked_for_holds_up_no_other(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.deliver(desk.inbox, temper=Temper.BREAKS_DESCRIBE)
    desk.deliver(desk.inbox, 2)
    desk.sync()
    assert desk.verdicts(desk.inbox) == {1: "NO_MATCH", 2: "NO_MATCH", 3: OPEN, 4: "NO_MATCH", 5: "NO_MATCH"}


def test_messages_that_break_the_connection_in_every_pass_are_left_alone_after_their_tries(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3, temper=Temper.NOT_FETCHED)
    desk.sync()
    tempers = [Temper.BREAKS_DESCRIBE, Temper.BREAKS_FETCH, Temper.NOT_FETCHED]
    for slot, temper in zip(desk.inbox.slots.values(), tempers, strict=True):
        slot.temper = temper
    for _ in range(LIMITS.tries * len(tempers)):
        desk.sync()
    desk.sync()
    assert desk.world.server.commands[ANN, "INBOX"] == 2, "it is opened and asked for its newest message, no more"
    assert desk.verdicts(desk.inbox) == {1: OPEN, 2: OPEN, 3: OPEN}


def test_what_was_given_up_is_asked_for_the_next_day_behind_however_many_that_break_the_connection(desk: Desk) -> None:
    desk.deliver(desk.inbox, temper=Temper.NOT_FETCHED)
    desk.deliver(desk.inbox, 2 * LIMITS.reconnects, temper=Temper.BREAKS_FETCH)
    for _ in range(4 * LIMITS.tries * LIMITS.reconnects):
        desk.sync()
    desk.inbox.slots[1].temper = Temper.GOOD
    desk.sync()
    assert set(desk.verdicts(desk.inbox).values()) == {OPEN}
    desk.world.clock.time += timedelta(hours=25)
    for _ in range(2 * LIMITS.reconnects):
        desk.sync()
    assert desk.verdicts(desk.inbox)[1] == "NO_MATCH"


def test_a_message_is_not_blamed_for_a_server_that_asks_us_to_wait(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2, temper=Temper.NOT_FETCHED)
    alone = 6  # sign in, open, list, describe, fetch both, fetch the newer one
    desk.sync(Faults(cut_at=alone, asks_to_wait=True))
    assert desk.verdicts(desk.inbox) == {}


def test_messages_that_always_break_the_connection_hold_up_neither_their_folder_nor_the_next(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.deliver(desk.archive)
    desk.deliver(desk.inbox, 2 * LIMITS.reconnects, temper=Temper.BREAKS_FETCH)
    for _ in range(2 * LIMITS.reconnects):
        desk.sync()
    assert desk.verdicts(desk.inbox)[1] == "NO_MATCH"
    assert desk.verdicts(desk.archive) == {1: "NO_MATCH"}


def test_a_pass_that_runs_out_of_reconnects_has_still_named_what_broke_them(desk: Desk) -> None:
    desk.deliver(desk.inbox, temper=Temper.BREAKS_DESCRIBE)
    desk.deliver(desk.inbox, temper=Temper.BREAKS_FETCH)
    desk.sync()
    assert desk.verdicts(desk.inbox) == {2: OPEN}
    desk.sync()
    assert desk.verdicts(desk.inbox) == {1: OPEN, 2: OPEN}


def test_messages_that_broke_the_connection_before_do_not_make_the_mailbox_ill(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2 * LIMITS.reconnects, temper=Temper.BREAKS_FETCH)
    for _ in range(2 * LIMITS.reconnects):
        desk.sync()
    assert [receipt.error for receipt in desk.sync()] == [None, None]


def test_what_was_gone_and_is_back_is_asked_for_again(desk: Desk) -> None:
    desk.deliver(desk.inbox, temper=Temper.NOT_FETCHED)
    desk.sync()
    slot = desk.inbox.slots[1]
    slot.visible = False
    desk.sync()
    assert desk.verdicts(desk.inbox) == {1: MISSING}
    slot.visible, slot.temper = True, Temper.GOOD
    desk.sync()
    desk.sync()
    assert desk.verdicts(desk.inbox) == {1: "NO_MATCH"}


def test_what_was_not_delivered_before_a_renumbering_is_not_waited_for_under_its_old_number(desk: Desk) -> None:
    desk.deliver(desk.inbox, temper=Temper.NOT_FETCHED)
    desk.sync()
    desk.inbox.slots[1].temper = Temper.GOOD
    desk.inbox.renumber(2, backwards=False)
    desk.sync()
    assert desk.codes() == [MISSING, "NO_MATCH"]


def test_old_mail_is_counted_once_after_a_renumbering(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3, kind=Kind.OLD)
    desk.sync()
    desk.inbox.renumber(2, backwards=False)
    desk.sync()
    assert [(row["epoch"], row["refs"]) for row in desk.stored().ranges] == [("2", "1:3")]
    assert [row["epoch"] for row in desk.stored().cursors] == ["2"]


def test_numbers_of_an_epoch_that_came_back_are_not_believed(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.sync()
    desk.inbox.renumber(2, backwards=False)
    desk.sync()
    desk.inbox.expunge(1)
    desk.deliver(desk.inbox)
    desk.inbox.renumber(1, backwards=False)
    desk.sync()
    assert sorted(desk.stored().serials.values()) == [1, 2]
    live = [row for row in desk.stored().ledger if row["gone_at"] is None]
    assert [(row["epoch"], row["ref"], row["code"]) for row in live] == [("1", "1", "NO_MATCH")]


def test_what_was_removed_after_a_pass_broke_off_is_noticed_although_the_counts_agree(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.sync()
    desk.deliver(desk.inbox, 4)
    second_batch = 7  # sign in, open, what changed, list, describe, fetch three, fetch one
    desk.sync(Faults(cut_at=second_batch, asks_to_wait=True))
    assert desk.verdicts(desk.inbox) == dict.fromkeys([1, 3, 4, 5], "NO_MATCH")
    desk.inbox.expunge(5)
    desk.sync()
    assert [row["ref"] for row in desk.stored().ledger if row["gone_at"] is not None] == ["5"]


def test_mail_that_comes_while_a_folder_is_listed_does_not_hide_that_the_listing_is_short(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    desk.world.clock.time += timedelta(hours=25)
    listing = 3  # sign in, open, list
    desk.sync(Faults(at_call=listing, event=lambda: desk.deliver(desk.inbox), short_by=1))
    assert [row["ref"] for row in desk.stored().ledger if row["gone_at"] is not None] == []

"""Messages that cannot be had: each is named, asked for again, and holds up no other."""

from tests.model.server import Temper
from tests.model.world import LIMITS
from tests.unit.sync.support import Desk

OPEN, MISSING = "FETCH_RETRYING", "MISSING_ON_SERVER"


def test_a_message_whose_size_cannot_be_asked_for_holds_up_no_other(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.deliver(desk.inbox, temper=Temper.BREAKS_DESCRIBE)
    desk.deliver(desk.inbox, 2)
    desk.sync()
    assert desk.verdicts(desk.inbox) == {1: "NO_MATCH", 2: "NO_MATCH", 3: OPEN, 4: "NO_MATCH", 5: "NO_MATCH"}


def test_messages_that_always_break_the_connection_hold_up_neither_their_folder_nor_the_next(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.deliver(desk.archive)
    desk.deliver(desk.inbox, 2 * LIMITS.reconnects, temper=Temper.BREAKS_FETCH)
    for _ in range(2 * LIMITS.reconnects):
        desk.sync()
    assert desk.verdicts(desk.inbox)[1] == "NO_MATCH"
    assert desk.verdicts(desk.archive) == {1: "NO_MATCH"}


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

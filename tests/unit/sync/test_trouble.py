"""Messages that cannot be had: each is named, asked for again, and holds up no other."""

from tests.model.server import Temper
from tests.unit.sync.support import Desk

OPEN = "FETCH_RETRYING"


def test_a_message_whose_size_cannot_be_asked_for_holds_up_no_other(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2)
    desk.deliver(desk.inbox, temper=Temper.BREAKS_DESCRIBE)
    desk.deliver(desk.inbox, 2)
    desk.sync()
    assert desk.verdicts(desk.inbox) == {1: "NO_MATCH", 2: "NO_MATCH", 3: OPEN, 4: "NO_MATCH", 5: "NO_MATCH"}

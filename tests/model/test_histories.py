"""Histories that once broke an invariant, as the machine found them and made small: played again, step by step."""

from collections.abc import Iterator

import pytest

from tests.model.letters import Kind
from tests.model.machine import Machine
from tests.model.plans import ADDRESSES, Arrival, Disturbance
from tests.model.server import Temper
from tests.model.world import LIMITS

INBOX, ARCHIVE = 0, 1
ALL, BOB = -1, 1


def plain(place: int, temper: Temper = Temper.GOOD) -> Arrival:
    return Arrival(place, ADDRESSES[0], Kind.PLAIN, temper)


@pytest.fixture
def history() -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.teardown()


def test_two_messages_that_break_the_connection_in_different_ways_get_their_verdicts(history: Machine) -> None:
    history.begin(condstore=False, says_next=True, mail=[plain(ARCHIVE, Temper.BREAKS_DESCRIBE), plain(ARCHIVE)])
    history.change_tempers(place=ARCHIVE, number=0, changed=[Temper.BREAKS_FETCH])
    history.quiet()


def test_two_messages_that_came_to_break_the_connection_are_not_asked_for_for_ever(history: Machine) -> None:
    history.begin(condstore=False, says_next=True, mail=[plain(ARCHIVE, Temper.BREAKS_DESCRIBE), plain(ARCHIVE)])
    mail = [plain(INBOX), plain(INBOX), plain(INBOX), plain(ARCHIVE)]
    history.sync_while_folders_change(box=BOB, mail=mail, what=Disturbance(at_call=1, change="expunge"))
    history.change_tempers(place=ARCHIVE, number=1, changed=[Temper.BREAKS_FETCH])
    history.sync_with_lies(box=ALL, mail=[], what=Disturbance(omit=1, mute=True))
    history.quiet()


def test_a_message_that_was_left_out_as_often_as_it_is_tried_is_asked_for_the_next_day(history: Machine) -> None:
    history.begin(condstore=True, says_next=True, mail=[plain(INBOX)])
    for _ in range(LIMITS.tries):
        history.sync_with_lies(box=ALL, mail=[], what=Disturbance(omit=1, mute=True))
    history.quiet()

"""The demo's banner: the next thing to try, and never a word of what is done."""

from dataclasses import replace

from desktop.app.tour import Stand, Tour
from desktop.domain.ids import JournalId

HINT = "The password was changed."
START = Stand(is_red=False, queue=47, undoable=None, redoable=None)


def test_each_step_is_said_until_it_is_done() -> None:
    tour = Tour(HINT)
    red = replace(START, is_red=True)
    decided = replace(START, queue=46, undoable=JournalId(5))
    assert tour.step(START) == HINT, "before the mailbox is red nothing is repaired"
    assert tour.step(red) == HINT
    assert "47 emails wait for you" in tour.step(START)
    assert "46 emails wait" in tour.step(replace(START, queue=46)), "mail that comes or goes is no decision"
    assert "Ctrl+Z" in tour.step(decided)
    assert "D chooses" in tour.step(replace(START, redoable=JournalId(5)))
    assert "Ctrl+K" in tour.step(replace(START, queue=35, undoable=JournalId(6)))


def test_what_was_done_before_is_not_asked_for() -> None:
    tour = Tour(HINT)
    tour.step(replace(START, is_red=True, undoable=JournalId(3)))
    assert "47 emails" in tour.step(replace(START, undoable=JournalId(3)))
    assert "Ctrl+Z" in tour.step(replace(START, queue=0, undoable=JournalId(3))), "nothing is left to decide"
